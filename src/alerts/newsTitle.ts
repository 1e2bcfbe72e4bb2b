import { figureWords, spanWords } from './figureWords.ts'
import type { News } from './outgoing.ts'

/** One line of what happened: `WARNING futures 14.8 % from liquidation (was 21.0 %, 6 h ago)`. */
export function newsTitle(news: News, now: number): string {
  const { why, level, before, what, since } = news
  const grade = (level ?? 'resolved').toUpperCase()
  const long = since === null ? '' : spanWords(now - since)
  switch (why) {
    case 'resolved':
      return `${grade}${long === '' ? '' : ` after ${long}`}, was: ${what}`
    case 'eased':
      return `${grade}, no longer ${(before ?? '').toUpperCase()}: ${what}`
    case 'repeated':
    case 'stands':
      return `${grade} still${long === '' ? '' : `, for ${long}`}: ${what}`
    case 'raised':
    case 'escalated':
      return `${grade} ${what}${wasWords(news, now)}`
  }
}

/** What the figure was before; where there is none, the level that was told. */
function wasWords({ rule, earlier, figure, before }: News, now: number): string {
  if (earlier !== null && figure !== null) {
    const was = figureWords(rule, earlier.figure)
    return was === figureWords(rule, figure) ? '' : ` (was ${was}, ${spanWords(now - earlier.at)} ago)`
  }
  return before === null ? '' : ` (was ${before})`
}
