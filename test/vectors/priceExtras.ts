import { type AnchoredLeg, anchoring } from '../../src/risk/anchoring.ts'
import { pathsOf } from '../../src/risk/corridor.ts'
import { type Decimal, ZERO } from '../../src/risk/decimal.ts'
import type { Leg, Snapshot } from '../../src/risk/leg.ts'
import type { FuturesPosition, MarginAccount } from '../../src/risk/marginAccount.ts'
import { alongFactor } from '../../src/risk/path.ts'
import { maintenanceOf } from '../../src/risk/rules/margin.ts'
import { type Entry, EntryError, figure, given } from './entry.ts'

/** The entries of `extra` that speak of what the figures come from: own prices that differ, and tier tables. */

/** `anchoring`: one reference price for all legs, and the loans' oracle as far on the wrong side of it as it may be. */
export function anchoringOf({ legs }: Snapshot, entry: Entry): unknown {
  const factor = factorOf(legs, entry)
  const oracleDeviation = figure(entry, 'oracleDeviation', '0')
  const references = new Map([[factor, figure(entry, 'reference')]])
  const found = anchoring(legs, alongFactor(factor), { references, oracleDeviation })
  if (found === null) throw new EntryError('the prices of its legs do not differ')
  const first = (kind: Leg['kind']) =>
    found.legs.filter((leg) => legs.find(({ id }) => id === leg.leg)?.kind === kind).reduce(dyingFirst)
  const [loan, futures] = [first('lending'), first('futures')]
  const all = found.legs.reduce(dyingFirst)
  return {
    ...given(entry, ['reference', 'oracleDeviation', 'factor']),
    loanTriggerPrice: loan.trigger.down,
    futuresTriggerPrice: futures.trigger.down,
    loanS: loan.anchored.down,
    loanSConservative: loan.widened.down,
    futuresS: futures.anchored.down,
    firstDown: all.widened.down === null ? null : all.leg,
    divergenceOracleVsMark: found.divergence,
  }
}

/** The market factor that an entry names; else the one of the book that most legs hold. */
function factorOf(legs: readonly Leg[], entry: Entry): string {
  if (typeof entry.factor === 'string') return entry.factor
  const markets = pathsOf(legs).filter(({ kind }) => kind === 'market')
  const shared = markets.find((path) => legs.every((leg) => pathsOf([leg]).some(({ name }) => name === path.name)))
  const found = shared ?? markets[0]
  if (found === undefined) throw new EntryError('the book has no market factor')
  return found.name
}

function dyingFirst(a: AnchoredLeg, b: AnchoredLeg): AnchoredLeg {
  if (b.widened.down === null) return a
  return a.widened.down === null || b.widened.down.gt(a.widened.down) ? b : a
}

/** `tierProblems`: where the maintenance of a marginal table jumps, or no bracket holds; one line for each place. */
export function tierProblems({ legs }: Snapshot): unknown {
  const pools = legs.filter((leg): leg is MarginAccount => leg.kind === 'futures' && leg.rules.tiers === 'marginal')
  return [...new Set(pools.flatMap(({ positions }) => positions.flatMap(problemsOf)))]
}

function problemsOf({ tiers }: FuturesPosition): readonly string[] {
  return tiers.flatMap((tier, k) => {
    const next = tiers[k + 1]
    if (tier.cap === null || next === undefined) return []
    const [ends, begins] = [tier, next].map((one): Decimal => maintenanceOf(tier.cap ?? ZERO, [one], 'marginal')) as [
      Decimal,
      Decimal,
    ]
    return ends.eq(begins) ? [] : [`MM jumps at ${tier.cap.toFixed()}`]
  })
}
