import type { LegView } from '../risk/view.ts'
import { plain } from './words.ts'

type Named = Pick<LegView, 'id' | 'venue' | 'kind'>

/** The name of a leg for people: its venue, and where several legs have the same one, what tells it from them. */
export function legName(leg: Named, all: readonly Named[], limit = 60): string {
  const venue = plain(leg.venue, limit)
  const namesakes = all.filter((one) => plain(one.venue, limit) === venue && one.id !== leg.id)
  if (namesakes.length === 0) return venue
  const parts = leg.id.split('/')
  const telling = parts.filter((part, i) => namesakes.some(({ id }) => id.split('/')[i] !== part))
  return plain(`${venue} (${telling.map(short).join(' ')})`, limit + 24)
}

/** The name of the leg with an id; the id itself where there is none. */
export function nameOf(id: string, all: readonly Named[], limit = 60): string {
  const leg = all.find((one) => one.id === id)
  return leg === undefined ? plain(id, limit) : legName(leg, all, limit)
}

/** "the loan" or "the futures account" where there is one of the kind, else its name. */
export function kindName(leg: Named, all: readonly Named[]): string {
  const alone = all.filter(({ kind }) => kind === leg.kind).length === 1
  if (!alone) return legName(leg, all, 40)
  return leg.kind === 'lending' ? 'the loan' : 'the futures account'
}

/** `0x90f79bf6...` as people write it: `0x90f7..b906`. */
function short(part: string): string {
  return /^0x[0-9a-fA-F]{40}$/.test(part) ? `${part.slice(0, 6)}..${part.slice(-4)}` : part
}
