import { createHmac } from 'node:crypto'
import type { Binance } from '../binance.ts'

/** What may be wrong with a request on purpose. */
export type Ask = {
  readonly host?: string
  /** Parameters beside timestamp and signature. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Milliseconds; null: leave it out. Default: now. */
  readonly timestamp?: number | null
  readonly apiKey?: string | null
  readonly apiSecret?: string
  /** In place of the true one; null: leave it out. */
  readonly signature?: string | null
}

/** Asks the sandbox for a signed path with plain fetch and its own signing. */
export function signedGet(venue: Binance, path: string, ask: Ask = {}): Promise<Response> {
  const parameters = new URLSearchParams(ask.parameters)
  if (ask.timestamp !== null) parameters.set('timestamp', String(ask.timestamp ?? Date.now()))
  const payload = parameters.toString()
  const signature =
    ask.signature ??
    createHmac('sha256', ask.apiSecret ?? venue.apiSecret)
      .update(payload)
      .digest('hex')
  const query = ask.signature === null ? payload : `${payload}&signature=${signature}`
  const headers: Record<string, string> = ask.apiKey === null ? {} : { 'X-MBX-APIKEY': ask.apiKey ?? venue.apiKey }
  return fetch(`${venue.url}/${ask.host ?? 'fapi.binance.com'}${path}?${query}`, { headers })
}
