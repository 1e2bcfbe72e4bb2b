import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY, GRADES, gradeOfDeath, gradeOfHealth, worse } from '../../src/risk/grade.ts'

describe('the worse of two', () => {
  test('by their order, whichever comes first', () => {
    for (const [i, a] of GRADES.entries()) for (const [k, b] of GRADES.entries()) expect(worse(a, b)).toBe(GRADES[Math.min(i, k)])
  })
})

describe('the grade of a death', () => {
  // A fall of x is met by a rise of x / (1 - x): 35 % by 1 / 0.65, 20 % by 1.25, 10 % by 1 / 0.9.
  test.each([
    ['1', 'critical'],
    ['0.9000001', 'critical'],
    ['0.9', 'warning'],
    ['0.8000001', 'warning'],
    ['0.8', 'notice'],
    ['0.6500001', 'notice'],
    ['0.65', 'ok'],
    ['0.01', 'ok'],
    ['0', 'ok'],
    ['1.1111111', 'critical'],
    ['1.1111112', 'warning'],
    ['1.2499999', 'warning'],
    ['1.25', 'notice'],
    ['1.5384615', 'notice'],
    ['1.5384616', 'ok'],
    ['20', 'ok'],
  ])('at %s: %s', (at, grade) => {
    expect(gradeOfDeath(dec(at), DEFAULT_POLICY.room)).toBe(grade)
  })

  test('pegs have limits of their own: 10, 5 and 2 %', () => {
    const at = (s: string) => gradeOfDeath(dec(s), DEFAULT_POLICY.peg)
    expect(['0.981', '0.98', '0.951', '0.95', '0.901', '0.9'].map(at)).toEqual([
      ...['critical', 'warning', 'warning', 'notice', 'notice', 'ok'],
    ])
  })
})

describe('the grade of a health', () => {
  test.each([
    [null, 'no-risk'],
    ['0.999999999999999999', 'liquidatable'],
    // Exactly 1 is distance 0: whether that is liquidated is for the venue's own rule to say.
    ['1', 'warning'],
    ['1.049999', 'warning'],
    ['1.05', 'no-trigger'],
  ])('%s: %s', (health, grade) => {
    expect(gradeOfHealth(health === null ? null : dec(health), DEFAULT_POLICY)).toBe(grade)
  })
})
