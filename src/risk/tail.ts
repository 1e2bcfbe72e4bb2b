import type { Series } from './candles.ts'

/** A generalised Pareto distribution above a threshold. */
export type Tail = {
  readonly threshold: number
  /** Share of the windows that pass the threshold. */
  readonly share: number
  readonly shape: number
  readonly scale: number
}

/** Fewer excesses than this say nothing of the tail. */
const LEAST_EXCESSES = 50
/** The highest quantile that leaves enough excesses is the threshold. */
const QUANTILES = [0.95, 0.9]

/**
 * The worst move of each window, windows side by side and the latest last: `low / open - 1` as a loss, or `high / open - 1`.
 * A window with a gap in it is left out.
 */
export function worstMoves(series: Series, windowBars: number, side: 'down' | 'up'): number[] {
  const { open, low, high, follows, length } = series
  const found: number[] = []
  for (let start = length - windowBars; start >= 0; start -= windowBars) {
    if (follows.slice(start + 1, start + windowBars).includes(false)) continue
    const first = open[start] as number
    const end = start + windowBars
    found.push(side === 'down' ? 1 - Math.min(...low.slice(start, end)) / first : Math.max(...high.slice(start, end)) / first - 1)
  }
  return found.reverse()
}

/**
 * Fits what lies above a high threshold, by probability-weighted moments.
 *
 * @returns null where there are not enough windows, or what is above is no tail: a shape of 1 has no mean.
 * @see RISK 2.4; Hosking and Wallis 1987, their k being -shape
 */
export function fitTail(moves: readonly number[]): Tail | null {
  const sorted = [...moves].sort((a, b) => a - b)
  for (const quantile of QUANTILES) {
    const threshold = sorted[Math.ceil(sorted.length * quantile) - 1]
    if (threshold === undefined) return null
    const excesses = sorted.filter((move) => move > threshold).map((move) => move - threshold)
    if (excesses.length < LEAST_EXCESSES) continue
    const pareto = paretoOf(excesses)
    return pareto === null ? null : { threshold, share: excesses.length / sorted.length, ...pareto }
  }
  return null
}

/** @param sorted - Excesses over the threshold, the smallest first. */
function paretoOf(sorted: readonly number[]): Pick<Tail, 'shape' | 'scale'> | null {
  const n = sorted.length
  let [mean, weighted] = [0, 0]
  sorted.forEach((excess, i) => {
    mean += excess / n
    weighted += (excess * (1 - (i + 1 - 0.35) / n)) / n
  })
  const spread = mean - 2 * weighted
  if (!(spread > 0)) return null
  const shape = 2 - mean / spread
  // At -1 the excesses are spread evenly; below it they would crowd at their end, which is no tail.
  return Math.abs(shape) < 1 ? { shape, scale: (2 * mean * weighted) / spread } : null
}

/** The probability that a window moves at least so far: counted up to the threshold; fitted beyond it, never below what was counted. */
export function tailProbability(moves: readonly number[], tail: Tail, move: number): number {
  const { threshold, share, shape, scale } = tail
  const counted = moves.filter((one) => one >= move).length / moves.length
  if (move <= threshold) return counted
  const beyond = (move - threshold) / scale
  const fitted = Math.abs(shape) < 1e-9 ? Math.exp(-beyond) : Math.max(0, 1 + shape * beyond) ** (-1 / shape)
  return Math.max(counted, share * fitted)
}
