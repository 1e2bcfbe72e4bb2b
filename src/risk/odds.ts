import { countTouches, simulate, wilson } from './bootstrap.ts'
import { type Candles, type Series, seriesOf } from './candles.ts'
import { type Decimal, dec } from './decimal.ts'
import { randomStream } from './randomStream.ts'
import { fitTail, tailProbability, worstMoves } from './tail.ts'
import { type LogBarriers, touchProbability } from './touch.ts'
import { type Volatility, volatilityOf } from './volatility.ts'

/** What the odds are judged by. Nothing is assumed in place of what is null. */
export type Evidence = {
  /** Yearly volatility that the book file states: 0.6 is 60 %. */
  readonly sigma: Decimal | null
  readonly candles: Candles | null
  readonly seed: number
}

/** The multipliers of one factor at which something dies. */
export type Barriers = { readonly down: Decimal | null; readonly up: Decimal | null }

export type MethodName = 'stated-sigma' | 'doubled-sigma' | 'recent-volatility' | 'high-low-volatility' | 'bootstrap' | 'tail'

/** What one way of judging says. */
export type Method = {
  readonly name: MethodName
  /** Equal where the method gives one number. */
  readonly low: Decimal
  readonly high: Decimal
  /** Simulated paths, and how many touched: none of 20,000 reads "< 3/20000". Null where nothing is simulated. */
  readonly counted: { readonly hits: number; readonly paths: number } | null
}

/** The probability that a factor touches a barrier within a horizon: always "between a and b", never one number. */
export type Odds = {
  readonly hours: number
  readonly low: Decimal
  readonly high: Decimal
  readonly methods: readonly Method[]
  /** The methods that could not be used, and why. */
  readonly missing: readonly { readonly method: MethodName; readonly reason: string }[]
  readonly seed: number
}

const PATHS = 20_000
const BLOCK_HOURS = 24
const HOURS_A_YEAR = 8760
/** Digits of a probability: more than any of the methods is true to. */
const DIGITS = 12

/**
 * Touch probabilities by every method that the evidence allows. They look back, and without drift: log returns of mean 0.
 *
 * @param hours - Horizons, whole days: `[24, 168]`. All of them are read off the same paths.
 * @returns One a horizon; null where nothing can be said: no barrier, or neither a sigma nor enough candles.
 * @see RISK 2.4
 */
export function oddsOf(barriers: Barriers, evidence: Evidence, hours: readonly number[]): (Odds | null)[] {
  const logs = { down: logOf(barriers.down), up: logOf(barriers.up) }
  if (logs.down === null && logs.up === null) return hours.map(() => null)
  const series = evidence.candles === null ? null : seriesOf(evidence.candles)
  const volatility = series === null ? null : volatilityOf(series)
  const counts = series === null || volatility === null ? null : touchesOf({ series, volatility, logs }, evidence.seed, hours)
  return hours.map((horizon, i) => {
    const judged = [
      ...closedForms(logs, { sigma: evidence.sigma, volatility }, horizon),
      // Alone, a sigma would be one number; crashes begin at about twice the usual one.
      ...(volatility === null ? statedForms(logs, { name: 'doubled-sigma', sigma: evidence.sigma, times: 2 }, horizon) : []),
      ...(counts === null ? [] : [counted(counts[i] as number)]),
      ...(series === null ? [] : tails(series, logs, horizon)),
    ]
    if (judged.length === 0) return null
    return {
      hours: horizon,
      low: judged.reduce((least, { low }) => (low.lt(least) ? low : least), dec(1)),
      high: judged.reduce((most, { high }) => (high.gt(most) ? high : most), dec(0)),
      methods: judged,
      missing: missingOf(judged, evidence, series),
      seed: evidence.seed,
    }
  })
}

function logOf(multiplier: Decimal | null): number | null {
  return multiplier === null ? null : Math.log(multiplier.toNumber())
}

