import { describe, expect, test } from 'vitest'
import { cronProblem, DEFAULT_SCHEDULE, isTimeZone, nextReport, type Schedule } from '../src/schedule.ts'

const at = (text: string): number => Date.parse(text)
const told = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
const inBerlin = (...reports: string[]): Schedule => ({ ...DEFAULT_SCHEDULE, reports, timeZone: 'Europe/Berlin' })

/** The next few reports, one after the other. */
function series(schedule: Schedule, from: string, count: number): (string | null)[] {
  let last = at(from)
  return Array.from({ length: count }, () => {
    last = nextReport(schedule, last) as number
    return told(last)
  })
}

describe('nextReport', () => {
  test('each morning at eight where the user lives', () => {
    // Berlin is UTC+1 in winter.
    expect(series(inBerlin('0 8 * * *'), '2026-11-22T06:59:59Z', 2)).toEqual([
      '2026-11-22T07:00:00.000Z',
      '2026-11-23T07:00:00.000Z',
    ])
  })

  test('strictly after the moment: a report that was just made is not due again', () => {
    expect(told(nextReport(inBerlin('0 8 * * *'), at('2026-11-22T07:00:00Z')))).toBe('2026-11-23T07:00:00.000Z')
  })

  test('any of several times', () => {
    const schedule = inBerlin('0 20 * * *', '0 8 * * *')
    expect(series(schedule, '2026-11-22T00:00:00Z', 3)).toEqual([
      '2026-11-22T07:00:00.000Z',
      '2026-11-22T19:00:00.000Z',
      '2026-11-23T07:00:00.000Z',
    ])
  })

  test('an hour that the change to summer time leaves out comes at the change, once', () => {
    // On 29 March 2026 it is 03:00 after 01:59 in Berlin: 02:30 is not on the clock; UTC+2 from 01:00 UTC on.
    expect(series(inBerlin('30 2 * * *'), '2026-03-27T12:00:00Z', 3)).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ])
  })

  test('an hour that comes twice in autumn is told once', () => {
    // On 25 October 2026 02:30 is at 00:30 UTC and again at 01:30 UTC.
    expect(series(inBerlin('30 2 * * *'), '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ])
  })
})

describe('what can be written', () => {
  test.each(['0 8 * * *', '*/15 * * * *', '0 8 * * 1-5', '@daily', '0 0 L * *'])('%s', (text) => {
    expect(cronProblem(text)).toBeNull()
  })

  test.each(['', 'x', '61 * * * *', '* * * * * *', '0 8 * *', '0 8 * * * ; rm', '0 0 * * * 2027'])('not %j', (text) => {
    expect(cronProblem(text)).toContain('is no cron text')
  })

  test('not a day that never comes', () => {
    expect(cronProblem('0 0 31 2 *')).toBe('names a day that never comes')
  })

  test('a time zone by its IANA name', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true)
    expect(isTimeZone('UTC')).toBe(true)
    expect(isTimeZone('Mars/Olympus')).toBe(false)
  })
})
