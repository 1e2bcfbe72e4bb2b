import type { Changes } from '../risk/changes.ts'
import type { Gap } from '../risk/leg.ts'
import type { LegChange } from '../risk/legChanges.ts'
import type { RoomChange, RoomSide } from '../risk/roomChange.ts'
import { text, textOrNull } from './figuresJson.ts'
import type { ReportJson } from './schema.ts'
import { plain } from './words.ts'

type ChangesJson = NonNullable<ReportJson['changes']>

/** What changed since the last report, as data; the schema in `changesSchema.ts` describes it. */
export function changesJson(changes: Changes | null): ReportJson['changes'] {
  if (changes === null) return null
  const { grade, room, legs, prices, cash, gaps } = changes
  return {
    since: new Date(changes.before).toISOString(),
    grade: { before: { ...grade.before }, now: { ...grade.now } },
    room: roomJson(room),
    legs: legs.map(legJson),
    prices: prices.map(({ factor, before, now, move }) => ({
      factor,
      before: textOrNull(before),
      now: textOrNull(now),
      move: textOrNull(move),
    })),
    cash: {
      before: textOrNull(cash.before),
      now: textOrNull(cash.now),
      changed: cash.rows.map(({ id, place, symbol, before, now }) => ({
        ...{ id, place: plain(place), asset: plain(symbol) },
        before: textOrNull(before),
        now: textOrNull(now),
      })),
    },
    gaps: { came: gaps.came.map(gapJson), went: gaps.went.map(gapJson) },
  }
}

function roomJson({ before, now, whole, parts, unexplained }: RoomChange): ChangesJson['room'] {
  return {
    before: sideJson(before),
    now: sideJson(now),
    whole: textOrNull(whole),
    parts:
      parts === null
        ? null
        : {
            price: text(parts.price),
            interest: textOrNull(parts.interest),
            position: textOrNull(parts.position),
            unsplit: textOrNull(parts.unsplit),
            parameters: text(parts.parameters),
          },
    unexplained,
  }
}

const sideJson = ({ known, move, atMost }: RoomSide): ChangesJson['room']['before'] => ({
  known,
  room: textOrNull(move),
  atMost: textOrNull(atMost),
})

function legJson({ leg, venue, what, amounts, terms }: LegChange): ChangesJson['legs'][number] {
  return {
    ...{ leg, venue: plain(venue), what },
    amounts: amounts.map(({ what: kind, label, before, now, interest }) => ({
      ...{ what: kind, label: plain(label) },
      before: text(before),
      now: text(now),
      interest: textOrNull(interest),
    })),
    parameters: terms.map(({ what: kind, label, before, now }) => ({
      what: kind,
      label: label === null ? null : plain(label),
      before: plain(before, 500),
      now: plain(now, 500),
    })),
  }
}

const gapJson = ({ leg, code, reason }: Gap): ChangesJson['gaps']['came'][number] => ({ leg, code, reason: plain(reason, 500) })
