import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createExchange, type Exchange, type ExchangeOptions } from './exchange.ts'
import type { Json } from './venue/answers.ts'
import { answerInstead, createFaults, type Fault, type Faults, sendBroken } from './venue/faults.ts'
import { type Answer, issueKey, type Key } from './venue/gate.ts'
import { type Asked, createRequests, type Requests } from './venue/requests.ts'
import { route, type Venue } from './venue/routes.ts'
import { type WeightLimit, weightLimit } from './venue/weightLimit.ts'

export type BinanceOptions = ExchangeOptions & {
  /** Default: a free one. */
  readonly port?: number
  readonly apiKey?: string
  readonly apiSecret?: string
}

/** A running double of Binance USDⓈ-M on loopback. */
export type Binance = {
  /** `http://127.0.0.1:PORT`; the venue's host is the first segment of the path: `/fapi.binance.com/fapi/v1/time`. */
  readonly url: string
  readonly apiKey: string
  readonly apiSecret: string
  /** The account, its marks and its liquidation rule. */
  readonly exchange: Exchange
  readonly account: Exchange['account']
  readonly setMark: Exchange['setMark']
  readonly wouldLiquidate: Exchange['wouldLiquidate']
  readonly liquidations: Exchange['liquidations']
  readonly marks: Exchange['marks']
  /** What the key may do; may be changed while the server runs. */
  readonly key: Key
  /** The venue's clock less ours, milliseconds; may be changed. */
  readonly clock: { offsetMs: number }
  /** Request budgets of the two hosts; limits and bans may be set. */
  readonly limits: { readonly fapi: WeightLimit; readonly sapi: WeightLimit }
  readonly faults: Faults
  readonly requests: Requests
  /** Everything that was not a GET of a served path. */
  readonly violations: Requests['violations']
  readonly stop: () => Promise<void>
}

// Keys of Binance have 64 letters and digits. These open nothing but the sandbox.
const API_KEY = 'sandboxKeyOpensNothing'.padEnd(64, '0')
const API_SECRET = 'sandboxSecretGuardsNothing'.padEnd(64, '0')

/** Opens the double on 127.0.0.1. Whoever opens it stops it. */
export async function openBinance(options: BinanceOptions = {}): Promise<Binance> {
  const clock = { offsetMs: 0 }
  const ourTime = options.now ?? Date.now
  const serverTime = () => ourTime() + clock.offsetMs
  const exchange = createExchange({ ...options, now: serverTime })
  const key = issueKey(options.apiKey ?? API_KEY, options.apiSecret ?? API_SECRET)
  const limits = { fapi: weightLimit(2400), sapi: weightLimit(12000) }
  const requests = createRequests()
  const faults = createFaults()
  const venue: Venue = { exchange, key, limits, serverTime }
  const server = createServer((request, response) => {
    serve(request, response, { venue, faults, requests }).catch((fault: unknown) => {
      // A mistake of the sandbox itself must be seen, not be taken for a fault of the venue.
      console.error('sandbox exchange:', fault)
      response.destroy()
    })
  })
  server.on('connection', () => requests.countSocket())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    ...{ url: `http://127.0.0.1:${port}`, apiKey: key.apiKey, apiSecret: key.apiSecret },
    ...{ exchange, key, clock, limits, faults, requests, liquidations: exchange.liquidations, violations: requests.violations },
    ...{ account: exchange.account, setMark: exchange.setMark, wouldLiquidate: exchange.wouldLiquidate },
    get marks() {
      return exchange.marks
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Parts = { readonly venue: Venue; readonly faults: Faults; readonly requests: ReturnType<typeof createRequests> }

async function serve(request: IncomingMessage, response: ServerResponse, { venue, faults, requests }: Parts): Promise<void> {
  request.resume()
  const [address = '', query = ''] = split(request.url ?? '/', '?')
  const [host = '', path = ''] = split(address.slice(1), '/')
  const asked: Asked = {
    ...{ method: request.method ?? 'GET', host, path: `/${path}`, query },
    apiKey: first(request.headers['x-mbx-apikey']),
  }
  const note = requests.open(asked)
  response.on('finish', () => note.close(response.statusCode))
  const due = faults.befall(asked.path)
  for (const fault of due) if (fault.kind === 'delay') await sleep(fault.ms)
  if (due.some((fault) => answerInstead(fault, response))) return
  send(response, bend(route(venue, asked, note), due), due)
}

/** The text before and after the first mark. */
function split(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

const first = (header: string | readonly string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : header?.[0]

function bend(answer: Answer, faults: readonly Fault[]): Answer {
  if (answer.status !== 200) return answer
  const bent = faults.reduce<Json>((body, fault) => (fault.kind === 'rewrite' ? fault.rewrite(body) : body), answer.body)
  return { ...answer, body: bent }
}

function send(response: ServerResponse, answer: Answer, faults: readonly Fault[]): void {
  const html = typeof answer.body === 'string'
  const text = html ? String(answer.body) : JSON.stringify(answer.body)
  response.statusCode = answer.status
  response.setHeader('Content-Type', html ? 'text/html' : 'application/json')
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value)
  if (!faults.some((fault) => sendBroken(fault, response, text))) response.end(text)
}
