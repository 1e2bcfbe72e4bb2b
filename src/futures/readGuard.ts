import { AccessError } from '../errors.ts'
import type { DeclaredRead } from './exchange.ts'

/** The one way out of the process for an exchange client. */
export type GuardedFetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/**
 * Lets exactly the declared reads leave and stops everything else before a socket is opened. Default deny: the HTTP method
 * proves nothing (all of Deribit's endpoints are GET, orders and withdrawals included), so host and path must match as well.
 *
 * @param endpoint - A loopback address that stands in for all hosts: `https://a.b/c?d` goes to `<endpoint>/a.b/c?d`, after the
 *   real address was judged. Null: the real hosts.
 * @throws AccessError for an endpoint that is not on loopback, and, from the returned function, for whatever is not declared.
 */
export function guardReads(reads: readonly DeclaredRead[], fetch: GuardedFetch, endpoint: string | null): GuardedFetch {
  const standIn = endpoint === null ? null : loopback(endpoint)
  return async (url, init = {}) => {
    const judged = judge(reads, url, init)
    if (judged === null) throw new AccessError('The read guard', `stopped ${nameOf(url, init)}`, GUARD_HINT)
    // What was judged is what leaves: the parsed address, not the text it was parsed from.
    const target = standIn === null ? judged.href : `${standIn}/${judged.hostname}${judged.pathname}${judged.search}`
    return fetch(target, init)
  }
}

const GUARD_HINT = 'hullmark only sends the reads it declares. Nothing was sent; please report this.'

function judge(reads: readonly DeclaredRead[], address: string | URL, init: RequestInit): URL | null {
  if (typeof address !== 'string' && !(address instanceof URL)) return null
  const text = String(address)
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') return null
  if (init.body !== undefined && init.body !== null) return null
  const method = init.method ?? 'GET'
  const declared = reads.some((read) => read.method === method && read.host === url.hostname && read.path === url.pathname)
  return declared ? url : null
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
