import { lookAt } from '../alerts/conditions.ts'
import { type Due, due, nextDue } from '../alerts/due.ts'
import type { Memory } from '../alerts/memory.ts'
import { observe } from '../alerts/observe.ts'
import { post } from '../alerts/post.ts'
import type { Condition } from '../alerts/rule.ts'
import { deafChannels } from '../alerts/standing.ts'
import type { Clock } from '../clock.ts'
import type { PassRecord } from '../history/store.ts'
import { moveWords } from '../report/words.ts'
import { assess } from '../risk/assess.ts'
import { type Changes, changesBetween } from '../risk/changes.ts'
import type { Findings } from '../risk/findings.ts'
import type { Snapshot } from '../risk/leg.ts'
import { outlookOf } from '../risk/outlook.ts'
import type { RiskView } from '../risk/view.ts'
import { atMost } from './atMost.ts'
import { openKeeper } from './keeper.ts'
import type { Station, Turn } from './keepWatch.ts'
import { passRecord } from './passRecord.ts'
import type { PatientStore } from './patientStore.ts'
import type { Pulse } from './pulse.ts'
import { storedSnapshot } from './storedSnapshot.ts'
import { type Deliver, type Done, openTeller } from './teller.ts'
import type { Watched } from './watched.ts'
import { type Report, reportId } from './wording.ts'

/** What a station may use of the world. */
export type StationTools = {
  readonly clock: Clock
  /** Reads all legs. Its own deadline ends it; a fault of a venue is a gap in it. */
  readonly collect: (signal: AbortSignal) => Promise<Snapshot>
  readonly store: PatientStore
  readonly deliver: Deliver
  readonly pulse: Pulse
  /** One line for the log. */
  readonly log: (line: string) => void
  readonly onBug: (error: unknown) => void
}

/** How the last turn went, for commands that make one turn alone. */
export type TurnOutcome = {
  /** Left: another process watches the book, so that nothing was read. Failed: a bug of ours. */
  readonly how: 'made' | 'left' | 'failed'
  readonly view: RiskView | null
  /** Of a report, and what changed since the one before it; undefined: there was none, or it cannot be read. */
  readonly findings: Findings | null
  readonly changes: Changes | undefined
  /** One sentence where the pass could not be stored; null: it is. */
  readonly notStored: string | null
  /** Messages that wait for a channel which did not take what was sent last. */
  readonly untold: number
}

const NOTHING_DONE: Omit<TurnOutcome, 'how'> = { view: null, findings: null, changes: undefined, notStored: null, untold: 0 }

/** Nobody who must hear something has heard anything for so long: the dead-man's switch may not say that all is well. */
const UNHEARD_MS = 600_000

/** How long a turn is held up by whoever listens to its pings: one and its repeat. */
const PING_MS = 11_000

/**
 * Makes the station of a book: reads, decides what must be told, tells it, and remembers. What fails in one part is said by the others.
 *
 * @see RELIABILITY rules 2, 4
 */
