import { AccessError, type TrackerError, UnreachableError } from '../../errors.ts'
import type { Judgement, Remedy } from '../ccxtReader.ts'
import type { Refusal } from '../venueFetch.ts'
import { BINGX } from './answers.ts'

/** Its limits recover after so long. @see https://bingx-api.github.io/docs-v3/ "Rate limitation" */
const SILENCE_MS = 5 * 60_000
const LIMITED = new Set([100410, 109429])
const PASSING = new Set([100500, 100503, 109500, 109701, 110500])
/** Settled within seconds: funding, assets being processed. */
const BUSY = new Set([101214, 101219])
const BUSY_MS = 3000

/** Refusals come with HTTP 200. What tells no code at all is no refusal: the answer about a key's permissions has none. */
export function isRefusal(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return false
  const { code } = answer as { readonly code?: unknown }
  return code !== undefined && String(code) !== '0'
}

/**
 * Understands a refusal of BingX. Its own text is never repeated: it names the caller's IP address, and is foreign text.
 *
 * @param venueNow - The venue's clock, milliseconds.
 * @see https://bingx-api.github.io/docs-v3/ "Error codes"
 */
export function judgeBingx(refusal: Refusal, venueNow: number): Judgement {
  const { status } = refusal
  const { code, text } = spoken(refusal.body)
  const verdict = (error: TrackerError, remedy: Remedy = 'none'): Judgement => ({ error, remedy })
  const ofTime = /timestamp|time stamp/i.test(text)
  if ((code === 100421 || code === 109400) && ofTime) return verdict(clockError(code), 'clock')
  const key = code === null ? null : keyError(code)
  if (key !== null) return verdict(key)
  if (status === 429 || status === 418 || (code !== null && LIMITED.has(code))) return limited(refusal, { code, text, venueNow })
  if (code !== null && BUSY.has(code)) return verdict(new UnreachableError(BINGX, `is busy (code ${code})`), { waitMs: BUSY_MS })
  if (status === 451) return verdict(blocked('this location (HTTP 451)'))
  if (status === 403) return verdict(blocked('this network (HTTP 403)'), { bannedUntil: venueNow + SILENCE_MS })
  const what = code === null ? `HTTP ${status}` : `HTTP ${status}, code ${code}`
  if (status === 401) return verdict(new AccessError(BINGX, `does not know the API key (${what})`, COPY_HINT))
  if (status >= 500 || code === 100421 || (code !== null && PASSING.has(code))) {
    return verdict(new UnreachableError(BINGX, `could not answer (${what})`), 'again')
  }
  if (status >= 300 && status < 400) {
    return verdict(new UnreachableError(BINGX, `answered with a redirect (${what}), which is not followed`))
  }
  const hint = "Look the code up among BingX's error codes; its legs are unknown until it answers."
  return verdict(new AccessError(BINGX, `refused a request (${what})`, hint))
}

type Spoken = { readonly code: number | null; readonly text: string }

function spoken(body: string): Spoken {
  try {
    const { code, msg } = (JSON.parse(body) ?? {}) as Readonly<Record<string, unknown>>
    const number = typeof code === 'string' && /^\d{1,8}$/.test(code) ? Number(code) : code
    return { code: Number.isSafeInteger(number) ? (number as number) : null, text: typeof msg === 'string' ? msg : '' }
  } catch {
    return { code: null, text: '' }
  }
}

/** It may say until when; without that, and without a pause in the header, it is asked nothing for five minutes. */
function limited({ status, retryAfter }: Refusal, { code, text, venueNow }: Spoken & { readonly venueNow: number }): Judgement {
  const error = new UnreachableError(BINGX, `limits our requests (${code === null ? `HTTP ${status}` : `code ${code}`})`, {
    hint: 'Too many requests leave this IP address or this account. Read less often, or stop other programs.',
  })
  const until = Number(/\b(\d{13})\b/.exec(text)?.[1] ?? Number.NaN)
  if (until > venueNow && until - venueNow < 86_400_000) return { error, remedy: { bannedUntil: until } }
  const told = retryAfter !== null && /^\d{1,7}$/.test(retryAfter) ? Number(retryAfter) * 1000 : null
  return { error, remedy: told !== null && status === 429 ? { waitMs: told } : { bannedUntil: venueNow + SILENCE_MS } }
}

function blocked(from: string): AccessError {
  return new AccessError(BINGX, `is blocked from ${from}`, 'BingX does not serve requests from here. Its legs stay unknown.')
}

function clockError(code: number): UnreachableError {
  const what = `refuses the time of our requests (code ${code}), though it was just measured against its own`
  return new UnreachableError(BINGX, what, {
    hint: 'Set the clock of this machine (NTP), and see that the network answers within seconds.',
  })
}

const COPY_HINT = 'Copy the API key again: it is cut off, mistyped, deleted, or has ended.'

function keyError(code: number): AccessError | null {
  switch (code) {
    case 100413:
      return new AccessError(BINGX, 'does not know the API key (code 100413)', COPY_HINT)
    case 100419:
      return new AccessError(
        BINGX,
        'does not take the API key from this IP address (code 100419)',
        'Add the IP address of this machine to the list of the key.',
      )
    case 100001:
    case 100412:
      return new AccessError(
        BINGX,
        `rejects the signature (code ${code})`,
        'The API secret does not belong to the API key: copy both again.',
      )
    case 100004:
      return new AccessError(
        BINGX,
        'says the key may not read this (code 100004)',
        'Give the key "Read". If it has that, BingX asks for "Perpetual Futures Trading" here, which hullmark does not need elsewhere.',
      )
    case 100414:
      return new AccessError(
        BINGX,
        'holds the account back (code 100414)',
        'Ask its support: the account is under its risk control.',
      )
    default:
      return null
  }
}
