import { createHash, createHmac } from 'node:crypto'
import { Secret } from '../secret.ts'
import type { Channel, Message } from './channel.ts'
import { safeUrl } from './loopback.ts'
import { postJson } from './postJson.ts'
import { refusal } from './refusal.ts'
import { sinkLine, sinkText } from './sinkText.ts'

type WebhookOptions = { readonly url: Secret; readonly secret: Secret }

/** Shorter ones can be guessed. */
const SHORTEST_SECRET = 16

/**
 * A POST of JSON. `Hullmark-Signature` is the HMAC-SHA256, in hex, of the `Hullmark-Time` header (seconds since 1970), a full stop and the body;
 * `Idempotency-Key` is the same for every attempt at one message.
 */
export const webhook: Channel<WebhookOptions> = {
  title: 'Webhook',
  settings: {
    url: { secret: true, required: true, what: 'the variable with the address that messages are posted to' },
    secret: { secret: true, required: true, what: 'the variable with the secret that signs them' },
  },
  read: ({ url, secret }) => {
    const problems: string[] = []
    if (!(url instanceof Secret) || safeUrl(url.reveal()) === null)
      problems.push('its url must begin with https:// (http:// on this machine alone) and hold no user name')
    if (!(secret instanceof Secret) || secret.reveal().length < SHORTEST_SECRET)
      problems.push(`its secret must have ${SHORTEST_SECRET} characters or more; make one with "openssl rand -hex 32"`)
    return url instanceof Secret && secret instanceof Secret && problems.length === 0
      ? { options: { url, secret } }
      : { problems }
  },
  send: async (message, { url, secret }, tools) => {
    const body = bodyOf(message)
    const seconds = Math.floor(tools.now() / 1000).toString()
    const headers = {
      'idempotency-key': keyOf(message.id),
      'hullmark-time': seconds,
      'hullmark-signature': createHmac('sha256', secret.reveal()).update(`${seconds}.${body}`).digest('hex'),
    }
    const answer = await postJson({ receiver: 'webhook', url: url.reveal(), headers, body }, tools)
    if (!answer.ok) throw refusal('webhook', answer, tools.now())
  },
}

/** The id where a header can carry it; else what follows from it and nothing else. */
function keyOf(id: string): string {
  return /^[\x21-\x7e]{1,200}$/.test(id) ? id : createHash('sha256').update(id).digest('hex')
}

function bodyOf({ id, kind, book, title, text, json, at, again }: Message): string {
  const report: unknown = json === null ? null : JSON.parse(json)
  const shown = { book: sinkLine(book), title: sinkLine(title), text: sinkText(text) }
  return JSON.stringify({ schemaVersion: 1, id, kind, ...shown, at: new Date(at).toISOString(), again, report })
}
