import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DEFAULT_ALERT_POLICY } from '../../src/alerts/policy.ts'
import type { ChannelSettings } from '../../src/deliver/channel.ts'
import { StoreError } from '../../src/errors.ts'
import { openSqlite } from '../../src/history/sqlite.ts'
import type { Store } from '../../src/history/store.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { DEFAULT_MEANS } from '../../src/risk/means.ts'
import { patientStore } from '../../src/watch/patientStore.ts'
import { openStation } from '../../src/watch/station.ts'
import type { OnOutcome, Outbound } from '../../src/watch/teller.ts'
import { simulatedClock } from '../support/simulatedClock.ts'
import { bookAt } from './bookAt.ts'

/** A station turn by turn, on a real history that refuses what it is told to refuse. */

const START = Date.parse('2026-11-22T08:00:00Z')
const MINUTE = 60_000
const desk: ChannelSettings = {
  ...{ name: 'desk', kind: 'none', detail: { amounts: true, addresses: true }, reports: true, options: {} },
}
type Deliver = (messages: readonly Outbound[], onOutcome: OnOutcome) => Promise<void>

async function aPlace() {
  const folder = mkdtempSync(join(tmpdir(), 'hullmark-station-'))
  const clock = simulatedClock(START, MINUTE)
  const history = await openSqlite(join(folder, 'history.db'), { now: clock.now, onNotice: () => undefined })
  onTestFinished(async () => {
    await history.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { clock, history, file: join(folder, 'history.db') }
}

/** A process that watches: several may stand on one history, one after the other. */
function aProcess(
  { clock, history }: Awaited<ReturnType<typeof aPlace>>,
  {
    refuses = () => false,
    deliver,
    eth = 2600,
    channel = 'desk',
    places = [],
  }: {
    refuses?: (call: keyof Store) => boolean
    deliver?: Deliver
    eth?: number
    channel?: string
    places?: readonly string[]
  } = {},
) {
  const heard: string[] = []
  const logged: string[] = []
  const refusing = new Proxy(history, {
    get: (target, key: keyof Store) => {
      const real = target[key] as (...args: unknown[]) => Promise<unknown>
      if (typeof real !== 'function') return real
      if (refuses(key)) return () => Promise.reject(new StoreError('Full.', 'Make room.'))
      return (...args: unknown[]) => clock.during(real(...args))
    },
  })
  const onBug = (error: unknown): void => {
    throw error
  }
  const took: Deliver = async (messages, onOutcome) => {
    for (const one of messages) await onOutcome(one, 'told')
  }
  const station = openStation(
    {
      ...{ name: 'demo', policy: DEFAULT_POLICY, means: DEFAULT_MEANS, alerts: DEFAULT_ALERT_POLICY, aliases: new Map() },
      ...{ channels: [{ ...desk, name: channel }], banners: [], chains: [], places, keepMs: 30 * 86_400_000, lookMs: MINUTE },
    },
    {
      clock,
      collect: async () => bookAt(clock.now(), eth),
      store: patientStore(async () => refusing, { clock, patienceMs: 3_000, onBug }),
      deliver: async (messages, _signal, onOutcome) => {
        heard.push(...messages.map(({ message }) => message.title))
        await (deliver ?? took)(messages, onOutcome)
      },
      pulse: { start: async () => undefined, success: async () => undefined, fail: async () => undefined },
      log: (line) => logged.push(line),
      onBug,
    },
  )
  const turn = async (kind: 'look' | 'report' | 'tell', signal = new AbortController().signal): Promise<void> => {
    const over = station.turn(kind, signal)
    await clock.pass(MINUTE)
    await over
  }
  return { station, turn, heard, logged }
}

test('what was told is not told again because it could not be written down that it was', async () => {
  const place = await aPlace()
  let commits = 0
  // The first commit stores the message as on its way, the second one, with its answer, fails.
  const { turn, heard } = aProcess(place, { refuses: (call) => call === 'commit' && ++commits === 2 })
  await turn('look')
  await turn('look')
  expect(heard.filter((title) => title.startsWith('CRITICAL'))).toEqual(['CRITICAL futures 7.3 % from liquidation'])
  const rows = await place.history.deliveries('demo', { from: 0, to: START + 10 * MINUTE })
  // The attempts whose commit failed are written with the next one.
  expect(rows.filter(({ about }) => about === rows[0]?.about).map(({ outcome }) => outcome)).toEqual(['sending', 'told'])
})

test('an answer that comes after its turn was given up still counts', async () => {
  const place = await aPlace()
  const late: (() => unknown)[] = []
  const { turn, heard } = aProcess(place, {
    deliver: async ([one], onOutcome) => {
      if (one === undefined || late.length > 0) return
      late.push(() => onOutcome(one, 'told'))
      return new Promise(() => undefined)
    },
  })
  await turn('look')
  await late[0]?.()
  await turn('look')
  expect(heard).toEqual(['CRITICAL futures 7.3 % from liquidation'])
})

test('a report that a killed process could not send is sent by the next one, with its own figures', async () => {
  const place = await aPlace()
  const killed = new AbortController()
  const first = aProcess(place, {
    deliver: async (messages, onOutcome) => {
      for (const one of messages) {
        if (one.message.kind === 'report') return killed.abort()
        await onOutcome(one, 'told')
      }
    },
  })
  await first.turn('report', killed.signal)
  const second = aProcess(place)
  await second.turn('look')
  expect(second.heard).toEqual(['CRITICAL first liquidation at -7.3 % (ETH 2,409.64) (again)'])
})

test('an alarm does not wait for the report of its pass; killed between them, the report is still due', async () => {
  const place = await aPlace()
  const killed = new AbortController()
  await aProcess(place, { deliver: async () => killed.abort() }).turn('report', killed.signal)
  const second = aProcess(place)
  await second.turn('look')
  expect(second.heard).toEqual(['CRITICAL futures 7.3 % from liquidation (again)'])
  const { lastReportAt } = second.station
  expect(lastReportAt()).toBeLessThan(place.clock.now())
  expect(lastReportAt()).toBeGreaterThan(place.clock.now() - 10 * MINUTE)
})

test('a report whose figures are gone is given up and said, not tried for ever', async () => {
  const place = await aPlace()
  const first = aProcess(place, {
    deliver: async (messages, onOutcome) => {
      for (const one of messages)
        await onOutcome(one, { reason: 'answered 503', retryAfterMs: null, maybe: false, permanent: false })
    },
  })
  await first.turn('report')
  // Another report took its place in the history, as after a file was set aside.
  const memory = await place.history.memory('demo')
  const pass = await place.history.lastPass('demo', 'report')
  if (memory === null || pass === null) throw new TypeError('nothing was stored')
  await place.history.commit('demo', {
    ...{ pass: { ...pass, id: 'another', at: pass.at + 1 }, memory, deliveries: [] },
  })
  const second = aProcess(place)
  await second.turn('look')
  expect(second.heard.some((title) => title.includes('first liquidation at'))).toBe(false)
  expect(second.station.tellsIn(place.clock.now())).toBeNull()
  await second.turn('look')
  expect(second.heard.at(-1)).toBe('WARNING a report for desk is lost: nothing can be said of it any more')
})

test('a turn that was cut off and ends later does not give away the lease of the one after it', async () => {
  const place = await aPlace()
  let letGo: (() => void) | null = null
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const cut = new AbortController()
  const other = await openSqlite(place.file, { now: place.clock.now, onNotice: () => undefined })
  onTestFinished(other.close)
  let turns = 0
  const { station } = aProcess(place, {
    deliver: async (messages, onOutcome) => {
      if (turns++ === 0) return held
      // While the second turn tells, the first one ends.
      letGo?.()
      await first
      expect(await other.lease('demo', 'another process', { now: place.clock.now(), ms: MINUTE })).toBeNull()
      for (const one of messages) await onOutcome(one, 'told')
    },
  })
  const first = station.turn('look', cut.signal)
  await expect.poll(() => turns).toBe(1)
  cut.abort()
  await station.turn('look', new AbortController().signal)
  expect(turns).toBe(2)
})

test('a process that could not ask what is remembered leaves it as it is, and goes on from it once it can', async () => {
  const place = await aPlace()
  const first = aProcess(place)
  await first.turn('look')
  expect(first.heard).toEqual(['CRITICAL futures 7.3 % from liquidation'])
  // The price is back; the history answers to everything but the question what is remembered.
  let blind = true
  const second = aProcess(place, { eth: 6000, refuses: (call) => blind && call === 'memory' })
  await second.turn('look')
  await second.turn('look')
  expect(second.heard.filter((title) => !title.includes('the history'))).toEqual([])
  blind = false
  await second.turn('look')
  await second.turn('look')
  expect(second.heard.filter((title) => title.includes('futures'))).toEqual([
    expect.stringMatching(/^RESOLVED after .*, was: futures 7\.3 % from liquidation$/),
  ])
})

test('what another process has told to be over meanwhile is not told again', async () => {
  const place = await aPlace()
  const down: Deliver = async (messages, onOutcome) => {
    for (const one of messages)
      await onOutcome(one, { reason: 'answered 503', retryAfterMs: null, maybe: true, permanent: false })
  }
  const watch = aProcess(place, { deliver: down })
  await watch.turn('look')
  const other = aProcess(place, { eth: 6000 })
  await other.turn('look')
  await other.turn('look')
  expect(other.heard).toEqual([expect.stringMatching(/^CRITICAL .*\(again\)$/), expect.stringMatching(/^RESOLVED/)])
  const before = watch.heard.length
  await watch.turn('tell')
  expect(watch.heard.slice(before)).toEqual([])
})

test('a report that is refused for its size is given up and said, and the channel takes the next alarm at once', async () => {
  const place = await aPlace()
  const tooLarge: Deliver = async (messages, onOutcome) => {
    for (const one of messages) {
      const refused = { reason: 'refused the message (413)', retryAfterMs: null, maybe: false, permanent: false, ofMessage: true }
      await onOutcome(one, one.message.kind === 'report' ? refused : 'told')
    }
  }
  const process = aProcess(place, { eth: 6000, deliver: tooLarge })
  await process.turn('report')
  expect(process.station.last().untold).toBe(0)
  const next = aProcess(place, { deliver: tooLarge })
  await next.turn('look')
  expect(next.heard).toEqual(['CRITICAL futures 7.3 % from liquidation'])
  await process.turn('look')
  expect(process.heard.at(-1)).toBe('WARNING a report for desk is lost: the channel refused the message (413)')
})

test('a channel that the book no longer names is not complained about', async () => {
  const place = await aPlace()
  const revoked: Deliver = async (messages, onOutcome) => {
    for (const one of messages)
      await onOutcome(one, { reason: 'refused the token', retryAfterMs: null, maybe: false, permanent: true })
  }
  const old = aProcess(place, { deliver: revoked, channel: 'old' })
  await old.turn('look')
  const now = aProcess(place, { eth: 6000 })
  for (let i = 0; i < 4; i++) await now.turn('look')
  expect(now.heard.filter((title) => title.includes('old'))).toEqual([])
})

test('another book of the same name is not taken for this one: its alerts are neither told to be over nor written over', async () => {
  const place = await aPlace()
  const first = aProcess(place, { places: ['a', 'b'] })
  await first.turn('look')
  const memory = await place.history.memory('demo')
  const other = aProcess(place, { eth: 6000, places: ['c'] })
  for (let i = 0; i < 4; i++) await other.turn('look')
  expect(other.heard.filter((title) => title.includes('futures'))).toEqual([])
  expect(other.heard[0]).toMatch(/^WARNING the history: .* another book of the same name/)
  expect(await place.history.memory('demo')).toBe(memory)
  // A book that keeps a wallet is the same book.
  const same = aProcess(place, { eth: 6000, places: ['b', 'd'] })
  await same.turn('look')
  await same.turn('look')
  expect(same.heard).toEqual([expect.stringMatching(/^RESOLVED/)])
})
