import type { Anchoring } from '../risk/anchoring.ts'
import type { Band } from '../risk/band.ts'
import type { AssetRate, Carry, Flows } from '../risk/carry.ts'
import type { DaysLeft } from '../risk/daysLeft.ts'
import type { Deaths } from '../risk/deaths.ts'
import type { DebtUse } from '../risk/debtUse.ts'
import type { FirstDeath } from '../risk/firstDeath.ts'
import type { Frontier } from '../risk/frontier.ts'
import type { LegEnd } from '../risk/legEnd.ts'
import type { Outlook } from '../risk/outlook.ts'
import type { Projection } from '../risk/projection.ts'
import type { Reduction } from '../risk/reduction.ts'
import type { Naive, RescuePlan } from '../risk/rescue.ts'
import type { Move } from '../risk/rescueMove.ts'
import type { Room } from '../risk/room.ts'
import type { Target } from '../risk/target.ts'
import type { Totals } from '../risk/totals.ts'
import { liquidationJson, rangeJson, text, textOrNull } from './figuresJson.ts'
import type { ReportJson } from './schema.ts'
import { plain } from './words.ts'

/** The outlook as data; the schema in `outlookSchema.ts` describes it. */
export function rescueJson({ plan, planWithMargin, target }: Outlook): ReportJson['rescue'] {
  return { plan: planJson(plan), withMargin: planJson(planWithMargin), target: targetJson(target) }
}

/** A use of money. */
export function planJson(plan: RescuePlan | null): ReportJson['rescue']['plan'] {
  if (plan === null) return null
  const { before, after, moves, unspent, naive, exact, limits } = plan
  const { allToLoan, allToMargin, half } = naive
  return {
    before: roomJson(before),
    after: roomJson(after),
    moves: moves.map(moveJson),
    unspentUsd: text(unspent),
    instead: { allToLoan: naiveJson(allToLoan), allToMargin: naiveJson(allToMargin), half: naiveJson(half) },
    exact,
    limits: limits.map((limit) => plain(limit, 300)),
  }
}

function roomJson(room: Room | null): NonNullable<ReportJson['rescue']['plan']>['before'] {
  return room === null ? null : { ...room, distance: text(room.distance), move: text(room.move), legs: [...room.legs] }
}

function naiveJson(naive: Naive): NonNullable<ReportJson['rescue']['plan']>['instead']['half'] {
  return naive === null ? null : { room: roomJson(naive.room) }
}

function moveJson({ from, to, what, usd, amount, asset, accepts, arrives, conversion, minutes, lacksGas }: Move) {
  return {
    ...{ from, to, what },
    usd: text(usd),
    amount: text(amount),
    asset: plain(asset.symbol),
    accepts: plain(accepts.symbol),
    arrives: text(arrives),
    swapCostUsd: conversion === null ? null : text(conversion.costUsd),
    minutes: textOrNull(minutes),
    lacksGas,
  }
}

/** What a wanted room takes. */
export function targetJson(target: Target | null): ReportJson['rescue']['target'] {
  if (target === null) return null
  const { totalUsd, perLeg, moves, shortUsd, limits } = target.least
  return {
    fall: text(target.fall),
    totalUsd: text(totalUsd),
    perLeg: perLeg.map(({ leg, usd, accepts }) => ({ leg, usd: text(usd), accepts: plain(accepts.symbol) })),
    moves: moves.map(moveJson),
    shortUsd: text(shortUsd),
    reductions: target.reductions.map(reductionJson),
    limits: limits.map((limit) => plain(limit, 300)),
  }
}

function reductionJson(one: Reduction): NonNullable<ReportJson['rescue']['target']>['reductions'][number] {
  const { what, leg } = one
  return one.what === 'close'
    ? { what, leg, symbol: plain(one.symbol), side: one.side, keep: text(one.keep), repays: null, usd: text(one.usd) }
    : { what, leg, symbol: plain(one.asset.symbol), side: null, keep: null, repays: plain(one.repays.symbol), usd: text(one.usd) }
}

const bandJson = (band: Band | null): { low: string; high: string } | null =>
  band === null ? null : { low: text(band.low), high: text(band.high) }

const deltaJson = (delta: Totals['netDelta']): Record<string, string> | null =>
  delta === null ? null : Object.fromEntries([...delta].map(([factor, usd]) => [factor, text(usd)]))

/** The book after its first liquidation. */
export function firstDeathJson(first: FirstDeath | null): ReportJson['firstDeath'] {
  if (first === null) return null
  const { equity, debt, stable, orphanDebt, netDelta, safetyFactor } = first.book
  return {
    factor: first.factor,
    move: text(first.move),
    legs: [...first.legs],
    equityBefore: text(equity.before),
    equityAfter: rangeJson(equity.after),
    debt: rangeJson(debt),
    stable: rangeJson(stable),
    orphanDebt: rangeJson(orphanDebt),
    netDelta: { before: deltaJson(netDelta.before), after: deltaJson(netDelta.after) },
    safetyFactor: { before: textOrNull(safetyFactor.before), after: textOrNull(safetyFactor.after) },
  }
}

