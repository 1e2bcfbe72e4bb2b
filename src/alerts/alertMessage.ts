import type { Message } from '../deliver/channel.ts'
import { timeWords } from '../report/words.ts'
import { alertLines } from './alertLines.ts'
import type { AlertPost } from './alertPost.ts'
import { spanWords } from './figureWords.ts'
import { newsTitle } from './newsTitle.ts'
import type { AlertOutgoing, News } from './outgoing.ts'

/** The most lines of a digest. All of it counts as told, so it is many: only who watches a hundred legs does not read of each. */
const MOST_OF_DIGEST = 30

/**
 * An alert in four lines at most, its title one of them, or a digest with a line for each alert.
 *
 * No message ever names an address to send money to.
 *
 * @see REPORT "The alert"
 */
export function alertMessage(outgoing: AlertOutgoing, post: AlertPost): Message {
  const { id, kind, news, again, heldUntil } = outgoing
  const [first] = news
  const shown = (text: string): string => (post.detail.addresses ? text : post.withoutAddresses(text))
  const held =
    heldUntil === null
      ? []
      : [`Changed too often: what becomes better is told from ${timeWords(heldUntil)}, what becomes worse at once.`]
  const lines = kind === 'digest' ? digestLines(news, post) : withNote(alertLines(first, post), held)
  // As one text, so that "wallet 1" is the same in all of it.
  const [title = '', ...rest] = shown(
    [kind === 'digest' ? digestTitle(news) : newsTitle(first, post.now), ...lines].join('\n'),
  ).split('\n')
  return {
    id: `${post.book}.${id}`,
    kind,
    book: post.book,
    title,
    text: rest.join('\n'),
    json: alertJson(outgoing, post, shown),
    at: Math.max(...news.map(({ at }) => at)),
    again,
  }
}

/** A note takes the place of what matters least: the last line is joined to the one before. */
function withNote(lines: readonly string[], note: readonly string[]): readonly string[] {
  if (note.length === 0 || lines.length < 3) return [...lines, ...note]
  return [...lines.slice(0, 1), lines.slice(1).join(' '), ...note]
}

function digestTitle(news: readonly News[]): string {
  const standing = news.filter(({ level }) => level !== null)
  const [worst] = standing
  if (worst === undefined) return `RESOLVED: ${news.length === 1 ? 'the alert is' : `all ${news.length} alerts are`} over`
  const many = standing.length === 1 ? '1 alert stands' : `${standing.length} alerts stand`
  return `${(worst.level ?? '').toUpperCase()} ${many}; the worst: ${worst.what}`
}

function digestLines(news: readonly News[], { now }: AlertPost): readonly string[] {
  const lines = news.map(({ level, what, since, why }) => {
    if (level === null) return `resolved, was: ${what}`
    const long = since === null || why === 'raised' ? '' : ` (for ${spanWords(now - since)})`
    return `${level}: ${what}${long}`
  })
  const more = lines.length - MOST_OF_DIGEST
  return more <= 0 ? lines : [...lines.slice(0, MOST_OF_DIGEST), `and ${more} more`]
}

/** The same for programs: levels, keys and figures, and no amounts. */
function alertJson(
  { kind, news, heldUntil }: AlertOutgoing,
  { book, view, now }: AlertPost,
  shown: (text: string) => string,
): string {
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
  const content = {
    schemaVersion: 1,
    kind,
    book,
    at: time(now),
    grade: view?.verdict.grade ?? null,
    complete: view?.verdict.complete ?? null,
    heldUntil: time(heldUntil),
    alerts: news.map(({ key, rule, why, level, before, what, figure, since, at }) => ({
      ...{ alert: key, rule, why, level, before, what, figure, since: time(since), at: time(at) },
    })),
  }
  return JSON.stringify(content, (_key, value: unknown) => (typeof value === 'string' ? shown(value) : value))
}
