import type { Series } from './candles.ts'

/** How fast yesterday's volatility is forgotten, bar by bar. */
const KEPT = { 1: 0.98, 24: 0.94 } as const
const FLOOR_DAYS = 90
const HOURS_A_YEAR = 8760
/** A bar's volatility is not taken below this share of the whole series': a coin that stood still would make any move endless. */
const LEAST_SHARE = 0.1

/** What a series tells of its volatility. */
export type Volatility = {
  /** Of one bar's logarithm: the exponentially weighted one now, or that of the last 90 days where that is larger. */
  readonly now: number
  /** Yearly, from `now`. */
  readonly annual: number
  /** Yearly, from the bars' highs and lows over 90 days. */
  readonly parkinson: number
  /** How much of a bar's variance the next bar keeps. */
  readonly kept: number
  /** Each bar's close, low and high in units of the volatility that was expected of it, mean move taken out. */
  readonly shocks: { readonly close: Float64Array; readonly low: Float64Array; readonly high: Float64Array }
}

/**
 * Exponentially weighted volatility with a floor, Parkinson's from highs and lows, and the shocks that are left when each move is
 * divided by the volatility expected of it.
 *
 * @returns null for less than 90 days of bars, or a price that never moved.
 * @see RISK 2.4
 */
export function volatilityOf(series: Series): Volatility | null {
  const { barHours, low, high, close, follows } = series
  const floorBars = (FLOOR_DAYS * 24) / barHours
  const bars = [...follows.keys()].filter((i) => follows[i])
  if (bars.length < floorBars - 1) return null
  const move = (to: Float64Array, i: number): number => Math.log((to[i] as number) / (close[i - 1] as number))
  const moves = bars.map((i) => move(close, i))
  const all = deviation(moves)
  if (!(all > 0)) return null
  const kept = KEPT[barHours]
  const expected: number[] = []
  let variance = all * all
  for (const moved of moves) {
    expected.push(Math.max(Math.sqrt(variance), LEAST_SHARE * all))
    variance = kept * variance + (1 - kept) * moved * moved
  }
  const now = Math.max(Math.sqrt(variance), deviation(moves.slice(-floorBars)))
  const warm = Math.round(1 / (1 - kept))
  const used = bars.slice(warm)
  const scaledTo = (to: Float64Array, drift = 0): Float64Array =>
    Float64Array.from(used, (i, k) => move(to, i) / (expected[k + warm] as number) - drift)
  const drift = mean(scaledTo(close))
  const shocks = { close: scaledTo(close, drift), low: scaledTo(low, drift), high: scaledTo(high, drift) }
  const ranges = bars.slice(-floorBars).map((i) => Math.log((high[i] as number) / (low[i] as number)) ** 2)
  const barsAYear = HOURS_A_YEAR / barHours
  return {
    now,
    annual: now * Math.sqrt(barsAYear),
    parkinson: Math.sqrt((mean(ranges) / (4 * Math.LN2)) * barsAYear),
    kept,
    shocks,
  }
}

function mean(values: readonly number[] | Float64Array): number {
  let total = 0
  for (const value of values) total += value
  return total / values.length
}

function deviation(values: readonly number[]): number {
  const centre = mean(values)
  return Math.sqrt(values.reduce((total, value) => total + (value - centre) ** 2, 0) / (values.length - 1))
}
