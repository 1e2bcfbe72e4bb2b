import { describe, expect, test } from 'vitest'
import { dayOf, rolledUp } from '../../src/history/rollUp.ts'
import type { HistoryLine } from '../../src/history/store.ts'

const aLine = (other: Partial<HistoryLine>): HistoryLine => ({
  from: 0,
  to: 0,
  passes: 1,
  grade: 'ok',
  complete: true,
  room: null,
  atMost: null,
  health: null,
  marginRatio: null,
  ...other,
})

/** Both ways round: the order of two lines never matters. */
function both(a: Partial<HistoryLine>, b: Partial<HistoryLine>): HistoryLine {
  const [one, other] = [rolledUp(aLine(a), aLine(b)), rolledUp(aLine(b), aLine(a))]
  expect(one).toEqual(other)
  return one
}

describe('rolledUp', () => {
  test.each([
    // 1/(1 - 0.2) = 1.25: a fall of 20 % and a rise of 25 % are equally far.
    ['-0.2', '0.2499', '0.2499'],
    ['-0.2', '0.2501', '-0.2'],
    ['-0.1', '-0.10000000000000000000000000000001', '-0.1'],
    ['0', '-0.01', '0'],
    // A fall to nothing is the farthest there is.
    ['-1', '9', '9'],
    [null, '-0.9', '-0.9'],
  ])('of %s and %s the least room is %s', (a, b, least) => {
    expect(both({ room: a }, { room: b }).room).toBe(least)
    expect(both({ atMost: a }, { atMost: b }).atMost).toBe(least)
  })

  test('figures beyond a float keep all their digits', () => {
    const line = both(
      { health: '9007199254740993', marginRatio: '0.30000000000000000001' },
      { health: '9007199254740992', marginRatio: '0.3' },
    )
    expect(line).toMatchObject({ health: '9007199254740992', marginRatio: '0.30000000000000000001' })
  })

  test('the worst grade, and one that is not known is never taken for a good one', () => {
    expect(both({ grade: 'critical' }, { grade: 'unknown' }).grade).toBe('critical')
    expect(both({ grade: 'unknown' }, { grade: 'notice' }).grade).toBe('unknown')
    expect(both({ grade: 'sunny' }, { grade: 'liquidatable' }).grade).toBe('sunny')
  })

  test('complete only if both are, and with figures that can be read', () => {
    expect(both({}, {}).complete).toBe(true)
    expect(both({ complete: false }, {}).complete).toBe(false)
    expect(both({ health: 'NaN' }, { health: '1.5' })).toMatchObject({ complete: false, health: '1.5' })
  })

  test('passes add up, and the times reach from the first to the last', () => {
    expect(both({ from: 5, to: 9, passes: 3 }, { from: 2, to: 7, passes: 4 })).toMatchObject({ from: 2, to: 9, passes: 7 })
  })
})

test('a day begins at midnight UTC', () => {
  expect(dayOf(Date.UTC(2026, 10, 22, 23, 59, 59, 999))).toBe(Date.UTC(2026, 10, 22))
  expect(dayOf(Date.UTC(2026, 10, 23))).toBe(Date.UTC(2026, 10, 23))
})
