import { BaseError, createClient, HttpRequestError, http, TimeoutError, withRetry } from 'viem'
import { inNameOf } from '../boundedFetch.ts'
import { AccessError, IncompleteAnswerError, outOfTime, TrackerError, UnreachableError } from '../errors.ts'
import type { ChainEndpoint, ChainNode, ReadTools } from './protocol.ts'

export type RpcCall = { readonly method: 'eth_call' | 'eth_getBlockByNumber'; readonly params: readonly unknown[] }

/** What a node said to one call. `text` is the node's own: to be looked at, never shown, for it may hold the address. */
export type RpcOutcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: number; readonly text: string; readonly revert: unknown }

/** A node, asked through viem, with every failure turned into a typed error that holds nothing of the address. */
export type Rpc = {
  /** How errors name the node. */
  readonly venue: string
  /**
   * Sends the calls in one HTTP request, or one by one if the node refuses batches.
   *
   * @throws UnreachableError, AccessError, IncompleteAnswerError
   */
  readonly ask: (calls: readonly RpcCall[]) => Promise<readonly RpcOutcome[]>
  /** Whether the node turned out to refuse batches. */
  readonly refusesBatches: () => boolean
}

const BODY_BYTES = 32 * 1024 * 1024
/** Tries after the first. A timeout is not tried again: the request had its deadline, and the pass has one for all. */
const RETRIES = 2
const RETRY_MS = 150
/** A node that asks for a longer pause is reported instead of waited for. */
const LONGEST_PAUSE_MS = 2_000
const RATE_LIMITED = new Set([429, -32005, -32007])

/** Opens a node for one pass. Where a chain has several, or one that the user did not name, its operator is said with the chain. */
export function openRpc({ title, nodes }: ChainEndpoint, node: ChainNode, tools: ReadTools): Rpc {
  const venue = node.publicDefault || nodes.length > 1 ? `${title} (${node.operator})` : title
  // Which faults are worth another try, and after how long.
  const pauses = new WeakMap<TrackerError, number>()
  const transport = {
    fetchFn: judged({ venue, tools, pauses }),
    retryCount: 0,
    timeout: tools.requestMs,
    maxResponseBodySize: BODY_BYTES,
    raw: true,
  } as const
  const url = node.rpc.reveal()
  const together = createClient({ transport: http(url, { ...transport, batch: { wait: 0 } }) })
  const apart = createClient({ transport: http(url, transport) })
  let refusesBatches = false

  const send = (client: typeof apart, calls: readonly RpcCall[]): Promise<readonly RpcOutcome[]> => {
    const one = (call: RpcCall): Promise<RpcOutcome> =>
      client.request(call as never, { signal: tools.signal }).then(
        (answer) => toOutcome(venue, answer),
        (error: unknown) => settle(error, { venue, tools }),
      )
    return withRetry(() => Promise.all(calls.map(one)), {
      retryCount: RETRIES,
      signal: tools.signal,
      shouldRetry: ({ error }) => error instanceof TrackerError && pauses.has(error),
      delay: ({ count, error }) => (pauses.get(error as TrackerError) ?? RETRY_MS) * 2 ** count,
    }).catch((error: unknown) => settle(error, { venue, tools }) as never)
  }

  const ask = async (calls: readonly RpcCall[]): Promise<readonly RpcOutcome[]> => {
    if (calls.length > 1 && !refusesBatches) {
      const outcomes = await send(together, calls)
      // Calls with little in common have no other reason to fail all at once.
      if (outcomes.some((outcome) => outcome.ok)) return outcomes
    }
    const outcomes: RpcOutcome[] = []
    for (const call of calls) outcomes.push(...(await send(apart, [call])))
    if (calls.length > 1 && outcomes.some((outcome) => outcome.ok)) refusesBatches = true
    return outcomes
  }
  return { venue, ask, refusesBatches: () => refusesBatches }
}

type Scene = { readonly venue: string; readonly tools: ReadTools; readonly pauses: WeakMap<TrackerError, number> }

