import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../src/secret.ts'
import { load, problemsOf } from '../support/configFolder.ts'

const WALLET = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'
const BOOK = `loans:\n  - { protocol: aave-v3, chain: ethereum, wallet: "${WALLET}" }\n`
const ENV = 'PAGER_PIN=1234567890\nPING_URL=https://ping.example/abcdef\n'
const withBook = (text: string) => ({ files: { 'hullmark.yaml': `${BOOK}${text}`, '.env': ENV } })

describe('what runs by itself', () => {
  test('without a word about it: each morning at eight UTC, a look a minute, no channel, thirty days', async () => {
    const { watch } = await load({ ...withBook(''), env: { XDG_STATE_HOME: '/state' } })
    expect(watch.schedule).toEqual({ reports: ['0 8 * * *'], timeZone: 'UTC', lookMs: 60_000 })
    expect(watch.scheduled).toBe(false)
    expect(watch).toMatchObject({ channels: [], ping: null, keepMs: 30 * 86_400_000, historyFile: '/state/hullmark/main.db' })
  })

  test('all of it', async () => {
    const { watch, secrets } = await load(
      withBook(`name: all
schedule: { reports: ["0 8 * * *", "0 20 * * *"], timeZone: Europe/Berlin, look: 45 s }
history: { file: past/book.db, keep: 7 d }
ping: { url: PING_URL, kind: uptime-kuma }
aliases: { "${WALLET}": cold wallet }
channels:
  night: { kind: pager, number: 0041, pin: PAGER_PIN, amounts: false, reports: false }
`),
    )
    expect(watch.schedule).toEqual({ reports: ['0 8 * * *', '0 20 * * *'], timeZone: 'Europe/Berlin', lookMs: 45_000 })
    expect(watch.scheduled).toBe(true)
    expect(watch.keepMs).toBe(7 * 86_400_000)
    expect(watch.historyFile).toMatch(/past\/book\.db$/)
    expect(watch.ping?.kind).toBe('uptime-kuma')
    expect([...watch.aliases]).toEqual([[WALLET.toLowerCase(), 'cold wallet']])
    expect(watch.channels).toEqual([
      {
        ...{ name: 'night', kind: 'pager', reports: false },
        // Addresses stay at home unless they are asked for.
        detail: { amounts: false, addresses: false },
        options: { number: '0041', pin: expect.any(Secret) },
      },
    ])
    expect(secrets.map((secret) => secret.reveal())).toEqual(
      expect.arrayContaining(['1234567890', 'https://ping.example/abcdef']),
    )
  })

  test('the history lies where programs keep what they must not lose', async () => {
    const { watch } = await load({ ...withBook(''), env: { XDG_STATE_HOME: 'relative' } })
    expect(watch.historyFile).toBe(join(homedir(), '.local', 'state', 'hullmark', 'main.db'))
  })

  test('a longer pass makes a longer time between two looks', async () => {
    const { watch } = await load(withBook('deadlines: { pass: 2 min }\n'))
    expect(watch.schedule.lookMs).toBe(120_000)
  })
})

describe('alerts', () => {
  test('what is left out keeps its default', async () => {
    const { watch } = await load(
      withBook(`alerts: { badPasses: 3, repeat: { warning: 1 d }, off: [position], divergence: 5 % }
legLimits: { "binance/main/USDT-cross": { warning: 25 %, critical: 12 % } }
factorLimits: { "USD:USDC": { notice: 8 %, warning: 3 %, critical: 1 % } }
`),
    )
    const { alerts } = watch
    expect([alerts.badPasses, alerts.goodPasses, alerts.off]).toEqual([3, 2, ['position']])
    expect(alerts.repeatMs).toEqual({ notice: null, warning: 86_400_000, critical: 1_800_000, liquidatable: 600_000 })
    expect(alerts.divergence.toFixed()).toBe('0.05')
    const shares = Object.values(alerts.limits.leg['binance/main/USDT-cross'] ?? {}).map((limit) => limit.toFixed())
    expect(shares).toEqual(['0.25', '0.25', '0.12'])
    expect(alerts.limits.factor['USD:USDC']?.notice.toFixed()).toBe('0.08')
  })

  test.each([
    ['alerts: { badPasses: 0 }', 'alerts.badPasses must be a number of passes from 1 to 10'],
    ['alerts: { repeat: { critical: 5 s } }', 'alerts.repeat.critical must be between 1 min and 7 d'],
    ['alerts: { off: [room] }', 'alerts.off[0] must be one of leg, factor'],
    ['alerts: { off: [gap] }', 'alerts.off[0] must be one of'],
    ['legLimits: { x: { warning: 10 % } }', 'legLimits.x.critical is missing'],
    [
      'legLimits: { x: { warning: 10 %, critical: 20 % } }',
      'legLimits.x: the limits must fall from notice to warning to critical',
    ],
  ])('%s', async (text, problem) => {
    expect((await problemsOf(withBook(`${text}\n`))).join('\n')).toContain(problem)
  })
})

describe('what cannot be', () => {
  test.each([
    ['schedule: { reports: "8 Uhr" }', 'schedule.reports[0] is no cron text; write five fields'],
    ['schedule: { reports: "0 0 31 2 *" }', 'schedule.reports[0] names a day that never comes'],
    ['schedule: { timeZone: Mars/Olympus }', 'schedule.timeZone "Mars/Olympus" is not known'],
    ['schedule: { look: 10 min }', 'schedule.look must be between 5 s and 60 s'],
    ['schedule: { look: 20 s }', 'schedule.look (20000 ms) may not be shorter than deadlines.pass (45000 ms)'],
    ['history: { keep: 1 h }', 'history.keep must be between 1 d and 3650 d'],
    ['ping: { url: "https://ping.example/abc" }', 'ping.url must be the name of an environment variable'],
    ['ping: { url: NOT_THERE }', 'the variable NOT_THERE is not set'],
    ['ping: { url: PAGER_PIN }', 'PAGER_PIN is not a ping URL'],
    ['ping: { url: PING_URL, kind: pigeon }', 'ping.kind must be one of healthchecks, uptime-kuma'],
    ['aliases: { nobody: x }', 'aliases: '],
    ['channels: { "a b": { kind: pager } }', 'channels: "a b" must be made of letters'],
    ['channels: { a: pager }', 'channels.a must be a group of settings'],
    ['channels: { a: { number: 1 } }', 'channels.a.kind is missing. Known are pager'],
    ['channels: { a: { kind: pagr } }', 'unknown kind of channel "pagr"; did you mean "pager"?'],
    ['channels: { a: { kind: constructor } }', 'unknown kind of channel "constructor". Known are pager'],
    ['channels: { a: { kind: pager, pin: PAGER_PIN } }', 'channels.a.number is missing: who is paged'],
    ['channels: { a: { kind: pager, number: 1, pin: hunter2 } }', 'channels.a.pin must be the name of an environment variable'],
    [
      'channels: { a: { kind: pager, number: 1, pin: PAGER_PIN, nmber: 2 } }',
      'unknown setting "nmber" of channels.a; did you mean "number"?',
    ],
    ['channels: { a: { kind: pager, number: 0, pin: PAGER_PIN } }', 'channels.a: number 0 is nobody'],
    ['channels: { a: { kind: pager, number: 1, pin: PAGER_PIN, amounts: some } }', 'channels.a.amounts must be true or false'],
  ])('%s', async (text, problem) => {
    const problems = await problemsOf(withBook(`${text}\n`))
    expect(problems.join('\n')).toContain(problem)
    expect(problems.join('\n')).not.toContain('1234567890')
  })
})
