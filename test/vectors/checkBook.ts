import { assess } from '../../src/risk/assess.ts'
import { corridor, pathsOf } from '../../src/risk/corridor.ts'
import { type Decimal, dec, ONE, sum } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY, type Grade } from '../../src/risk/grade.ts'
import type { Gap, Leg, Snapshot } from '../../src/risk/leg.ts'
import type { LendingPosition } from '../../src/risk/lendingPosition.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import { borrowingOf, lendingRule } from '../../src/risk/rules/lending.ts'
import { marginState, profit, symbolTrigger } from '../../src/risk/rules/margin.ts'
import { type VectorBook, vectorSnapshot } from '../support/vectorBook.ts'
import { type Comparison, type Difference, openComparison } from './comparison.ts'
import { type Entry, EntryError, figure, given } from './entry.ts'
import { EXTRAS } from './extras.ts'
import { pathNamed } from './shockOf.ts'

/** A worked book with its expected figures. */
export type Vector = {
  readonly id: string
  readonly title: string
  readonly book: VectorBook
  readonly expect: Readonly<Record<string, unknown>>
  readonly extra?: Readonly<Record<string, unknown>> | null
}

export type Checked = { readonly differences: readonly Difference[]; readonly compared: number }

type Shocks = Readonly<Record<string, Readonly<Record<string, unknown>>>>
type Position = { readonly leg: string; readonly symbol: string; readonly side: string }

/** What computes one part of `expect`. A name that is missing here fails its book. */
const PARTS: Readonly<Record<string, (snapshot: Snapshot, expected: unknown) => unknown>> = {
  legs: legFigures,
  positions: ({ legs }, expected) => (expected as Position[]).map((wanted) => positionFigures(legs, wanted)),
  shocks: ({ legs }, expected) => shockFigures(legs, expected as Shocks),
  totals: totalFigures,
  unified: unifiedFigures,
}

/** No entry's own tolerance may be so wide that it says nothing. */
const WIDEST = dec('0.001')

/** Computes everything that a worked book expects and compares every field of it. A field that is not known here is a difference. */
export function checkBook({ book, expect, extra }: Vector): Checked {
  const comparison = openComparison()
  const { differences, refuse, same } = comparison
  const attempt = (path: string, compute: () => void): void => {
    try {
      compute()
    } catch (error) {
      refuse(path, error instanceof Error ? error.message : String(error))
    }
  }
  attempt('book', () => {
    const snapshot = withWholeProfit(vectorSnapshot(book))
    for (const [part, expected] of Object.entries(expect)) {
      const figures = Object.hasOwn(PARTS, part) ? PARTS[part] : undefined
      if (figures === undefined) refuse(part, 'no such part is known')
      else attempt(part, () => same(part, figures(snapshot, expected), expected))
    }
    for (const [name, expected] of Object.entries(extra ?? {})) {
      const path = `extra.${name}`
      const figures = Object.hasOwn(EXTRAS, name) ? EXTRAS[name] : undefined
      if (figures === undefined) refuse(path, 'no such entry is known')
      else attempt(path, () => checkEntry(comparison, path, { expected, figures: (entry) => figures(snapshot, entry) }))
    }
  })
  if (comparison.compared() === 0 && differences.length === 0) refuse('expect', 'nothing is expected of it')
  return { differences, compared: comparison.compared() }
}

/** A note is text for people, and a tolerance of its own is how the entry wants to be compared. */
function checkEntry(
  { same }: Comparison,
  path: string,
  { expected, figures }: { readonly expected: unknown; readonly figures: (entry: Entry) => unknown },
): void {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) {
    same(path, figures({}), expected)
    return
  }
  const entry = expected as Entry
  const tolerance = entry.tolerance === undefined ? undefined : figure(entry, 'tolerance')
  if (tolerance?.gt(WIDEST) || tolerance?.lt(0))
    throw new EntryError(`its tolerance ${tolerance.toFixed()} is not between 0 and ${WIDEST}`)
  const ours = { ...given(entry, ['note', 'tolerance']), ...(figures(entry) as Entry) }
  same(path, ours, expected, tolerance)
}

/**
 * The books weigh balances by their ratio and count profit in full; the product, as Binance does, takes balance and profit in the
 * settle coin as one amount. A balance of its own, which moves alike, says the former.
 */
function withWholeProfit(snapshot: Snapshot): Snapshot {
  const legs = snapshot.legs.map((leg): Leg => {
    if (leg.kind !== 'futures') return leg
    const wallet = leg.wallet.map((held) =>
      held.asset.key !== leg.settle.key || held.ratio.eq(ONE)
        ? held
        : { ...held, asset: { ...held.asset, key: `${held.asset.key} as collateral` } },
    )
    return { ...leg, wallet }
  })
  return { ...snapshot, legs }
}

function legFigures({ legs, gaps }: Snapshot): Record<string, unknown> {
  const known = legs.map((leg) => [leg.id, leg.kind === 'lending' ? loanFigures(leg) : poolFigures(leg)] as const)
  return Object.fromEntries([...known, ...gaps.map((gap) => [gap.leg, unknownFigures(gap)] as const)])
}

