import { writeSync } from 'node:fs'
import { DEFAULT_ALERT_POLICY } from '../../src/alerts/policy.ts'
import { boundedFetch } from '../../src/boundedFetch.ts'
import { CLOCK, type Clock } from '../../src/clock.ts'
import { deliverAll } from '../../src/deliver/deliver.ts'
import { pinger } from '../../src/deliver/pings.ts'
import { openSqlite } from '../../src/history/sqlite.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { DEFAULT_MEANS } from '../../src/risk/means.ts'
import { DEFAULT_SCHEDULE, nextReport } from '../../src/schedule.ts'
import { Secret } from '../../src/secret.ts'
import { patientStore } from '../../src/watch/patientStore.ts'
import { openStation } from '../../src/watch/station.ts'
import { bookAt } from '../watch/bookAt.ts'
import { type Errand, SAYS } from './errand.ts'

/** A process of its own that watches for as many passes as it is told, and says what its log says on stdout, without delay. */

const { history, url, at, eth, turns, patienceMs, count } = JSON.parse(process.argv[2] ?? '') as Errand
const MINUTE = 60_000
const began = performance.now()
let minutes = 0
const clock: Clock = { ...CLOCK, now: () => at + minutes * MINUTE + Math.round(performance.now() - began) }
// Not through a stream, which keeps what a killed process has not written yet.
const say = (line: string): void => void writeSync(1, `${line}\n`)
const onBug = (error: unknown): void => say(`${SAYS.bug}${error instanceof Error ? error.stack : String(error)}`)

const fetch = boundedFetch({ venue: 'The receiver' })
const store = patientStore(() => openSqlite(history, { now: clock.now, onNotice: (line) => say(`${SAYS.notice}${line}`) }), {
  ...{ clock, patienceMs, onBug },
})
const station = openStation(
  {
    ...{
      name: 'demo',
      policy: DEFAULT_POLICY,
      means: DEFAULT_MEANS,
      alerts: DEFAULT_ALERT_POLICY,
      aliases: new Map(),
      banners: [],
      chains: [],
      places: [],
    },
    channels: [
      {
        ...{ name: 'desk', kind: 'webhook', detail: { amounts: true, addresses: true }, reports: true },
        options: { url: new Secret(url), secret: new Secret('not known to anybody, at least not yet') },
      },
    ],
    ...{ keepMs: 30 * 86_400_000, lookMs: MINUTE },
  },
  {
    clock,
    collect: async () => bookAt(clock.now(), eth),
    store,
    deliver: (messages, signal, onOutcome) => deliverAll(messages, { fetch, now: clock.now, signal, onOutcome, onBug }),
    pulse: pinger({ kind: 'healthchecks', url: new Secret(`${url}ping`) }, { fetch, scrub: (text) => text, log: say }),
    log: say,
    onBug,
  },
)
for (const turn of turns) {
  await station.turn(turn === 'due' ? dueTurn() : turn, new AbortController().signal)
  minutes++
}
const { how, notStored, untold } = station.last()
say(`${SAYS.over}${JSON.stringify({ how, notStored, untold })}`)
if (count !== null) {
  const found = await store.ask((open) => open.history('demo', count))
  say(`${SAYS.passes}${found.ok ? found.value.reduce((sum, { passes }) => sum + passes, 0) : found.fault}`)
}
await store.close()
process.exit(0)

function dueTurn(): 'look' | 'report' {
  const last = station.lastReportAt()
  const next = last === null ? null : nextReport(DEFAULT_SCHEDULE, last)
  return next !== null && next <= clock.now() ? 'report' : 'look'
}
