import type { Growing } from './growing.ts'

/** Beyond a million days nothing is reported. */
export const HORIZON = 1_000_000
/** How far to look at first where debt does not gain on its cover today. */
export const FIRST_LEAP = 365
const MOST_STEPS = 200

/** Far above what rounding does to a sum of float64, far below what matters to the number of steps. */
const DOUBT = 1e-6

/**
 * Days that surely pass before what is owed has grown to what covers it, in float64: where they meet, up to a millionth of their
 * logarithms less; where they never do, some day from which the cover outgrows all, or one past the horizon. Whether they meet is
 * not for floats to say.
 *
 * The walk of `daysUntilMet`, with its steps kept shorter than the errors.
 */
export function surelyBefore(cover: readonly Growing[], owed: readonly Growing[]): number {
  const [has, owes] = [cover.map(inFloats), owed.map(inFloats)]
  const fastest = Math.max(0, ...owes.map(({ log }) => log))
  const base = Math.max(fastest, ...has.map(({ log }) => log))
  let t = 0
  for (let step = 0; step < MOST_STEPS && t <= HORIZON; step++) {
    const [covers, asks] = [sumAt(has, t, base), sumAt(owes, t, base)]
    const gap = Math.log(covers.usd / asks.usd)
    if (!(gap > DOUBT) || !Number.isFinite(gap) || covers.log >= fastest) break
    const guess = asks.log > covers.log ? gap / (asks.log - covers.log) : Math.max(FIRST_LEAP, t)
    const gain = sumAt(owes, t + guess, base).log - covers.log + base * DOUBT * DOUBT
    t += gain > 0 ? Math.min(guess, gap / gain) * (1 - DOUBT) : guess
  }
  return t
}

type Floats = { readonly usd: number; readonly log: number }

function inFloats({ usd, log }: Growing): Floats {
  return { usd: usd.toNumber(), log: log.toNumber() }
}

/** A sum after so many days and the logarithm of its growth there (NaN where nothing is left), with the growth at `base` taken out lest it overflow. */
function sumAt(parts: readonly Floats[], days: number, base: number): Floats {
  let [total, weighted] = [0, 0]
  for (const { usd, log } of parts) {
    const grown = usd * Math.exp((log - base) * days)
    total += grown
    weighted += grown * log
  }
  return { usd: total, log: weighted / total }
}
