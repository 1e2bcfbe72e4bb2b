import { describe, expect, test } from 'vitest'
import { type Never, watchWith } from './watchWith.ts'

/**
 * Every await of a pass, made one that never settles: everything asynchronous that a station is given is reached through a seam, and a
 * seam that no case below names fails the last test.
 */

/** The first look after the fall. */
const LOOK = Date.parse('2026-11-22T08:01:00Z')
const ON_TIME = ['07:58:30 look', '07:59:30 look', '08:00:00 report', '08:01:00 look', '08:02:00 look', '08:03:00 look']
const CHANNELS = ['phone', 'mail']
const always =
  (seam: string): Never =>
  (name) =>
    name === seam

/** The pings that end a pass, by what they say. */
const endings = (pings: readonly string[]): string[] => pings.filter((ping) => !ping.endsWith(' start'))
/** When a channel was told that the futures are close, as seconds after the look that must have seen it. */
function criticalAfter({ heard }: Pick<Watched, 'heard'>, channel: string): number {
  const line = heard.find((one) => one.includes(`${channel}: CRITICAL futures 7.3 % from liquidation`))
  return line === undefined ? Number.POSITIVE_INFINITY : (Date.parse(`2026-11-22T${line.slice(0, 8)}Z`) - LOOK) / 1000
}
type Watched = Awaited<ReturnType<typeof watchWith>>

test('nothing hangs: every pass on time, and a success at its end', async () => {
  const seen = await watchWith(() => false)
  expect([seen.passes, seen.stored, seen.bugs]).toEqual([ON_TIME, 6, []])
  expect(endings(seen.pings).map((ping) => ping.split(' ')[1])).toEqual(ON_TIME.map(() => 'success'))
  expect(CHANNELS.map((name) => criticalAfter(seen, name))).toEqual([0, 0])
})

/** How often a call of the history is made in a pass before the alarm: the first waits three seconds, those behind it one. */
const HISTORY: readonly (readonly [seam: string, alarmSeconds: number, stored: number])[] = [
  ['open', 3, 0],
  ['store.lease', 1, 6],
  ['store.memory', 1, 6],
  ['store.hushes', 1, 6],
  ['store.commit', 1, 0],
]

describe.each(HISTORY)('%s never settles', (seam, alarmSeconds, stored) => {
  test('every pass on time, each ends in a fail ping, and the alarm is told', async () => {
    const seen = await watchWith(always(seam))
    expect([seen.passes, seen.stored, seen.bugs]).toEqual([ON_TIME, stored, []])
    const fails = endings(seen.pings).filter((ping) => ping.endsWith(' fail the history does not answer'))
    expect([fails.length, endings(seen.pings).length]).toEqual([6, 6])
    expect(CHANNELS.map((name) => criticalAfter(seen, name))).toEqual([alarmSeconds, alarmSeconds])
    // What is not in the history is not said to be.
    expect(seen.log.filter((line) => line.endsWith(', stored'))).toHaveLength(stored)
  })
})

// Both are asked once the pass has said how it went: the next one says so.
test.each([
  // Asked once a day.
  ['store.retire', ['success', 'fail', 'success', 'success', 'success', 'success']],
  // Only a report asks for the one before it.
  ['store.lastPass', ['success', 'success', 'fail', 'success', 'success', 'success']],
  ['store.lease.release', ['success', 'fail', 'fail', 'fail', 'fail', 'fail']],
])('%s never settles: every pass on time, and the next one fails', async (seam, kinds) => {
  const seen = await watchWith(always(seam))
  expect([seen.passes, seen.stored, seen.bugs]).toEqual([ON_TIME, 6, []])
  expect(endings(seen.pings).map((ping) => ping.split(' ')[1])).toEqual(kinds)
  expect(CHANNELS.map((name) => criticalAfter(seen, name))).toEqual([0, 0])
})

test('deliver to one channel never settles: the other is told at once, the pass is stored, and it ends in a fail ping', async () => {
  const seen = await watchWith(always('deliver'))
  expect([seen.passes, seen.stored, seen.bugs]).toEqual([ON_TIME, 6, []])
  expect(CHANNELS.map((name) => criticalAfter(seen, name))).toEqual([Number.POSITIVE_INFINITY, 0])
  expect(endings(seen.pings)).toEqual([
    '07:58:30 success warning',
    // Told for the first time, so tried for the first time, at the second bad look; given up after 25 seconds.
    ...['07:59:55', '08:00:12', '08:01:25'].map((time) => `${time} fail no end of an attempt: phone`),
    // From then on it is tried between the passes. The other channel takes everything: whoever must hear of it does.
    ...['08:02:00', '08:03:00'].map((time) => `${time} success critical`),
  ])
  expect(seen.turns.filter((turn) => turn.endsWith('tell')).length).toBeGreaterThan(2)
})

