import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSqlite } from '../../src/history/sqlite.ts'
import { type Scrubber, scrubber } from '../../src/scrub.ts'
import { type Binance, openBinance } from '../sandbox/binance.ts'
import { bookText } from '../sandbox/bookText.ts'
import { type HttpReceiver, openHttpReceiver, type Reaction } from '../sandbox/channels/httpReceiver.ts'
import { openSmtp, type Smtp } from '../sandbox/channels/smtpServer.ts'
import { openTelegram, type TelegramMessage } from '../sandbox/channels/telegramServer.ts'
import { openWebhook, type WebhookMessage } from '../sandbox/channels/webhookServer.ts'
import { openDemoAccount } from '../sandbox/demoAccount.ts'
import type { Fault } from '../sandbox/venue/faults.ts'
import { hullmark } from '../support/hullmark.ts'
import { EXCHANGE_ECHOES, NODE_ECHOES } from './echoes.ts'
import { ACCOUNT } from './exchangeFaults.ts'
import { MARKED, marksIn } from './marked.ts'
import { openStage, type Stage } from './stage.ts'

/** No secret leaves when it runs by itself either: the history, the messages, the pings and the log are searched. */

let stage: Stage
let binance: Binance
let phone: HttpReceiver<TelegramMessage>
let desk: HttpReceiver<WebhookMessage>
let mail: Smtp
let switchboard: HttpReceiver<string>
let env: Record<string, string>

beforeAll(async () => {
  stage = await openStage()
  await stage.danger()
  binance = await openBinance({ apiKey: MARKED.key, apiSecret: MARKED.secret })
  openDemoAccount(binance.exchange)
  phone = await openTelegram({ token: MARKED.token, chat: '4711' })
  desk = await openWebhook({ secret: MARKED.signing, now: Date.now })
  mail = await openSmtp({ user: 'hull', password: MARKED.mail })
  switchboard = await openHttpReceiver(({ body }) => ({ status: 200, body: 'OK', taken: body }))
  const { chain, folder } = stage.sandbox
  const extra = `deadlines: { request: 400 ms, pass: 1200 ms }
alerts: { badPasses: 1 }
channels:
  phone: { kind: telegram, token: MARKED_TOKEN, chat: "4711", api: "${phone.url}", addresses: true }
  desk: { kind: webhook, url: MARKED_HOOK, secret: MARKED_SIGNING, addresses: true }
  mail: { kind: email, host: 127.0.0.1, port: "${mail.port}", user: hull, password: MARKED_MAIL, from: a@example.org, to: b@example.org }
ping: { url: MARKED_PING }
`
  const book = join(folder, 'delivered.yaml')
  const legs = { wallets: [chain.accounts.borrower], exchange: true, extra, chainId: chain.chainId }
  writeFileSync(book, bookText({ chain, binance }, legs), { mode: 0o600 })
  env = {
    HULLMARK_BOOK: book,
    SANDBOX_RPC_URL: `${stage.proxy.url}/v2/${MARKED.path}?apikey=${encodeURIComponent(MARKED.query)}`,
    SANDBOX_BINANCE_KEY: MARKED.key,
    SANDBOX_BINANCE_SECRET: MARKED.secret,
    MARKED_TOKEN: MARKED.token,
    MARKED_HOOK: `${desk.url}/${MARKED.hook}`,
    MARKED_SIGNING: MARKED.signing,
    MARKED_MAIL: MARKED.mail,
    MARKED_PING: `${switchboard.url}/${MARKED.ping}`,
  }
})
afterAll(async () => {
  await Promise.all([phone.stop(), desk.stop(), mail.stop(), switchboard.stop(), binance.stop()])
  await stage.stop()
})

/** One run with a history and cache of its own. @returns Everything that was written anywhere, by place. */
async function everything(args: readonly string[], hiding: Scrubber): Promise<Readonly<Record<string, string>>> {
  const state = mkdtempSync(join(stage.sandbox.folder, 'state-'))
  const own = { ...env, XDG_STATE_HOME: state, HULLMARK_CACHE_DIR: join(state, 'cache') }
  const { out, err, code } = await hullmark(args, { env: own, cwd: stage.sandbox.folder, scrubber: hiding })
  // A book that is refused would hide everything.
  expect(code === 2 ? err : '', args.join(' ')).toBe('')
  const messages = [
    ...phone.taken.splice(0).map((one) => JSON.stringify(one)),
    ...desk.requests.splice(0).map(({ body }) => body),
    ...mail.taken.splice(0).map(({ raw, mail: { subject = '', text = '' } }) => `${raw}${subject}${text}`),
  ]
  return {
    ...{ out, err, messages: messages.join('\n'), pings: switchboard.taken.splice(0).join('\n') },
    history: await historyIn(join(state, 'hullmark', 'demo.db')),
  }
}

