import { z } from 'zod'
import { DeliveryError } from '../errors.ts'
import { Secret } from '../secret.ts'
import type { Channel, Message } from './channel.ts'
import { isLoopback, safeUrl } from './loopback.ts'
import { postJson } from './postJson.ts'
import { refusal } from './refusal.ts'
import { sinkLine, sinkText } from './sinkText.ts'

type TelegramOptions = { readonly token: Secret; readonly chat: string; readonly api: string }

const API = 'https://api.telegram.org'

/** UTF-16 units of one message. @see https://core.telegram.org/bots/api#sendmessage */
const MOST = 4096

const TOKEN = /^\d{5,20}:[\w-]{20,100}$/
const CHAT = /^(-?\d{1,20}|@[A-Za-z]\w{3,40})$/

/** Who answers otherwise is not Telegram: a login page of a network, a proxy. */
const took = z.object({ ok: z.literal(true) })

/** What Telegram says beside `ok: false`. */
const refused = z.object({
  description: z.string().catch(''),
  parameters: z
    .object({ retry_after: z.number().int().min(0).optional(), migrate_to_chat_id: z.number().int().optional() })
    .catch({}),
})
type Refused = z.infer<typeof refused>

/**
 * A message of a Telegram bot, as plain text: no markup is asked for, so none is interpreted.
 *
 * @see https://core.telegram.org/bots/api#sendmessage
 */
export const telegram: Channel<TelegramOptions> = {
  title: 'Telegram',
  settings: {
    token: { secret: true, required: true, what: "the variable with the bot's token, as BotFather gives it" },
    chat: { secret: false, required: true, what: "the chat's number, or @name of a channel" },
    api: { secret: false, required: false, what: 'another server of the Bot API, on this machine alone' },
  },
  read: ({ token, chat, api }) => {
    const problems: string[] = []
    if (!(token instanceof Secret) || !TOKEN.test(token.reveal()))
      problems.push('its token is none of BotFather: 123456789:AAF...')
    if (typeof chat !== 'string' || !CHAT.test(chat))
      problems.push('its chat must be a number, as "123456789", or the @name of a channel')
    const own = typeof api === 'string' ? safeUrl(api) : null
    if (api !== undefined && (own === null || !isLoopback(own.hostname))) problems.push('its api may only be on this machine')
    return token instanceof Secret && typeof chat === 'string' && problems.length === 0
      ? { options: { token, chat, api: own?.origin ?? API } }
      : { problems }
  },
  send: async (message, { token, chat, api }, tools) => {
    const content = {
      chat_id: chat,
      text: textOf(message),
      link_preview_options: { is_disabled: true },
      disable_notification: message.kind === 'report' || message.kind === 'test',
    }
    const url = `${api}/bot${token.reveal()}/sendMessage`
    const answer = await postJson({ receiver: 'telegram', url, body: JSON.stringify(content) }, tools)
    const said: unknown = await answer.json().catch(() => null)
    if (answer.ok && took.safeParse(said).success) return
    if (answer.ok) throw new DeliveryError('telegram', 'answered garbage', { maybe: true })
    throw refusalOf(answer, refused.catch({ description: '', parameters: {} }).parse(said), tools.now())
  },
}

function refusalOf(answer: Response, { description, parameters }: Refused, now: number): DeliveryError {
  const { status } = answer
  const never = (what: string): DeliveryError => new DeliveryError('telegram', what, { retryable: false })
  if (status === 401 || status === 404) return never('refused the token: it was revoked, or is wrong')
  if (status === 403) return never('refused the message: the bot was blocked, or thrown out of the chat')
  if (status === 400) return never(`refused the message: ${badRequest(description, parameters.migrate_to_chat_id)}`)
  const told = refusal('telegram', answer, now)
  const { retry_after: seconds } = parameters
  if (seconds === undefined) return told
  return new DeliveryError('telegram', told.what, { retryable: true, maybe: told.maybe, retryAfterMs: seconds * 1000 })
}

/** In our words: who speaks there is known by its address alone. */
function badRequest(description: string, movedTo: number | undefined): string {
  if (movedTo !== undefined) return `the group became a supergroup, whose chat is ${movedTo}: write that into the book file`
  if (/chat not found|peer_id_invalid/i.test(description)) return 'the chat does not exist, or the bot is not in it'
  if (/not enough rights|administrator rights|have no rights/i.test(description)) return 'the bot may not write in this chat'
  return 'it does not say why (400)'
}

const CUT = '\n(cut: the rest is in "hullmark report")'

/** The title, then as many lines as one message holds. */
function textOf({ title, text }: Message): string {
  const whole = `${sinkLine(title)}\n\n${sinkText(text)}`.trimEnd()
  if (whole.length <= MOST) return whole
  const room = MOST - CUT.length
  const end = whole.lastIndexOf('\n', room)
  // A single line that is longer than all the others together is cut inside, not left out. Half of a pair that stands for one sign
  // would make the message unreadable to Telegram.
  return `${whole.slice(0, end > room / 2 ? end : room).replace(/[\ud800-\udbff]$/, '')}${CUT}`
}
