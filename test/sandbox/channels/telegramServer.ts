import { z } from 'zod'
import { type HttpReceiver, openHttpReceiver, type Request, type Served } from './httpReceiver.ts'

/** A message as Telegram took it. Whatever is asked for beyond plain text is kept, so that a test may object. */
export type TelegramMessage = { readonly chat_id: string; readonly text: string; readonly [other: string]: unknown }

const sent = z.looseObject({ chat_id: z.union([z.string(), z.number()]).transform(String), text: z.string() })

/**
 * Telegram's Bot API, as far as `sendMessage` goes: one bot in one chat.
 *
 * @see https://core.telegram.org/bots/api#making-requests
 */
export function openTelegram(bot: { readonly token: string; readonly chat: string }): Promise<HttpReceiver<TelegramMessage>> {
  const refuse = (status: number, description: string): Served<TelegramMessage> => ({
    ...{ status, taken: null },
    body: JSON.stringify({ ok: false, error_code: status, description }),
  })
  return openHttpReceiver(({ path, body }: Request) => {
    if (path !== `/bot${bot.token}/sendMessage`) return refuse(401, 'Unauthorized')
    const read = sent.safeParse(JSON.parse(body))
    if (!read.success) return refuse(400, 'Bad Request: message text is empty')
    const { chat_id, text } = read.data
    if (chat_id !== bot.chat) return refuse(400, 'Bad Request: chat not found')
    if (text.trim() === '') return refuse(400, 'Bad Request: message text is empty')
    if (text.length > 4096) return refuse(400, 'Bad Request: message is too long')
    return { status: 200, body: JSON.stringify({ ok: true, result: { message_id: 1 } }), taken: read.data }
  })
}
