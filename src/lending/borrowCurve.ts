import type { BorrowCurve } from '../risk/lendingPosition.ts'

/** What is 100 %, and the highest rate that can be, in the units of a protocol. */
export type CurveUnits = { readonly whole: bigint; readonly highest: bigint }

/**
 * How a rate follows use, as a lens wrote it.
 *
 * @returns null where the market did not tell, for which the lens writes 0, or told what no market sets. It decides no liquidation,
 * so it takes nothing else with it.
 */
export function borrowCurve({ kink, rateAtKink, rateAtFull }: BorrowCurve, { whole, highest }: CurveUnits): BorrowCurve | null {
  const possible = kink > 0n && kink <= whole && rateAtKink <= highest && rateAtFull <= highest
  return possible ? { kink, rateAtKink, rateAtFull } : null
}
