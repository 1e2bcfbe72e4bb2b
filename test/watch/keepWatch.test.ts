import { describe, expect, test } from 'vitest'
import { DEFAULT_SCHEDULE } from '../../src/schedule.ts'
import { keepWatch, type Station, type Turn } from '../../src/watch/keepWatch.ts'
import { simulatedClock } from '../support/simulatedClock.ts'

const START = Date.parse('2026-11-22T07:58:30Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A watch on a simulated clock whose station only writes down what it was asked to do. */
function watched({
  hangs,
  left,
  last = null,
  due = false,
}: {
  hangs?: (turn: Turn, count: number) => boolean
  /** Turns that another process has. */
  left?: (turn: Turn, count: number) => boolean
  last?: number | null
  due?: boolean
} = {}) {
  const clock = simulatedClock(START)
  const end = new AbortController()
  const seen: string[] = []
  let lastReportAt = last
  let waiting: number | null = null
  let count = 0
  const at = (): string => new Date(clock.now()).toISOString().slice(8, 19)
  const station: Station = {
    lastReportAt: () => lastReportAt,
    tellsIn: (now) => (due ? 0 : waiting === null ? null : waiting - now),
    turn: async (turn) => {
      seen.push(`${at()} ${turn}`)
      if (turn === 'tell') waiting = null
      const nth = count++
      if (hangs?.(turn, nth)) return new Promise(() => undefined)
      if (left?.(turn, nth)) return 'left'
      if (turn === 'report') lastReportAt = clock.now()
      return 'done'
    },
    cut: async (turn) => {
      seen.push(`${at()} cut ${turn}`)
    },
  }
  const over = keepWatch({ ...DEFAULT_SCHEDULE, lookMs: MINUTE }, station, { clock, signal: end.signal, turnMs: MINUTE })
  return { clock, end, seen, over, wait: (ms: number) => (waiting = clock.now() + ms) }
}

describe('keepWatch', () => {
  test('a look each minute from start to start, and the report at eight in place of one', async () => {
    const { clock, end, seen, over } = watched()
    await clock.pass(3 * MINUTE)
    end.abort()
    await over
    // The report is a look as well: the next one comes a minute after it.
    expect(seen).toEqual(['22T07:58:30 look', '22T07:59:30 look', '22T08:00:00 report', '22T08:01:00 look'])
  })

  test('reports missed while the machine slept are made up for by one', async () => {
    const { clock, end, seen, over } = watched({ last: START - 23 * HOUR })
    await clock.pass(20_000)
    // Two and a half days: 22, 23 and 24 November at eight are missed.
    clock.suspend(60 * HOUR)
    await clock.pass(MINUTE)
    end.abort()
    await over
    const reports = seen.filter((line) => line.endsWith('report'))
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatch(/^24T19:58:/)
  })

  test('a clock set back by an hour neither stops the looks nor makes a report twice', async () => {
    const { clock, end, seen, over } = watched()
    await clock.pass(2 * MINUTE)
    clock.step(-HOUR)
    await clock.pass(2 * MINUTE)
    end.abort()
    await over
    expect(seen).toEqual([
      ...['22T07:58:30 look', '22T07:59:30 look', '22T08:00:00 report'],
      // 08:01:00 and 08:02:00 by steady time.
      ...['22T07:01:00 look', '22T07:02:00 look'],
    ])
  })

  test('a clock that was years ahead does not keep the reports away until then', async () => {
    const { clock, end, seen, over } = watched({ last: START + 9000 * HOUR })
    await clock.pass(2 * MINUTE)
    end.abort()
    await over
    expect(seen).toContain('22T08:00:00 report')
  })

  test('a turn that never ends is cut off, and the next one starts on time', async () => {
    const { clock, end, seen, over } = watched({ hangs: (_turn, count) => count === 0 })
    await clock.pass(MINUTE + 10_000)
    end.abort()
    await over
    expect(seen).toEqual(['22T07:58:30 look', '22T07:59:30 cut look', '22T07:59:30 look'])
  })

  test('what waits to be told is told at its time, between two looks', async () => {
    const { clock, end, seen, over, wait } = watched()
    await clock.pass(1_000)
    wait(5_000)
    await clock.pass(20_000)
    end.abort()
    await over
    expect(seen).toEqual(['22T07:58:30 look', '22T07:58:36 tell'])
  })

  test('what becomes due within twelve seconds before a look is told by the look, which comes on time', async () => {
    const { clock, end, seen, over, wait } = watched()
    await clock.pass(1_000)
    // 07:59:20; the next look is at 07:59:30.
    wait(49_000)
    await clock.pass(59_500)
    end.abort()
    await over
    // This station tells nothing at a look, so that it is still due after it.
    expect(seen).toEqual(['22T07:58:30 look', '22T07:59:30 look', '22T07:59:30 tell'])
  })

  test('what is due and cannot be told is tried once a second, not without a pause', async () => {
    const { clock, end, seen, over } = watched({ due: true })
    await clock.pass(3_500)
    end.abort()
    await over
    expect(seen).toEqual(['22T07:58:30 look', '22T07:58:30 tell', '22T07:58:31 tell', '22T07:58:32 tell', '22T07:58:33 tell'])
  })

  test('a look that is left to a process that was killed comes again in seconds, not a cadence later', async () => {
    const { clock, end, seen, over } = watched({ left: (_turn, count) => count < 3 })
    await clock.pass(MINUTE)
    end.abort()
    await over
    expect(seen.map((one) => one.slice(3))).toEqual(['07:58:30 look', '07:58:35 look', '07:58:40 look', '07:58:45 look'])
  })

  test('a report that another process makes is asked for each five seconds at most', async () => {
    const { clock, end, seen, over } = watched({ left: (turn) => turn === 'report' })
    await clock.pass(3 * MINUTE)
    end.abort()
    await over
    const reports = seen.filter((one) => one.endsWith('report'))
    expect(reports.length).toBeGreaterThan(1)
    // From 08:00:00 to 08:01:30.
    expect(reports.length).toBeLessThan(20)
  })

  test('it ends at once where nothing runs, and after four seconds where something hangs', async () => {
    const idle = watched()
    await idle.clock.pass(1_000)
    idle.end.abort()
    await idle.over
    const hung = watched({ hangs: () => true })
    await hung.clock.pass(1_000)
    hung.end.abort()
    await hung.clock.pass(3_900)
    let ended = false
    void hung.over.then(() => {
      ended = true
    })
    await hung.clock.pass(0)
    expect(ended).toBe(false)
    await hung.clock.pass(200)
    expect(ended).toBe(true)
  })
})
