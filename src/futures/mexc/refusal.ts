import { AccessError, type TrackerError, UnreachableError, type UnsupportedError } from '../../errors.ts'
import type { Judgement, Remedy } from '../ccxtReader.ts'
import type { Refusal } from '../venueFetch.ts'
import { MEXC } from './answers.ts'

/** Its limits are counted over two seconds. */
const WINDOW_MS = 2000
const CLOCK = new Set([513, 10073, 700003])
const LIMITED = new Set([429, 510, 2037])
const MAINTENANCE = new Set([604, 801, 11444])
const PASSING = new Set([500, 501, 503, 504, 9999])

/** Refusals of the contract API come with HTTP 200. An answer that says nothing at all is no refusal but an incomplete one. */
export function isRefusal(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return false
  const { success, code } = answer as { readonly success?: unknown; readonly code?: unknown }
  return success === false || (code !== undefined && !['0', '200'].includes(String(code)))
}

/**
 * Understands a refusal of MEXC. Its own text is never repeated: it names the caller's IP address, and is foreign text.
 *
 * @see https://mexcdevelop.github.io/apidocs/contract_v1_en/ "Error Code"; https://www.mexc.com/api-docs/spot-v3/general-info
 */
export function judgeMexc(refusal: Refusal): Judgement {
  const { status } = refusal
  const { code, text } = spoken(refusal.body)
  const verdict = (error: TrackerError, remedy: Remedy = 'none'): Judgement => ({ error, remedy })
  const key = code === null ? null : keyError(code)
  if (key !== null) return verdict(key)
  if (code !== null && CLOCK.has(code)) return verdict(clockError(code), 'clock')
  if (status === 429 || (code !== null && LIMITED.has(code))) return limited(refusal, code)
  if (status === 451) return verdict(blocked('this location (HTTP 451)'))
  if (code !== null && (MAINTENANCE.has(code) || /maintenance/i.test(text))) return verdict(maintained(code))
  if (code === 1000) {
    const hint = 'Open the futures account on the website, or take this account out of the book.'
    return verdict(new AccessError(MEXC, 'says there is no futures account (code 1000)', hint))
  }
  const what = code === null ? `HTTP ${status}` : `HTTP ${status}, code ${code}`
  if (status >= 500 || (code !== null && PASSING.has(code))) {
    return verdict(new UnreachableError(MEXC, `could not answer (${what})`), 'again')
  }
  if (status === 403) return verdict(blocked('this network (HTTP 403)'))
  if (status >= 300 && status < 400) {
    return verdict(new UnreachableError(MEXC, `answered with a redirect (${what}), which is not followed`))
  }
  const hint = "Look the code up among MEXC's error codes; its legs are unknown until it answers."
  return verdict(new AccessError(MEXC, `refused a request (${what})`, hint))
}

/** Contract refusals hold `message`, those of the spot API `msg`. */
function spoken(body: string): { readonly code: number | null; readonly text: string } {
  try {
    const { code, message, msg } = (JSON.parse(body) ?? {}) as Readonly<Record<string, unknown>>
    const number = typeof code === 'string' && /^\d{1,8}$/.test(code) ? Number(code) : code
    const said = typeof message === 'string' ? message : msg
    return { code: Number.isSafeInteger(number) ? (number as number) : null, text: typeof said === 'string' ? said : '' }
  } catch {
    return { code: null, text: '' }
  }
}

function limited({ status, retryAfter }: Refusal, code: number | null): Judgement {
  const told = retryAfter !== null && /^\d{1,7}$/.test(retryAfter) ? Number(retryAfter) * 1000 : null
  const error = new UnreachableError(MEXC, `limits our requests (${code === null ? `HTTP ${status}` : `code ${code}`})`, {
    hint: 'Too many requests leave this IP address or this account. Read less often, or stop other programs.',
  })
  return { error, remedy: { waitMs: told ?? WINDOW_MS } }
}

function maintained(code: number): UnreachableError {
  return new UnreachableError(MEXC, `is under maintenance (code ${code})`, {
    hint: 'Its legs are unknown until it is back. Liquidations may go on there meanwhile: see its announcements.',
  })
}

function blocked(from: string): AccessError {
  return new AccessError(MEXC, `is blocked from ${from}`, 'MEXC does not serve requests from here. Its legs stay unknown.')
}

function clockError(code: number): UnreachableError {
  const what = `refuses the time of our requests (code ${code}), though it was just measured against its own`
  return new UnreachableError(MEXC, what, {
    hint: 'Set the clock of this machine (NTP), and see that the network answers within seconds.',
  })
}

function keyError(code: number): AccessError | UnsupportedError | null {
  switch (code) {
    case 401:
    case 10072:
    case 700001:
      return new AccessError(
        MEXC,
        `does not know the API key (code ${code})`,
        'Copy the API key again: it is cut off, mistyped, deleted, or has ended. A key without IP addresses ends after 90 days.',
      )
    case 402:
      return new AccessError(
        MEXC,
        'says the API key has ended (code 402)',
        'Create a new key. One that is bound to IP addresses does not end after 90 days.',
      )
    case 406:
    case 700006:
      return new AccessError(
        MEXC,
        `does not take the API key from this IP address (code ${code})`,
        'Add the IP address of this machine to the list of the key.',
      )
    case 602:
    case 700002:
      return new AccessError(
        MEXC,
        `rejects the signature (code ${code})`,
        'The API secret does not belong to the API key: copy both again.',
      )
    case 511:
    case 701:
    case 702:
    case 703:
    case 704:
    case 700007:
      return new AccessError(MEXC, `says the key may not read this (code ${code})`, READ_HINT)
    default:
      return null
  }
}

const READ_HINT = 'Give the key "View Account Details" and "View Order Details" of futures, and "View Account Details" of spot.'
