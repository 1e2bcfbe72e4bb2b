import { DeliveryError } from '../errors.ts'

/** Statuses that say "not now". */
const LATER = [408, 425, 429]
/** Statuses that are about what was sent, and not about who sent it: too large, of a kind or with words that are not taken. */
const OF_MESSAGE = [413, 414, 415, 422]

/** What a status that is no success means: not now, or never so. */
export function refusal(receiver: string, answer: Response, now: number): DeliveryError {
  const { status } = answer
  const retryable = status >= 500 || LATER.includes(status)
  const what = status === 429 ? 'asks us to wait (429)' : `refused the message (${status})`
  // A server that fails may have taken the message before it did.
  return new DeliveryError(receiver, what, {
    retryable,
    maybe: status >= 500,
    ofMessage: OF_MESSAGE.includes(status),
    retryAfterMs: retryable ? retryAfter(answer, now) : null,
  })
}

/** The pause that an answer asks for, milliseconds: in seconds or as a date. @see RFC 9110 10.2.3 */
export function retryAfter({ headers }: Response, now: number): number | null {
  const text = headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,15}$/.test(text)) return Number(text) * 1000
  const at = /^[A-Za-z]{3}, /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}
