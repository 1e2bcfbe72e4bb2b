import { type Decimal, ZERO } from './decimal.ts'
import type { Reached, ReachForm } from './reachForm.ts'
import type { Direction } from './slackLine.ts'

/** What a leg needs to live at a distance, and the move that asks for it. */
export type Need = Reached & { readonly path: string; readonly direction: Direction }

/** One path and side: what is needed to live from now to there. */
export type Probe = { readonly at: (h: Decimal) => Need }

/** `still + moving x s`, divided by s where the coin moves along, as a function of the distance. */
export function formOf(
  { still, moving }: { readonly still: Decimal; readonly moving: Decimal },
  { down, coinMoves }: { readonly down: boolean; readonly coinMoves: boolean },
): ReachForm {
  if (coinMoves) return down ? { fixed: moving, fall: ZERO, rise: still } : { fixed: moving, fall: still, rise: ZERO }
  return down ? { fixed: still, fall: moving, rise: ZERO } : { fixed: still, fall: ZERO, rise: moving }
}
