import type { Changes } from '../risk/changes.ts'
import type { Wall } from '../risk/corridor.ts'
import { ONE } from '../risk/decimal.ts'
import type { Findings } from '../risk/findings.ts'
import type { Check } from '../risk/reconcile.ts'
import type { FirstLiquidation, LegView } from '../risk/view.ts'
import { changesJson } from './changesJson.ts'
import { liquidationJson, text, textOrNull } from './figuresJson.ts'
import type { Format } from './format.ts'
import {
  anchoringJson,
  carryJson,
  endJson,
  firstDeathJson,
  frontierJson,
  oddsJson,
  projectionJson,
  rescueJson,
} from './outlookJson.ts'
import type { ReportJson } from './schema.ts'
import { verdictLine } from './sentence.ts'
import { stressJson } from './stressJson.ts'
import { plain } from './words.ts'

/** The JSON report: every figure as plain decimal text, null where it does not apply. @see REPORT "The JSON report" */
export const json: Format = {
  name: 'json',
  render: (findings, { banners, changes }) => `${JSON.stringify({ ...toJson(findings, changes), banners }, null, 2)}\n`,
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()

/**
 * The report as data; the schema in `schema.ts` describes it.
 *
 * @param changes - What is different from the last report; null or left out: there is none to compare with.
 */
export function toJson({ view, outlook }: Findings, changes: Changes | null = null): ReportJson {
  const { verdict, totals } = view
  return {
    schemaVersion: 1,
    book: view.book,
    at: iso(view.at),
    banners: [],
    verdict: {
      grade: verdict.grade,
      complete: verdict.complete,
      sentence: verdictLine(view),
      room: textOrNull(verdict.room),
      atMost: textOrNull(verdict.atMost),
      firstLiquidation: firstJson(verdict.firstLiquidation),
      firstPeg: firstJson(verdict.firstPeg),
      days: textOrNull(verdict.days),
      daysAtMost: textOrNull(verdict.daysAtMost),
    },
    legs: view.legs.map((leg) => legJson(leg, outlook)),
    corridors: view.corridors.map(({ factor, kind, floor, ceiling }) => ({
      factor,
      kind,
      floor: wallJson(floor),
      ceiling: wallJson(ceiling),
    })),
    ladder: ladderJson(view, outlook),
    anchoring: view.anchoring.map(anchoringJson),
    rescue: rescueJson(outlook),
    firstDeath: firstDeathJson(outlook.firstDeath),
    stress: stressJson(outlook.stress),
    carry: carryJson(view.carry, outlook.debts),
    odds: oddsJson(outlook.odds),
    frontier: frontierJson(outlook.frontier),
    totals: {
      equity: textOrNull(totals.equity),
      netDelta:
        totals.netDelta === null ? null : Object.fromEntries([...totals.netDelta].map(([factor, usd]) => [factor, text(usd)])),
      grossLeverage: textOrNull(totals.grossLeverage),
      netLeverage: textOrNull(totals.netLeverage),
    },
    cash: view.cash.map(({ id, place, asset, amount, price }) => ({
      id,
      place,
      asset: plain(asset.symbol),
      key: asset.key,
      amount: text(amount),
      usd: price === null ? null : text(amount.times(price)),
    })),
    notKnown: outlook.missing.map(({ part, reason }) => ({ part, reason: plain(reason, 500) })),
    gaps: view.gaps.map(({ leg, code, reason, hint, retryable }) => ({
      leg,
      code,
      reason: plain(reason, 500),
      hint: plain(hint, 500),
      retryable,
    })),
    notes: view.notes.map((note) => plain(note, 500)),
    changes: changesJson(changes),
  }
}

function firstJson(first: FirstLiquidation | null): ReportJson['verdict']['firstLiquidation'] {
  return first === null
    ? null
    : {
        ...first,
        legs: [...first.legs],
        move: text(first.move),
        price: textOrNull(first.price),
        priceOf: first.priceOf === null ? null : plain(first.priceOf),
      }
}

function wallJson(wall: Wall | null): { at: string; move: string; legs: string[] } | null {
  return wall === null ? null : { at: text(wall.at), move: text(wall.at.minus(ONE)), legs: [...wall.legs] }
}

function checkJson({ figure, ours, venue, drift, agreement, by }: Check): ReportJson['legs'][number]['reported'][number] {
  return {
    ...{ figure: plain(figure), ours: textOrNull(ours), venue: textOrNull(venue), drift: textOrNull(drift), class: agreement },
    by: by === null ? null : plain(by, 60),
  }
}

/** Of a book with a leg unknown no rung is known: the unknown leg may be the first to die. */
function ladderJson({ safetyFactor, gaps }: Findings['view'], { ladder, blocked }: Findings['outlook']): ReportJson['ladder'] {
  if (gaps.length > 0 || ladder === null) {
    return {
      safetyFactor: textOrNull(safetyFactor),
      withCash: null,
      withdrawalsBlocked: null,
      pooled: null,
      pooledUnknown: 'a leg is not known',
    }
  }
  const { withCash, pooled } = ladder
  return {
    safetyFactor: textOrNull(safetyFactor),
    withCash: textOrNull(withCash),
    withdrawalsBlocked: textOrNull(blocked?.after?.distance ?? null),
    pooled: pooled.known ? textOrNull(pooled.factor) : null,
    pooledUnknown: pooled.known ? null : pooled.reason,
  }
}

function legJson(leg: LegView, outlook: Findings['outlook']): ReportJson['legs'][number] {
  const { block } = leg.source
  return {
    id: leg.id,
    venue: plain(leg.venue),
    kind: leg.kind,
    grade: leg.grade,
    revision: leg.revision,
    health: textOrNull(leg.health),
    marginRatio: textOrNull(leg.marginRatio),
    cover: text(leg.cover),
    required: text(leg.required),
    slack: text(leg.slack),
    equity: text(leg.equity),
    modelGap: text(leg.modelGap),
    liquidation: leg.liquidation.map(liquidationJson),
    liquidationCost: endJson(outlook.ends.find(({ leg: id }) => id === leg.id)),
    projection: projectionJson(leg.id, outlook),
    reported: leg.checks.map(checkJson),
    class: leg.agreement,
    source: {
      name: leg.source.name,
      readAt: iso(leg.source.readAt),
      ageSeconds: leg.age.seconds === null ? null : Math.ceil(leg.age.seconds),
      operators: leg.source.operators.map((operator) => plain(operator, 60)),
      confirmed: leg.source.confirmed,
      chainId: block?.chainId ?? null,
      block: block?.number.toString() ?? null,
      hash: block?.hash ?? null,
      timestamp: block === null ? null : iso(Number(block.timestamp) * 1000),
    },
    circumstances: circumstancesJson(leg.circumstances),
    stopFaults: leg.stopFaults.map((one) => ({
      ...one,
      symbol: plain(one.symbol),
      trigger: textOrNull(one.trigger),
      liquidation: textOrNull(one.liquidation),
    })),
    notes: leg.notes.map((note) => plain(note, 500)),
  }
}

function circumstancesJson(told: LegView['circumstances']): ReportJson['legs'][number]['circumstances'] {
  if (told === null) return null
  const { stops, fundingPaid, adl } = told
  return {
    stops:
      stops?.map((one) => ({
        ...one,
        symbol: plain(one.symbol),
        trigger: text(one.trigger),
        size: textOrNull(one.size),
      })) ?? null,
    fundingPaid: fundingPaid?.map((one) => ({ ...one, symbol: plain(one.symbol), amount: text(one.amount) })) ?? null,
    adl: adl?.map((one) => ({ ...one, symbol: plain(one.symbol) })) ?? null,
  }
}
