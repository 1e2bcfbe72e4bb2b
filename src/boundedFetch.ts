import { IncompleteAnswerError, type TrackerError, UnreachableError } from './errors.ts'

/** How much of an answer is taken in before it is refused. */
export type FetchLimits = {
  /** Named in the errors. */
  readonly venue: string
  /** Decoded bytes of a body. */
  readonly bytes: number
  /** Levels of `{` and `[` in a JSON body. */
  readonly depth: number
  /** Values in a JSON body: 32 MB of `{},{},` become gigabytes when they are parsed. */
  readonly values: number
}

// The largest honest answer, a venue's list of all markets, holds about a tenth of these values.
const LIMITS: FetchLimits = { venue: 'The server', bytes: 32 * 1024 * 1024, depth: 200, values: 500_000 }

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

/** Where there was never a connection. */
const UNSENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'ERR_INVALID_URL']

/**
 * A `fetch` for foreign servers: follows no redirect (no key or wallet ever goes where the user did not send it), takes in
 * a bounded body, and refuses JSON that is deep or teems with values before anybody parses it. The body has arrived when the promise resolves, so a
 * deadline over the call is a deadline over the whole answer.
 *
 * @returns A function of the same shape; its Response holds the whole text.
 * @throws UnreachableError, IncompleteAnswerError; the caller's own abort is passed on as it is.
 */
export function boundedFetch(changes: Partial<FetchLimits> = {}): typeof fetch {
  const limits = { ...LIMITS, ...changes }
  const whole: typeof fetch = async (input, init) => {
    const signal = init?.signal
    const answer = await fetch(input, { ...init, redirect: 'error' }).catch((error: unknown) => {
      throw signal?.aborted ? error : unreachable(limits.venue, error)
    })
    const body = await readBody(answer, limits, signal ?? null).catch((error: unknown) => {
      throw signal?.aborted ? error : garbage(limits.venue, 'only a part of its answer arrived', true)
    })
    if ('excess' in body) throw garbage(limits.venue, body.excess)
    return complete(answer, body.text)
  }
  return (input, init) => endedBy(init?.signal ?? null, whole(input, init))
}

/**
 * Ends a wait with its signal, whatever becomes of what is waited for: Node no longer passes an abort on to a body that is still
 * arriving once the memory of its request was cleared, and the wait would have no end.
 */
function endedBy<T>(signal: AbortSignal | null, wait: Promise<T>): Promise<T> {
  if (signal === null) return wait
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    wait.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    if (signal.aborted) abort()
  })
}

/** The same fault in a venue's name: what the wire told of "The server" becomes a sentence about `venue`. */
export function inNameOf(venue: string, error: TrackerError): TrackerError {
  const { hint, retryable } = error
  if (error instanceof UnreachableError) return new UnreachableError(venue, error.what, { hint, retryable, unsent: error.unsent })
  if (error instanceof IncompleteAnswerError) {
    return new IncompleteAnswerError(venue, error.field, { what: error.what, hint, retryable })
  }
  return error
}

type Body = { readonly text: string } | { readonly excess: string }

/** The whole body as text, or what there is too much of; then the connection is dropped. */
async function readBody(answer: Response, limits: FetchLimits, signal: AbortSignal | null): Promise<Body> {
  if (answer.body === null) return { text: '' }
  const tooLarge = `more than ${Math.round(limits.bytes / 1024 / 1024)} MB`
  const reader = answer.body.getReader()
  const refuse = (excess: string): Body => {
    // Not awaited: a body that never ends must not hold us while it is being dropped.
    reader.cancel().catch(() => undefined)
    return { excess }
  }
  if (Number(answer.headers.get('content-length')) > limits.bytes) return refuse(tooLarge)
  const excessOf = shapeMeter(limits)
  const chunks: Uint8Array[] = []
  let size = 0
  // With the wait the connection goes too.
  const drop = (): void => void refuse('nobody waits for the rest')
  signal?.addEventListener('abort', drop, { once: true })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      size += value.byteLength
      const excess = size > limits.bytes ? tooLarge : excessOf(value)
      if (excess !== null) return refuse(excess)
      chunks.push(value)
    }
  } finally {
    signal?.removeEventListener('abort', drop)
  }
  const decoder = new TextDecoder()
  return { text: chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode() }
}

const [QUOTE, COMMA, BACKSLASH] = [34, 44, 92]
const isOpening = (byte: number): boolean => byte === 91 || byte === 123
const isClosing = (byte: number): boolean => byte === 93 || byte === 125
/** Blanks, and the three bytes of a byte order mark. */
const BEFORE_JSON = new Set([9, 10, 13, 32, 0xef, 0xbb, 0xbf])

/** Watches JSON as it arrives, for depth and number of values. Other text has none: nobody parses it. */
function shapeMeter({ depth, values }: FetchLimits): (chunk: Uint8Array) => string | null {
  let isJson: boolean | null = null
  let level = 0
  let count = 0
  let quoted = false
  let escaped = false
  return (chunk) => {
    for (const byte of chunk) {
      if (isJson === null && !BEFORE_JSON.has(byte)) isJson = isOpening(byte)
      if (isJson === false) return null
      if (quoted) {
        if (escaped) escaped = false
        else if (byte === BACKSLASH) escaped = true
        else if (byte === QUOTE) quoted = false
      } else if (byte === QUOTE) quoted = true
      else if (byte === COMMA) count++
      else if (isOpening(byte)) {
        count++
        level++
      } else if (isClosing(byte)) level--
      if (level > depth) return `JSON nested over ${depth} levels deep`
      if (count > values) return `JSON of over ${values.toLocaleString('en-US')} values`
    }
    return null
  }
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
  if (known !== undefined)
    return new UnreachableError(venue, known, { retryable: code !== 'ERR_INVALID_URL', unsent: UNSENT.includes(code) })
  if (/CERT|TLS|SSL|SIGNATURE|ISSUER/.test(code)) {
    return new UnreachableError(venue, 'shows a certificate that cannot be trusted', { retryable: false, unsent: true })
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
    hint: 'Nothing of it was used; its legs are unknown. Run it again; if it stays so, check the address, and what stands in between.',
    retryable,
  })
}
