import { inNameOf } from '../boundedFetch.ts'
import { withinDeadline } from '../deadline.ts'
import { IncompleteAnswerError, outOfTime, TrackerError, UnreachableError } from '../errors.ts'

/** An answer that is not a success, as the venue's adapter has to judge it. */
export type Refusal = {
  readonly status: number
  readonly body: string
  /** The `Retry-After` header. */
  readonly retryAfter: string | null
  /** Any other header, by its name in lower case. */
  readonly header: (name: string) => string | null
}

/** Sends to a venue. @param onHeaders - Told of the headers of the answer, a refusal's too. */
export type VenueFetch = (url: string, init?: RequestInit, onHeaders?: (headers: Headers) => void) => Promise<Response>

/** What ends a request, and what its failures become. */
export type VenueTerms = {
  /** `Binance`. */
  readonly venue: string
  /** Ends every wait of the pass. */
  readonly signal: AbortSignal
  /** Deadline of one request, body included, milliseconds. */
  readonly requestMs: number
  /** Whether an answer with a status of success is a refusal all the same: some venues say so in the body alone. */
  readonly isRefusal: (answer: unknown) => boolean
  /** Turns a refusal into the error that is thrown for it. */
  readonly refused: (refusal: Refusal) => TrackerError
  /** Turns a failed transport into the error that is thrown for it. */
  readonly failed: (error: TrackerError) => TrackerError
}

/**
 * A venue's fetch: it always ends, by its answer, its deadline or the pass, and what it throws holds neither address nor headers,
 * for these carry the signature and the key.
 *
 * @param fetch - A bounded fetch: it reads the whole body, follows no redirect, and throws typed errors.
 */
export function venueFetch(fetch: typeof globalThis.fetch, { venue, signal, requestMs, ...terms }: VenueTerms): VenueFetch {
  return async (url, init = {}, onHeaders = () => undefined) => {
    const others = init.signal ? [signal, init.signal] : [signal]
    let response: Response
    try {
      response = await withinDeadline(requestMs, others, (ends) => fetch(url, { ...init, signal: ends }))
    } catch (error) {
      if (signal.aborted) throw outOfTime(venue)
      if (error instanceof TrackerError) throw terms.failed(inNameOf(venue, error))
      throw terms.failed(new UnreachableError(venue, `did not answer within ${spell(requestMs)}`))
    }
    onHeaders(response.headers)
    const text = await response.text()
    const answer = response.ok ? parsed(text) : null
    if (answer === NOT_JSON) throw terms.failed(garbage(venue))
    if (response.ok && !terms.isRefusal(answer)) {
      return new Response(text, { status: 200, headers: { 'content-type': 'application/json' } })
    }
    const header = (name: string): string | null => response.headers.get(name)
    throw terms.refused({ status: response.status, body: text, retryAfter: header('retry-after'), header })
  }
}

const NOT_JSON = Symbol('not JSON')

/** A page of a guard between us and the venue often comes with 200. */
function garbage(venue: string): IncompleteAnswerError {
  return new IncompleteAnswerError(venue, 'answer', {
    what: 'answered garbage: something that is not JSON, perhaps a web page',
    hint: 'Nothing of it was used; its legs are unknown. Run it again; if it stays so, see whether your network lets you reach the exchange.',
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return NOT_JSON
  }
}

function spell(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1).replace(/\.0$/, '')} s`
}
