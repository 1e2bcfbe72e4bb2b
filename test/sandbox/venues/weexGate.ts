import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Answer } from '../venue/gate.ts'
import type { FullAsk } from '../venueServer.ts'

/** The key that the double has issued. A test may change all but its three parts while it runs. */
export type WeexKey = {
  readonly apiKey: string
  readonly apiSecret: string
  readonly passphrase: string
  /** Deleted. */
  unknown: boolean
  addressAllowed: boolean
  mayReadSpot: boolean
  /** The status that refusals come with: which one it is, is not published. */
  refusalStatus: number
}

export function issueWeexKey(): WeexKey {
  const parts = { apiKey: 'weex_sandboxkey', apiSecret: 'sandbox-secret-of-weex', passphrase: 'sandbox8pass' }
  return { ...parts, unknown: false, addressAllowed: true, mayReadSpot: true, refusalStatus: 400 }
}

/** @see ccxt weex.js, sample of handleErrors */
export const weexRefusal = ({ refusalStatus: status }: WeexKey, code: number, msg: string): Answer => ({
  status,
  body: { code, msg },
})

/**
 * Why a signed request is refused; null: it is not. `ACCESS-SIGN` is Base64(HMAC-SHA256(secret, timestamp + METHOD + path + ?query + body)).
 *
 * @see ccxt weex.js sign; weex-labs/weex-connector-python signature.py; codes in ccxt weex.js `exceptions`;
 * https://www.weex.sh/api-doc/spot/V1/QuickStart/StandardSpecifications ("deviates by over 30 seconds")
 */
export function refuseWeex({ method, path, query, body, headers }: FullAsk, key: WeexKey, time: number): Answer | null {
  const header = (name: string): string => String(headers[`access-${name}`] ?? '')
  const refuse = (code: number, msg: string): Answer => weexRefusal(key, code, msg)
  if (header('key') === '') return refuse(-1040, 'ACCESS_KEY header is required.')
  if (header('sign') === '') return refuse(-1041, 'ACCESS_SIGN header is required.')
  if (!/^\d{13}$/.test(header('timestamp'))) return refuse(-1043, 'Invalid ACCESS_TIMESTAMP.')
  if (method === 'POST' && headers['content-type'] !== 'application/json') return refuse(-1045, 'Invalid Content-Type.')
  if (header('key') !== key.apiKey || key.unknown) return refuse(-1044, 'Invalid ACCESS_KEY.')
  if (header('passphrase') !== key.passphrase) return refuse(-1049, 'API key or passphrase incorrect.')
  if (!key.addressAllowed) return refuse(-1056, 'Invalid IP address 198.51.100.9.')
  if (Math.abs(Number(header('timestamp')) - time) > 30_000) return refuse(-1046, 'Request timestamp expired.')
  const text = `${header('timestamp')}${method}${path}${query === '' ? '' : `?${query}`}${body}`
  const own = Buffer.from(createHmac('sha256', key.apiSecret).update(text).digest('base64'))
  const sent = Buffer.from(header('sign'))
  if (own.length !== sent.length || !timingSafeEqual(own, sent)) return refuse(-1047, 'API authentication failed.')
  if (path.startsWith('/api/v3/') && !key.mayReadSpot) return refuse(-1052, 'Insufficient permissions for this action.')
  return null
}

/** 500 in ten seconds. @see https://www.wx26m0.info/api-doc/ai/QuickStart/LIMITS */
export const WEEX_LIMIT = 500
const WINDOW_MS = 10_000

export type WeexLimits = {
  /** Counts a request; true: there have been too many. */
  readonly exceeded: (weight: number) => boolean
  /** As after a long silence. */
  readonly forget: () => void
}

export function openWeexLimits(now: () => number): WeexLimits {
  let seen: { readonly at: number; readonly weight: number }[] = []
  return {
    exceeded: (weight) => {
      seen = seen.filter(({ at }) => now() - at < WINDOW_MS)
      if (seen.reduce((sum, one) => sum + one.weight, weight) > WEEX_LIMIT) return true
      seen.push({ at: now(), weight })
      return false
    },
    forget: () => {
      seen = []
    },
  }
}
