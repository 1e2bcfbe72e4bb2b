import type { Candle, Candles } from '../../src/risk/candles.ts'
import { dec } from '../../src/risk/decimal.ts'
import { type RandomStream, randomStream } from '../../src/risk/randomStream.ts'

/** Hourly bars of a made-up price whose law is known. */

/** Yearly volatility of every law here. */
export const ANNUAL = 0.6
const HOURLY = ANNUAL / Math.sqrt(8760)
/** Moves a bar, for its high and low. */
const STEPS = 12

export type Law = 'normal' | 'garch-t'

/** Degrees of freedom of Student's t, and how the variance reacts to a move and remembers itself. */
const [FREEDOM, REACTS, REMEMBERS] = [4, 0.06, 0.93]

export function syntheticCandles(law: Law, bars: number, seed: number): Candles {
  const random = randomStream(seed)
  const found: Candle[] = []
  let [price, variance] = [3000, HOURLY ** 2]
  for (let i = 0; i < bars; i++) {
    const sigma = law === 'normal' ? HOURLY : Math.sqrt(variance)
    const shock = law === 'normal' ? normal(random) : student(random)
    // A bridge of small steps that ends at the bar's move.
    const steps = Array.from({ length: STEPS }, () => (normal(random) * sigma) / Math.sqrt(STEPS))
    const excess = (shock * sigma - steps.reduce((a, b) => a + b, 0)) / STEPS
    const path = [price]
    for (const step of steps) path.push((path.at(-1) as number) * Math.exp(step + excess))
    const close = path.at(-1) as number
    const text = (value: number) => dec(value.toPrecision(15))
    const ends = { open: text(price), high: text(Math.max(...path)), low: text(Math.min(...path)), close: text(close) }
    found.push({ time: i * 3_600_000, ...ends })
    const move = Math.log(close / price)
    variance = HOURLY ** 2 * (1 - REACTS - REMEMBERS) + REACTS * move * move + REMEMBERS * variance
    price = close
  }
  return { barHours: 1, bars: found }
}

function normal({ next }: RandomStream): number {
  return Math.sqrt(-2 * Math.log((next() + 1) / 2 ** 32)) * Math.cos((2 * Math.PI * next()) / 2 ** 32)
}

/** Student's t of variance 1. */
function student(random: RandomStream): number {
  let squares = 0
  for (let i = 0; i < FREEDOM; i++) squares += normal(random) ** 2
  return (normal(random) / Math.sqrt(squares / FREEDOM)) * Math.sqrt((FREEDOM - 2) / FREEDOM)
}
