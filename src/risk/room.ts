import { deathsOf, distance } from './deaths.ts'
import { type Decimal, ONE } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { NeedCurve, Reference } from './need.ts'
import { FARTHEST, fallTo, lastReach } from './reachForm.ts'
import type { Direction } from './slackLine.ts'

/** The first death of a leg or of a book under the reference shocks. */
export type Room = {
  /** 1/s or s, at least 1. */
  readonly distance: Decimal
  /** -0.2 is a fall of 20 %. */
  readonly move: Decimal
  readonly factor: string
  readonly direction: Direction
  /** Several where they tie. */
  readonly legs: readonly string[]
}

/** Legs whose deaths are closer together than this share die together. */
const TIE = '1.000000001'
/** A plan for a millionfold move is cut to whole units of the coin: what dies that far off is not reported. */
const TIE_AT_THE_END = '1.000001'

/** The first death of a loan along the paths, by its own rule or the model, whichever is nearer. */
export function loanRoom(leg: Leg, { paths, sides }: Reference): Room | null {
  let first: Room | null = null
  for (const path of paths) {
    const deaths = deathsOf(leg, path)
    for (const direction of sides) {
      const at = deaths[direction]
      if (at === null || distance(at).times(TIE_AT_THE_END).gte(FARTHEST)) continue
      const room = { distance: distance(at), move: at.minus(ONE), factor: path.name, direction, legs: [leg.id] }
      if (first === null || room.distance.times(TIE).lt(first.distance)) first = room
    }
  }
  return first
}

/** The first death of a leg with so much more slack, USD, by its need. */
export function curveRoom(curve: NeedCurve, slack: Decimal): Room | null {
  const figure = (h: Decimal) => {
    const { usd, form } = curve.at(h)
    return { usd: usd.minus(slack), form: { ...form, fixed: form.fixed.minus(slack) }, size: usd.abs().plus(slack).plus(1) }
  }
  if (figure(FARTHEST).usd.lte(0)) return null
  const h = lastReach(figure, FARTHEST)?.h ?? ONE
  // A hair further on, where the leg is dead: at the root itself a leg without margin to spare may ask for nothing.
  const { path: factor, direction } = curve.at(h.times(TIE))
  const move = direction === 'down' ? fallTo(h).minus(ONE) : h.minus(ONE)
  return { distance: h, move, factor, direction, legs: [curve.leg] }
}

/** The first of several deaths; legs that die together are listed together. */
export function firstOf(rooms: readonly (Room | null)[]): Room | null {
  const dying = rooms.filter((room) => room !== null)
  const first = dying.reduce<Room | null>((a, b) => (a === null || b.distance.lt(a.distance) ? b : a), null)
  if (first === null) return null
  const tied = dying.filter((room) => room.distance.lte(first.distance.times(TIE)))
  return { ...first, legs: tied.flatMap(({ legs }) => legs) }
}