/** `fetch`, with the refusals that stand in the status told apart before viem looks at the body. */
function judged({ venue, tools, pauses }: Scene): typeof fetch {
  return async (input, init) => {
    const answer = await tools.fetch(input, init).catch((error: unknown) => {
      if (!(error instanceof TrackerError)) throw error
      const fault = inNameOf(venue, error)
      if (fault.retryable) pauses.set(fault, RETRY_MS)
      throw fault
    })
    if (answer.status === 401 || answer.status === 403) {
      throw new AccessError(venue, `refuses us (HTTP ${answer.status})`, 'Check the key in its RPC address, or use another node.')
    }
    if (answer.status === 429) {
      const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
      const fault = rateLimited(venue, seconds)
      if (seconds * 1000 <= LONGEST_PAUSE_MS) pauses.set(fault, seconds * 1000)
      throw fault
    }
    if (answer.ok) return answer
    const body = await answer.text()
    if (answer.status >= 500 && !/"error"\s*:\s*\{/.test(body)) {
      const fault = new UnreachableError(venue, `answers HTTP ${answer.status}`)
      pauses.set(fault, RETRY_MS)
      throw fault
    }
    // As plain text: what a refusal holds need not be JSON, whatever it is said to be.
    return new Response(body, { status: answer.status, headers: { 'content-type': 'text/plain' } })
  }
}

/** Makes a typed error of whatever viem threw, or an outcome where the node only refused this form of asking. */
function settle(error: unknown, { venue, tools }: Pick<Scene, 'venue' | 'tools'>): RpcOutcome {
  const fault = findFault(error)
  if (fault !== null) throw fault
  if (tools.signal.aborted) throw outOfTime(venue)
  if (error instanceof TimeoutError)
    throw new UnreachableError(venue, `did not answer within ${tools.requestMs / 1000} s`, { timedOut: true })
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof SyntaxError) throw garbage(venue, 'something that is not JSON')
  if (error instanceof HttpRequestError && error.status !== undefined) {
    return { ok: false, code: error.status, text: error.status === 413 ? 'too large' : '', revert: null }
  }
  // viem's sentence for an answer that is not the list it asked for.
  if (cause instanceof Error && cause.message.startsWith('Expected ')) return { ok: false, code: 0, text: '', revert: null }
  throw garbage(venue, 'something that is no answer to the question')
}

function toOutcome(venue: string, answer: unknown): RpcOutcome {
  const { error, result } = answer as { error?: unknown; result?: unknown }
  if (error === undefined || error === null) {
    if (result === undefined) return { ok: false, code: 0, text: '', revert: null }
    return { ok: true, result }
  }
  const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown }
  const number = typeof code === 'number' && Number.isInteger(code) ? code : 0
  if (RATE_LIMITED.has(number)) throw rateLimited(venue, Number.NaN)
  return { ok: false, code: number, text: typeof message === 'string' ? message.slice(0, 500) : '', revert: data ?? message }
}

/** A typed error of ours that viem wrapped on its way through. */
function findFault(error: unknown): TrackerError | null {
  if (error instanceof TrackerError) return error
  const found = error instanceof BaseError ? error.walk((inner) => inner instanceof TrackerError) : null
  return found instanceof TrackerError ? found : null
}

function rateLimited(venue: string, seconds: number): UnreachableError {
  const wait = Number.isFinite(seconds) && seconds >= 0 ? `; it asks to wait ${Math.ceil(seconds)} s` : ''
  return new UnreachableError(venue, `limits our requests (HTTP 429${wait})`, {
    hint: 'Read less often, or use a node with a larger allowance. Its legs are unknown until it answers.',
  })
}

function garbage(venue: string, why: string): IncompleteAnswerError {
  const hint = 'Nothing of it was used; its legs are unknown. Check the RPC address.'
  return new IncompleteAnswerError(venue, 'answer', { what: `answered garbage: ${why}`, hint, retryable: true })
}
