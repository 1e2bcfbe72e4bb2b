import { IncompleteAnswerError, UnsupportedError } from '../../errors.ts'
import type { Asset } from '../../risk/asset.ts'
import { Decimal, dec, isDecimalText, ONE, ZERO } from '../../risk/decimal.ts'
import type { MarginTier } from '../../risk/marginAccount.ts'
import { decimalOrNull, type Row, rowOf } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { listOf, MEXC } from './answers.ts'

/** A step as text: contracts up to which it reaches, maintenance rate. */
export type Step = readonly [cap: string, rate: string]

/** What the figures of a position are made with. */
export type Terms = {
  /** Units of the base coin, or of USD where the market is inverse, that one contract is. */
  readonly unit: string
  readonly tick: string
  /** Share of the value at the mark that a liquidation asks for beside the maintenance. */
  readonly fee: string
  readonly long: readonly Step[]
  readonly short: readonly Step[]
}

/** What is kept of a market. */
export type Market = {
  readonly base: string
  readonly quote: string
  readonly settle: string
  /** `1`: a perpetual. */
  readonly type: string
  /** `unknown`: its risk limits are of a kind whose figures are not explained. */
  readonly terms: Terms | 'unknown' | 'garbled'
}
export type Markets = Readonly<Record<string, Market>>

/** The slim form of contract/detail. A market that does not name its coins is left out: it is missed only where a position needs it. */
export function slimMarkets(answer: unknown): Markets {
  const markets: Record<string, Market> = Object.create(null)
  for (const row of listOf('contract/detail', answer)) {
    const [symbol, base, quote, settle] = ['symbol', 'baseCoin', 'quoteCoin', 'settleCoin'].map((field) => row.fields[field])
    if (typeof symbol !== 'string' || typeof base !== 'string' || typeof quote !== 'string' || typeof settle !== 'string')
      continue
    // Older answers have no such field, and listed nothing else.
    const type = row.fields.futureType === undefined ? '1' : String(row.fields.futureType)
    markets[symbol] = { base, quote, settle, type, terms: slimTerms(row) }
  }
  // The venue has listed hundreds for years.
  if (Object.keys(markets).length === 0) throw new IncompleteAnswerError(MEXC, 'contract/detail')
  return markets
}

function slimTerms(row: Row): Market['terms'] {
  const [unit, tick] = [decimalOrNull(row, 'contractSize'), decimalOrNull(row, 'priceUnit')]
  const fee = decimalOrNull(row, 'liquidationFeeRate')
  if (!unit?.gt(0) || !tick?.gt(0) || !fee?.gte(0) || fee.gte(ONE)) return 'garbled'
  const steps = stepsOf(row)
  return typeof steps === 'string' ? steps : { unit: unit.toFixed(), tick: tick.toFixed(), fee: fee.toFixed(), ...steps }
}

/**
 * The maintenance table of a market. `CUSTOM` lists its steps; `INCREASE` makes them by a rule: up to `riskBaseVol` contracts the first
 * rate, and `riskIncrMmr` more for each `riskIncrVol` contracts beyond. Longs and shorts may have tables of their own.
 *
 * @see https://www.mexc.com/api-docs/futures/market-endpoints "Get contract information"
 */
function stepsOf(row: Row): Pick<Terms, 'long' | 'short'> | 'unknown' | 'garbled' {
  // Limits by value: the documentation does not say in which units.
  if (row.fields.riskLimitType !== undefined && row.fields.riskLimitType !== 'BY_VOLUME') return 'unknown'
  if (row.fields.riskLimitMode === 'CUSTOM') {
    const listed = row.fields.riskLimitCustom
    const steps = Array.isArray(listed) ? listed.map(customStep) : []
    const whole = steps.filter((step) => step !== null)
    return whole.length === 0 || whole.length < steps.length ? 'garbled' : { long: whole, short: whole }
  }
  if (row.fields.riskLimitMode !== undefined && row.fields.riskLimitMode !== 'INCREASE') return 'unknown'
  const apart = decimalOrNull(row, 'riskLongShortSwitch')?.eq(1) === true
  const [long, short] = ['Long', 'Short'].map((side) => increasing(row, apart ? side : ''))
  return long && short ? { long, short } : 'garbled'
}

function customStep(value: unknown): Step | null {
  if (typeof value !== 'object' || value === null) return null
  const row = rowOf(MEXC, 'riskLimitCustom', value)
  const [cap, rate] = [decimalOrNull(row, 'maxVol'), decimalOrNull(row, 'mmr')]
  return cap?.gt(0) && isRate(rate) ? [cap.toFixed(), rate.toFixed()] : null
}

