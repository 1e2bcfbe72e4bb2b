import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_ALERT_POLICY } from '../../src/alerts/policy.ts'
import type { Told } from '../../src/alerts/told.ts'
import type { ChannelSettings } from '../../src/deliver/channel.ts'
import { StoreError } from '../../src/errors.ts'
import { openSqlite } from '../../src/history/sqlite.ts'
import type { Store } from '../../src/history/store.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import { DEFAULT_MEANS } from '../../src/risk/means.ts'
import { DEFAULT_SCHEDULE } from '../../src/schedule.ts'
import { keepWatch } from '../../src/watch/keepWatch.ts'
import { patientStore } from '../../src/watch/patientStore.ts'
import { openStation } from '../../src/watch/station.ts'
import { simulatedClock } from '../support/simulatedClock.ts'
import { bookAt } from './bookAt.ts'

/**
 * A process of its own that watches for so many passes on a simulated clock, one in twenty with a fault, and says what it holds in
 * memory at the ends of stretches: `node --expose-gc --import tsx test/watch/manyPasses.ts 1000 3000`. One JSON line a stretch.
 */

const ends = process.argv.slice(2).map(Number)
const MINUTE = 60_000
const clock = simulatedClock(Date.parse('2026-11-22T00:00:30Z'), MINUTE)
// A disk only takes time here.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'hullmark-passes-'))
const end = new AbortController()
const counts = { passes: 0, gaps: 0, failures: 0, refused: 0, endless: 0, bugs: 0, told: 0 }

/** The same each time. */
let state = 20_261_122
function oneIn(count: number): boolean {
  state = (state * 48_271) % 2_147_483_647
  return state % count === 0
}

function book(): Snapshot {
  counts.passes++
  // Up and down between 2,500 and 3,500 within half a day: every grade is met.
  const whole = bookAt(clock.now(), 3000 + Math.round(500 * Math.sin((clock.steady() / 43_200_000) * 2 * Math.PI)))
  if (!oneIn(60)) return whole
  counts.gaps++
  const [lost, ...legs] = whole.legs
  const leg = lost?.id ?? ''
  return {
    ...whole,
    legs,
    gaps: [{ leg, code: 'unreachable', reason: 'It did not answer.', hint: '', retryable: true }],
  }
}

function answer(): Told {
  if (!oneIn(20)) {
    counts.told++
    return 'told'
  }
  counts.failures++
  return { reason: 'answered 503', retryAfterMs: null, maybe: false, permanent: false }
}

/** A store that refuses now and then, and now and then never answers. */
function faulty(store: Store): Store {
  return new Proxy(store, {
    get: (target, key) => {
      const real: unknown = Reflect.get(target, key)
      if (typeof real !== 'function' || key === 'close') return real
      return (...args: unknown[]) => {
        // Six calls a pass.
        if (oneIn(400)) {
          counts.endless++
          return new Promise(() => undefined)
        }
        if (oneIn(400)) {
          counts.refused++
          return Promise.reject(new StoreError('The disk is full.', 'Make room.'))
        }
        return clock.during(Reflect.apply(real, target, args))
      }
    },
  })
}

const channel = (name: string): ChannelSettings => ({
  ...{ name, kind: 'none', detail: { amounts: true, addresses: false }, reports: true, options: {} },
})
const onBug = (error: unknown): void => {
  counts.bugs++
  console.error(error)
}
const history = await openSqlite(join(folder, 'history.db'), { now: clock.now, onNotice: () => undefined })
const store = patientStore(async () => faulty(history), { clock, patienceMs: 3_000, onBug })
const station = openStation(
  {
    ...{ name: 'demo', policy: DEFAULT_POLICY, means: DEFAULT_MEANS, alerts: DEFAULT_ALERT_POLICY, aliases: new Map() },
    ...{ channels: [channel('phone'), channel('mail')], banners: [], chains: [], places: [], keepMs: 86_400_000, lookMs: MINUTE },
  },
  {
    clock,
    collect: async () => book(),
    store,
    deliver: async (messages, _signal, onOutcome) => {
      for (const outbound of messages) onOutcome(outbound, answer())
    },
    pulse: { start: async () => undefined, success: async () => undefined, fail: async () => undefined },
    log: () => undefined,
    onBug,
  },
)
const over = keepWatch(DEFAULT_SCHEDULE, station, { clock, signal: end.signal, turnMs: MINUTE })
for (const passes of ends) {
  while (counts.passes < passes) await clock.pass(10 * MINUTE)
  // Twice: what the first clears away lets go of more.
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    globalThis.gc?.()
  }
  const { heapUsed, rss } = process.memoryUsage()
  console.log(JSON.stringify({ ...counts, heapUsed, rss }))
}
end.abort()
await clock.pass(MINUTE)
await over
await store.close()
rmSync(folder, { recursive: true })
