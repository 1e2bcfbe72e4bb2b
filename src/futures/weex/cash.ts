import { TrackerError } from '../../errors.ts'
import { ONE } from '../../risk/decimal.ts'
import type { Cash } from '../../risk/leg.ts'
import type { Reader } from '../ccxtReader.ts'
import { orFault } from '../orFault.ts'
import { decimalOrNull, rowOf, rowsOf, textField } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { ONCE, WEEX } from './answers.ts'
import { assetOf, type Tables } from './markets.ts'

/** Coins outside of futures, and what must be said where they could not be read. */
export type SpotReading = { readonly cash: readonly Cash[]; readonly notes: readonly string[] }

/**
 * What is free in the spot wallet. It backs nothing here: failing to read it is said, and hides no leg. The funding wallet has no balance
 * that can be asked.
 *
 * @see ccxt weex.js, sample of fetchBalance
 */
export async function readSpot(reader: Reader, name: string, tables: Promise<Tables>): Promise<SpotReading> {
  const [read, listed] = await Promise.all([orFault(readBalances(reader)), tables])
  if (read instanceof TrackerError) return { cash: [], notes: [`the spot wallet was not read: ${read.message}`] }
  const place = `weex/${name} spot`
  const cash = read.flatMap(({ coin, free }): Cash[] => {
    if (!free?.gt(0)) return []
    return [{ id: `${place} ${coin}`, place, asset: assetOf(coin, listed), amount: free, price: isStable(coin) ? ONE : null }]
  })
  return { cash, notes: [] }
}

async function readBalances(reader: Reader) {
  const root = rowOf(WEEX, 'spot account', await reader.ask('privateGetApiV3Account', {}, ONCE))
  return rowsOf(WEEX, 'balances of the spot account', root.fields.balances).map((row) => ({
    coin: textField(row, 'asset'),
    free: decimalOrNull(row, 'free'),
  }))
}
