import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Answer } from '../venue/gate.ts'
import type { FullAsk } from '../venueServer.ts'

/** The key that the double has issued. A test may change all but key and secret while it runs. */
export type BingxKey = {
  readonly apiKey: string
  readonly apiSecret: string
  /** Deleted, or ended. */
  unknown: boolean
  addressAllowed: boolean
  /** 1 spot trading, 2 read, 3 perpetual futures trading, 4, 5 and 7 transfers. */
  permissions: readonly number[]
  ipAddresses: readonly string[]
  /** Paths, without `/openApi`, that the key may not read. */
  denied: readonly string[]
}

/** A key as this product asks for. */
export function issueBingxKey(): BingxKey {
  return {
    ...{ apiKey: 'bxSandboxKey', apiSecret: 'sandbox-secret-of-bingx', unknown: false, addressAllowed: true },
    ...{ permissions: [2], ipAddresses: ['203.0.113.7'], denied: [] },
  }
}

/** Refusals come with HTTP 200. @see https://bingx-api.github.io/docs-v3/ "Error codes"; recordings of real answers */
export const refusalOf = (code: number, msg: string, timestamp: number): Answer => ({
  status: 200,
  body: { code, msg, timestamp },
})

/** What the venue allows a timestamp to be off, milliseconds. @see docs-v3 "Signature": recvWindow, 5000 by default */
const WINDOW_MS = 5000

/**
 * Why a signed request is refused; null: it is not. The signature is over the sorted query without the signature itself.
 *
 * @see https://bingx-api.github.io/docs-v3/ "Signature authentication"; ccxt bingx.js sign()
 */
export function refuseSigned({ headers, query, path }: FullAsk, key: BingxKey, time: number): Answer | null {
  if (headers['x-bx-apikey'] !== key.apiKey || key.unknown) return refusalOf(100413, 'Incorrect apiKey', time)
  if (!key.addressAllowed) {
    return refusalOf(100419, 'your current request IP does not match IP whitelist, current IP 198.51.100.9', time)
  }
  const [, text = '', signature = ''] = /^(.*)&signature=([0-9a-f]{64})$/.exec(query) ?? []
  const sorted = text.split('&').sort().join('&')
  const own = createHmac('sha256', key.apiSecret).update(decodeURIComponent(sorted)).digest('hex')
  if (own.length !== signature.length || !timingSafeEqual(Buffer.from(own), Buffer.from(signature))) {
    return refusalOf(100001, 'Signature verification failed', time)
  }
  const stamp = new URLSearchParams(text).get('timestamp') ?? ''
  if (!/^\d{13}$/.test(stamp) || Math.abs(time - Number(stamp)) > WINDOW_MS) {
    return refusalOf(100421, 'timestamp is invalid: it differs from the server time by more than 5s', time)
  }
  if (key.denied.includes(path.replace('/openApi', ''))) return refusalOf(100004, 'Permission denied', time)
  return null
}

/** Requests that one endpoint takes in ten seconds. @see docs-v3 "Rate limitation" */
const MOST = 300
const SPAN_MS = 10_000

export type BingxLimits = {
  /** Why a request is refused for the number of those before it; null: it is not. */
  readonly refuse: (path: string, time: number) => Answer | null
  readonly reset: () => void
}

export function openLimits(now: () => number): BingxLimits {
  const seen = new Map<string, number[]>()
  return {
    refuse: (path, time) => {
      const recent = (seen.get(path) ?? []).filter((at) => now() - at < SPAN_MS)
      if (recent.length >= MOST) {
        const until = time + SPAN_MS
        const words = `The endpoint trigger frequency limit rule is currently in the disabled period and will be unblocked after ${until}`
        return refusalOf(100410, words, time)
      }
      recent.push(now())
      seen.set(path, recent)
      return null
    },
    reset: () => seen.clear(),
  }
}
