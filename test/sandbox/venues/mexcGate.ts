import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Answer } from '../venue/gate.ts'
import type { FullAsk } from '../venueServer.ts'

/** The key that the double has issued. A test may change all but key and secret while it runs. */
export type MexcKey = {
  readonly apiKey: string
  readonly apiSecret: string
  /** Deleted. */
  unknown: boolean
  expired: boolean
  addressAllowed: boolean
  permissions: readonly string[]
  remainingValidity: number | null
  ipWhiteList: string
}

/** A key as this product asks for. Names from the spot documentation, "Create an APIKey for a sub-account". */
export function issueMexcKey(): MexcKey {
  return {
    ...{ apiKey: 'mx0vglSandboxKey', apiSecret: 'sandbox-secret-of-mexc', unknown: false, expired: false, addressAllowed: true },
    permissions: ['CONTRACT_ACCOUNT_READ', 'CONTRACT_DEAL_READ', 'SPOT_ACCOUNT_READ'],
    ...{ remainingValidity: null, ipWhiteList: '203.0.113.7' },
  }
}

/** Refusals of the contract API come with HTTP 200. @see pymexc issues 6 and 14; ccxt mexc.js handleErrors */
export const contractRefusal = (code: number, message: string): Answer => ({
  status: 200,
  body: { success: false, code, message },
})
/** @see https://www.mexc.com/api-docs/spot-v3/general-info; mexc-api-demo issue 42 */
const spotRefusal = (code: number, msg: string): Answer => ({ status: 400, body: { code, msg } })

/**
 * Why a signed contract request is refused; null: it is not. The signature is over key, time and the sorted query.
 *
 * @see https://www.mexc.com/api-docs/futures/integration-guide; https://mexcdevelop.github.io/apidocs/contract_v1_en/ "Error Code"
 */
export function refuseContract({ headers, query }: FullAsk, key: MexcKey, time: number): Answer | null {
  const [apiKey, stamp, signature] = [headers.apikey, headers['request-time'], headers.signature].map(String)
  if (apiKey !== key.apiKey || key.unknown) return contractRefusal(401, 'Unauthorized')
  if (key.expired) return contractRefusal(402, 'Api_key expired')
  if (!key.addressAllowed) return contractRefusal(406, 'The accessed IP [198.51.100.9] is not in the whitelist')
  if (headers['content-type'] !== 'application/json') return contractRefusal(600, 'Parameter error')
  if (!/^\d{13}$/.test(stamp ?? '') || Math.abs(Number(stamp) - time) > 10_000) {
    return contractRefusal(513, 'Invalid request(for open api serve time limit)')
  }
  const sorted = query.split('&').sort().join('&')
  if (!signed(`${key.apiKey}${stamp}${sorted}`, key, signature ?? '')) {
    return contractRefusal(602, 'Signature verification failed!')
  }
  return null
}

/** Why a signed spot request is refused; null: it is not. The signature is over the query, and its last part. */
export function refuseSpot({ headers, query }: FullAsk, key: MexcKey, time: number): Answer | null {
  if (headers['x-mexc-apikey'] !== key.apiKey || key.unknown) return spotRefusal(10072, 'Api key info invalid')
  if (!key.addressAllowed) return spotRefusal(700006, 'IP [198.51.100.9] not in the ip white list')
  const [, text = '', signature = ''] = /^(.*)&signature=([0-9a-f]{64})$/.exec(query) ?? []
  if (!signed(text, key, signature)) return spotRefusal(700002, 'Signature for this request is not valid.')
  const params = new URLSearchParams(text)
  const [stamp, window] = [Number(params.get('timestamp')), Number(params.get('recvWindow') ?? 5000)]
  if (!(stamp < time + 1000 && time - stamp <= window)) {
    return spotRefusal(700003, 'Timestamp for this request is outside of the recvWindow.')
  }
  if (!key.permissions.includes('SPOT_ACCOUNT_READ')) return spotRefusal(700007, 'No permission to access the endpoint.')
  return null
}

function signed(text: string, { apiSecret }: MexcKey, signature: string): boolean {
  const own = createHmac('sha256', apiSecret).update(text).digest('hex')
  return own.length === signature.length && timingSafeEqual(Buffer.from(own), Buffer.from(signature))
}

/** 20 requests in two seconds an endpoint, the two great tables 10. */
export function openLimits(now: () => number): (path: string) => Answer | null {
  const seen = new Map<string, number[]>()
  return (path) => {
    const most = ['/api/v1/contract/detail', '/api/v1/contract/ticker'].includes(path) ? 10 : 20
    const recent = (seen.get(path) ?? []).filter((at) => now() - at < 2000)
    if (recent.length >= most) return contractRefusal(510, 'Excessive frequency of requests')
    seen.set(path, [...recent, now()])
    return null
  }
}