export function openStation(book: Watched, tools: StationTools): Station & { readonly last: () => TurnOutcome } {
  const { clock, store, pulse, log } = tools
  const names = book.channels.map(({ name }) => name)
  const keeper = openKeeper(book.name, { store, clock, policy: book.alerts, channels: names, places: book.places })
  const teller = openTeller(book, { ...tools, keeper })
  /** What is wrong with hullmark itself, told as an alert of the next pass. */
  let faults: readonly string[] = []
  let view: RiskView | null = null
  let report: Report | null = null
  let retiredOn = ''
  let last: TurnOutcome = { ...NOTHING_DONE, how: 'failed' }
  let begun = 0
  let unanswered = 0

  return {
    last: () => last,
    lastReportAt: () => keeper.now().lastReportAt,
    tellsIn: (now) => {
      const next = nextDue(keeper.now().memory, { now, policy: book.alerts, hushes: keeper.hushes(), channels: names })
      return next === null ? null : next - now
    },
    turn: async (turn, signal) => {
      const mine = ++begun
      const lease = await keeper.lease(signal)
      try {
        if (signal.aborted) return 'done'
        if (lease === 'held') {
          last = { ...NOTHING_DONE, how: 'left' }
          log(`${turn}: left to another process, which watches ${book.name}`)
          return 'left'
        }
        await (turn === 'tell' ? tellOnly(signal) : pass(turn, signal))
      } catch (error) {
        tools.onBug(error)
        last = { ...NOTHING_DONE, how: 'failed' }
        faults = ['a turn failed for a reason that nobody expected: a bug of ours']
        await ping(pulse.fail('a turn failed: a bug of ours'))
      } finally {
        // A turn that was cut off and ends later may not give away what the one after it holds.
        if (lease !== null && lease !== 'held' && mine === begun) await lease.release()
      }
      return 'done'
    },
    cut: async (turn, signal) => {
      const what = `a ${turn} did not end in its time and was cut off`
      log(`${turn}: did not end in its time, and was cut off`)
      const failed = ping(pulse.fail(`a ${turn} did not end in its time`))
      faults = [what]
      // Where every turn is cut off no pass gets to tell it: it is told from here, and with it all that waits.
      const { memory } = keeper.now()
      const around = { now: clock.now(), policy: book.alerts, hushes: keeper.hushes() }
      keeper.change({ memory: observe(memory, { conditions: [ownFault(what)], unseen: () => true }, around) })
      await tellAndStore(null, signal)
      await failed
    },
  }

  /** Waits for a ping, but not for long: nothing depends on it here. */
  async function ping(sent: Promise<void>): Promise<void> {
    await atMost(clock, PING_MS, sent)
  }

  async function tellAndStore(pass: PassRecord | null, signal: AbortSignal): Promise<Done> {
    const done = await teller.tellAndStore(pass, { view, report }, signal)
    faults = [...faults, ...done.lost]
    return done
  }

  async function tellOnly(signal: AbortSignal): Promise<void> {
    // Another process may have told it meanwhile.
    await keeper.recall()
    if (signal.aborted) return
    const { untold } = await tellAndStore(null, signal)
    if (!signal.aborted) last = { ...last, untold }
  }

  async function pass(turn: Exclude<Turn, 'tell'>, signal: AbortSignal): Promise<void> {
    const startedAt = clock.now()
    const started = pulse.start()
    const promised = keeper.now().lastReportAt
    const [snapshot, unrecalled] = await Promise.all([tools.collect(signal), keeper.recall()])
    if (signal.aborted) return
    const now = clock.now()
    view = assess(snapshot, book.policy, tools.onBug)
    const { memory: known } = keeper.now()
    const found = lookAt({ snapshot, view, chains: book.chains }, known.stands, { ...book.alerts, grades: book.policy })
    const own = [...faults, ...(unrecalled === null ? [] : [historyFault(unrecalled)])].map(ownFault)
    faults = []
    const conditions = [...found.conditions, ...own]
    const hushes = keeper.hushes()
    const { lastReportAt } = keeper.now()
    keeper.change({
      memory: observe(known, { ...found, conditions }, { now, policy: book.alerts, hushes }),
      // A process that is killed before its first report must leave behind that one had fallen due.
      ...(turn === 'report' && keeper.recalled() ? { lastReportAt: lastReportAt ?? startedAt - book.lookMs } : {}),
    })
    // Another process may have made it while this one waited for the book.
    const reports = turn === 'report' && !(promised !== null && lastReportAt !== null && lastReportAt > promised)
    // What a report needs besides takes its time, and may fail: no alarm waits for it.
    const before = reports && due(keeper.now().memory, aroundNow()).length > 0 ? await tellAndStore(null, signal) : null
    const made = reports ? await findingsOf(snapshot, view) : null
    if (signal.aborted) return
    const { findings, changes } = made ?? { findings: null, changes: undefined }
    if (findings !== null) report = { id: reportId(view.at), findings, changes }
    const { memory } = keeper.now()
    keeper.change({
      memory: teller.withTests(findings === null ? memory : withReport(memory, now), now),
      // From the first pass on a report that falls due while no process runs is one that was missed. What cannot be made is not tried for ever.
      lastReportAt: reports ? now : (lastReportAt ?? (keeper.recalled() ? now : null)),
    })
    const record = passRecord({ snapshot, view, findings }, { kind: findings === null ? 'look' : 'report', startedAt })
    const { untold, notStored, ...told } = await tellAndStore(record, signal)
    if (signal.aborted) return
    const endless = [...(before?.endless ?? []), ...told.endless]
    if (notStored !== null) faults = [...faults, historyFault(notStored)]
    last = { how: 'made', view, findings, changes, notStored, untold }
    log(lineOf(turn, last, clock.now() - startedAt))
    await ping(started)
    await ping(beat(view, { notStored, endless }))
    if (notStored === null) await retire(now)
  }

  function aroundNow(): Due {
    return { now: clock.now(), policy: book.alerts, hushes: keeper.hushes(), channels: names }
  }

  /** What a report says beyond a look; null: it cannot be made, which is a bug of ours and is told. */
  async function findingsOf(snapshot: Snapshot, of: RiskView): Promise<Omit<Report, 'id'> | null> {
    try {
      const outlook = outlookOf(snapshot, of, { ...book, nextReport: book.nextReportAfter?.(of.at), onBug: tools.onBug })
      return { findings: { view: of, outlook }, changes: await sinceLastReport(snapshot) }
    } catch (error) {
      tools.onBug(error)
      faults = [...faults, 'a report could not be made, for a reason that nobody expected: a bug of ours']
      return null
    }
  }

  function withReport(memory: Memory, now: number): Memory {
    const channels = book.channels.filter(({ reports }) => reports).map(({ name }) => name)
    return report === null ? memory : post(memory, { kind: 'report', id: report.id, channels, at: now })
  }

  async function sinceLastReport(now: Snapshot): Promise<Changes | undefined> {
    const found = await store.ask((open) => open.lastPass(book.name, 'report'))
    if (!found.ok || found.value === null) return undefined
    const before = storedSnapshot(found.value)
    return before === null || before.at > now.at
      ? undefined
      : changesBetween(before, now, { policy: book.policy, onBug: tools.onBug })
  }

  /** All is well only when all was read, and whoever must hear of it can be reached. */
  async function beat({ verdict, gaps }: RiskView, { notStored, endless }: Pick<Done, 'notStored' | 'endless'>): Promise<void> {
    const silent = store.unanswered() > unanswered
    unanswered = store.unanswered()
    const deaf = deafChannels(keeper.now().memory, aroundNow(), UNHEARD_MS)
    if (names.length > 0 && deaf.length === names.length) return pulse.fail('no channel takes any message')
    const unread = gaps.map(({ leg }) => leg)
    if (!verdict.complete) return pulse.fail(`incomplete: ${unread.length === 0 ? 'a figure is disputed' : unread.join(', ')}`)
    if (endless.length > 0) return pulse.fail(`no end of an attempt: ${endless.join(', ')}`)
    if (silent) return pulse.fail('the history does not answer')
    return pulse.success(notStored === null ? verdict.grade : `${verdict.grade}, not stored`)
  }

  /** Once a day. */
  async function retire(now: number): Promise<void> {
    const day = new Date(now).toISOString().slice(0, 10)
    if (day === retiredOn) return
    retiredOn = day
    await store.ask((open) => open.retire(book.name, { now, keepMs: book.keepMs }))
  }
}

/** Without the path of the file, which names its owner, and goes to every channel. */
function historyFault(fault: string): string {
  return `the history: not stored or not read. ${fault.replace(/(^|\s)\/\S+/g, '$1the file')}`
}

function ownFault(what: string): Condition {
  return { rule: 'watch', subject: 'hullmark', level: 'warning', what, figure: null, kind: 'state', certain: true }
}

function lineOf(turn: Turn, { view, notStored, untold }: TurnOutcome, ms: number): string {
  const room = view?.verdict.room ?? view?.verdict.atMost ?? null
  return [
    `${turn}: ${view?.verdict.grade}`,
    ...(room === null ? [] : [`${view?.verdict.complete ? '' : 'at most '}${moveWords(room)}`]),
    `${(ms / 1000).toFixed(1)} s`,
    notStored === null ? 'stored' : `not stored (${notStored})`,
    ...(untold === 0 ? [] : [`${untold} not told`]),
  ].join(', ')
}
