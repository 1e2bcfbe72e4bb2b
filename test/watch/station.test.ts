import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DEFAULT_ALERT_POLICY } from '../../src/alerts/policy.ts'
import type { Told } from '../../src/alerts/told.ts'
import type { ChannelSettings } from '../../src/deliver/channel.ts'
import { openSqlite } from '../../src/history/sqlite.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { DEFAULT_MEANS } from '../../src/risk/means.ts'
import { DEFAULT_SCHEDULE } from '../../src/schedule.ts'
import { keepWatch } from '../../src/watch/keepWatch.ts'
import { patientStore } from '../../src/watch/patientStore.ts'
import { openStation } from '../../src/watch/station.ts'
import { type SimulatedClock, simulatedClock } from '../support/simulatedClock.ts'
import { bookAt } from './bookAt.ts'

const START = Date.parse('2026-11-22T07:57:30Z')
const MINUTE = 60_000

const phone: ChannelSettings = {
  name: 'phone',
  kind: 'none',
  detail: { amounts: true, addresses: true },
  reports: true,
  options: {},
}

/** A watch over the demo's book on a simulated clock: a real history, and a channel at whose end stands the test. */
function watched(clock: SimulatedClock, { eth, answer = () => 'told' }: { eth: (now: number) => number; answer?: () => Told }) {
  const folder = mkdtempSync(join(tmpdir(), 'hullmark-station-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const end = new AbortController()
  const heard: string[] = []
  const logged: string[] = []
  const bugs: unknown[] = []
  const open = () => openSqlite(join(folder, 'history.db'), { now: clock.now, onNotice: (line) => logged.push(line) })
  const store = patientStore(open, { clock, patienceMs: 2_000, onBug: (error) => bugs.push(error) })
  const station = openStation(
    {
      ...{ name: 'demo', policy: DEFAULT_POLICY, means: DEFAULT_MEANS, alerts: DEFAULT_ALERT_POLICY, channels: [phone] },
      ...{ aliases: new Map(), banners: [], chains: [], places: [], keepMs: 30 * 86_400_000, lookMs: MINUTE },
    },
    {
      clock,
      collect: async () => bookAt(clock.now(), eth(clock.now())),
      store,
      deliver: async (messages, _signal, onOutcome) => {
        for (const outbound of messages) {
          heard.push(`${new Date(clock.now()).toISOString().slice(11, 19)} ${outbound.message.title}`)
          onOutcome(outbound, answer())
        }
      },
      pulse: {
        start: async () => undefined,
        success: async (note) => void logged.push(`success ${note}`),
        fail: async (reason) => void logged.push(`fail ${reason}`),
      },
      log: (line) => logged.push(line),
      onBug: (error) => bugs.push(error),
    },
  )
  const steady = {
    ...station,
    turn: (turn: Parameters<typeof station.turn>[0], signal: AbortSignal) => clock.during(station.turn(turn, signal)),
  }
  const over = keepWatch(DEFAULT_SCHEDULE, steady, { clock, signal: end.signal, turnMs: MINUTE })
  return {
    heard,
    logged,
    bugs,
    close: async () => {
      end.abort()
      await over
      await store.close()
    },
  }
}

test('a book that gets near is told, the report comes at eight, and worse is told within a minute', async () => {
  const clock = simulatedClock(START, 60_000)
  // Its position dies at 2,409.64: 21 % away at 3,050, 10 % at 2,677.
  const { heard, bugs, close } = watched(clock, { eth: (now) => (now < START + 5 * MINUTE ? 3000 : 2600) })
  await clock.pass(8 * MINUTE)
  await close()
  expect(bugs).toEqual([])
  expect(heard.slice(0, 3)).toEqual([
    // Looked at 07:57:30, again a minute later: two bad passes.
    '07:58:30 WARNING futures 19.6 % from liquidation',
    '08:00:00 WARNING first liquidation at -19.6 % (ETH 2,409.64)',
    '08:03:00 CRITICAL futures 7.3 % from liquidation (was 19.6 %, 4 min ago)',
  ])
})
