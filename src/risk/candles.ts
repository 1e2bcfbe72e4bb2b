import type { Decimal } from './decimal.ts'

/** One bar of a price: what it began at, its ends, what it closed at. */
export type Candle = {
  /** Its beginning, milliseconds since 1970. */
  readonly time: number
  readonly open: Decimal
  readonly high: Decimal
  readonly low: Decimal
  readonly close: Decimal
}

/** Bars of one length, the oldest first, closed ones only. Hours that are missing are gaps, never filled. */
export type Candles = { readonly barHours: 1 | 24; readonly bars: readonly Candle[] }

/** The bars in float64, for probabilities alone. */
export type Series = {
  readonly barHours: 1 | 24
  readonly length: number
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  /** Whether a bar follows the one before it without a gap. */
  readonly follows: readonly boolean[]
}

/** The bars in float64; null where one of them cannot be: then none of them is believed. */
export function seriesOf({ barHours, bars }: Candles): Series | null {
  const step = barHours * 3_600_000
  const column = (of: 'open' | 'high' | 'low' | 'close'): Float64Array => Float64Array.from(bars, (bar) => bar[of].toNumber())
  const [open, high, low, close] = [column('open'), column('high'), column('low'), column('close')]
  const sound = bars.every(({ time }, i) => {
    const [o, h, l, c] = [open[i], high[i], low[i], close[i]] as [number, number, number, number]
    const previous = bars[i - 1]?.time
    return (
      l > 0 &&
      h < Number.POSITIVE_INFINITY &&
      l <= Math.min(o, c) &&
      h >= Math.max(o, c) &&
      time >= (previous ?? Number.NEGATIVE_INFINITY) + step
    )
  })
  if (!sound) return null
  const follows = bars.map(({ time }, i) => i > 0 && time - (bars[i - 1] as Candle).time === step)
  return { barHours, length: bars.length, open, high, low, close, follows }
}
