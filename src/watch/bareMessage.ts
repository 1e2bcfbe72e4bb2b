import type { AlertOutgoing } from '../alerts/outgoing.ts'
import type { Message } from '../deliver/channel.ts'
import { withoutAddresses } from './withoutAddresses.ts'

type Bare = { readonly book: string; readonly aliases: ReadonlyMap<string, string> }

/** An alert in its own words alone, where what would stand around it cannot be said: it goes out all the same. */
export function bareMessage({ id, kind, news, again }: AlertOutgoing, { book, aliases }: Bare): Message {
  const [{ level, what, at }] = news
  const more = news.length === 1 ? '' : `; ${news.length - 1} more`
  return {
    ...{ id: `${book}.${id}`, kind, book, json: null, at, again },
    title: withoutAddresses(`${(level ?? 'resolved').toUpperCase()} ${what}${more}`, aliases),
    text: 'The figures could not be put into words, which is a bug of ours: run "hullmark report".',
  }
}
