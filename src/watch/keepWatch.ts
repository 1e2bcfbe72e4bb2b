import type { Clock } from '../clock.ts'
import { nextReport, type Schedule } from '../schedule.ts'
import { atMost } from './atMost.ts'

/** What is done at a turn of the watch: a report at its time, a look at the legs, or only what waits to be told. */
export type Turn = 'report' | 'look' | 'tell'

/** What the watch does at its turns. No method throws. */
export type Station = {
  /** When the last report was made, milliseconds since 1970; null: none yet, so that none was missed. */
  readonly lastReportAt: () => number | null
  /** Milliseconds until something that waits to be told is due; null: nothing waits. */
  readonly tellsIn: (now: number) => number | null
  /** One turn. Once the signal has ended, it may change nothing any more. @returns `left`: another process has the book, nothing was done. */
  readonly turn: (turn: Turn, signal: AbortSignal) => Promise<'left' | 'done'>
  /** A turn did not end in its time, and was cut off: says so. Once the signal has ended, it may change nothing any more. */
  readonly cut: (turn: Turn, signal: AbortSignal) => Promise<void>
}

/** What the watch needs besides its station. */
export type WatchTools = {
  readonly clock: Clock
  /** Ends the watch. */
  readonly signal: AbortSignal
  /** The longest that one turn may take, milliseconds; what does not end by then is cut off. */
  readonly turnMs: number
}

/** A machine that was asleep, or whose clock was set, is noticed after so long at most. */
const NOTICE_MS = 5_000

/** A clock that stands further ahead of the last report than this was set back: the report's own time means nothing then. */
const SET_BACK_MS = 86_400_000

/** The least time between two turns that only tell: one that could tell nothing may not be begun anew for ever. */
const TELL_MS = 1_000

/** A turn that was left to another process, or that left its report due, is begun again after so long. */
const AGAIN_MS = 5_000

/** A channel may hang for so long: what is due so near a pass is told by that pass, which may not be kept from its time. */
const LONGEST_TELL_MS = 12_000

/** How long what still runs may take to end when the watch does. */
const LAST_MS = 4_000

/**
 * Watches until its signal ends: a look each `lookMs` from start to start, by a clock that never steps; a report when one is due by
 * the time of day, and one for all that were missed. Turns never overlap, and none keeps the next from its time.
 */
export async function keepWatch(schedule: Schedule, station: Station, { clock, signal, turnMs }: WatchTools): Promise<void> {
  let nextLook = clock.steady()
  let nextTell = clock.steady()
  let nextReporting = clock.steady()
  /** Cron texts take long to reckon with. */
  let reckoned: { readonly after: number; readonly due: number | null } | null = null
  // Nothing was promised before the watch began.
  let began = clock.now()
  while (!signal.aborted) {
    const waits = waiting()
    const turn = dueOf(waits)
    if (turn === null) {
      await clock.sleep(Math.max(0, Math.min(...Object.values(waits))), signal)
      continue
    }
    const begins = clock.steady()
    if (turn === 'tell') nextTell = begins + TELL_MS
    else nextLook = begins + schedule.lookMs
    if (turn === 'report') nextReporting = begins + AGAIN_MS
    const left = (await within(turn)) === 'left'
    // A process that was killed holds the book for a while, and this one is not to be blind for a whole cadence because of it.
    if (left && turn !== 'tell') nextLook = Math.min(nextLook, clock.steady() + AGAIN_MS)
  }

  /** Milliseconds until each turn is due, and until somebody looks at the clock again. */
  function waiting(): Readonly<Record<Turn | 'notice', number>> {
    return {
      report: reportIn() ?? Number.POSITIVE_INFINITY,
      look: nextLook - clock.steady(),
      tell: tellIn() ?? Number.POSITIVE_INFINITY,
      notice: NOTICE_MS,
    }
  }

  function dueOf({ report, look, tell }: ReturnType<typeof waiting>): Turn | null {
    if (report <= 0) return 'report'
    if (look <= 0) return 'look'
    return tell <= 0 ? 'tell' : null
  }

  function tellIn(): number | null {
    const waits = station.tellsIn(clock.now())
    if (waits === null) return null
    const opens = Math.max(0, waits, nextTell - clock.steady())
    const pass = Math.min(nextLook - clock.steady(), reportIn() ?? Number.POSITIVE_INFINITY)
    return opens > pass - Math.min(LONGEST_TELL_MS, schedule.lookMs / 4) ? null : opens
  }

  function reportIn(): number | null {
    const now = clock.now()
    if (began - now > SET_BACK_MS) began = now
    const last = station.lastReportAt() ?? began
    const after = last - now > SET_BACK_MS ? began : last
    if (after !== reckoned?.after) reckoned = { after, due: nextReport(schedule, after) }
    return reckoned.due === null ? null : Math.max(reckoned.due - now, nextReporting - clock.steady())
  }

  async function within(turn: Turn): Promise<'left' | 'done'> {
    const own = new AbortController()
    const end = (): void => own.abort()
    signal.addEventListener('abort', end, { once: true })
    const over = new AbortController()
    const turned = Promise.race([station.turn(turn, own.signal), stopped(own.signal, over.signal)])
    const ended = await atMost(clock, turnMs, turned)
    const late = ended === null
    over.abort()
    signal.removeEventListener('abort', end)
    // Whatever of it still runs may change nothing any more.
    own.abort()
    if (late && !signal.aborted) await saidSo(turn)
    return ended?.value ?? 'done'
  }

  async function saidSo(turn: Turn): Promise<void> {
    const own = new AbortController()
    const end = (): void => own.abort()
    signal.addEventListener('abort', end, { once: true })
    await Promise.race([station.cut(turn, own.signal), clock.sleep(LAST_MS, own.signal)])
    signal.removeEventListener('abort', end)
    own.abort()
  }

  /** The end of the watch, after the time in which a turn may still bring home what it has. */
  async function stopped(turn: AbortSignal, over: AbortSignal): Promise<'done'> {
    await new Promise<void>((resolve) => {
      if (turn.aborted) resolve()
      else turn.addEventListener('abort', () => resolve(), { once: true })
    })
    await clock.sleep(LAST_MS, over)
    return 'done'
  }
}
