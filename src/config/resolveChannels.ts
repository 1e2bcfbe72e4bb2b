import type { ChannelSettings } from '../deliver/channel.ts'
import { Secret } from '../secret.ts'
import type { Tell } from './sentence.ts'
import type { Variables } from './variables.ts'
import type { ChannelDraft, ChannelKinds, PingKind, WatchDraft } from './watchDraft.ts'

type Around = { readonly kinds: ChannelKinds; readonly variables: Variables; readonly tell: Tell }

/** The channels of a book with their secrets, each checked by its own kind. */
export async function resolveChannels(
  drafts: readonly ChannelDraft[],
  { kinds, variables, tell }: Around,
): Promise<readonly ChannelSettings[]> {
  const channels: ChannelSettings[] = []
  for (const { place, name, kind, detail, reports, texts, variables: names } of drafts) {
    const options: Record<string, string | Secret> = { ...texts }
    let whole = true
    for (const [setting, variable] of Object.entries(names)) {
      const secret = await secretOf(variable, place, { variables, tell })
      if (secret === null) whole = false
      else options[setting] = secret
    }
    if (!whole) continue
    const read = kinds[kind]?.read(options)
    if (read !== undefined && 'problems' in read) for (const problem of read.problems) tell(place, `channels.${name}: ${problem}`)
    channels.push({ name, kind, detail, reports, options })
  }
  return channels
}

/** Where the dead-man's switch listens; null: nowhere. */
export async function resolvePing(
  ping: WatchDraft['ping'],
  { variables, tell }: Omit<Around, 'kinds'>,
): Promise<{ readonly kind: PingKind; readonly url: Secret } | null> {
  if (ping === null) return null
  const url = await secretOf(ping.variable, ping.place, { variables, tell })
  if (url === null) return null
  if (!isPingUrl(url.reveal())) {
    tell(ping.place, `${ping.variable} is not a ping URL: it starts with https://, or with http:// on this machine`)
    return null
  }
  return { kind: ping.kind, url }
}

function isPingUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname))
}

async function secretOf(name: string, place: string, { variables, tell }: Omit<Around, 'kinds'>): Promise<Secret | null> {
  const given = await variables.read(name, () => true)
  if (given === null) tell(place, `the variable ${name} is not set; write it into .env`)
  return given === null || given.text === null ? null : new Secret(given.text)
}
