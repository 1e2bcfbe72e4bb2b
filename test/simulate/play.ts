import { DEFAULT_ALERT_POLICY } from '../../src/alerts/policy.ts'
import type { ChannelSettings } from '../../src/deliver/channel.ts'
import { StoreError } from '../../src/errors.ts'
import type { Store } from '../../src/history/store.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Gap, Snapshot } from '../../src/risk/leg.ts'
import { DEFAULT_MEANS } from '../../src/risk/means.ts'
import { keepWatch } from '../../src/watch/keepWatch.ts'
import { patientStore } from '../../src/watch/patientStore.ts'
import { openStation } from '../../src/watch/station.ts'
import type { Deliver } from '../../src/watch/teller.ts'
import { freshBook } from './book.ts'
import { chanceOf } from './chance.ts'
import { emptyDisk, memoryStore } from './memoryStore.ts'
import type { Arrival, Played, Seen } from './played.ts'
import { CHANNELS, type ChannelName, LENGTH_MS, type Span, START, type Story, type Trouble } from './story.ts'
import { timeFrom } from './time.ts'

const NEVER = new Promise<never>(() => undefined)
const ATTEMPT_MS = 10_000
const settings = (name: string): ChannelSettings => ({
  ...{ name, kind: 'none', detail: { amounts: true, addresses: true }, reports: true, options: {} },
})

export function within<T extends Span>(spans: readonly T[], at: number): T | undefined {
  return spans.find(({ from, to }) => from <= at && at < to)
}

/** The price at a moment. */
export function ethAt({ prices }: Story, at: number): number {
  return prices.findLast((one) => one.at <= at)?.eth ?? 0
}

