import { spreadOver } from '../../src/risk/covariance.ts'
import { dec } from '../../src/risk/decimal.ts'
import { frontier } from '../../src/risk/frontier.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import { alongFactor } from '../../src/risk/path.ts'
import { liquidate } from '../../src/risk/rules/aaveV4Liquidate.ts'
import { absorb } from '../../src/risk/rules/compoundV3Absorb.ts'
import { shocked } from '../../src/risk/shock.ts'
import { sigmaDistance } from '../../src/risk/sigmaDistance.ts'

/** What computes one entry of a book's `extra`; what an entry gives as input is given back as it is. */
type Extra = (snapshot: Snapshot, expected: never) => unknown

const HOURS = dec(24)

const frontierOf = ({ legs }: Snapshot, expected: { x: string; y: string; box: string }): unknown => {
  const { vertices } = frontier(legs, { x: alongFactor(expected.x), y: alongFactor(expected.y) }, dec(expected.box))
  return { x: expected.x, y: expected.y, box: expected.box, vertices: vertices?.map(({ x, y }) => [x, y]) }
}

type Sigma = { factors: string[]; annualVol: number[]; rho: number; tolerance: string }

const sigmaOf = ({ legs }: Snapshot, { factors, annualVol, rho, tolerance }: Sigma): unknown => {
  const annual = annualVol.map((vol) => dec(String(vol)))
  const spread = spreadOver({ factors, annual, correlation: () => dec(String(rho)) }, HOURS)
  return {
    factors,
    annualVol,
    rho,
    tolerance,
    perLeg: Object.fromEntries(legs.map((leg) => [leg.id, sigmaDistance(leg, spread).z])),
  }
}

const absorption = ({ legs }: Snapshot, { shock }: { shock: Record<string, string> }): unknown => {
  const moved = new Map(Object.entries(shock).map(([factor, text]) => [factor, dec(text)]))
  const leg = legs.map((one) => shocked(one, moved)).find((one) => one.kind === 'lending' && one.protocol === 'compound-v3')
  if (leg?.kind !== 'lending' || leg.protocol !== 'compound-v3') return undefined
  const done = absorb(leg)
  return {
    shock,
    liquidatable: done !== null,
    newBase: done?.equityAfterUsd,
    equityBefore: done?.equityBeforeUsd,
    equityAfter: done?.equityAfterUsd,
    loss: done?.lossUsd,
  }
}

const spoke = ({ legs }: Snapshot, { config }: { config: unknown }): unknown => {
  const leg = legs.find((one) => one.kind === 'lending' && one.protocol === 'aave-v4')
  if (leg?.kind !== 'lending' || leg.protocol !== 'aave-v4') return undefined
  const done = liquidate(leg)
  return {
    config,
    bonus: done?.bonus,
    debtLiquidated: done?.repaidUsd,
    collateralSeized: done?.seizedUsd,
    loss: done?.lossUsd,
    hfAfter: done?.healthAfter,
  }
}

/** By the name of the entry. A name that is missing here fails its book. */
export const EXTRAS: Readonly<Record<string, Extra>> = {
  frontier: frontierOf as Extra,
  sigmaDistance24h: sigmaOf as Extra,
  absorbAt: absorption as Extra,
  v4: spoke as Extra,
}
