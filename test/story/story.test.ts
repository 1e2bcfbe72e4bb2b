import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHistory } from '../../src/commands/openHistory.ts'
import { readBook } from '../../src/commands/readBook.ts'
import { stationOf, turnMsOf } from '../../src/commands/stationOf.ts'
import type { World } from '../../src/commands/world.ts'
import { scrubber } from '../../src/scrub.ts'
import { keepWatch } from '../../src/watch/keepWatch.ts'
import { type HttpReceiver, openHttpReceiver } from '../sandbox/channels/httpReceiver.ts'
import { openSmtp, type Smtp } from '../sandbox/channels/smtpServer.ts'
import { openTelegram, type TelegramMessage } from '../sandbox/channels/telegramServer.ts'
import { openWebhook, type WebhookMessage } from '../sandbox/channels/webhookServer.ts'
import { openSandbox, type Sandbox } from '../sandbox/openSandbox.ts'
import { openRpcProxy, type RpcProxy } from '../support/rpcProxy.ts'
import { simulatedClock } from '../support/simulatedClock.ts'

/**
 * Three days of a whole watch: real contracts on a chain, an exchange, three channels and a dead-man's switch, each behind its own
 * socket, all on one simulated clock. What is told is a list that was written by hand before it was ever run.
 */

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000]
/** A Monday, midnight UTC: one o'clock in Berlin. Far ahead: a call on the chain bears the machine's time once that is later than the last block. */
const START = Date.parse('2037-11-23T00:00:00Z')
const END = 72 * HOUR

const clock = simulatedClock(START, MINUTE)
/** What the chain and the exchange go by: our own clock may be set, theirs are not. */
const trueTime = (): number => START + clock.steady()

let sandbox: Sandbox
let proxy: RpcProxy
let phone: HttpReceiver<TelegramMessage>
let desk: HttpReceiver<WebhookMessage>
let mail: Smtp
let pings: HttpReceiver<string>
const folder = mkdtempSync(join(tmpdir(), 'hullmark-story-'))

beforeAll(async () => {
  sandbox = await openSandbox({ now: trueTime })
  proxy = await openRpcProxy(sandbox.chain.url)
  phone = await openTelegram({ token: TOKEN, chat: '4711' })
  desk = await openWebhook({ secret: SIGNING, now: clock.now })
  mail = await openSmtp({ user: 'hull', password: 'mail-password-1' })
  pings = await openHttpReceiver(({ path }) => ({ status: 200, body: 'OK', taken: path }))
})
afterAll(async () => {
  await Promise.all([phone.stop(), desk.stop(), mail.stop(), pings.stop(), proxy.close()])
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
})

const TOKEN = `123456789:${'A'.repeat(35)}`
const SIGNING = 'signs-what-hullmark-sends'
const at = (days: number, time: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  return days * 24 * HOUR + hours * HOUR + minutes * MINUTE + seconds * SECOND
}
const [MON, TUE, WED] = [0, 1, 2]

/** What happens, in steady time. */
const EVENTS: readonly (readonly [number, (all: Hands) => unknown])[] = [
  [at(MON, '00:00:00'), ({ eth }) => eth('3200')],
  [at(MON, '00:00:00'), ({ begin }) => begin(10 * MINUTE)],
  [at(MON, '10:02:00'), ({ eth }) => eth('2900')],
  [at(MON, '12:00:30'), () => sandbox.binance.faults.set('*', { kind: 'status', status: 503 })],
  [at(MON, '12:32:00'), () => sandbox.binance.faults.clear()],
  [at(MON, '14:00:00'), () => phone.react({ kind: 'answer', status: 503 })],
  [at(MON, '18:00:30'), () => phone.react({ kind: 'serve' })],
  [at(MON, '19:59:30'), ({ stop }) => stop()],
  [at(MON, '20:00:00'), ({ begin }) => begin(MINUTE)],
  [at(MON, '20:10:10'), ({ ack }) => ack('room', 6 * HOUR)],
  [at(MON, '20:30:20'), ({ eth }) => eth('2600')],
  [at(MON, '21:40:20'), ({ eth }) => eth('2900')],
  [at(MON, '22:00:10'), ({ kill }) => kill()],
  [at(MON, '22:00:40'), ({ begin }) => begin(20 * MINUTE)],
  [at(TUE, '01:00:30'), () => proxy.rule(() => ({ kind: 'reset' }))],
  [at(TUE, '01:31:00'), () => proxy.rule(() => ({ kind: 'pass' }))],
  [at(TUE, '09:00:00'), () => clock.step(2 * MINUTE)],
  [at(TUE, '10:00:00'), () => clock.step(-2 * MINUTE)],
  [at(TUE, '12:02:00'), ({ positions }) => positions('0')],
  [at(TUE, '15:02:00'), ({ positions }) => positions('20')],
  [at(WED, '06:02:00'), ({ eth }) => eth('3600')],
]

