import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Json } from './venue/answers.ts'
import { answerInstead, createFaults, type Fault, type Faults, sendBroken } from './venue/faults.ts'
import type { Answer } from './venue/gate.ts'
import { type Asked, createRequests, type Note, type Requests } from './venue/requests.ts'

/** A request with all that a venue may judge it by. */
export type FullAsk = Asked & {
  /** Names in lower case. */
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** An HTTP server on loopback that stands for the hosts of a venue. */
export type VenueServer = {
  /** `http://127.0.0.1:PORT`; the venue's host is the first segment of the path: `/fapi.binance.com/fapi/v1/time`. */
  readonly url: string
  readonly faults: Faults
  readonly requests: Requests
  /** Everything that was no declared read. */
  readonly violations: Requests['violations']
  readonly stop: () => Promise<void>
}

/** What a venue is behind the wire. */
export type Behind = {
  readonly answer: (asked: FullAsk, note: Note) => Answer
  /** The name by which a request is counted, and its faults are set. Default: its path. */
  readonly nameOf?: (asked: FullAsk) => string
  /** Default: a free one. */
  readonly port?: number | undefined
}

/** Opens the server on 127.0.0.1. Whoever opens it stops it. */
export async function openVenueServer(behind: Behind): Promise<VenueServer> {
  const requests = createRequests()
  const faults = createFaults()
  const server = createServer((request, response) => {
    serve(request, response, { behind, faults, requests }).catch((fault: unknown) => {
      // A mistake of the sandbox itself must be seen, not be taken for a fault of the venue.
      console.error('sandbox exchange:', fault)
      response.destroy()
    })
  })
  server.on('connection', requests.countSocket)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(behind.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    ...{ url: `http://127.0.0.1:${port}`, faults, requests, violations: requests.violations },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Parts = { readonly behind: Behind; readonly faults: Faults; readonly requests: ReturnType<typeof createRequests> }

async function serve(request: IncomingMessage, response: ServerResponse, { behind, faults, requests }: Parts): Promise<void> {
  const asked = await askedIn(request)
  const name = behind.nameOf?.(asked) ?? asked.path
  const note = requests.open({ ...asked, path: name })
  response.on('finish', () => note.close(response.statusCode))
  const due = faults.befall(name)
  for (const fault of due) if (fault.kind === 'delay') await sleep(fault.ms)
  if (due.some((fault) => answerInstead(fault, response))) return
  send(response, bend(behind.answer(asked, note), due), due)
}

async function askedIn(request: IncomingMessage): Promise<FullAsk> {
  const [address = '', query = ''] = split(request.url ?? '/', '?')
  const [host = '', path = ''] = split(address.slice(1), '/')
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { headers } = request
  const key = headers['x-mbx-apikey']
  return {
    ...{ method: request.method ?? 'GET', host, path: `/${path}`, query, headers },
    ...{ apiKey: typeof key === 'string' ? key : key?.[0], body: Buffer.concat(chunks).toString('utf8') },
  }
}

/** The text before and after the first mark. */
function split(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function bend(answer: Answer, faults: readonly Fault[]): Answer {
  if (answer.status !== 200) return answer
  const bent = faults.reduce<Json>((body, fault) => (fault.kind === 'rewrite' ? fault.rewrite(body) : body), answer.body)
  return { ...answer, body: bent }
}

function send(response: ServerResponse, answer: Answer, faults: readonly Fault[]): void {
  const html = typeof answer.body === 'string' && answer.body.startsWith('<')
  const text = html ? String(answer.body) : JSON.stringify(answer.body)
  response.statusCode = answer.status
  response.setHeader('Content-Type', html ? 'text/html' : 'application/json')
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value)
  if (!faults.some((fault) => sendBroken(fault, response, text))) response.end(text)
}
