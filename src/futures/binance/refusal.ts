import { AccessError, type TrackerError, UnreachableError, UnsupportedError } from '../../errors.ts'
import { banned } from '../ban.ts'
import type { Judgement, Remedy } from '../ccxtReader.ts'
import type { Refusal } from '../venueFetch.ts'

const BINANCE = 'Binance'
/** Binance's shortest ban, for an answer that names neither its end nor its length. */
const SHORTEST_BAN_MS = 120_000
/** How Binance says that an account is an ordinary one, when it is asked for its portfolio. */
export const NOT_PORTFOLIO = new UnsupportedError(BINANCE, 'says the account is not in Portfolio Margin Pro mode (code -21001)')
const PASSING = new Set([-1000, -1001, -1006, -1007, -1008, -1016])

/**
 * Understands a refusal of Binance. Its own text is never repeated: it names the caller's IP address, and is foreign text.
 *
 * @see Binance "Error Codes" of USDⓈ-M futures, "HTTP Return Codes"
 */
export function judgeBinance(refusal: Refusal, venueNow: number): Judgement {
  const { status } = refusal
  const { code, text } = spoken(refusal.body)
  const verdict = (error: TrackerError, remedy: Remedy = 'none'): Judgement => ({ error, remedy })
  if (status === 418) {
    const until = endOfBan(text, refusal, venueNow)
    return verdict(banned(BINANCE, until), { bannedUntil: until })
  }
  if (status === 429) return limited(refusal)
  if (status === 451) return verdict(blocked('this location (HTTP 451)'))
  if (code === -21001) return verdict(NOT_PORTFOLIO)
  const key = code === null ? null : keyError(code)
  if (key !== null) return verdict(key)
  if (/portfolio margin/i.test(text)) return verdict(new UnsupportedError(BINANCE, 'runs this account in Portfolio Margin mode'))
  if (code === -1021) return verdict(clockError(), 'clock')
  if (status === 403) return verdict(blocked('this network (HTTP 403)'))
  const what = code === null ? `HTTP ${status}` : `HTTP ${status}, code ${code}`
  if (status >= 500 || (code !== null && PASSING.has(code))) {
    return verdict(new UnreachableError(BINANCE, `could not answer (${what})`), 'again')
  }
  if (status === 401) return verdict(keyError(-2015) as AccessError)
  if (status < 400) return verdict(new UnreachableError(BINANCE, `answered with a redirect (${what}), which is not followed`))
  const hint = "Look the code up among Binance's error codes; its legs are unknown until it answers."
  return verdict(new AccessError(BINANCE, `refused a request (${what})`, hint))
}

function spoken(body: string): { readonly code: number | null; readonly text: string } {
  try {
    const answer = JSON.parse(body) as { code?: unknown; msg?: unknown } | null
    const code = typeof answer?.code === 'number' && Number.isSafeInteger(answer.code) ? answer.code : null
    return { code, text: typeof answer?.msg === 'string' ? answer.msg : '' }
  } catch {
    return { code: null, text: body.slice(0, 1000) }
  }
}

function endOfBan(text: string, { retryAfter }: Refusal, venueNow: number): number {
  const told = /banned until (\d{13})\b/.exec(text)?.[1]
  return told === undefined ? venueNow + (waitOf(retryAfter) ?? SHORTEST_BAN_MS) : Number(told)
}

function waitOf(retryAfter: string | null): number | null {
  return retryAfter !== null && /^\d{1,7}$/.test(retryAfter) ? Number(retryAfter) * 1000 : null
}

function limited({ retryAfter }: Refusal): Judgement {
  const waitMs = waitOf(retryAfter)
  const asked = waitMs === null ? '' : ` and asks to wait ${waitMs / 1000} s`
  const error = new UnreachableError(BINANCE, `limits our requests (HTTP 429)${asked}`, {
    hint: 'Too many requests leave this IP address. Asking on would end in a ban: read less often, or stop other programs.',
  })
  return { error, remedy: waitMs === null ? 'none' : { waitMs } }
}

function blocked(from: string): AccessError {
  return new AccessError(BINANCE, `is blocked from ${from}`, 'Binance does not serve requests from here. Its legs stay unknown.')
}

function clockError(): UnreachableError {
  return new UnreachableError(
    BINANCE,
    'refuses the time of our requests (code -1021), though it was just measured against its own',
    {
      hint: 'Set the clock of this machine (NTP), and see that the network answers within seconds.',
    },
  )
}

function keyError(code: number): AccessError | null {
  if (code === -2015) {
    return new AccessError(
      BINANCE,
      'refuses the API key, this IP address, or what the key asks for (code -2015)',
      'Check that the key still exists, may read, and lists the IP address of this machine. Binance also says so of accounts in Portfolio Margin mode, which hullmark does not read.',
    )
  }
  if (code === -2014 || code === -2008) {
    return new AccessError(
      BINANCE,
      `does not know the API key (code ${code})`,
      'Copy the API key again: it is cut off, mistyped or deleted.',
    )
  }
  if (code === -1022) {
    return new AccessError(
      BINANCE,
      'rejects the signature (code -1022)',
      'The API secret does not belong to the API key: copy both again.',
    )
  }
  return null
}
