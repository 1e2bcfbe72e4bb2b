import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { DEFAULT_ALERT_POLICY } from '../../src/alerts/policy.ts'
import type { ChannelSettings } from '../../src/deliver/channel.ts'
import { openSqlite } from '../../src/history/sqlite.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { DEFAULT_MEANS } from '../../src/risk/means.ts'
import { DEFAULT_SCHEDULE } from '../../src/schedule.ts'
import { keepWatch } from '../../src/watch/keepWatch.ts'
import { patientStore } from '../../src/watch/patientStore.ts'
import { openStation, type StationTools } from '../../src/watch/station.ts'
import { simulatedClock } from '../support/simulatedClock.ts'
import { bookAt } from './bookAt.ts'

/** A watch whose every asynchronous dependency is reached through a named seam, and may never settle there. */

const START = Date.parse('2026-11-22T07:58:30Z')
const FALL = Date.parse('2026-11-22T08:00:30Z')
const MINUTE = 60_000
/** A real history answers in its own time: no machine is too slow for that, and what hangs here costs no time at all. */
const REAL_MS = 60_000

/** Whether a call of a seam, counted from 0, never settles. */
export type Never = (seam: string, count: number) => boolean
/** Of a type that fits everywhere, for it has no value. */
const NEVER = new Promise<never>(() => undefined)

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const channel = (name: string): ChannelSettings => ({
  ...{ name, kind: 'none', detail: { amounts: true, addresses: true }, reports: true, options: {} },
})

/** Four and a half minutes of a watch in which some awaits never settle. The price falls within them, and a report is due. */
export async function watchWith(never: Never) {
  const clock = simulatedClock(START, REAL_MS)
  const folder = mkdtempSync(join(tmpdir(), 'hullmark-never-'))
  folders.push(folder)
  const end = new AbortController()
  const seen = { turns: [] as string[], heard: [] as string[], pings: [] as string[], log: [] as string[], bugs: [] as unknown[] }
  const at = (): string => new Date(clock.now()).toISOString().slice(11, 19)

  const counts = new Map<string, number>()
  const hangs = (seam: string): boolean => {
    const count = counts.get(seam) ?? 0
    counts.set(seam, count + 1)
    return never(seam, count)
  }
  /** The methods of an object, each of which may never settle; what one really does is waited for by the clock. */
  function throughSeams<T extends object>(name: string, of: T): T {
    return new Proxy(of, {
      get: (target, key) => {
        const real: unknown = Reflect.get(target, key)
        if (typeof real !== 'function') return real
        const seam = `${name}.${String(key)}`
        return (...args: unknown[]) => (hangs(seam) ? NEVER : clock.during(Reflect.apply(real, target, args)).then(leaseToo))
      },
    })
  }
  const leaseToo = (answer: unknown): unknown =>
    typeof answer === 'object' && answer !== null && 'release' in answer ? throughSeams('store.lease', answer) : answer

  const history = await openSqlite(join(folder, 'history.db'), { now: clock.now, onNotice: (line) => seen.log.push(line) })
  const open = async () => (hangs('open') ? NEVER : throughSeams('store', history))
  const store = patientStore(open, { clock, patienceMs: 3_000, onBug: (error) => seen.bugs.push(error) })
  const ping = async (kind: string, note = ''): Promise<void> => {
    seen.pings.push(`${at()} ${kind} ${note}`.trim())
    if (hangs(`pulse.${kind}`)) await NEVER
  }
  const tools: StationTools = {
    clock,
    collect: async () => (hangs('collect') ? NEVER : bookAt(clock.now(), clock.now() < FALL ? 3000 : 2600)),
    store,
    deliver: async (messages, _signal, onOutcome) => {
      // All at once, the first channel first: what hangs there must not keep the second from being told.
      const attempts = messages.map(async (outbound) => {
        if (outbound.channel.name === 'phone' && hangs('deliver')) return NEVER
        seen.heard.push(`${at()} ${outbound.channel.name}: ${outbound.message.title}`)
        onOutcome(outbound, 'told')
      })
      await Promise.all(attempts)
    },
    pulse: { start: () => ping('start'), success: (note) => ping('success', note), fail: (reason) => ping('fail', reason) },
    log: (line) => seen.log.push(`${at()} ${line}`),
    onBug: (error) => seen.bugs.push(error),
  }
  const station = openStation(
    {
      ...{ name: 'demo', policy: DEFAULT_POLICY, means: DEFAULT_MEANS, alerts: DEFAULT_ALERT_POLICY },
      ...{
        channels: [channel('phone'), channel('mail')],
        aliases: new Map(),
        banners: [],
        chains: [],
        places: [],
        keepMs: 30 * 86_400_000,
      },
      lookMs: MINUTE,
    },
    tools,
  )
  const noting = {
    ...station,
    turn: (turn: Parameters<typeof station.turn>[0], signal: AbortSignal) => {
      seen.turns.push(`${at()} ${turn}`)
      return station.turn(turn, signal)
    },
  }
  const over = keepWatch(DEFAULT_SCHEDULE, noting, { clock, signal: end.signal, turnMs: MINUTE })
  await clock.pass(5 * MINUTE - 1_000)
  end.abort()
  await clock.pass(MINUTE)
  await over
  const stored = await history.history('demo', { from: START, to: START + 10 * MINUTE })
  await history.close()
  return {
    ...seen,
    seams: [...counts.keys()],
    stored: stored.length,
    passes: seen.turns.filter((turn) => !turn.endsWith('tell')),
  }
}