async function historyIn(file: string): Promise<string> {
  if (!existsSync(file)) return ''
  const store = await openSqlite(file, { now: Date.now, onNotice: () => undefined })
  const range = { from: 0, to: Number.MAX_SAFE_INTEGER }
  const kept = JSON.stringify([
    ...[await store.memory('demo'), await store.lastPass('demo')],
    ...[await store.deliveries('demo', range), await store.history('demo', range)],
  ])
  await store.close()
  return `${kept}${readFileSync(file, 'latin1')}`
}

/** Each answers with what it was sent. */
const answerWith = (status: number): Reaction => ({
  kind: 'answer',
  status,
  headers: { location: `http://127.0.0.1:9/${MARKED.hook}/${MARKED.token}` },
  body: JSON.stringify({ ok: false, description: Object.values(MARKED).join(' ') }),
})

test('faults of node, exchange and channels, in every command that stores and tells', async () => {
  const found: string[] = []
  let length = 0
  const run = async (args: readonly string[]): Promise<void> => {
    const written = await everything(args, scrubber())
    for (const [place, text] of Object.entries(written)) {
      length += text.length
      found.push(...marksIn(text).map((mark) => `${args.join(' ')}: ${mark} in ${place}`))
    }
  }
  // All of them, with all other commands, are in secrets.test.ts: here those that repeat what they were asked with.
  for (const reaction of NODE_ECHOES.slice(-8)) {
    stage.proxy.rule(() => reaction)
    await run(['report', '--deliver'])
  }
  stage.proxy.rule(() => ({ kind: 'pass' }))
  for (const [path, fault] of EXCHANGE_ECHOES.slice(-10)) {
    binance.faults.clear()
    binance.limits.fapi.reset()
    binance.faults.set(path, fault)
    await run(['check', '--deliver'])
  }
  binance.faults.clear()
  binance.limits.fapi.reset()
  for (const status of [302, 400, 401, 429, 500]) {
    for (const one of [phone, desk, switchboard]) one.react(answerWith(status))
    mail.react({ kind: 'answer', code: status < 429 ? 554 : 451, text: Object.values(MARKED).join(' ') })
    await run(['report', '--deliver', '-f', 'json'])
    await run(['doctor', '--send-test'])
  }
  for (const one of [phone, desk, switchboard]) one.react({ kind: 'serve' })
  mail.react({ kind: 'serve' })
  await run(['report', '--deliver'])
  await run(['doctor', '--send-test'])
  // They were there to be found: each was sent to whom it is for.
  expect(phone.requests.at(-1)?.path).toContain(MARKED.token)
  expect(switchboard.requests.at(-1)?.path).toContain(MARKED.ping)
  expect(length).toBeGreaterThan(100_000)
  expect(found).toEqual([])
}, 240_000)

describe('the control: with the scrubber off, a venue that repeats the key brings it everywhere', () => {
  const open: Scrubber = { hide: () => undefined, scrub: (text) => text }

  test('screen, history and messages hold it, and with the scrubber none does', async () => {
    binance.faults.set(ACCOUNT, EXCHANGE_ECHOES.at(-1)?.[1] as Fault)
    const bare = await everything(['report', '--deliver', '-f', 'json'], open)
    for (const place of ['out', 'history', 'messages']) expect(marksIn(bare[place] ?? ''), place).toContain('key')
    binance.limits.fapi.reset()
    const hidden = await everything(['report', '--deliver', '-f', 'json'], scrubber())
    for (const [place, text] of Object.entries(hidden)) expect(marksIn(text), place).toEqual([])
    for (const place of ['out', 'history', 'messages']) expect(hidden[place], place).toContain('[secret]')
    binance.faults.clear()
  })
})
