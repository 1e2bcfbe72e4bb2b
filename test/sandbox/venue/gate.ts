import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Json } from './answers.ts'

/** What Binance answers: a status, a body, and headers of its own. */
export type Answer = {
  readonly status: number
  readonly body: Json | string
  readonly headers?: Readonly<Record<string, string>>
}

/** An error as Binance words it. @see developers.binance.com usds-margined-futures/error-code */
export const refusal = (status: number, code: number, msg: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  ...{ status, headers },
  body: { code, msg },
})

/** Flags of `GET /sapi/v1/account/apiRestrictions`. @see developers.binance.com wallet/account/api-key-permission */
export type KeyFlags = {
  ipRestrict: boolean
  createTime: number
  enableReading: boolean
  enableWithdrawals: boolean
  enableInternalTransfer: boolean
  enableMargin: boolean
  enableFutures: boolean
  permitsUniversalTransfer: boolean
  enableVanillaOptions: boolean
  enableFixApiTrade: boolean
  enableFixReadOnly: boolean
  enableSpotAndMarginTrading: boolean
  enablePortfolioMarginTrading: boolean
}

/** The key that the sandbox issued. A test may change everything but key and secret while the server runs. */
export type Key = {
  readonly apiKey: string
  readonly apiSecret: string
  /** Deleted or past its date: refused as Binance refuses every key it no longer knows. */
  expired: boolean
  /** The caller's address is on the key's list. */
  addressAllowed: boolean
  readonly flags: KeyFlags
}

/** A key as this product asks for: it reads, from known addresses, and nothing else. */
export function issueKey(apiKey: string, apiSecret: string): Key {
  const no = { enableWithdrawals: false, enableInternalTransfer: false, enableMargin: false, enableFutures: false }
  const none = {
    permitsUniversalTransfer: false,
    enableVanillaOptions: false,
    enableFixApiTrade: false,
    enableFixReadOnly: false,
  }
  return {
    ...{ apiKey, apiSecret, expired: false, addressAllowed: true },
    flags: {
      ...{ ipRestrict: true, createTime: 1698645219000, enableReading: true, ...no, ...none },
      ...{ enableSpotAndMarginTrading: false, enablePortfolioMarginTrading: false },
    },
  }
}

type Signed = { readonly apiKey: string | undefined; readonly query: string; readonly serverTime: number }

const DEFAULT_WINDOW = 5000
const LONGEST_WINDOW = 60000

/**
 * Binance's checks of a signed request; null: it may pass.
 *
 * @see developers.binance.com usds-margined-futures/general-info "SIGNED Endpoint Security": HMAC SHA256 over all of the
 * query but the signature, and "if (timestamp < (serverTime + 1000) && (serverTime - timestamp) <= recvWindow)"
 */
export function checkSigned(key: Key, { apiKey, query, serverTime }: Signed): Answer | null {
  if (apiKey === undefined || !/^[A-Za-z0-9]{16,128}$/.test(apiKey)) return refusal(401, -2014, 'API-key format invalid.')
  if (apiKey !== key.apiKey || key.expired || !key.addressAllowed || !key.flags.enableReading) {
    return refusal(401, -2015, 'Invalid API-key, IP, or permissions for action, request ip: 127.0.0.1')
  }
  const parameters = new URLSearchParams(query)
  for (const name of ['timestamp', 'signature']) {
    const value = parameters.get(name)
    if (value === null || value === '' || (name === 'timestamp' && !/^\d+$/.test(value))) {
      return refusal(400, -1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)
    }
  }
  const [payload, signature] = split(query)
  if (!matches(signature, createHmac('sha256', key.apiSecret).update(payload).digest('hex'))) {
    return refusal(400, -1022, 'Signature for this request is not valid.')
  }
  return checkTime(Number(parameters.get('timestamp')), Number(parameters.get('recvWindow') ?? DEFAULT_WINDOW), serverTime)
}

function checkTime(timestamp: number, recvWindow: number, serverTime: number): Answer | null {
  if (!(recvWindow > 0 && recvWindow <= LONGEST_WINDOW)) return refusal(400, -1131, 'recvWindow must be less than 60000.')
  if (timestamp >= serverTime + 1000) {
    return refusal(400, -1021, "Timestamp for this request was 1000ms ahead of the server's time.")
  }
  if (serverTime - timestamp > recvWindow) {
    return refusal(400, -1021, 'Timestamp for this request is outside of the recvWindow.')
  }
  return null
}

/** The signature wherever it stands, and the query without it. */
function split(query: string): readonly [payload: string, signature: string] {
  const parts = query.split('&')
  const signature = parts.find((part) => part.startsWith('signature=')) ?? ''
  return [parts.filter((part) => part !== signature).join('&'), decodeURIComponent(signature.slice('signature='.length))]
}

function matches(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