const isRate = (rate: Decimal | null): rate is Decimal => rate?.gt(0) === true && rate.lte(ONE)

function increasing(row: Row, side: string): readonly Step[] | null {
  const [base, more] = [decimalOrNull(row, `riskBaseVol${side}`), decimalOrNull(row, `riskIncrVol${side}`)]
  const [rate, step] = [decimalOrNull(row, 'maintenanceMarginRate'), decimalOrNull(row, 'riskIncrMmr')]
  const levels = decimalOrNull(row, 'riskLevelLimit')
  if (!base?.gt(0) || more === null || more.lt(0) || !isRate(rate) || step === null || step.lt(0)) return null
  if (!levels?.isInteger() || levels.lt(1) || levels.gt(1000)) return null
  const count = more.isZero() ? 1 : levels.toNumber()
  return Array.from(
    { length: count },
    (_, k): Step => [base.plus(more.times(k)).toFixed(), Decimal.min(rate.plus(step.times(k)), ONE).toFixed()],
  )
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isNumberText = (value: unknown): boolean => typeof value === 'string' && isDecimalText(value)
const isTable = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((step) => Array.isArray(step) && step.length === 2 && step.every(isNumberText))

function isTerms(terms: Partial<Terms> | string | null | undefined): boolean {
  if (terms === 'unknown' || terms === 'garbled') return true
  if (typeof terms !== 'object' || terms === null) return false
  const { unit, tick, fee, long, short } = terms
  return [unit, tick, fee].every(isNumberText) && isTable(long) && isTable(short)
}

/** Cached markets, if every one of them is whole. Without a prototype: a symbol may be called `constructor`. */
export function acceptMarkets(cached: unknown): Markets | null {
  if (typeof cached !== 'object' || cached === null || Array.isArray(cached)) return null
  const whole = Object.values(cached).every((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return false
    const { base, quote, settle, type, terms } = entry as Partial<Market>
    return [base, quote, settle, type].every(isText) && isTerms(terms)
  })
  return whole ? Object.assign(Object.create(null), cached) : null
}

/**
 * Whether a market pays in the coin it quotes or in its base.
 *
 * @throws UnsupportedError for a product that is neither
 */
export function contractOf(symbol: string, { base, quote, settle, type }: Market): 'linear' | 'inverse' {
  if (type !== '1') throw new UnsupportedError(MEXC, `lists ${symbol} as a product other than a perpetual`)
  if (settle === quote && settle !== base) return 'linear'
  if (settle === base && quote === 'USD') return 'inverse'
  throw new UnsupportedError(MEXC, `settles ${symbol} in a coin that is neither its quote nor its base`)
}

/** @throws UnsupportedError for limits of a kind that is not explained; IncompleteAnswerError for a market that is missing or garbled */
export function termsOf(symbol: string, markets: Markets): Terms {
  const terms = markets[symbol]?.terms
  if (terms === 'unknown') throw new UnsupportedError(MEXC, `limits the risk of ${symbol} by rules that it does not explain`)
  if (terms === undefined || terms === 'garbled') throw new IncompleteAnswerError(MEXC, `contract/detail of ${symbol}`)
  return terms
}

/** Which position the steps are counted for. */
export type TierTerms = {
  readonly contract: 'linear' | 'inverse'
  readonly side: 'long' | 'short'
  readonly entry: Decimal
}

/**
 * The maintenance table of a position in settle units on its entry value. The venue counts contracts, so the step of a position does not
 * move with the price: on the entry value it does not, either.
 *
 * @throws IncompleteAnswerError for a table that does not rise
 */
export function tiersOf(terms: Terms, { contract, side, entry }: TierTerms): readonly MarginTier[] {
  let floor = ZERO
  return terms[side].map(([contracts, rate]) => {
    const face = dec(contracts).times(terms.unit)
    const cap = contract === 'inverse' ? face.div(entry) : face.times(entry)
    if (cap.lte(floor)) throw new IncompleteAnswerError(MEXC, 'maxVol of riskLimitCustom')
    const tier = { floor, cap, rate: dec(rate), deduction: ZERO }
    floor = cap
    return tier
  })
}

/** What moves the price of a coin that MEXC names. */
export function factorOf(symbol: string, markets: Markets): { readonly factor: string; readonly basis: string | null } {
  if (isStable(symbol)) return { factor: `USD:${symbol}`, basis: null }
  const traded = Object.values(markets).some(({ base }) => base === symbol)
  return { factor: traded ? symbol : `OWN:mexc/${symbol}`, basis: null }
}

export function assetOf(symbol: string, markets: Markets): Asset {
  return { key: `mexc/${symbol}`, symbol, ...factorOf(symbol, markets) }
}
