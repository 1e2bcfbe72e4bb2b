import { IncompleteAnswerError, UnsupportedError } from '../../errors.ts'
import type { Asset } from '../../risk/asset.ts'
import { type Decimal, dec, isDecimalText } from '../../risk/decimal.ts'
import type { MarginTier } from '../../risk/marginAccount.ts'
import type { Rare, Reader } from '../ccxtReader.ts'
import { decimalField, decimalOrNull, named } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { BINGX, listOf } from './answers.ts'

const DAY_MS = 86_400_000

/** What is kept of a linear market: numbers as text. */
export type Market = {
  readonly base: string
  readonly settle: string
  readonly tick: string
  readonly takerFee: string
  /** 1: traded. 25: only closed, and without a mark in the list of marks. */
  readonly status: string
}

/** By symbol: `BTC-USDT`. */
export type Markets = Readonly<Record<string, Market>>

/** The linear markets, kept for a day. @see https://bingx-api.github.io/docs-v3/ "USDT-M Perp Futures symbols" */
export function readMarkets(reader: Reader, renew: boolean): Promise<Markets> {
  const rare: Rare<Markets> = {
    key: reader.key('markets', 'venue'),
    maxAgeMs: DAY_MS,
    read: async () => slimMarkets(await reader.ask('swapV2PublicGetQuoteContracts')),
    accept: acceptMarkets,
  }
  return reader.rare(rare, renew)
}

/** A market that lacks a field is left out: it is missed only where a position needs it. */
function slimMarkets(answer: unknown): Markets {
  const markets: Record<string, Market> = Object.create(null)
  for (const row of listOf('contracts', answer)) {
    const { symbol, asset, currency } = row.fields
    const [digits, takerFee, status] = ['pricePrecision', 'takerFeeRate', 'status'].map((field) => decimalOrNull(row, field))
    const words = [symbol, asset, currency].every((word) => typeof word === 'string' && word !== '')
    if (!words || !digits?.isInteger() || digits.abs().gt(30) || !takerFee?.gte(0) || !takerFee.lt(1) || !status) continue
    markets[symbol as string] = {
      ...{ base: asset as string, settle: currency as string, tick: dec(10).pow(digits.neg()).toFixed() },
      ...{ takerFee: takerFee.toFixed(), status: status.toFixed() },
    }
  }
  // The venue has listed hundreds for years.
  if (Object.keys(markets).length === 0) throw new IncompleteAnswerError(BINGX, 'contracts')
  return markets
}

/** Cached markets, if each is whole. Without a prototype: a symbol may be called `constructor`. */
function acceptMarkets(cached: unknown): Markets | null {
  if (typeof cached !== 'object' || cached === null || Array.isArray(cached)) return null
  const whole = Object.values(cached).every((entry: unknown) => {
    const { base, settle, tick, takerFee, status } = (entry ?? {}) as Partial<Market>
    const numbers = [tick, takerFee, status].every((text) => typeof text === 'string' && isDecimalText(text))
    return numbers && typeof base === 'string' && typeof settle === 'string'
  })
  return whole ? Object.assign(Object.create(null), cached) : null
}

/** @throws IncompleteAnswerError for a market that is not listed; UnsupportedError for one that settles in another coin */
export function marketOf(symbol: string, settle: string, markets: Markets): Market {
  const market = markets[symbol]
  if (market === undefined) throw new IncompleteAnswerError(BINGX, `contracts of ${symbol}`)
  // On its demo host everything settles in play money.
  if (market.settle !== settle && settle !== 'VST')
    throw new UnsupportedError(BINGX, `margins ${symbol} in another coin than its market`)
  return market
}

/** A bracket as it is kept. */
type KeptTier = { readonly floor: string; readonly cap: string; readonly rate: string; readonly deduction: string }

/**
 * The maintenance table of a market, kept for a day. A position that was open before a table changed keeps the old one, which no answer
 * tells: the risk that BingX states is held against it.
 *
 * @throws TrackerError where it is not told, or does not hold together
 * @see https://bingx-api.github.io/docs-v3/ "Position and Maintenance Margin Ratio"
 */
export async function readTiers(reader: Reader, symbol: string): Promise<readonly MarginTier[]> {
  const kept = await reader.rare<readonly KeptTier[]>({
    key: reader.key(`tiers ${symbol}`, 'venue'),
    maxAgeMs: DAY_MS,
    read: async () => tiersIn(symbol, await reader.ask('swapV1PrivateGetMaintMarginRatio', { symbol })),
    accept: acceptTiers,
  })
  return kept.map(({ floor, cap, rate, deduction }) => ({
    ...{ floor: dec(floor), cap: dec(cap), rate: dec(rate), deduction: dec(deduction) },
  }))
}

function tiersIn(symbol: string, answer: unknown): readonly KeptTier[] {
  const label = `maintMarginRatio of ${symbol}`
  const rows = listOf(label, answer).map((row) => named(row, label))
  const tiers = rows.map((row) => ({
    floor: decimalField(row, 'minPositionVal'),
    cap: decimalField(row, 'maxPositionVal'),
    rate: decimalField(row, 'maintMarginRatio'),
    deduction: decimalField(row, 'maintAmount'),
  }))
  const joined = tiers.every(({ floor, cap, rate, deduction }, i) => {
    const sound = cap.gt(floor) && rate.gt(0) && rate.lt(1) && deduction.gte(0)
    return sound && floor.eq(i === 0 ? 0 : (tiers[i - 1]?.cap as Decimal))
  })
  if (tiers.length === 0 || !joined) throw new IncompleteAnswerError(BINGX, label)
  return tiers.map(({ floor, cap, rate, deduction }) => ({
    ...{ floor: floor.toFixed(), cap: cap.toFixed(), rate: rate.toFixed(), deduction: deduction.toFixed() },
  }))
}

function acceptTiers(cached: unknown): readonly KeptTier[] | null {
  if (!Array.isArray(cached) || cached.length === 0) return null
  const whole = cached.every((entry: unknown) => {
    const { floor, cap, rate, deduction } = (entry ?? {}) as Partial<KeptTier>
    return [floor, cap, rate, deduction].every((text) => typeof text === 'string' && isDecimalText(text))
  })
  return whole ? (cached as readonly KeptTier[]) : null
}

/** What moves the price of a coin that BingX names. */
export function factorOf(symbol: string, markets: Markets): { readonly factor: string; readonly basis: string | null } {
  if (isStable(symbol)) return { factor: `USD:${symbol}`, basis: null }
  const traded = Object.values(markets).some(({ base }) => base === symbol)
  return { factor: traded ? symbol : `OWN:bingx/${symbol}`, basis: null }
}

export function assetOf(symbol: string, markets: Markets): Asset {
  return { key: `bingx/${symbol}`, symbol, ...factorOf(symbol, markets) }
}
