/** Letters, digits and what else a topic may be made of. */
const TOPIC = '\\p{L}\\p{Nd}_\\u200c\\u00b7\\u0d80-\\u0dff'
const WORD = '\\p{L}\\p{N}_'

const RULES: readonly (readonly [string, RegExp])[] = [
  ['mention', new RegExp(`(?<![${WORD}])@[A-Za-z0-9_]{2,32}(?![${WORD}])`, 'u')],
  ['command', new RegExp(`(?<![${WORD}/<>])/[A-Za-z0-9_]{1,64}(?![${WORD}/<>])`, 'u')],
  ['hashtag', new RegExp(`(?<![${TOPIC}])#(?=[${TOPIC}]*\\p{L})[${TOPIC}]+(?!#)`, 'u')],
  ['cashtag', new RegExp(`(?<![$${TOPIC}])\\$(1INCH|[A-Z]{1,8})(?![$${TOPIC}])`, 'u')],
  ['link of its own', /(tg|ton|https?|ftp):\/\/[^\s]/i],
  ['mail address', /[\w.+-]@[\w-]+\.[a-z]{2}/i],
]

/** What can be part of a domain: from U+00C0 on everything but blanks and most punctuation. */
const DOMAIN = /[A-Za-z0-9_.~-]|[^\0-\u00bf\u2000-\u200b\u200e\u200f\u2016-\u206f\p{Z}]/u

/**
 * What Telegram makes of bare text by itself. Of top-level domains every one counts that has two signs and no digit: more than it has.
 *
 * @see https://core.telegram.org/bots/api#messageentity and the open client library's own search for them
 */
export function telegramEntities(text: string): readonly string[] {
  const found = RULES.filter(([, rule]) => rule.test(text)).map(([name]) => name)
  return [
    ...found,
    ...runs(text)
      .filter(isLink)
      .map((run) => `link ${run}`),
  ]
}

function runs(text: string): string[] {
  const spaced = [...text].map((sign) => (DOMAIN.test(sign) ? sign : ' ')).join('')
  return spaced.split(' ').map((run) => run.replace(/\.+$/, ''))
}

function isLink(run: string): boolean {
  const labels = run.split('.')
  if (labels.length < 2 || labels.includes('')) return false
  if (labels.length === 4 && labels.every((label) => /^\d{1,3}$/.test(label) && Number(label) < 256)) return true
  const last = labels.at(-1) ?? ''
  return /^xn--[a-z\d]{2,}$/i.test(last) || /^[^\d_~-]{2,}$/u.test(last)
}
