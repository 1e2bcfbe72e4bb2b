import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a receiver does with the next requests. */
export type Reaction =
  | { readonly kind: 'serve' }
  /** Answers so without taking the message. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }
  /** Reads the request and never answers. */
  | { readonly kind: 'hang' }
  /** Breaks the connection before or after it took the message. */
  | { readonly kind: 'reset'; readonly taken: boolean }
  /** Takes it, then sends one byte of the answer at a time, for ever. */
  | { readonly kind: 'drip' }

/** A request as it arrived. */
export type Request = {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** What a receiver answers, and what it takes from the request; null: nothing. */
export type Served<Taken> = { readonly status: number; readonly body: string; readonly taken: Taken | null }

/** A server that speaks the API of a channel on loopback, and keeps what it took. */
export type HttpReceiver<Taken> = {
  readonly url: string
  readonly taken: Taken[]
  readonly requests: Request[]
  react: (reaction: Reaction) => void
  readonly stop: () => Promise<void>
}

/** Opens one. @param serve - The API's own rules. */
export async function openHttpReceiver<Taken>(serve: (request: Request) => Served<Taken>): Promise<HttpReceiver<Taken>> {
  let reaction: Reaction = { kind: 'serve' }
  const taken: Taken[] = []
  const requests: Request[] = []
  const drips = new Set<NodeJS.Timeout>()
  const server = createServer((incoming, response) => {
    void bodyOf(incoming).then((body) => {
      const request = { path: incoming.url ?? '', headers: incoming.headers, body }
      requests.push(request)
      answer(request, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  function answer(request: Request, response: ServerResponse): void {
    const { kind } = reaction
    if (kind === 'hang') return
    if (kind === 'answer') {
      response.writeHead(reaction.status, { 'content-type': 'application/json', ...reaction.headers }).end(reaction.body ?? '')
      return
    }
    if (kind === 'reset' && !reaction.taken) {
      response.destroy()
      return
    }
    const served = serve(request)
    if (served.taken !== null) taken.push(served.taken)
    if (kind === 'reset') response.destroy()
    else if (kind === 'drip') {
      response.writeHead(200, { 'content-type': 'application/json' })
      drips.add(setInterval(() => response.write(' '), 50))
    } else response.writeHead(served.status, { 'content-type': 'application/json' }).end(served.body)
  }

  return {
    ...{ taken, requests },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    react: (next) => {
      reaction = next
    },
    stop: async () => {
      for (const drip of drips) clearInterval(drip)
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