const flowsJson = ({ supply, borrow, funding, net }: Flows) => ({
  supply: bandJson(supply),
  borrow: bandJson(borrow),
  funding: bandJson(funding),
  net: bandJson(net),
})

const daysJson = (days: DaysLeft | null): { soonest: string | null; latest: string | null } | null =>
  days === null ? null : { soonest: textOrNull(days.soonest), latest: textOrNull(days.latest) }

function rateJson({ asset, side, apy }: AssetRate): ReportJson['carry']['legs'][number]['rates'][number] {
  return { asset: plain(asset.symbol, 20), key: asset.key, side, apy: bandJson(apy) }
}

function debtJson({ asset, used, climb }: DebtUse): ReportJson['carry']['legs'][number]['debts'][number] {
  return {
    asset: plain(asset.symbol, 20),
    key: asset.key,
    used: textOrNull(used),
    climb: climb && {
      kink: text(climb.kink),
      apyAtKink: text(climb.apyAtKink),
      apyAtFull: text(climb.apyAtFull),
      morePerDay: textOrNull(climb.morePerDay),
      days: daysJson(climb.days),
    },
  }
}

/** What holding the book costs a day. */
export function carryJson(carry: Carry, debts: Outlook['debts']): ReportJson['carry'] {
  return {
    ...flowsJson(carry),
    legs: carry.legs.map((leg) => ({
      leg: leg.leg,
      rates: leg.rates.map(rateJson),
      ...flowsJson(leg),
      days: daysJson(leg.days),
      debts: (debts.get(leg.leg) ?? []).map(debtJson),
    })),
    ofEquity: bandJson(carry.ofEquity),
    days: daysJson(carry.days),
    complete: carry.complete,
    breakEvenDrift: bandJson(carry.breakEvenDrift),
    breakEvenReturn: bandJson(carry.breakEvenReturn),
  }
}

/** What a leg's venue does to it at its nearest death. */
export function endJson(end: LegEnd | undefined): ReportJson['legs'][number]['liquidationCost'] {
  if (end === undefined) return null
  return { bill: rangeJson(end.bill), lost: rangeJson(end.lost), writtenOff: rangeJson(end.writtenOff) }
}

/** A loan at the next block, and when the next report falls due. */
export function projectionJson(leg: string, { projections, nextReport }: Outlook): ReportJson['legs'][number]['projection'] {
  const next = projections.get(leg)
  if (next === undefined) return null
  const later = nextReport?.legs.get(leg)
  const at = nextReport === null ? null : new Date(nextReport.at).toISOString()
  return {
    ...grownJson(next),
    nextReport: later === undefined || at === null ? null : { at, ...grownJson(later), grade: later.grade },
  }
}

const grownJson = ({ seconds, debt, health, tripped, liquidation }: Projection) => ({
  seconds: Number(seconds),
  debt: text(debt),
  health: textOrNull(health),
  tripped,
  liquidation: liquidation.map(liquidationJson),
})

/** Touch probabilities, always between two figures. */
export function oddsJson(odds: Outlook['odds']): ReportJson['odds'] {
  return odds.map(({ factor, odds: all }) => ({
    factor,
    horizons: all.map(({ hours, low, high, seed, methods, missing }) => ({
      ...{ hours, seed },
      low: text(low),
      high: text(high),
      methods: methods.map((method) => ({ name: method.name, low: text(method.low), high: text(method.high) })),
      missing: missing.map(({ method, reason }) => ({ method, reason })),
    })),
  }))
}

/** The survival polygon of two factors. */
export function frontierJson(frontier: Frontier | null): ReportJson['frontier'] {
  if (frontier === null) return null
  const { x, y, box, vertices, reason } = frontier
  const corners = vertices?.map((one) => ({ x: text(one.x), y: text(one.y), legs: [...one.legs] })) ?? null
  return { x, y, box: text(box), vertices: corners, reason }
}

const deathsJson = ({ down, up }: Deaths): { down: string | null; up: string | null } => ({
  down: textOrNull(down),
  up: textOrNull(up),
})

/** Where oracle and mark differ. */
export function anchoringJson({ factor, divergence, floor, ceiling, legs }: Anchoring): ReportJson['anchoring'][number] {
  return {
    factor,
    divergence: text(divergence),
    floor: textOrNull(floor?.at ?? null),
    ceiling: textOrNull(ceiling?.at ?? null),
    ambiguous: floor?.ambiguous === true || ceiling?.ambiguous === true,
    legs: legs.map(({ leg, price, own, anchored, widened }) => ({
      ...{ leg, price: textOrNull(price) },
      own: deathsJson(own),
      anchored: deathsJson(anchored),
      widened: deathsJson(widened),
    })),
  }
}
