import type { ChannelSettings } from '../../src/deliver/channel.ts'
import { Secret } from '../../src/secret.ts'
import type { Reaction } from '../sandbox/channels/httpReceiver.ts'
import { type MailReaction, openSmtp, type Smtp } from '../sandbox/channels/smtpServer.ts'
import { openTelegram } from '../sandbox/channels/telegramServer.ts'
import { openWebhook } from '../sandbox/channels/webhookServer.ts'
import { type Bench, type Fault, NOW } from './channelContract.ts'

const common = { detail: { amounts: true, addresses: true }, reports: true } as const

const OVER_HTTP: Readonly<Record<Exclude<Fault, 'refuses' | 'later'>, Reaction>> = {
  none: { kind: 'serve' },
  fails: { kind: 'answer', status: 503 },
  hangs: { kind: 'hang' },
  'resets before': { kind: 'reset', taken: false },
  'resets after': { kind: 'reset', taken: true },
}

const TOKEN = `123456789:${'A'.repeat(35)}`

export async function openTelegramBench(): Promise<Bench & { readonly server: Awaited<ReturnType<typeof openTelegram>> }> {
  const server = await openTelegram({ token: TOKEN, chat: '4711' })
  const faults: Readonly<Record<Fault, Reaction>> = {
    ...OVER_HTTP,
    refuses: {
      kind: 'answer',
      status: 403,
      body: '{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}',
    },
    later: { kind: 'answer', status: 429, body: '{"ok":false,"error_code":429,"parameters":{"retry_after":7}}' },
  }
  const settings = (token: string): ChannelSettings => ({
    ...{ ...common, name: 'phone', kind: 'telegram' },
    options: { token: new Secret(token), chat: '4711', api: server.url },
  })
  return {
    ...{ server, settings: settings(TOKEN), revoked: settings(`987654321:${'B'.repeat(35)}`), stop: server.stop },
    react: (fault) => server.react(faults[fault]),
    taken: () =>
      server.taken.map(({ text }) => {
        const [title = '', ...rest] = text.split('\n\n')
        return { title, text: rest.join('\n\n') }
      }),
  }
}

const SIGNING = 'signs-what-hullmark-sends'

export async function openWebhookBench(): Promise<Bench & { readonly server: Awaited<ReturnType<typeof openWebhook>> }> {
  const server = await openWebhook({ secret: SIGNING, now: () => NOW })
  const faults: Readonly<Record<Fault, Reaction>> = {
    ...OVER_HTTP,
    refuses: { kind: 'answer', status: 410 },
    later: { kind: 'answer', status: 429, headers: { 'retry-after': '7' } },
  }
  const settings = (secret: string): ChannelSettings => ({
    ...{ ...common, name: 'desk', kind: 'webhook' },
    options: { url: new Secret(`${server.url}/hooks/1`), secret: new Secret(secret) },
  })
  return {
    ...{ server, settings: settings(SIGNING), revoked: settings('a secret that is no longer so'), stop: server.stop },
    react: (fault) => server.react(faults[fault]),
    taken: () => server.taken.map(({ title, text }) => ({ title, text })),
  }
}

const MAIL_FAULTS: Readonly<Record<Fault, MailReaction>> = {
  none: { kind: 'serve' },
  refuses: { kind: 'answer', code: 554, text: 'Transaction failed' },
  later: { kind: 'answer', code: 451, text: 'Try again later' },
  fails: { kind: 'answer', code: 421, text: 'Service not available' },
  hangs: { kind: 'hang' },
  'resets before': { kind: 'reset', taken: false },
  'resets after': { kind: 'reset', taken: true },
}

export async function openEmailBench(): Promise<Bench & { readonly server: Smtp }> {
  const server = await openSmtp({ user: 'hull', password: 'mail-password-1' })
  const settings = (password: string): ChannelSettings => ({
    ...{ ...common, name: 'mail', kind: 'email' },
    options: {
      ...{ host: '127.0.0.1', port: String(server.port), user: 'hull', password: new Secret(password) },
      ...{ from: 'hullmark@example.org', to: 'me@example.org' },
    },
  })
  return {
    ...{ server, settings: settings('mail-password-1'), revoked: settings('mail-password-0'), stop: server.stop },
    react: (fault) => server.react(MAIL_FAULTS[fault]),
    taken: () =>
      server.taken.map(({ mail: { subject = '', text = '' } }) => ({
        title: subject,
        text: text.trimEnd().split('\n\n').slice(1).join('\n\n'),
      })),
  }
}
