import { TrackerError, UnsupportedError } from '../../errors.ts'
import { gapOf } from '../../risk/gap.ts'
import type { Gap } from '../../risk/leg.ts'
import type { Reader } from '../ccxtReader.ts'
import type { ExchangeAccount } from '../exchange.ts'
import { orFault } from '../orFault.ts'
import { decimalField, named, type Row, rowsOf, textField } from '../row.ts'
import { BYBIT, resultOf } from './pages.ts'

/** Accounts beside the trading one in which something can be liquidated: their positions are told nowhere. */
const LEVERED: Readonly<Record<string, string>> = {
  TradingBot: 'trading bots',
  CopyTrading: 'copy trading',
  TradFi: 'TradFi',
  CryptoLoans: 'crypto loans',
  CryptoLoans_legacy: 'crypto loans of the old kind',
  PayLater: 'Pay Later',
  MarginStakedSOL: 'margin staked SOL',
}

export type ProductsReading = { readonly gaps: readonly Gap[]; readonly notes: readonly string[] }

/**
 * What lies in other products of the account: a gap for each that can be liquidated. Failing to read it is said.
 *
 * @see https://bybit-exchange.github.io/docs/v5/asset/balance/asset-overview (not for regional accounts)
 */
export async function readProducts(reader: Reader, { name, environment }: ExchangeAccount): Promise<ProductsReading> {
  // A demo account has none.
  if (environment === 'demo') return { gaps: [], notes: [] }
  const read = await orFault(held(reader))
  if (read instanceof TrackerError) {
    const note = `${BYBIT} ${name}: whether bots, copy trading, TradFi or loans hold anything was not read: ${read.message}`
    return { gaps: [], notes: [note] }
  }
  const gaps = read.map((type) => {
    const what = `holds something in ${LEVERED[type]}, whose positions it does not tell`
    return gapOf(`bybit/${name}/${type}`, new UnsupportedError(BYBIT, what))
  })
  return { gaps, notes: [] }
}

async function held(reader: Reader): Promise<readonly string[]> {
  const label = 'asset-overview'
  const rows = rowsOf(BYBIT, label, resultOf(label, await reader.ask('privateGetV5AssetAssetOverview', {}, 1)).fields.list)
  const own = rows.filter((row) => LEVERED[textField(row, 'accountType')] !== undefined).map((row) => named(row, label))
  return own.filter(holdsAny).map((row) => textField(row, 'accountType'))
}

/** A loan may be worth as much as what it is lent on. */
function holdsAny(row: Row): boolean {
  const { coinDetail = [], categories = [] } = row.fields
  const parts = [...rowsOf(BYBIT, row.label, coinDetail), ...rowsOf(BYBIT, row.label, categories)].map((one) =>
    decimalField(one, 'equity'),
  )
  return [decimalField(row, 'totalEquity'), ...parts].some((amount) => !amount.isZero())
}
