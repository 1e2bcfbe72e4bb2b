import { AccessError } from '../errors.ts'
import type { DeclaredRead } from './exchange.ts'

/** The one way out of the process for an exchange client. @param tag - Handed on with what is sent. */
export type GuardedFetch = (url: string | URL, init?: RequestInit, tag?: unknown) => Promise<Response>

/** Sends what was judged to be a declared read. */
export type SendRead = (url: string, init: RequestInit, read: DeclaredRead, tag: unknown) => Promise<Response>

/** Where judged requests go. */
export type Place = {
  /**
   * A loopback address that stands in for all hosts: `https://a.b/c?d` goes to `<endpoint>/a.b/c?d`, after the real address was
   * judged. Null: the real hosts.
   */
  readonly endpoint: string | null
  /** The hosts of another environment by the live ones; null: the live ones. */
  readonly hosts: Readonly<Record<string, string>> | null
}

/**
 * Lets exactly the declared reads leave and stops everything else before a socket is opened. Default deny: the HTTP method
 * proves nothing (all of Deribit's endpoints are GET, orders and withdrawals included), so host and path must match as well, and
 * of a POST the kind of question that its body names.
 *
 * @throws AccessError for an endpoint that is not on loopback, and, from the returned function, for whatever is not declared,
 *   or has no host in the environment.
 */
export function guardReads(reads: readonly DeclaredRead[], send: SendRead, { endpoint, hosts }: Place): GuardedFetch {
  const standIn = endpoint === null ? null : loopback(endpoint)
  return async (address, init = {}, tag) => {
    const judged = judge(reads, address, init)
    if (judged === null) throw new AccessError('The read guard', `stopped ${nameOf(address, init)}`, GUARD_HINT)
    const { url, body, read } = judged
    const host = hosts === null ? url.hostname : hosts[url.hostname]
    if (host === undefined) throw new AccessError('The read guard', `stopped ${nameOf(address, init)}`, NO_HOST_HINT)
    // What was judged is what leaves: the parsed address and body, not the texts they were parsed from.
    const target = `${standIn === null ? 'https:/' : standIn}/${host}${url.pathname}${url.search}`
    return send(target, body === null ? init : { ...init, body }, read, tag)
  }
}

const GUARD_HINT = 'hullmark only sends the reads it declares. Nothing was sent; please report this.'
const NO_HOST_HINT = 'The place where this account is kept has no such read. Nothing was sent.'

type Judged = { readonly url: URL; readonly body: string | null; readonly read: DeclaredRead }

function judge(reads: readonly DeclaredRead[], address: string | URL, init: RequestInit): Judged | null {
  if (typeof address !== 'string' && !(address instanceof URL)) return null
  const text = String(address)
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') return null
  const method = init.method ?? 'GET'
  const here = reads.filter((read) => read.method === method && read.host === url.hostname && read.path === url.pathname)
  if (method !== 'POST') {
    const [read] = here
    return read !== undefined && (init.body ?? null) === null ? { url, body: null, read } : null
  }
  const question = questionIn(init.body)
  const read = here.find((one) => one.method === 'POST' && question?.[one.field ?? 'type'] === one.type)
  if (question === null || read === undefined) return null
  // Written anew: of a key that stands twice the venue might take the other one.
  return { url, body: JSON.stringify(question), read }
}

function questionIn(body: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof body !== 'string') return null
  try {
    const question: unknown = JSON.parse(body)
    return typeof question === 'object' && question !== null && !Array.isArray(question)
      ? (question as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** Where a stopped request was going. Without its query: that holds a signature. */
function nameOf(address: string | URL, init: RequestInit): string {
  const text = String(address)
  const where = URL.canParse(text) ? `${new URL(text).host}${new URL(text).pathname}` : 'an unreadable address'
  return `${init.method ?? 'GET'} ${where}`
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/

function loopback(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  const plain = url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (url === null || !plain || !/^https?:$/.test(url.protocol) || !LOOPBACK.test(url.hostname)) {
    throw new AccessError(
      'The read guard',
      'refuses the endpoint: it is not on this machine',
      'An endpoint stands in for a venue in the sandbox only, as http://127.0.0.1:5000. Leave it out for the real venue.',
    )
  }
  return url.href.replace(/\/+$/, '')
}
