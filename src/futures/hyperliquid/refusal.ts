import { AccessError, UnreachableError } from '../../errors.ts'
import type { Judgement } from '../ccxtReader.ts'
import type { Refusal } from '../venueFetch.ts'
import { HYPERLIQUID } from './markets.ts'

/** Understands a refusal of Hyperliquid: it gives a status and no code. @see Hyperliquid docs, "Rate limits and user limits" */
export function judgeHyperliquid({ status, retryAfter }: Refusal): Judgement {
  const what = `HTTP ${status}`
  if (status === 429) {
    const waitMs = retryAfter !== null && /^\d{1,7}$/.test(retryAfter) ? Number(retryAfter) * 1000 : null
    const error = new UnreachableError(HYPERLIQUID, `limits our requests (${what})`, {
      hint: 'Too many requests leave this IP address: read less often, or stop other programs.',
    })
    return { error, remedy: waitMs === null ? 'none' : { waitMs } }
  }
  if (status === 403 || status === 451) {
    const hint = 'Hyperliquid does not serve requests from here. Its legs stay unknown.'
    return { error: new AccessError(HYPERLIQUID, `is blocked from this network (${what})`, hint), remedy: 'none' }
  }
  if (status >= 500) return { error: new UnreachableError(HYPERLIQUID, `could not answer (${what})`), remedy: 'again' }
  if (status < 400) {
    return {
      error: new UnreachableError(HYPERLIQUID, `answered with a redirect (${what}), which is not followed`),
      remedy: 'none',
    }
  }
  const hint = 'Hyperliquid did not understand what was asked: its interface may have changed. Please report this.'
  return { error: new AccessError(HYPERLIQUID, `refused a request (${what})`, hint), remedy: 'none' }
}
