import type { Snapshot } from '../../src/risk/leg.ts'
import { accrual, carry } from './carryExtras.ts'
import { aaveLiquidation, absorbAt, gapScenario, v4 } from './deathExtras.ts'
import type { Entry } from './entry.ts'
import { ladder, trappedAtLoanDeath } from './ladderExtras.ts'
import { anchoringOf, tierProblems } from './priceExtras.ts'
import {
  allocationDown,
  allocationTwoSided,
  minCashForTarget,
  minReductionFutures,
  routedAllocation,
  transfer,
} from './rescueExtras.ts'
import { frontierOf, sigmaDistance24h } from './shapeExtras.ts'

/** What computes one entry of a book's `extra`; what an entry gives as input is given back as it is. */
export type Extra = (snapshot: Snapshot, entry: Entry) => unknown

/** By the name of the entry. A name that is missing here fails its book. */
export const EXTRAS: Readonly<Record<string, Extra>> = {
  aaveLiquidation,
  absorbAt,
  accrual,
  allocationDown,
  allocationTwoSided,
  anchoring: anchoringOf,
  carry,
  frontier: frontierOf,
  gapScenario,
  ladder,
  minCashForTarget,
  minReductionFutures,
  routedAllocation,
  sigmaDistance24h,
  tierProblems,
  transfer,
  trappedAtLoanDeath,
  v4,
}