test('the start ping never settles: the pass does not wait for it, and succeeds', async () => {
  const seen = await watchWith(always('pulse.start'))
  expect([seen.passes, seen.stored, seen.bugs]).toEqual([ON_TIME, 6, []])
  // A start that arrived after its success would read as a pass that never ended: it gets the time of its own two attempts.
  expect(endings(seen.pings)[0]).toBe('07:58:41 success warning')
  expect(CHANNELS.map((name) => criticalAfter(seen, name))).toEqual([0, 0])
})

test('the success ping never settles: it is tried in each pass, and every pass is on time', async () => {
  const seen = await watchWith(always('pulse.success'))
  expect([seen.passes, seen.stored, seen.bugs]).toEqual([ON_TIME, 6, []])
  expect(endings(seen.pings)).toHaveLength(6)
  expect(CHANNELS.map((name) => criticalAfter(seen, name))).toEqual([0, 0])
})

test('the reading never settles once: a fail ping and an alert at the end of its time, and the next pass at once', async () => {
  const seen = await watchWith((seam, count) => seam === 'collect' && count === 1)
  // The report was due while it hung.
  expect(seen.passes.slice(0, 4)).toEqual(['07:58:30 look', '07:59:30 look', '08:00:30 report', '08:01:30 look'])
  expect(endings(seen.pings).slice(0, 3)).toEqual([
    '07:58:30 success warning',
    '08:00:30 fail a look did not end in its time',
    '08:00:30 success critical',
  ])
  expect(seen.heard).toContain('08:00:30 phone: WARNING a look did not end in its time and was cut off')
  expect(seen.heard).toContain('08:00:30 phone: CRITICAL futures 7.3 % from liquidation')
  expect([seen.stored, seen.bugs]).toEqual([seen.passes.length - 1, []])
})

test('the reading never settles again and again: the channels hear of it though no pass gets so far, and nothing says that all is well', async () => {
  const seen = await watchWith(always('collect'))
  expect(seen.passes).toEqual(['07:58:30 look', '07:59:30 look', '08:00:30 report', '08:01:30 report', '08:02:30 report'])
  expect(endings(seen.pings).map((ping) => ping.slice(0, 13))).toEqual([
    ...['07:59:30 fail', '08:00:30 fail', '08:01:30 fail', '08:02:30 fail'],
  ])
  expect(seen.heard).toEqual(CHANNELS.map((name) => `07:59:30 ${name}: WARNING a look did not end in its time and was cut off`))
})

test('the fail ping never settles: the next pass comes four seconds late at most, and the alarm is told', async () => {
  const seen = await watchWith((seam, count) => seam === 'pulse.fail' || (seam === 'collect' && count === 1))
  expect(endings(seen.pings)).toContain('08:00:30 fail a look did not end in its time')
  expect(seen.passes[2]).toBe('08:00:34 report')
  expect(seen.heard).toContain('08:00:34 phone: CRITICAL futures 7.3 % from liquidation')
})

test('the renewal of a lease never settles, in a reading that takes long: the next pass on time, and the alarm is told', async () => {
  const seen = await watchWith((seam, count) => seam === 'store.lease.renew' || (seam === 'collect' && count === 1))
  expect(seen.passes.slice(0, 4)).toEqual(['07:58:30 look', '07:59:30 look', '08:00:30 report', '08:01:30 look'])
  expect(seen.heard).toContain('08:00:30 phone: CRITICAL futures 7.3 % from liquidation')
  expect(seen.bugs).toEqual([])
})

test('no await of a station is without its case', async () => {
  // With one turn that is cut off, so that every ping is sent.
  const { seams } = await watchWith((seam, count) => seam === 'collect' && count === 1)
  const cases = [...HISTORY.map(([seam]) => seam), 'store.retire', 'store.lastPass', 'store.lease.release', 'store.lease.renew']
  expect(seams.sort()).toEqual([...cases, 'deliver', 'collect', 'pulse.start', 'pulse.success', 'pulse.fail'].sort())
})