/** The books name a pool that could not be weighed by the field that was missing. */
function unknownFigures({ reason, hint }: Gap): Record<string, unknown> {
  return { kind: hint, unknown: reason }
}

function loanFigures(position: LendingPosition): Record<string, unknown> {
  const account = lendingRule(position).accountOf(position)
  const borrowing = borrowingOf(account)
  const slack = account.weightedUsd.minus(account.debtUsd)
  return {
    kind: position.protocol,
    slackUsd: slack,
    deadNow: account.debtUsd.gt(0) && slack.lte(0),
    collateralUsd: account.collateralUsd,
    liquidationWeightedUsd: account.weightedUsd,
    debtUsd: account.debtUsd,
    healthFactor: account.debtUsd.isZero() ? null : account.weightedUsd.div(account.debtUsd),
    ltv: borrowing.ltv,
    maxLtv: borrowing.maxLtv,
    borrowHeadroomUsd: borrowing.headroomUsd,
    borrowHealth: borrowing.health,
  }
}

function poolFigures(account: MarginAccount): Record<string, unknown> {
  const { equity, maintenance } = marginState(account)
  return {
    kind: account.margin,
    slackUsd: equity.minus(maintenance),
    deadNow: account.positions.length > 0 && equity.lte(maintenance),
    equityUsd: equity,
    maintenanceUsd: maintenance,
    unrealizedUsd: sum(account.positions.map((p) => profit(p, p.mark).times(account.settlePrice))),
    marginRatio: equity.gt(0) ? maintenance.div(equity) : null,
  }
}

function positionFigures(legs: readonly Leg[], { leg, symbol, side }: Position): Record<string, unknown> {
  const pools = legs.filter((one): one is MarginAccount => one.kind === 'futures')
  const isolated = pools.find(({ id }) => id === `${leg}/${symbol}/${side}`)
  const pool = pools.find(({ id }) => id === leg) ?? isolated
  const holder = pool?.positions.some((p) => p.symbol === symbol && p.side === side) ? pool : isolated
  if (holder === undefined) return { leg, symbol, side }
  const price = (direction: 'down' | 'up'): Decimal | null => symbolTrigger(holder, symbol, direction)?.exact ?? null
  return { leg, symbol, side, liqPriceSymbolDown: price('down'), liqPriceSymbolUp: price('up') }
}

function shockFigures(legs: readonly Leg[], expected: Shocks): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(expected).map((name) => {
      const { floor, ceiling, legs: each } = corridor(legs, pathNamed(name))
      const first = (ids: readonly string[] | undefined): string | null => legs.find(({ id }) => ids?.includes(id))?.id ?? null
      const shock = {
        sLo: floor?.at ?? null,
        sHi: ceiling?.at ?? null,
        firstDown: first(floor?.legs),
        firstUp: first(ceiling?.legs),
      }
      return [name, { ...shock, perLeg: Object.fromEntries(each) }]
    }),
  )
}

function totalFigures(snapshot: Snapshot): Record<string, unknown> {
  const { totals } = assess(snapshot, DEFAULT_POLICY)
  if (totals.equity === null) return { unknown: true }
  return {
    equityUsd: totals.equity,
    netDeltaUsd: Object.fromEntries(totals.netDelta ?? []),
    grossLeverage: totals.grossLeverage ?? 'insolvent',
    netLeverage: totals.netLeverage ?? 'insolvent',
  }
}

const STATUS: Partial<Record<Grade, string>> = { liquidatable: 'LIQUIDATABLE', 'no-trigger': 'NO_TRIGGER', 'no-risk': 'NO_RISK' }

function unifiedFigures(snapshot: Snapshot): Record<string, unknown> {
  const { verdict, legs, safetyFactor, gaps } = assess(snapshot, DEFAULT_POLICY)
  const { firstLiquidation: first } = verdict
  const dead = legs.filter(({ slack, required }) => required.gt(0) && slack.lte(0)).map(({ id }) => id)
  const status = dead.length > 0 ? 'LIQUIDATABLE' : gaps.length > 0 ? 'UNKNOWN' : coarse(snapshot)
  return {
    status,
    safetyFactor: dead.length > 0 ? ONE : safetyFactor,
    atMost: status !== 'UNKNOWN' || first === null ? null : distanceOf(first.move),
    bindingLeg: first?.legs[0] ?? null,
    bindingDirection: first?.direction ?? null,
    bindingShock: first === null ? null : first.factor === 'ALL' ? 'ALL_MARKET' : first.factor,
    deadLegs: dead,
    unknownLegs: gaps.map(({ leg }) => leg),
  }
}

/** The books' coarse word, which knows nothing of limits. */
function coarse({ legs }: Snapshot): string {
  const corridors = pathsOf(legs).map((path) => corridor(legs, path))
  if (corridors.some(({ kind, floor, ceiling }) => kind !== 'peg' && (floor ?? ceiling) !== null)) return 'OK'
  const required = legs.some((leg) =>
    leg.kind === 'lending' ? lendingRule(leg).accountOf(leg).debtUsd.gt(0) : leg.positions.length > 0,
  )
  return (required ? STATUS['no-trigger'] : STATUS['no-risk']) as string
}

function distanceOf(move: Decimal): Decimal {
  const s = move.plus(1)
  return s.lt(1) ? ONE.div(s) : s
}