function single(name: MethodName, probability: number): Method {
  const only = asDecimal(probability)
  return { name, low: only, high: only, counted: null }
}

function asDecimal(probability: number): Decimal {
  return dec(Math.min(1, Math.max(0, probability)).toPrecision(DIGITS))
}

type Known = { readonly sigma: Decimal | null; readonly volatility: Volatility | null }

function closedForms(logs: LogBarriers, { sigma, volatility }: Known, hours: number): Method[] {
  const judged = (name: MethodName, annual: number): Method => single(name, touchProbability(logs, spreadOf(annual, hours)))
  return [
    ...statedForms(logs, { name: 'stated-sigma', sigma, times: 1 }, hours),
    ...(volatility === null ? [] : [judged('recent-volatility', volatility.annual)]),
    ...(volatility === null ? [] : [judged('high-low-volatility', volatility.parkinson)]),
  ]
}

type Stated = { readonly name: MethodName; readonly sigma: Decimal | null; readonly times: number }

function statedForms(logs: LogBarriers, { name, sigma, times }: Stated, hours: number): Method[] {
  if (!sigma?.gt(0)) return []
  return [single(name, touchProbability(logs, spreadOf(sigma.toNumber() * times, hours)))]
}

/** Standard deviation over a horizon of a yearly volatility. */
function spreadOf(annual: number, hours: number): number {
  return annual * Math.sqrt(hours / HOURS_A_YEAR)
}

type Past = { readonly series: Series; readonly volatility: Volatility; readonly logs: LogBarriers }

function touchesOf({ series, volatility, logs }: Past, seed: number, hours: readonly number[]): number[] {
  const bars = (time: number): number => Math.max(1, Math.ceil(time / series.barHours))
  const simulation = { blockBars: bars(BLOCK_HOURS), horizons: hours.map(bars), paths: PATHS }
  return simulate(volatility, simulation, randomStream(seed)).map((extremes) => countTouches(extremes, logs))
}

function counted(hits: number): Method {
  const { low, high } = wilson(hits, PATHS)
  return { name: 'bootstrap', low: asDecimal(low), high: asDecimal(high), counted: { hits, paths: PATHS } }
}

/** Two sides may share a window: their union lies between the larger of them and their sum. */
function tails(series: Series, { down, up }: LogBarriers, hours: number): Method[] {
  const windowBars = hours / series.barHours
  if (!Number.isInteger(windowBars) || windowBars < 1) return []
  const sides: number[] = []
  for (const [side, log] of [
    ['down', down],
    ['up', up],
  ] as const) {
    if (log === null) continue
    const moves = worstMoves(series, windowBars, side)
    const tail = fitTail(moves)
    if (tail === null) return []
    sides.push(tailProbability(moves, tail, Math.abs(Math.expm1(log))))
  }
  const total = sides.reduce((a, b) => a + b, 0)
  return [{ name: 'tail', low: asDecimal(Math.max(...sides)), high: asDecimal(total), counted: null }]
}

function missingOf(judged: readonly Method[], { sigma, candles }: Evidence, series: Series | null): Odds['missing'] {
  const has = (method: MethodName): boolean => judged.some(({ name }) => name === method)
  const noCandles = candles === null ? 'no candles' : series === null ? 'a candle is garbled' : null
  const tooFew = 'less than 90 days of candles, or a price that never moved'
  const reasons: [MethodName, string][] = [
    ['stated-sigma', sigma === null ? 'no sigma is stated' : 'the stated sigma is not above 0'],
    ['recent-volatility', noCandles ?? tooFew],
    ['high-low-volatility', noCandles ?? tooFew],
    ['bootstrap', noCandles ?? tooFew],
    ['tail', noCandles ?? 'not enough candles for a tail of such windows'],
  ]
  return reasons.filter(([method]) => !has(method)).map(([method, reason]) => ({ method, reason }))
}
