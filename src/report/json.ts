import type { Wall } from '../risk/corridor.ts'
import { type Decimal, ONE } from '../risk/decimal.ts'
import type { Check } from '../risk/reconcile.ts'
import type { FirstLiquidation, LegView, RiskView } from '../risk/view.ts'
import type { Format } from './format.ts'
import type { ReportJson } from './schema.ts'
import { verdictLine } from './sentence.ts'
import { plain } from './words.ts'

/** The JSON report: every figure as plain decimal text, null where it does not apply. @see REPORT "The JSON report" */
export const json: Format = {
  name: 'json',
  render: (view, { banners }) => `${JSON.stringify({ ...toJson(view), banners }, null, 2)}\n`,
}

const text = (value: Decimal): string => value.toFixed()
const textOrNull = (value: Decimal | null): string | null => (value === null ? null : value.toFixed())
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** The report as data; the schema in `schema.ts` describes it. */
export function toJson(view: RiskView): ReportJson {
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
    },
    legs: view.legs.map(legJson),
    corridors: view.corridors.map(({ factor, kind, floor, ceiling }) => ({
      factor,
      kind,
      floor: wallJson(floor),
      ceiling: wallJson(ceiling),
    })),
    ladder: { safetyFactor: textOrNull(view.safetyFactor) },
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
    gaps: view.gaps.map(({ leg, code, reason, hint, retryable }) => ({
      leg,
      code,
      reason: plain(reason, 500),
      hint: plain(hint, 500),
      retryable,
    })),
    notes: view.notes.map((note) => plain(note, 500)),
  }
}

function firstJson(first: FirstLiquidation | null): ReportJson['verdict']['firstLiquidation'] {
  return first === null ? null : { ...first, legs: [...first.legs], move: text(first.move), price: textOrNull(first.price) }
}

function wallJson(wall: Wall | null): { at: string; move: string; legs: string[] } | null {
  return wall === null ? null : { at: text(wall.at), move: text(wall.at.minus(ONE)), legs: [...wall.legs] }
}

function checkJson({ figure, ours, venue, drift, agreement }: Check): ReportJson['legs'][number]['reported'][number] {
  return { figure: plain(figure), ours: textOrNull(ours), venue: textOrNull(venue), drift: textOrNull(drift), class: agreement }
}

function legJson(leg: LegView): ReportJson['legs'][number] {
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
    liquidation: leg.liquidation.map((one) => ({
      ...one,
      symbol: one.symbol === null ? null : plain(one.symbol),
      asset: one.asset === null ? null : plain(one.asset),
      price: textOrNull(one.price),
      move: text(one.move),
    })),
    reported: leg.checks.map(checkJson),
    class: leg.agreement,
    source: {
      name: leg.source.name,
      readAt: iso(leg.source.readAt),
      ageSeconds: leg.age.seconds === null ? null : Math.ceil(leg.age.seconds),
      confirmed: leg.source.confirmed,
      chainId: block?.chainId ?? null,
      block: block?.number.toString() ?? null,
      hash: block?.hash ?? null,
      timestamp: block === null ? null : iso(Number(block.timestamp) * 1000),
    },
    notes: leg.notes.map((note) => plain(note, 500)),
  }
}
