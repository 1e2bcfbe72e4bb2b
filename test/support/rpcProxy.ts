import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** One JSON-RPC call as it came over the wire. */
export type WireCall = { readonly id: number; readonly method: string; readonly params: readonly unknown[] }

/** One HTTP request. `calls` holds one call, or all of a batch. */
export type WireRequest = { readonly calls: readonly WireCall[]; readonly batch: boolean; readonly path: string }

/** One JSON-RPC answer, to be rewritten at will. */
export type WireAnswer = {
  id: number
  jsonrpc: string
  result?: unknown
  error?: { code: number; message: string; data?: unknown }
}

/** What the proxy does with one request. */
export type Reaction =
  /** Asks the node and gives its answers on, changed or not. */
  | {
      readonly kind: 'pass'
      /** Changes a call before the node gets it. */
      readonly forward?: (call: WireCall) => WireCall
      /** Changes an answer before the reader gets it. */
      readonly rewrite?: (answer: WireAnswer, call: WireCall) => WireAnswer
      readonly delayMs?: number
      /** Happens before the node is asked. */
      readonly before?: () => Promise<unknown>
    }
  /** Answers by itself. */
  | {
      readonly kind: 'answer'
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body: string | Uint8Array
    }
  /** Promises the node's whole answer and breaks off after so many bytes. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** Breaks the connection without a word. */
  | { readonly kind: 'reset' }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Gives the node's answer on, one byte at a time. */
  | { readonly kind: 'drip'; readonly msPerByte: number }

/** Decides by request and by how many came before it (0 for the first). */
export type Rule = (request: WireRequest, index: number) => Reaction

/** A node as the reader sees it, on loopback, with every request counted at the socket. */
export type RpcProxy = {
  readonly url: string
  /** Every request since the start or the last `rule` call. */
  readonly requests: readonly WireRequest[]
  /** Sets what happens from now on, and counts anew. */
  readonly rule: (rule: Rule) => void
  readonly close: () => Promise<void>
}

export const PASS: Reaction = { kind: 'pass' }

/** Opens a proxy before a JSON-RPC node. Passes everything on until a rule is set. */
export async function openRpcProxy(target: string): Promise<RpcProxy> {
  let rule: Rule = () => PASS
  let requests: WireRequest[] = []
  const sockets = new Set<Socket>()
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const text = await readText(incoming)
    const parsed = JSON.parse(text) as WireCall | WireCall[]
    const request = { calls: [parsed].flat(), batch: Array.isArray(parsed), path: incoming.url ?? '/' }
    const reaction = rule(request, requests.length)
    requests.push(request)
    if (reaction.kind === 'hang') return
    if (reaction.kind === 'reset') {
      incoming.socket.resetAndDestroy()
      return
    }
    if (reaction.kind === 'answer') {
      outgoing.writeHead(reaction.status ?? 200, { 'content-type': 'application/json', ...reaction.headers })
      outgoing.end(reaction.body)
      return
    }
    if (reaction.kind === 'pass') await reaction.before?.()
    const forward = reaction.kind === 'pass' ? reaction.forward : undefined
    const asked =
      forward === undefined ? text : JSON.stringify(request.batch ? request.calls.map(forward) : request.calls.map(forward)[0])
    const response = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body: asked })
    const answers = [(await response.json()) as WireAnswer | WireAnswer[]].flat()
    const changed =
      reaction.kind === 'pass' && reaction.rewrite !== undefined ? rewritten(answers, request, reaction.rewrite) : answers
    const body = Buffer.from(JSON.stringify(request.batch ? changed : changed[0]))
    await give(outgoing, body, reaction)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests
    },
    rule: (next) => {
      rule = next
      requests = []
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function rewritten(
  answers: readonly WireAnswer[],
  { calls }: WireRequest,
  rewrite: (answer: WireAnswer, call: WireCall) => WireAnswer,
): WireAnswer[] {
  return answers.map((answer) => {
    const call = calls.find(({ id }) => id === answer.id)
    return call === undefined ? answer : rewrite(answer, call)
  })
}

async function give(outgoing: ServerResponse, body: Buffer, reaction: Reaction): Promise<void> {
  if (reaction.kind === 'pass' && reaction.delayMs !== undefined) await pause(reaction.delayMs)
  outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': `${body.length}` })
  if (reaction.kind === 'truncate') {
    outgoing.write(body.subarray(0, reaction.bytes), () => outgoing.destroy())
    return
  }
  if (reaction.kind === 'drip') {
    for (const byte of body) {
      if (outgoing.destroyed) return
      outgoing.write(Uint8Array.of(byte))
      await pause(reaction.msPerByte)
    }
  }
  outgoing.end(reaction.kind === 'drip' ? undefined : body)
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
