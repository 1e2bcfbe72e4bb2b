import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A message that arrived whole. */
export type Received = { readonly id: string; readonly kind: string; readonly title: string }

/** What a receiver of webhooks sees of a message, in this order. */
export type Moment = 'connected' | 'arrived' | 'answered'

/** A receiver of webhooks, and of pings, on loopback that takes everything. */
export type Receiver = {
  readonly url: string
  /** What arrived since it was last asked. */
  readonly take: () => readonly Received[]
  /** Told each moment as it comes, before anything else happens; null: nobody. */
  readonly watch: (told: ((moment: Moment) => void) | null) => void
  readonly close: () => Promise<void>
}

export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = []
  let told: ((moment: Moment) => void) | null = null
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    // Who sends it may be killed at any time.
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    request.on('end', () => {
      if (request.url?.startsWith('/ping')) return void response.end('OK')
      const { kind, title } = JSON.parse(Buffer.concat(chunks).toString()) as Omit<Received, 'id'>
      received.push({ id: String(request.headers['idempotency-key']), kind, title })
      told?.('arrived')
      response.end('OK', () => told?.('answered'))
    })
  })
  server.on('connection', () => told?.('connected'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    take: () => received.splice(0),
    watch: (next) => {
      told = next
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
