import { createHmac, timingSafeEqual } from 'node:crypto'
import { type HttpReceiver, openHttpReceiver, type Request, type Served } from './httpReceiver.ts'

/** A message as the receiver took it. */
export type WebhookMessage = {
  readonly key: string
  readonly id: string
  readonly kind: string
  readonly book: string
  readonly title: string
  readonly text: string
  readonly at: string
  readonly again: boolean
  readonly report: unknown
}

/** Older signatures are replays. */
const WINDOW_SECONDS = 300

/** A receiver of webhooks, as README describes one: it refuses what is not signed with its secret, or not now. */
export function openWebhook({
  secret,
  now,
}: {
  readonly secret: string
  readonly now: () => number
}): Promise<HttpReceiver<WebhookMessage>> {
  const refuse = (status: number): Served<WebhookMessage> => ({ status, body: '{}', taken: null })
  return openHttpReceiver(({ headers, body }: Request) => {
    const [seconds, signature, key] = ['hullmark-time', 'hullmark-signature', 'idempotency-key'].map((name) => headers[name])
    if (typeof seconds !== 'string' || typeof signature !== 'string' || typeof key !== 'string') return refuse(400)
    const expected = createHmac('sha256', secret).update(`${seconds}.${body}`).digest()
    const given = Buffer.from(signature, 'hex')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return refuse(401)
    if (Math.abs(Number(seconds) - now() / 1000) > WINDOW_SECONDS) return refuse(403)
    return { status: 204, body: '', taken: { ...(JSON.parse(body) as Omit<WebhookMessage, 'key'>), key } }
  })
}
