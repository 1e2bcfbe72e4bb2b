import { type Decimal, sum } from '../decimal.ts'
import type { AaveV3Position } from '../lendingPosition.ts'
import { type AaveV3Call, liquidationCalls } from './aaveV3LiquidationCall.ts'

/** Liquidation after liquidation, until the loan lives again or nothing of it can be taken. */
export type AaveV3Course = {
  readonly steps: readonly AaveV3Call[]
  readonly after: AaveV3Position
  /** Sum of what the steps take beyond what they repay, USD; the protocol's fee is a part of it. */
  readonly billUsd: Decimal
  /** Debt that is written off at the end, USD. */
  readonly badDebtUsd: Decimal
}

/**
 * How liquidators take a loan apart whose health is below 1: each time the pair that costs the user most (`worst`), or least
 * (`best`). Below a health of threshold x bonus every liquidation lowers health further, so one is followed by the next.
 *
 * @returns Both without a step when health is not below 1.
 * @throws UnsupportedError for an unknown pool revision.
 * @throws IncompleteAnswerError for a needed price that is missing or not above 0.
 * @see RISK 2.5
 */
export function liquidate(position: AaveV3Position): { readonly best: AaveV3Course; readonly worst: AaveV3Course } {
  const worst = courseOf(position, (call, chosen) => call.lossUsd.gt(chosen.lossUsd))
  const least = courseOf(position, (call, chosen) => call.lossUsd.lt(chosen.lossUsd))
  // The smallest first step may be followed by so many others that they cost more in all.
  return { best: least.billUsd.lt(worst.billUsd) ? least : worst, worst }
}

function courseOf(position: AaveV3Position, beats: (call: AaveV3Call, chosen: AaveV3Call) => boolean): AaveV3Course {
  const steps: AaveV3Call[] = []
  let after = position
  // Each step takes at least a base unit of both sides, so this ends.
  for (;;) {
    const [first, ...others] = liquidationCalls(after)
    if (first === undefined) break
    const call = others.reduce((chosen, other) => (beats(other, chosen) ? other : chosen), first)
    steps.push(call)
    after = call.after
  }
  return {
    steps,
    after,
    billUsd: sum(steps.map(({ lossUsd }) => lossUsd)),
    badDebtUsd: sum(steps.map(({ badDebtUsd }) => badDebtUsd)),
  }
}
