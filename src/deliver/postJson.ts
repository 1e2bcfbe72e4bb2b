import { DeliveryError, TrackerError, UnreachableError } from '../errors.ts'
import type { SendTools } from './channel.ts'

/** A request to a receiver, which is named in errors instead of its address. */
export type Posting = {
  readonly receiver: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** Posts JSON. @returns The answer, whatever its status. @throws DeliveryError when there is none. */
export async function postJson({ receiver, url, headers = {}, body }: Posting, { fetch, signal }: SendTools): Promise<Response> {
  try {
    return await fetch(url, { method: 'POST', signal, body, headers: { 'content-type': 'application/json', ...headers } })
  } catch (error) {
    if (signal.aborted) throw new DeliveryError(receiver, 'did not answer in time', { maybe: true })
    // Also a certificate or a redirect that is not the receiver's: whoever stands between us and it for a minute is gone in the next.
    if (error instanceof UnreachableError) throw new DeliveryError(receiver, error.what, { maybe: !error.unsent })
    if (error instanceof TrackerError) throw new DeliveryError(receiver, 'answered garbage', { maybe: true })
    throw error
  }
}