/** Plays a story with the real watch: what it is shown follows from the story, and all that leaves it is written down. */
export async function play(story: Story): Promise<Played> {
  const time = timeFrom(START)
  const chance = chanceOf(story.seed ^ 0x5eed)
  const disk = emptyDisk()
  const played = { seen: [] as Seen[], arrivals: [] as Arrival[], attempts: [] as Played['attempts'][number][] }
  const notes = { pings: [] as Played['pings'][number][], log: [] as Played['log'][number][], bugs: [] as string[] }
  const lives: { from: number; to: number; kind: string }[] = []
  let doom: 'killed while sending' | null = null
  let running: { kill: () => void; stop: () => Promise<void> } | null = null

  function begin(): void {
    const { clock, kill } = time.process()
    const life = { from: time.steady(), to: LENGTH_MS, kind: 'ran on' }
    const number = lives.push(life) - 1
    let dead = false
    const alive = async <T>(value: T): Promise<T> => (dead ? NEVER : value)
    const pause = async (ms: number): Promise<void> => {
      await clock.sleep(ms, new AbortController().signal)
    }
    const die = (kind: string): void => {
      dead = true
      kill()
      Object.assign(life, { to: time.steady(), kind })
      running = null
    }
    const store = patientStore(async () => troubled(memoryStore(disk, clock.now)), {
      ...{ clock, patienceMs: 3_000 },
      onBug: (error) => notes.bugs.push(String(error instanceof Error ? error.stack : error)),
    })
    /** The disk's own troubles, and the end of the process between any two calls. */
    function troubled(store: Store): Store {
      return new Proxy(store, {
        get: (target, key) => {
          const real: unknown = Reflect.get(target, key)
          if (typeof real !== 'function') return real
          return async (...args: unknown[]) => {
            if (dead) return NEVER
            const trouble = within(story.store, time.steady())
            if (trouble?.kind === 'hangs') return NEVER
            if (trouble?.kind === 'refuses') throw new StoreError('The history is locked.', 'Let go of it.')
            return alive(await Reflect.apply(real, target, args))
          }
        },
      })
    }

    const deliver: Deliver = async (messages, signal, onOutcome) => {
      const names = [...new Set(messages.map(({ channel }) => channel.name))] as ChannelName[]
      await Promise.all(
        names.map(async (name) => {
          let silent = false
          for (const outbound of messages.filter(({ channel }) => channel.name === name)) {
            const { message } = outbound
            const trouble: Trouble | undefined = within(story.channels[name], time.steady())
            const failed = (reason: string, over: { maybe?: boolean; retryAfterMs?: number; permanent?: boolean } = {}) =>
              onOutcome(outbound, { reason, retryAfterMs: null, maybe: false, permanent: false, ...over })
            if (silent) {
              await failed('did not answer to the message before')
              continue
            }
            await pause(chance.between(20, 300))
            if (dead || signal.aborted) return NEVER
            const attempt = { at: time.steady(), channel: name, id: message.id, arrived: false, life: number }
            played.attempts.push(attempt)
            const arrives = (): Arrival => {
              const arrival: Arrival = { ...attempt, arrived: true, wall: time.now(), message, answeredAt: null }
              attempt.arrived = true
              played.arrivals.push(arrival)
              return arrival
            }
            if (trouble === undefined) {
              const arrival = arrives()
              if (doom !== null) {
                die(doom)
                doom = null
                return NEVER
              }
              arrival.answeredAt = time.steady()
              await onOutcome(outbound, 'told')
            } else if (trouble.kind === 'refuses') await failed('refused the connection')
            else if (trouble.kind === 'asks for a pause') await failed('asks us to wait', { retryAfterMs: trouble.ms })
            else if (trouble.kind === 'revoked') await failed('refused the token', { permanent: true })
            else if (trouble.kind === 'mute') {
              arrives()
              await failed('broke the connection', { maybe: true })
            } else {
              if (trouble.arrives) arrives()
              await pause(ATTEMPT_MS)
              if (dead || signal.aborted) return NEVER
              silent = true
              await failed('did not answer in time', { maybe: true })
            }
          }
        }),
      )
    }

    const ping = async (kind: 'start' | 'success' | 'fail', note = ''): Promise<void> => {
      if (!dead) notes.pings.push({ at: time.steady(), kind, note, life: number })
    }
    const end = new AbortController()
    const station = openStation(
      {
        ...{ name: 'demo', policy: DEFAULT_POLICY, means: DEFAULT_MEANS, alerts: DEFAULT_ALERT_POLICY, aliases: new Map() },
        ...{
          channels: CHANNELS.map(settings),
          banners: [],
          chains: [],
          places: [],
          keepMs: 30 * 86_400_000,
          lookMs: story.lookMs,
        },
      },
      {
        clock,
        collect: async (signal) => {
          const from = time.steady()
          await pause(within(story.slow, from)?.ms ?? chance.between(50, 900))
          if (dead || signal.aborted) return NEVER
          const [eth, outage] = [ethAt(story, time.steady()), within(story.outages, time.steady())?.leg ?? null]
          played.seen.push({ from, at: time.steady(), eth, outage, life: number })
          return withOutage(freshBook(time.now(), eth), outage)
        },
        ...{ store, deliver },
        pulse: { start: () => ping('start'), success: (note) => ping('success', note), fail: (note) => ping('fail', note) },
        log: (line) => {
          if (!dead) notes.log.push({ at: time.steady(), line, life: number })
        },
        onBug: (error) => notes.bugs.push(String(error instanceof Error ? error.stack : error)),
      },
    )
    const schedule = { reports: ['0 8 * * *'], timeZone: 'UTC', lookMs: story.lookMs }
    const over = keepWatch(schedule, station, { clock, signal: end.signal, turnMs: Math.max(60_000, story.lookMs) })
    running = {
      kill: () => die('killed'),
      stop: async () => {
        end.abort()
        await time.until(time.steady() + 10_000)
        await over
        die('stopped')
      },
    }
  }

  begin()
  for (const [at, happens] of timeline(story)) {
    await time.until(Math.max(at, time.steady()))
    await happens()
  }
  await time.until(LENGTH_MS)
  return { story, ...played, ...notes, lives, passes: disk.passes, hushes: disk.hushes }

  /** What happens when, besides what the watch itself looks at. */
  function timeline({ ends, steps, sleeps, hushes }: Story): (readonly [number, () => Promise<void>])[] {
    return [
      ...ends.flatMap(({ at, kind, awayMs }) => [
        [
          at,
          async () => {
            if (kind === 'killed while sending') doom = kind
            else if (kind === 'killed') running?.kill()
            else await running?.stop()
          },
        ] as const,
        // Whoever was to die while sending, and sent nothing, dies now.
        [
          at + (kind === 'killed while sending' ? 3_600_000 : 0) + awayMs,
          async () => {
            doom = null
            if (kind === 'killed while sending') running?.kill()
            if (running === null) begin()
          },
        ] as const,
      ]),
      ...steps.map(({ at, ms }) => [at, async () => time.step(ms)] as const),
      ...sleeps.map(({ at, ms }) => [at, async () => time.step(ms)] as const),
      ...hushes.map(
        ({ at, kind, alert, ms }, i) =>
          [
            at,
            async () => {
              const now = time.now()
              disk.hushes.push({ id: `hush ${i}`, book: 'demo', kind, alert, at: now, until: now + ms, note: '' })
            },
          ] as const,
      ),
    ].sort((a, b) => a[0] - b[0])
  }
}

const LEG = { loan: 'lending', futures: 'futures' } as const

function withOutage(snapshot: Snapshot, outage: Seen['outage']): Snapshot {
  if (outage === null) return snapshot
  const lost = (kind: string): boolean => outage === 'both' || LEG[outage] === kind
  const gaps = snapshot.legs
    .filter(({ kind }) => lost(kind))
    .map(({ id }): Gap => ({ leg: id, code: 'unreachable', reason: 'It did not answer.', hint: '', retryable: true }))
  return { ...snapshot, legs: snapshot.legs.filter(({ kind }) => !lost(kind)), gaps }
}
