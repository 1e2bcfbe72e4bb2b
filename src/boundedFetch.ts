import { IncompleteAnswerError, type TrackerError, UnreachableError } from './errors.ts'

/** How much of an answer is taken in before it is refused. */
export type FetchLimits = {
  /** Named in the errors. */
  readonly venue: string
  /** Decoded bytes of a body. */
  readonly bytes: number
  /** Levels of `{` and `[` in a JSON body. */
  readonly depth: number
}

const LIMITS: FetchLimits = { venue: 'The server', bytes: 32 * 1024 * 1024, depth: 200 }

/** What went wrong, by the system's own code. The system's message is never shown: it holds the address. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'broke the connection',
  EPIPE: 'broke the connection',
  UND_ERR_SOCKET: 'broke the connection',
  ENOTFOUND: 'has a host name that nobody knows',
  EAI_AGAIN: 'has a host name that could not be looked up',
  ETIMEDOUT: 'could not be reached in time',
  UND_ERR_CONNECT_TIMEOUT: 'could not be reached in time',
  UND_ERR_HEADERS_OVERFLOW: 'answered garbage',
  ERR_INVALID_URL: 'has an address that is not a URL',
}

/**
 * A `fetch` for foreign servers: follows no redirect (no key or wallet ever goes where the user did not send it), takes in
 * a bounded body, and refuses deep JSON before anybody parses it. The body has arrived when the promise resolves, so a
 * deadline over the call is a deadline over the whole answer.
 *
 * @returns A function of the same shape; its Response holds the whole text.
 * @throws UnreachableError, IncompleteAnswerError; the caller's own abort is passed on as it is.
 */
export function boundedFetch(limits: Partial<FetchLimits> = {}): typeof fetch {
  const { venue, bytes, depth } = { ...LIMITS, ...limits }
  return async (input, init) => {
    const signal = init?.signal
    const answer = await fetch(input, { ...init, redirect: 'error' }).catch((error: unknown) => {
      throw signal?.aborted ? error : unreachable(venue, error)
    })
    const body = await readBody(answer, bytes).catch((error: unknown) => {
      throw signal?.aborted ? error : garbage(venue, 'only a part of its answer arrived', true)
    })
    if (body === null) throw garbage(venue, `more than ${Math.round(bytes / 1024 / 1024)} MB`)
    if (isDeeper(body, depth)) throw garbage(venue, `JSON nested over ${depth} levels deep`)
    return complete(answer, body)
  }
}

/** The same fault in a venue's name: what the wire told of "The server" becomes a sentence about `venue`. */
export function inNameOf(venue: string, error: TrackerError): TrackerError {
  const { hint, retryable } = error
  if (error instanceof UnreachableError) return new UnreachableError(venue, error.what, { hint, retryable })
  if (error instanceof IncompleteAnswerError) {
    return new IncompleteAnswerError(venue, error.field, { what: error.what, hint, retryable })
  }
  return error
}

/** The whole body as text; null when it is larger than allowed, and then the connection is dropped. */
async function readBody(answer: Response, bytes: number): Promise<string | null> {
  if (answer.body === null) return ''
  const decoder = new TextDecoder()
  const reader = answer.body.getReader()
  let size = 0
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > bytes) {
      // Not awaited: a body that never ends must not hold us while it is being dropped.
      reader.cancel().catch(() => undefined)
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}

/** Whether JSON text is nested deeper than `depth`. Other text never is: nobody parses it. */
function isDeeper(text: string, depth: number): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  let level = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (quoted) {
      if (code === 92) i++
      else if (code === 34) quoted = false
    } else if (code === 34) quoted = true
    else if (code === 91 || code === 123) {
      level++
      if (level > depth) return true
    } else if (code === 93 || code === 125) level--
  }
  return false
}

function complete(answer: Response, body: string): Response {
  const headers = new Headers(answer.headers)
  // They speak of the bytes on the wire, which are decoded by now.
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name)
  const bodiless = answer.status === 204 || answer.status === 205 || answer.status === 304
  return new Response(bodiless ? null : body, { status: answer.status, statusText: answer.statusText, headers })
}

function unreachable(venue: string, error: unknown): UnreachableError {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error && cause.message === 'unexpected redirect') {
    return new UnreachableError(venue, 'answers with a redirect, which is not followed', {
      hint: 'Write the address it redirects to, if you trust it.',
      retryable: false,
    })
  }
  const code = errorCode(cause)
  const known = REASONS[code]
  if (known !== undefined) return new UnreachableError(venue, known, { retryable: code !== 'ERR_INVALID_URL' })
  if (/CERT|TLS|SSL|SIGNATURE|ISSUER/.test(code)) {
    return new UnreachableError(venue, 'shows a certificate that cannot be trusted', { retryable: false })
  }
  return new UnreachableError(venue, 'could not be reached')
}

function errorCode(cause: unknown): string {
  // A host with several addresses fails with one error for each of them; they rarely differ.
  const first = cause instanceof AggregateError ? cause.errors[0] : cause
  const code = first instanceof Error && 'code' in first ? first.code : undefined
  return typeof code === 'string' ? code : ''
}

function garbage(venue: string, why: string, retryable = false): IncompleteAnswerError {
  return new IncompleteAnswerError(venue, 'answer', {
    what: `answered garbage: ${why}`,
    hint: 'Nothing of it was used; its legs are unknown.',
    retryable,
  })
}
