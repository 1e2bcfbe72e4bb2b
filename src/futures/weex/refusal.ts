import { AccessError, type TrackerError, UnreachableError } from '../../errors.ts'
import type { Judgement, Remedy } from '../ccxtReader.ts'
import type { Refusal } from '../venueFetch.ts'
import { WEEX } from './answers.ts'

/** Its limits are counted over ten seconds, and it does not say how long to wait. */
const WINDOW_MS = 10_000
const LIMITED = new Set([429, -1059])
const CLOCK = new Set([-1043, -1046])
const PASSING = new Set([-1000, -1054])

/** Whether an answer with a status of success is a refusal: `{code, msg}` in the place of what was asked. */
export function isRefusal(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return false
  const { code, msg } = answer as { readonly code?: unknown; readonly msg?: unknown }
  return code !== undefined && msg !== undefined && !['0', '200'].includes(String(code))
}

/**
 * Understands a refusal of WEEX. Its own text is never repeated: it is foreign, and may name the caller's IP address.
 *
 * @see ccxt weex.js `exceptions`: WEEX's codes with its own words for them
 */
export function judgeWeex({ status, body }: Refusal): Judgement {
  const { code, text } = spoken(body)
  const verdict = (error: TrackerError, remedy: Remedy = 'none'): Judgement => ({ error, remedy })
  const what = code === null ? `HTTP ${status}` : `HTTP ${status}, code ${code}`
  if (status === 429 || (code !== null && LIMITED.has(code))) {
    const hint = 'Too many requests leave this IP address or this account: read less often, or stop other programs.'
    return verdict(new UnreachableError(WEEX, `limits our requests (${what})`, { hint }), { waitMs: WINDOW_MS })
  }
  if (status === 451) return verdict(blocked('this location (HTTP 451)'))
  // One source reads this code as a wrong time.
  if (code !== null && (CLOCK.has(code) || (code === -1044 && /timestamp/i.test(text)))) return verdict(clockError(code), 'clock')
  const told = code === null ? undefined : SENTENCES.find(({ codes }) => codes.includes(code))
  if (told !== undefined) return verdict(new AccessError(WEEX, `${told.what} (code ${code})`, told.hint))
  if (status === 403) return verdict(blocked('this network (HTTP 403)'))
  if (status >= 500 || (code !== null && PASSING.has(code))) {
    return verdict(new UnreachableError(WEEX, `could not answer (${what})`), 'again')
  }
  if (status >= 300 && status < 400) {
    return verdict(new UnreachableError(WEEX, `answered with a redirect (${what}), which is not followed`))
  }
  const hint = "Look the code up among WEEX's error codes; its legs are unknown until it answers."
  return verdict(new AccessError(WEEX, `refused a request (${what})`, hint))
}

/** No code of its own is known for a key that has ended. */
const SENTENCES: readonly { readonly codes: readonly number[]; readonly what: string; readonly hint: string }[] = [
  {
    codes: [-1044],
    what: 'does not know the API key',
    hint: 'Copy the API key again: it is cut off, mistyped or deleted. A new key works after about 15 minutes.',
  },
  {
    codes: [-1047],
    what: 'rejects the signature',
    hint: 'The API secret does not belong to the API key: copy both again.',
  },
  {
    codes: [-1049],
    what: 'refuses the API key or its passphrase',
    hint: 'Copy the key and the passphrase again; the passphrase is the one chosen when the key was made. A new key works after about 15 minutes.',
  },
  {
    codes: [-1056],
    what: 'does not take the API key from this IP address',
    hint: 'Put the address by which this machine reaches the internet on the list of the key.',
  },
  {
    codes: [-1051, -1052, -1053, -3236],
    what: 'says the key may not read this',
    hint: 'Create a key of the kind "Readonly".',
  },
  {
    codes: [-1050, -1057, -1190],
    what: 'has locked this account or its access',
    hint: 'Ask WEEX what is wrong with the account. Its legs stay unknown.',
  },
  {
    codes: [-1055],
    what: 'wants a phone or an authenticator bound to the account first',
    hint: 'Bind one on the website, then run it again.',
  },
]

function spoken(body: string): { readonly code: number | null; readonly text: string } {
  try {
    const { code, msg } = (JSON.parse(body) ?? {}) as Readonly<Record<string, unknown>>
    const number = typeof code === 'string' && /^-?\d{1,8}$/.test(code) ? Number(code) : code
    return { code: Number.isSafeInteger(number) ? (number as number) : null, text: typeof msg === 'string' ? msg : '' }
  } catch {
    return { code: null, text: '' }
  }
}

function blocked(from: string): AccessError {
  return new AccessError(WEEX, `is blocked from ${from}`, 'WEEX does not serve requests from here. Its legs stay unknown.')
}

function clockError(code: number): UnreachableError {
  const hint = 'Set the clock of this machine (NTP), and see that the network answers within seconds.'
  const what = `refuses the time of our requests (code ${code}), though it was just measured against its own`
  return new UnreachableError(WEEX, what, { hint })
}
