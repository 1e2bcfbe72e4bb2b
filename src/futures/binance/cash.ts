import { TrackerError } from '../../errors.ts'
import { ONE } from '../../risk/decimal.ts'
import type { Cash } from '../../risk/leg.ts'
import type { Reader } from '../ccxtReader.ts'
import type { ExchangeAccount } from '../exchange.ts'
import { orFault } from '../orFault.ts'
import { decimalOrNull, rowOf, rowsOf, textField } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { assetOf, type Markets } from './markets.ts'

const BINANCE = 'Binance'
/** A second try could cost the pass its time, and what lies in another wallet costs no leg. */
const ONCE = 1

/** Coins outside of futures, and what must be said where they could not be read. */
export type SpotReading = { readonly cash: readonly Cash[]; readonly notes: readonly string[] }

/**
 * What is free in the spot wallet. It backs nothing here: failing to read it is said, and hides no leg. The funding wallet is told only to
 * a request that is no plain read, which is never made.
 *
 * @see Binance "Account Information" of spot (GET /api/v3/account)
 */
export async function readSpot(
  reader: Reader,
  { name, environment }: ExchangeAccount,
  listed: Promise<Markets>,
): Promise<SpotReading> {
  // Its place to practise keeps no wallet beside the futures one.
  if (environment !== 'live') return { cash: [], notes: [] }
  const [read, markets] = await Promise.all([orFault(readBalances(reader)), listed])
  if (read instanceof TrackerError) return { cash: [], notes: [`the spot wallet was not read: ${read.message}`] }
  const place = `binance/${name} spot`
  const cash = read.flatMap(({ coin, free }): Cash[] => {
    if (!free?.gt(0)) return []
    return [{ id: `${place} ${coin}`, place, asset: assetOf(coin, markets), amount: free, price: isStable(coin) ? ONE : null }]
  })
  return { cash, notes: [] }
}

async function readBalances(reader: Reader) {
  const answer = await reader.ask('privateGetAccount', { omitZeroBalances: 'true' }, ONCE)
  return rowsOf(BINANCE, 'balances of account', rowOf(BINANCE, 'account of spot', answer).fields.balances).map((row) => ({
    coin: textField(row, 'asset'),
    free: decimalOrNull(row, 'free'),
  }))
}
