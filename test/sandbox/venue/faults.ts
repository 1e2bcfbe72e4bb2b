import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { Json } from './answers.ts'

/**
 * One thing that goes wrong on the wire.
 *
 * `rewrite` bends an honest answer; `delay` holds it back; `truncate` announces it whole and ends in the middle; `drip`
 * sends it byte by byte. The others answer in its place: `hang` never does, `reset` tears the connection down,
 * `huge` and `bomb` are valid JSON of `bytes` (default 50 MB) plain and as gzip, `nested` is `depth` lists in one another.
 */
export type Fault =
  | { readonly kind: 'rewrite'; readonly rewrite: (answer: Json) => Json; readonly times?: number }
  | { readonly kind: 'delay'; readonly ms: number; readonly times?: number }
  | { readonly kind: 'truncate'; readonly times?: number }
  | { readonly kind: 'drip'; readonly msPerByte: number; readonly times?: number }
  | { readonly kind: 'hang'; readonly times?: number }
  | { readonly kind: 'reset'; readonly times?: number }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: Json
      readonly headers?: Readonly<Record<string, string>>
      readonly times?: number
    }
  | { readonly kind: 'html'; readonly status?: number; readonly times?: number }
  | { readonly kind: 'huge'; readonly bytes?: number; readonly times?: number }
  | { readonly kind: 'bomb'; readonly bytes?: number; readonly times?: number }
  | { readonly kind: 'nested'; readonly depth?: number; readonly times?: number }

/** The faults a test has set. A fault with `times` is spent after so many requests. */
export type Faults = {
  /** Sets the faults of a path (`/fapi/v3/account`), or of all paths (`*`), in place of those before. */
  readonly set: (path: string, ...faults: readonly Fault[]) => void
  /** Takes away the faults of a path, or all. */
  readonly clear: (path?: string) => void
  /** What befalls a request now; counts it against `times`. */
  readonly befall: (path: string) => readonly Fault[]
}

export function createFaults(): Faults {
  const set = new Map<string, { readonly fault: Fault; left: number }[]>()
  return {
    set: (path, ...faults) => {
      set.set(
        path,
        faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY })),
      )
    },
    clear: (path) => {
      if (path === undefined) set.clear()
      else set.delete(path)
    },
    befall: (path) => {
      const due = [...(set.get(path) ?? []), ...(set.get('*') ?? [])].filter(({ left }) => left > 0)
      for (const one of due) one.left -= 1
      return due.map(({ fault }) => fault)
    },
  }
}

const MEGABYTE = Buffer.alloc(1_000_000, ' ')

/** A list with nothing in it but blanks, so that only its size is wrong. */
function* blanks(bytes: number): Generator<Buffer> {
  yield Buffer.from('[')
  for (let sent = 2; sent < bytes; sent += MEGABYTE.length) yield MEGABYTE.subarray(0, Math.min(MEGABYTE.length, bytes - sent))
  yield Buffer.from(']')
}

const JSON_TYPE = { 'Content-Type': 'application/json' }

/** Answers in the venue's place; false: this fault leaves the answering to the venue. */
export function answerInstead(fault: Fault, response: ServerResponse): boolean {
  switch (fault.kind) {
    case 'hang':
      return true
    case 'reset':
      response.socket?.resetAndDestroy()
      return true
    case 'status':
      response.writeHead(fault.status, { ...JSON_TYPE, ...fault.headers })
      response.end(
        typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? { code: -1000, msg: 'An unknown error.' }),
      )
      return true
    case 'html':
      response.writeHead(fault.status ?? 200, { 'Content-Type': 'text/html' })
      response.end('<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser.</body></html>')
      return true
    case 'huge':
      response.writeHead(200, JSON_TYPE)
      pour(Readable.from(blanks(fault.bytes ?? 50_000_000)), response)
      return true
    case 'bomb':
      response.writeHead(200, { ...JSON_TYPE, 'Content-Encoding': 'gzip' })
      pour(Readable.from(blanks(fault.bytes ?? 50_000_000)).pipe(createGzip()), response)
      return true
    case 'nested': {
      const depth = fault.depth ?? 100_000
      response.writeHead(200, JSON_TYPE)
      response.end('['.repeat(depth) + ']'.repeat(depth))
      return true
    }
    default:
      return false
  }
}

/** A reader that has had enough hangs up; that is no fault of the server. */
function pour(source: Readable, response: ServerResponse): void {
  response.on('close', () => source.destroy())
  source.on('error', () => response.destroy())
  source.pipe(response)
}

/** Sends an honest text in a broken way; false: not this fault. */
export function sendBroken(fault: Fault, response: ServerResponse, text: string): boolean {
  if (fault.kind === 'truncate') {
    const bytes = Buffer.from(text)
    response.setHeader('Content-Length', bytes.length)
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy())
    return true
  }
  if (fault.kind === 'drip') {
    const bytes = Buffer.from(text)
    let sent = 0
    const timer = setInterval(() => {
      if (sent >= bytes.length) response.end()
      else response.write(bytes.subarray(sent, ++sent))
    }, fault.msPerByte)
    response.on('close', () => clearInterval(timer))
    return true
  }
  return false
}
