import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * What stands between a reader and the node, in a process of its own: each request takes 50 ms longer, and all of them are counted.
 * `node chainProxy.ts NODE_URL`.
 */

export type ProxyCounts = { readonly requests: number; readonly bytes: number }
export type ProxyOpened = { readonly url: string }

const DELAY_MS = 50

const target = process.argv[2] ?? ''
let requests = 0
let bytes = 0

const server = createServer(async (incoming, outgoing) => {
  try {
    const [asked] = await Promise.all([bodyOf(incoming), new Promise((resolve) => setTimeout(resolve, DELAY_MS))])
    const answer = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body: asked })
    const body = Buffer.from(await answer.arrayBuffer())
    requests++
    bytes += asked.length + body.length
    outgoing.writeHead(answer.status, { 'content-type': 'application/json', 'content-length': `${body.length}` })
    outgoing.end(body)
  } catch {
    outgoing.destroy()
  }
})

process.on('message', () => {
  process.send?.({ requests, bytes } satisfies ProxyCounts)
  requests = 0
  bytes = 0
})
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } satisfies ProxyOpened)
})

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
