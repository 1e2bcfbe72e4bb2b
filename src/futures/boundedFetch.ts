import { type TrackerError, UnreachableError } from '../errors.ts'
import type { GuardedFetch } from './readGuard.ts'

/** No answer of a venue is larger; one that is would only fill the memory. */
const MAX_BYTES = 32 * 1024 * 1024

/** An answer that is not a success, as the venue's adapter has to judge it. */
export type Refusal = {
  readonly status: number
  readonly body: string
  /** The `Retry-After` header. */
  readonly retryAfter: string | null
}

/** What bounds a request. */
export type Bounds = {
  /** `Binance`. */
  readonly venue: string
  /** Ends every wait of the pass. */
  readonly signal: AbortSignal
  /** Deadline of one request, body included, milliseconds. */
  readonly requestMs: number
  /** Turns a refusal into the error that is thrown for it. */
  readonly refused: (refusal: Refusal) => TrackerError
  /** Turns a failed transport into the error that is thrown for it. */
  readonly failed: (error: UnreachableError) => TrackerError
}

/**
 * A fetch that always ends: by its answer, its deadline or the pass. Redirects are not followed, bodies are bounded, and what is
 * thrown holds neither address nor headers, for these carry the signature and the key.
 */
export function boundedFetch(fetch: typeof globalThis.fetch, bounds: Bounds): GuardedFetch {
  const { venue, signal, requestMs } = bounds
  return async (url, init = {}) => {
    const timeout = AbortSignal.timeout(requestMs)
    const signals = init.signal ? [signal, timeout, init.signal] : [signal, timeout]
    let answer: { readonly response: Response; readonly text: string }
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.any(signals) })
      answer = { response, text: await boundedText(response) }
    } catch (error) {
      if (signal.aborted) throw new UnreachableError(venue, 'did not answer before the deadline of the run')
      const late = timeout.aborted || init.signal?.aborted === true
      throw bounds.failed(new UnreachableError(venue, late ? `did not answer within ${spell(requestMs)}` : transportFault(error)))
    }
    const { response, text } = answer
    if (response.ok) return new Response(text, { status: 200, headers: { 'content-type': 'application/json' } })
    throw bounds.refused({ status: response.status, body: text, retryAfter: response.headers.get('retry-after') })
  }
}

class TooLarge extends RangeError {}

async function boundedText(response: Response): Promise<string> {
  if (response.body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > MAX_BYTES) throw new TooLarge('answer too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function spell(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1).replace(/\.0$/, '')} s`
}

function transportFault(error: unknown): string {
  if (error instanceof TooLarge) return 'sent more than 32 MB'
  const code = codeOf(error) ?? codeOf((error as { cause?: unknown } | null)?.cause)
  if (code === 'ECONNREFUSED') return 'refused the connection'
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET')
    return 'closed the connection before its answer was whole'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'has no address here: the name could not be resolved'
  if (code?.startsWith('ERR_TLS') || code?.includes('CERT')) return 'did not prove who it is: its certificate is not valid'
  if (code?.startsWith('Z_')) return 'sent an answer that cannot be unpacked'
  return 'could not be reached'
}

function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : null
}
