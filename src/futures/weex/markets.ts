import { IncompleteAnswerError, UnsupportedError } from '../../errors.ts'
import type { Asset } from '../../risk/asset.ts'
import { type Decimal, dec, isDecimalText } from '../../risk/decimal.ts'
import type { Rare, Reader } from '../ccxtReader.ts'
import { decimalOrNull, rowOf, rowsOf } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { WEEX } from './answers.ts'

const DAY_MS = 86_400_000

/** What is kept of a market: numbers as text. */
export type Market = {
  readonly base: string
  readonly quote: string
  readonly margin: string
  /** Whether WEEX calls it a forward contract: quoted and paid in the same coin. */
  readonly forward: boolean
  readonly tick: string
  readonly maxLeverage: string
}

/** The slim form of exchangeInfo. */
export type Tables = {
  readonly markets: Readonly<Record<string, Market>>
  /** Coins that count as margin. */
  readonly backing: readonly string[]
}

/** Markets and margin coins, kept for a day. @see https://www.weex.com/api-doc/contract/Market_API/GetContractInfo */
export function readTables(reader: Reader, renew: boolean): Promise<Tables> {
  const rare: Rare<Tables> = {
    key: reader.key('markets', 'venue'),
    maxAgeMs: DAY_MS,
    read: async () => slimTables(await reader.ask('contractGetCapiV3MarketExchangeInfo')),
    accept: acceptTables,
  }
  return reader.rare(rare, renew)
}

/** A market that lacks a field is left out: it is missed only where a position needs it. */
function slimTables(answer: unknown): Tables {
  const root = rowOf(WEEX, 'exchangeInfo', answer)
  const markets: Record<string, Market> = Object.create(null)
  for (const row of rowsOf(WEEX, 'symbols of exchangeInfo', root.fields.symbols)) {
    const { symbol, baseAsset, quoteAsset, marginAsset, forwardContractFlag: forward } = row.fields
    const [digits, maxLeverage] = [decimalOrNull(row, 'pricePrecision'), decimalOrNull(row, 'maxLeverage')]
    const named = [symbol, baseAsset, quoteAsset, marginAsset].every((name) => typeof name === 'string' && name !== '')
    if (!named || typeof forward !== 'boolean' || !digits?.isInteger() || digits.abs().gt(30) || !maxLeverage?.gte(1)) continue
    markets[symbol as string] = {
      ...{ base: baseAsset as string, quote: quoteAsset as string, margin: marginAsset as string, forward },
      tick: dec(10).pow(digits.neg()).toFixed(),
      maxLeverage: maxLeverage.toFixed(),
    }
  }
  // The venue has listed hundreds for years.
  if (Object.keys(markets).length === 0) throw new IncompleteAnswerError(WEEX, 'symbols of exchangeInfo')
  const backing = rowsOf(WEEX, 'assets of exchangeInfo', root.fields.assets).flatMap(({ fields }) =>
    // What is not said to be no margin may be some.
    typeof fields.asset === 'string' && fields.marginAvailable !== false ? [fields.asset] : [],
  )
  return { markets, backing }
}

/** Cached tables, if every market is whole. Without a prototype: a symbol may be called `constructor`. */
function acceptTables(cached: unknown): Tables | null {
  const { markets, backing } = (cached ?? {}) as Partial<Tables>
  if (typeof markets !== 'object' || markets === null || Array.isArray(markets)) return null
  if (!Array.isArray(backing) || !backing.every((coin) => typeof coin === 'string')) return null
  const whole = Object.values(markets).every((entry: unknown) => {
    const { base, quote, margin, forward, tick, maxLeverage } = (entry ?? {}) as Partial<Market>
    const numbers = [tick, maxLeverage].every((text) => typeof text === 'string' && isDecimalText(text))
    return numbers && typeof forward === 'boolean' && [base, quote, margin].every((name) => typeof name === 'string')
  })
  return whole ? { backing, markets: Object.assign(Object.create(null), markets) } : null
}

/** What a position in a market is read with. */
export type MarketTerms = { readonly base: string; readonly tick: Decimal; readonly maxLeverage: Decimal }

/**
 * @param asset - The coin that the position is margined in, by its own row.
 * @throws IncompleteAnswerError for a market that is not listed; UnsupportedError for one that is not linear in that coin
 */
export function termsOf(symbol: string, asset: string, { markets }: Tables): MarketTerms {
  const market = markets[symbol]
  if (market === undefined) throw new IncompleteAnswerError(WEEX, `exchangeInfo of ${symbol}`)
  if (!market.forward || market.quote !== market.margin || market.base === market.margin) {
    throw new UnsupportedError(WEEX, `does not settle ${symbol} in the coin that it is quoted in`)
  }
  if (market.margin !== asset) throw new UnsupportedError(WEEX, `margins ${symbol} in another coin than its market`)
  return { base: market.base, tick: dec(market.tick), maxLeverage: dec(market.maxLeverage) }
}

/** What moves the price of a coin that WEEX names. */
export function factorOf(symbol: string, { markets }: Tables): { readonly factor: string; readonly basis: string | null } {
  if (isStable(symbol)) return { factor: `USD:${symbol}`, basis: null }
  const traded = Object.values(markets).some(({ base }) => base === symbol)
  return { factor: traded ? symbol : `OWN:weex/${symbol}`, basis: null }
}

export function assetOf(symbol: string, tables: Tables): Asset {
  return { key: `weex/${symbol}`, symbol, ...factorOf(symbol, tables) }
}
