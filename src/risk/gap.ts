import { TrackerError } from '../errors.ts'
import type { Gap } from './leg.ts'

/** A failure as a gap in the user's words. An error nobody expected says so, and says nothing about the position. */
export function gapOf(leg: string, error: unknown): Gap {
  if (error instanceof TrackerError)
    return { leg, code: error.code, reason: error.message, hint: error.hint, retryable: error.retryable }
  const reason = `${leg} is unknown because hullmark itself failed: a bug of ours that says nothing about your position.`
  return { leg, code: 'bug', reason, hint: 'Please report it with what stands on stderr.', retryable: false }
}
