import { AccessError, type TrackerError, UnreachableError, UnsupportedError } from '../../errors.ts'
import { banned } from '../ban.ts'
import type { Judgement, Remedy } from '../ccxtReader.ts'
import type { Refusal } from '../venueFetch.ts'
import { BYBIT } from './pages.ts'

/** "Terminate all HTTP sessions and wait for at least 10 minutes." */
const BAN_MS = 600_000
const PASSING = new Set(['429', '10000', '10016', '10429'])
const EXPIRED = new Set(['33004', '-2015'])

/** Whether an answer with status 200 is a refusal: Bybit says so in the body. */
export function isBybitRefusal(answer: unknown): boolean {
  const { retCode } = (answer ?? {}) as { retCode?: unknown }
  return retCode !== undefined && String(retCode) !== '0'
}

/**
 * Understands a refusal of Bybit. Its own text is never repeated: it names the caller's IP address, and is foreign text.
 *
 * @see https://bybit-exchange.github.io/docs/v5/error, https://bybit-exchange.github.io/docs/v5/rate-limit
 */
export function judgeBybit(refusal: Refusal, venueNow: number): Judgement {
  const { status } = refusal
  const { code, text } = spoken(refusal.body)
  const verdict = (error: TrackerError, remedy: Remedy = 'none'): Judgement => ({ error, remedy })
  const what = code === null ? `HTTP ${status}` : `code ${code}`
  if (code === '10006') return limited(refusal, venueNow)
  if (code === '10002' || code === '-1') return verdict(clockError(what), 'clock')
  const known = code === null ? null : (keyError(code) ?? otherError(code))
  if (known !== null) return verdict(known)
  if (status === 403 && /too frequent/i.test(text)) {
    const until = venueNow + BAN_MS
    return verdict(banned(BYBIT, until), { bannedUntil: until })
  }
  if (status === 403 || status === 451) return verdict(blocked(what))
  if (status === 429) return waiting(refusal)
  if (status >= 500 || (code !== null && PASSING.has(code))) {
    return verdict(new UnreachableError(BYBIT, `could not answer (${what})`), 'again')
  }
  if (status === 401) return verdict(keyError('10003') as AccessError)
  if (status > 299 && status < 400) {
    return verdict(new UnreachableError(BYBIT, `answered with a redirect (${what}), which is not followed`))
  }
  const hint = "Look the code up among Bybit's error codes; its legs are unknown until it answers."
  return verdict(new AccessError(BYBIT, `refused a request (${what})`, hint))
}

function spoken(body: string): { readonly code: string | null; readonly text: string } {
  try {
    const { retCode, retMsg } = (JSON.parse(body) ?? {}) as { retCode?: unknown; retMsg?: unknown }
    const told = typeof retCode === 'number' || typeof retCode === 'string' ? String(retCode) : ''
    return { code: /^-?\d{1,9}$/.test(told) ? told : null, text: typeof retMsg === 'string' ? retMsg : '' }
  } catch {
    return { code: null, text: body.slice(0, 1000) }
  }
}

const LIMITED = 'Too many requests are made with this account: read less often, or stop other programs.'

/** The venue names the moment from which on it answers again. */
function limited({ header }: Refusal, venueNow: number): Judgement {
  const reset = header('x-bapi-limit-reset-timestamp')
  const error = new UnreachableError(BYBIT, 'limits our requests (code 10006)', { hint: LIMITED })
  if (reset === null || !/^\d{13}$/.test(reset)) return { error, remedy: 'again' }
  return { error, remedy: { waitMs: Math.max(0, Number(reset) - venueNow) + 50 } }
}

function waiting({ retryAfter }: Refusal): Judgement {
  const error = new UnreachableError(BYBIT, 'limits our requests (HTTP 429)', { hint: LIMITED })
  const told = retryAfter !== null && /^\d{1,7}$/.test(retryAfter)
  return { error, remedy: told ? { waitMs: Number(retryAfter) * 1000 } : 'again' }
}

function blocked(what: string): AccessError {
  const hint = 'Bybit does not serve requests from here. Its legs stay unknown.'
  return new AccessError(BYBIT, `is blocked from this network (${what})`, hint)
}

function clockError(what: string): UnreachableError {
  return new UnreachableError(BYBIT, `refuses the time of our requests (${what}), though it was just measured against its own`, {
    hint: 'Set the clock of this machine (NTP), and see that the network answers within seconds.',
  })
}

function keyError(code: string): AccessError | null {
  const error = (what: string, hint: string): AccessError => new AccessError(BYBIT, `${what} (code ${code})`, hint)
  if (code === '10003' || code === '10007') {
    const hint = 'Copy the API key again: it is cut off, mistyped or deleted, or belongs to another place (live, demo, testnet).'
    return error('does not know the API key', hint)
  }
  if (EXPIRED.has(code)) {
    return error('says the API key has expired', 'Create a new read-only key: one that is bound to IP addresses does not expire.')
  }
  if (code === '10004') {
    return error('rejects the signature', 'The API secret does not belong to the API key: copy both again.')
  }
  if (code === '10010') {
    return error('does not accept the key from this IP address', "Add this machine's IP address to those of the key.")
  }
  if (code === '10005') {
    return error('says the key lacks a right to read this', 'Give the key the right to read positions, orders and the account.')
  }
  return null
}

function otherError(code: string): TrackerError | null {
  if (code === '10028') return new UnsupportedError(BYBIT, 'says this is no unified trading account (code 10028)')
  if (code === '10009' || code === '10024') return blocked(`code ${code}`)
  if (code !== '10008' && code !== '10027') return null
  const hint = 'Log in at Bybit: it says there why. The legs stay unknown.'
  return new AccessError(BYBIT, `has barred this account (code ${code})`, hint)
}
