import type { Channel } from './channel.ts'
import { email } from './email.ts'
import { telegram } from './telegram.ts'
import { webhook } from './webhook.ts'

/** Every kind of channel, by its name in the book file. */
export const CHANNELS = { telegram, email, webhook } as const satisfies Record<string, Channel<unknown>>
