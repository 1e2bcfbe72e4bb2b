import type { Decimal } from '../decimal.ts'
import type { FuturesPosition, MarginAccount } from '../marginAccount.ts'
import { type Direction, signAt, type WholeLine, wholeDeath } from '../slackLine.ts'
import { decimalOf, quotientOf, wholeOf, wordsOf } from '../whole.ts'

/** `exact`: the root of the rule. `lastSafe`: rounded to the symbol's tick towards today's mark. */
export type SymbolTrigger = { readonly exact: Decimal; readonly lastSafe: Decimal }

/**
 * A symbol's trigger where its slack is known in whole numbers: a tick over today's mark is a multiplier without any rounding.
 *
 * @param line - With this symbol's mark alone moving.
 * @see RISK 1.4
 */
export function wholeTrigger(
  { rules }: MarginAccount,
  { mark, tick }: FuturesPosition,
  { line, direction }: { readonly line: WholeLine; readonly direction: Direction },
): SymbolTrigger | null {
  const death = wholeDeath(line, direction)
  if (death === null) return null
  const words = Math.max(wordsOf(mark), wordsOf(tick))
  const [under, step] = [wholeOf(mark, words), wholeOf(tick, words)]
  const trips = (price: bigint): boolean => {
    const at = { over: price, under }
    const slack = signAt(line.at(at), at)
    return rules.trigger === 'below' ? slack < 0n : slack <= 0n
  }
  const ticks = (under * death.over) / (step * death.under)
  const down = direction === 'down'
  const whole = ticks * step * death.under === under * death.over
  // As with decimals: the root lies within one tick, and equality is safe or not by the venue's own strictness.
  let lastSafe = (down || whole ? ticks : ticks + 1n) * step
  for (let i = 0; i < 2 && trips(lastSafe); i++) lastSafe += down ? step : -step
  const past = down ? lastSafe > under : lastSafe < under
  return {
    // Asked for only where the venue told a price of its own.
    get exact() {
      return mark.times(quotientOf(death))
    },
    lastSafe: past ? mark : decimalOf(lastSafe, words),
  }
}