/**
 * What each channel hears, and when: written from README and REPORT alone. The position dies at 2,409.64: 24.6 % below 3,200, 16.9 %
 * below 2,900, 7.3 % below 2,600, 33.0 % below 3,600. The first process looks each ten minutes, the second one each minute, the third
 * one each twenty, 40 s after the full hour until the report of Tuesday at 07:00:00, from which the next look counts.
 */
const EVERYWHERE: readonly Line[] = [
  // Eight in Berlin.
  [at(MON, '07:00:00'), /^NOTICE first liquidation at -24\.6 %/],
  // Seen at 10:10, and again.
  [at(MON, '10:20:00'), /^WARNING futures 16\.9 % from liquidation \(was 24\.6 %/],
  // The exchange is away since 12:00:30: 12:10, and again at 12:20. It is back at 12:32: 12:40 and 12:50.
  [at(MON, '12:20:00'), /^WARNING not read: binance\/main/],
  [at(MON, '12:50:00'), /^RESOLVED after 30 min, was: not read: binance\/main/],
  // Six hours after the last word.
  [at(MON, '16:20:00'), /^WARNING still, for 6 h: futures 16\.9 %/],
  // Within 70 s of 20:30:20, through the acknowledgement of the warning; then each half hour.
  [at(MON, '20:31:00'), /^CRITICAL futures 7\.3 % from liquidation \(was 16\.9 %/],
  [at(MON, '21:01:00'), /^CRITICAL still, for 30 min: futures 7\.3 %/],
  [at(MON, '21:31:00'), /^CRITICAL still, for 60 min: futures 7\.3 %/],
  // Better at 21:41, and again.
  [at(MON, '21:42:00'), /^WARNING, no longer CRITICAL: futures 16\.9 %/],
  // The node is away since 01:00:30: 01:00:40 and 01:20:40. It is back at 01:31: 01:40:40 and 02:00:40.
  [at(TUE, '01:20:40'), /^WARNING not read: /],
  [at(TUE, '02:00:40'), /^RESOLVED after 40 min, was: not read: /],
  // The acknowledgement of 20:10:10 is over: whoever gave it hears of it again, and six hours later.
  [at(TUE, '02:10:10'), /^WARNING still, for 4 h: futures 16\.9 %/],
  [at(TUE, '07:00:00'), /^WARNING first liquidation at -16\.9 %/],
  [at(TUE, '08:10:10'), /^WARNING still, for 10 h: futures 16\.9 %/],
  // Our clock is two minutes ahead from nine to ten: nothing is told of that. The position is closed
  // by its owner at 12:02, which nobody can tell from here; the loan alone is left.
  [at(TUE, '12:20:00'), /^CRITICAL Binance USDT cross is gone: liquidated or closed\?/],
  [at(TUE, '12:40:00'), /^RESOLVED after \d+ h, was: futures 16\.9 %/],
  [at(TUE, '15:20:00'), /^NOTICE Binance USDT cross: ETHUSDT long opened/],
  [at(TUE, '15:40:00'), /^WARNING futures 16\.9 % from liquidation/],
  [at(TUE, '21:40:00'), /^WARNING still, for 6 h: futures 16\.9 %/],
  [at(WED, '03:40:00'), /^WARNING still, for 12 h: futures 16\.9 %/],
  [at(WED, '06:40:00'), /^RESOLVED after 15 h, was: futures 16\.9 %/],
  [at(WED, '07:00:00'), /^NOTICE first liquidation at -33\.0 %/],
]

/**
 * The telephone is away from 14:00 to 18:00:30: the others hear of it, and it hears how things stand in one message. First tried at
 * 16:20:00, then after 1, 5, 15 and 60 s (16:21:21), and each five minutes, as a 503 may stand for a message that was taken.
 */
const OTHERS: readonly Line[] = [
  [at(MON, '16:30:00'), /^WARNING the channel phone takes no messages/],
  [at(MON, '18:20:00'), /^RESOLVED after 110 min, was: the channel phone takes no messages/],
]
const PHONE: readonly Line[] = [[at(MON, '18:01:21'), /^WARNING 1 alert stands; the worst: futures 16\.9 %/]]

type Line = readonly [at: number, title: RegExp]

const inOrder = (lines: readonly Line[]): readonly Line[] => [...lines].sort((a, b) => a[0] - b[0])
const AWAY = [at(MON, '14:00:00'), at(MON, '18:00:30')] as const
const EXPECTED: Readonly<Record<string, readonly Line[]>> = {
  desk: inOrder([...EVERYWHERE, ...OTHERS]),
  mail: inOrder([...EVERYWHERE, ...OTHERS]),
  phone: inOrder([...EVERYWHERE.filter(([when]) => when < AWAY[0] || when > AWAY[1]), ...PHONE]),
}

type Hands = {
  readonly eth: (price: string) => Promise<void>
  readonly positions: (size: string) => void
  readonly ack: (alert: string, ms: number) => Promise<void>
  readonly begin: (lookMs: number) => Promise<void>
  readonly stop: () => Promise<void>
  readonly kill: () => void
}

test('72 hours: exactly what was written down beforehand is told, on every channel', async () => {
  const hiding = scrubber()
  const log: string[] = []
  const world: World = {
    env: {
      ...sandbox.env,
      HULLMARK_BOOK: await sandbox.book({
        extra: `deadlines: { request: 2 s, pass: 20 s }
schedule: { reports: ["0 8 * * *"], timeZone: Europe/Berlin }
channels:
  phone: { kind: telegram, token: TOKEN, chat: "4711", api: "${phone.url}" }
  desk: { kind: webhook, url: DESK_URL, secret: DESK_SECRET }
  mail: { kind: email, host: 127.0.0.1, port: "${mail.port}", user: hull, password: SMTP_PASSWORD, from: a@example.org, to: b@example.org }
ping: { url: PING_URL }
`,
      }),
      SANDBOX_RPC_URL: proxy.url,
      XDG_STATE_HOME: folder,
      ...{
        TOKEN,
        DESK_URL: `${desk.url}/desk`,
        DESK_SECRET: SIGNING,
        SMTP_PASSWORD: 'mail-password-1',
        PING_URL: `${pings.url}/p`,
      },
    },
    ...{ cwd: sandbox.folder, colour: false, watched: false, now: clock.now, signal: new AbortController().signal },
    ...{ hide: hiding.hide, scrub: hiding.scrub },
    input: () => ({ stream: process.stdin, typed: false, columns: 80 }),
    out: (text) => log.push(text),
    err: (text) => log.push(text),
  }
  const config = await readBook(undefined, world)
  const heard: { readonly channel: string; readonly at: number; readonly title: string }[] = []
  const note = (): void => {
    const now = clock.steady()
    for (const { text } of phone.taken.splice(0)) heard.push({ channel: 'phone', at: now, title: text.split('\n')[0] ?? '' })
    for (const { title } of desk.taken.splice(0)) heard.push({ channel: 'desk', at: now, title })
    for (const { mail: one } of mail.taken.splice(0)) heard.push({ channel: 'mail', at: now, title: one.subject ?? '' })
  }
  const pulse: { readonly at: number; readonly kind: string }[] = []

  let running: { readonly stop: () => Promise<void>; readonly kill: () => void } | null = null
  const hands: Hands = {
    eth: (price) => sandbox.setPrice('WETH', price),
    positions: (amount) => {
      const positions = amount === '0' ? [] : [{ symbol: 'ETHUSDT', side: 'BOTH' as const, amount, entryPrice: '3000' }]
      sandbox.binance.account({ mode: 'single', hedge: false, wallets: { USDT: '12000' }, positions })
    },
    ack: async (alert, ms) => {
      const store = await openHistory(config, world)
      const now = clock.now()
      await store.hush({ id: `${now}`, book: 'demo', kind: 'ack', alert, at: now, until: now + ms, note: '' })
      await store.close()
    },
    begin: async (lookMs) => {
      let dead = false
      const { station, close } = stationOf(config, world, { clock, log: (line) => log.push(`${line}\n`) })
      const end = new AbortController()
      const turns = {
        ...station,
        turn: (turn: Parameters<typeof station.turn>[0], signal: AbortSignal) =>
          dead
            ? new Promise<'done'>(() => undefined)
            : clock.during(
                (async () => {
                  const head = await sandbox.chain.block()
                  const now = BigInt(Math.floor(trueTime() / 1000))
                  if (head.timestamp < now) await sandbox.chain.mine(now)
                  const how = await station.turn(turn, signal)
                  note()
                  for (const path of pings.taken.splice(0)) pulse.push({ at: clock.steady(), kind: path.split('/').at(-1) ?? '' })
                  return how
                })(),
              ),
        cut: (turn: Parameters<typeof station.cut>[0], signal: AbortSignal) =>
          dead ? new Promise<void>(() => undefined) : station.cut(turn, signal),
      }
      const over = keepWatch({ ...config.watch.schedule, lookMs }, turns, { clock, signal: end.signal, turnMs: turnMsOf(config) })
      running = {
        stop: async () => {
          end.abort()
          await clock.pass(10 * SECOND)
          await over
          await close()
        },
        // Nothing of it is closed, and nothing of it ever runs again.
        kill: () => {
          dead = true
        },
      }
    },
    stop: async () => running?.stop(),
    kill: () => running?.kill(),
  }
  for (const [when, happens] of EVENTS) {
    if (when > clock.steady()) await clock.pass(when - clock.steady())
    await happens(hands)
  }
  await clock.pass(END - clock.steady())
  await hands.stop()

  const time = (when: number): string => new Date(START + Math.round(when / SECOND) * SECOND).toISOString().slice(8, 19)
  for (const [channel, lines] of Object.entries(EXPECTED)) {
    const own = heard.filter((one) => one.channel === channel)
    // Side by side: what was told, or what was expected in its place.
    const expected = lines.map(([when, title], i) => {
      const told = own[i]
      return `${time(when)} ${told !== undefined && title.test(told.title) ? told.title : title.source}`
    })
    expect(
      own.map(({ at: when, title }) => `${time(when)} ${title}`),
      channel,
    ).toEqual(expected)
  }
  expect(log.filter((line) => line.includes('hullmark failed') || line.includes('    at '))).toEqual([])
  await sayOf(config, world)
  // While something could not be read no pulse of success went out, and else nothing but that.
  const outages = [
    [at(MON, '12:00:30'), at(MON, '12:32:00')],
    [at(TUE, '01:00:30'), at(TUE, '01:31:00')],
  ] as const
  const away = (when: number): boolean => outages.some(([from, to]) => when > from && when < to)
  expect(pulse.filter(({ kind, at: when }) => kind === 'fail' && !away(when))).toEqual([])
  expect(pulse.filter(({ kind, at: when }) => kind === 'p' && away(when))).toEqual([])
  expect(pulse.filter(({ kind }) => kind === 'fail').length).toBeGreaterThan(3)
}, 300_000)

/** The history holds every pass, those of the outages as what they were, and nothing where no process ran. */
async function sayOf(config: Awaited<ReturnType<typeof readBook>>, world: World): Promise<void> {
  const store = await openHistory(config, world)
  const lines = await store.history('demo', { from: START, to: START + END })
  await store.close()
  const blind = lines.filter(({ complete }) => !complete).map(({ to }) => new Date(to).toISOString().slice(8, 16))
  expect(blind).toEqual(['23T12:10', '23T12:20', '23T12:30', '24T01:00', '24T01:20'])
  // Each ten minutes for 20 h, each minute for 2 h and once more, each twenty minutes for 50 h; three reports take the place of looks but for one.
  expect(lines.length).toBe(120 + 121 + 151)
}
