import type { RandomStream } from './randomStream.ts'
import type { LogBarriers } from './touch.ts'
import type { Volatility } from './volatility.ts'

/** The lowest and highest logarithm that each simulated path has touched by the end of a horizon. */
export type Extremes = { readonly low: Float64Array; readonly high: Float64Array }

/** What is simulated: bars a block of the past, bars to each horizon, and how many paths. */
export type Simulation = { readonly blockBars: number; readonly horizons: readonly number[]; readonly paths: number }

/**
 * Paths made of blocks of past shocks, whose volatility evolves as the moves are drawn; extremes are those of the bars, not of
 * their closes.
 *
 * @returns One {@link Extremes} a horizon.
 * @see RISK 2.4 (filtered historical simulation)
 */
export function simulate(
  { now, kept, shocks }: Volatility,
  { blockBars, horizons, paths }: Simulation,
  random: RandomStream,
): Extremes[] {
  const results = horizons.map(() => ({ low: new Float64Array(paths), high: new Float64Array(paths) }))
  const starts = shocks.close.length - blockBars + 1
  const last = Math.max(0, ...horizons)
  for (let path = 0; path < paths; path++) {
    let [at, lowest, highest, variance, shock] = [0, 0, 0, now * now, 0]
    for (let bar = 1; bar <= last; bar++) {
      shock = (bar - 1) % blockBars === 0 ? random.below(starts) : shock + 1
      const sigma = Math.sqrt(variance)
      lowest = Math.min(lowest, at + sigma * (shocks.low[shock] as number))
      highest = Math.max(highest, at + sigma * (shocks.high[shock] as number))
      const move = sigma * (shocks.close[shock] as number)
      at += move
      variance = kept * variance + (1 - kept) * move * move
      for (let i = 0; i < horizons.length; i++) {
        if (bar !== horizons[i]) continue
        const { low, high } = results[i] as Extremes
        low[path] = lowest
        high[path] = highest
      }
    }
  }
  return results
}

/** How many paths touched a barrier. */
export function countTouches({ low, high }: Extremes, { down, up }: LogBarriers): number {
  let hits = 0
  for (let i = 0; i < low.length; i++) {
    if ((down !== null && (low[i] as number) <= down) || (up !== null && (high[i] as number) >= up)) hits += 1
  }
  return hits
}

/** 95 % of a normal distribution lie within so many deviations. */
const NORMAL_95 = 1.959963984540054

/**
 * Where the probability behind a count lies, with 95 % confidence: Wilson's interval, and below 3 / n where nothing was hit.
 *
 * @example wilson(0, 20000) // { low: 0, high: 0.00015 }
 */
export function wilson(hits: number, of: number): { readonly low: number; readonly high: number } {
  if (hits === 0) return { low: 0, high: Math.min(1, 3 / of) }
  const share = hits / of
  const z2 = NORMAL_95 * NORMAL_95
  const centre = (share + z2 / (2 * of)) / (1 + z2 / of)
  const half = (NORMAL_95 / (1 + z2 / of)) * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of * of))
  return { low: Math.max(0, centre - half), high: hits === of ? 1 : Math.min(1, centre + half) }
}
