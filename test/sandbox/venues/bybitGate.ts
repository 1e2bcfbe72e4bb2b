import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Json } from '../venue/answers.ts'
import type { Answer } from '../venue/gate.ts'
import type { FullAsk } from '../venueServer.ts'

/** The key that the double has issued; a test may change what it may do, and what the venue holds against it. */
export type BybitKey = {
  readonly apiKey: string
  readonly apiSecret: string
  readOnly: number
  permissions: Record<string, string[]>
  ips: string[]
  expiredAt: string
  /** A code with which every signed request is refused; null: none. */
  refused: number | null
}

/** @see https://bybit-exchange.github.io/docs/v5/user/apikey-info: the sample, as a key that reads from known addresses */
export const issueBybitKey = (): BybitKey => ({
  ...{ apiKey: 'XPDGZDFIYCB7K3XYTQ', apiSecret: 'VPXJLTYOUQRDKXGKLTSIJQEXWUZMOCDHCGRM', readOnly: 1, refused: null },
  permissions: {
    ContractTrade: ['Order', 'Position'],
    Spot: ['SpotTrade'],
    Wallet: ['AccountTransfer'],
    Derivatives: ['DerivativesTrade'],
  },
  ...{ ips: ['127.0.0.1'], expiredAt: '1970-01-01T00:00:00Z' },
})

/** A refusal as Bybit words it, with status 200. @see https://bybit-exchange.github.io/docs/v5/error */
export const refusal = (
  retCode: number,
  retMsg: string,
  time: number,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  ...{ status: 200, headers },
  body: { retCode, retMsg, result: {}, retExtInfo: {}, time },
})

export const envelope = (result: Json, time: number): Answer => ({
  status: 200,
  body: { retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time },
})

/**
 * Bybit's checks of a signed request; null: it may pass. Signed is `timestamp + key + window + query`, as lower-case hex.
 *
 * @see https://bybit-exchange.github.io/docs/v5/guide: "server_time - recv_window <= timestamp < server_time + 1000"
 */
export function checkSigned(key: BybitKey, { headers, query }: FullAsk, time: number): Answer | null {
  const [given, stamp, window, sign] = ['x-bapi-api-key', 'x-bapi-timestamp', 'x-bapi-recv-window', 'x-bapi-sign'].map((name) =>
    String(headers[name] ?? ''),
  ) as [string, string, string, string]
  if (given !== key.apiKey) return refusal(10003, 'API key is invalid.', time)
  if (key.refused !== null) return refusal(key.refused, 'Refused, your IP is 203.0.113.7', time)
  const expected = Buffer.from(createHmac('sha256', key.apiSecret).update(`${stamp}${given}${window}${query}`).digest('hex'))
  const signed = Buffer.from(sign)
  if (signed.length !== expected.length || !timingSafeEqual(signed, expected))
    return refusal(10004, 'error sign! origin_string[...]', time)
  const at = Number(stamp)
  if (!(time - Number(window) <= at && at < time + 1000)) {
    return refusal(10002, 'invalid request, please check your server timestamp or recv_window param.', time)
  }
  return null
}

/** Requests of one second, by path. @see https://bybit-exchange.github.io/docs/v5/rate-limit */
export function openBybitLimit() {
  const limits: Record<string, number> = { '/v5/account/fee-rate': 5, '/v5/account/transaction-log': 25 }
  const seen = new Map<string, number[]>()
  return {
    limits,
    refuse: (path: string, time: number): Answer | null => {
      const within = (seen.get(path) ?? []).filter((at) => at > time - 1000)
      const oldest = within[0]
      if (within.length >= (limits[path] ?? 50) && oldest !== undefined) {
        const headers = { 'X-Bapi-Limit': String(limits[path] ?? 50), 'X-Bapi-Limit-Status': '0' }
        return refusal(10006, 'Too many visits!', time, { ...headers, 'X-Bapi-Limit-Reset-Timestamp': String(oldest + 1000) })
      }
      seen.set(path, [...within, time])
      return null
    },
  }
}
