import { describe, expect, test } from 'vitest'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import { type Direction, firstDeath, type SlackLine, type WholePiece, wholeDeath } from '../../src/risk/slackLine.ts'

/** To 50 digits: the last of 60 are rounded. */
const death = (line: SlackLine, direction: Direction, from?: Decimal): string | null =>
  firstDeath(line, direction, from)?.toSignificantDigits(50).toFixed() ?? null

/** `slope s + base`, without an edge. */
const straight = (slope: string, base: string): SlackLine => ({ at: (s) => s.times(slope).plus(base), edges: [] })
const whole = (base: bigint, slope: bigint): SlackLine => ({
  at: () => dec(-1),
  edges: [],
  whole: { alive: base + slope > 0n, at: (): WholePiece => ({ base, slope }) },
})

describe('a straight slack', () => {
  test('dies at its root', () => {
    expect(death(straight('4', '-1'), 'down')).toBe('0.25')
    expect(death(straight('4', '-1'), 'up')).toBeNull()
    expect(death(straight('-2', '5'), 'up')).toBe('2.5')
    expect(death(straight('-2', '5'), 'down')).toBeNull()
  })

  test('is dead now at 0 or below, whichever way it goes', () => {
    for (const direction of ['down', 'up'] as const) {
      expect(death(straight('2', '-2'), direction)).toBe('1')
      const falls = { ...straight('-1', '0.5'), pieceAt: (s: Decimal) => ({ value: dec('0.5').minus(s), slope: dec(-1) }) }
      expect(death(falls, direction)).toBe('1')
    }
  })

  test('is not reported at 0 or beyond a million', () => {
    expect(death(straight('1', '0'), 'down')).toBeNull()
    expect(death(straight('-1', '1000000'), 'up')).toBe('1000000')
    expect(death(straight('-1', '1000000.5'), 'up')).toBeNull()
  })
})

describe('a slack in pieces', () => {
  test('a slope that changes: edges in any order, each as often as it likes', () => {
    // 10 up to 2, from there 20 a unit less: 0 at 2.5, and level at -10 from 3 on
    const at = (s: Decimal) => (s.lte(2) ? dec(10) : s.lte(3) ? dec(50).minus(s.times(20)) : dec(-10))
    for (const edges of [
      [dec(2), dec(3)],
      [dec(3), dec(2)],
      [dec(3), dec(2), dec(3), dec(2)],
    ]) {
      expect(death({ at, edges }, 'up')).toBe('2.5')
    }
    // The same backwards: 10 down to 0.5, from there 40 a unit less: 0 at 0.25
    const back = (s: Decimal) => (s.gte('0.5') ? dec(10) : s.gte('0.125') ? s.times(40).minus(10) : dec(-5))
    for (const edges of [
      [dec('0.5'), dec('0.125')],
      [dec('0.125'), dec('0.5')],
    ]) {
      expect(death({ at: back, edges }, 'down')).toBe('0.25')
    }
  })

  test('a jump to 0 or below kills where it is', () => {
    const jump = (s: Decimal) => (s.lte(2) ? dec(10) : s.plus(5).neg())
    expect(death({ at: jump, edges: [dec(2)] }, 'up')).toBe('2')
    const falls = (s: Decimal) => (s.gte('0.5') ? dec(10) : dec(0))
    expect(death({ at: falls, edges: [dec('0.5')] }, 'down')).toBe('0.5')
  })

  test('what the edge itself is worth does not count, only what lies beside it', () => {
    const at = (s: Decimal) => (s.eq(2) ? dec(-1) : dec(4).minus(s))
    expect(death({ at, edges: [dec(2), dec(2)] }, 'up')).toBe('4')
  })

  test('a walk may begin further out', () => {
    const line = straight('4', '-1')
    expect(death(line, 'down', dec('0.5'))).toBe('0.25')
    expect(death(line, 'down', dec('0.2'))).toBe('0.2')
    expect(death({ ...whole(-1n, 4n), at: line.at }, 'down', dec('0.2'))).toBe('0.2')
  })
})

describe('a slack in whole numbers', () => {
  test('is asked for alone', () => {
    expect(death(whole(-1n, 4n), 'down')).toBe('0.25')
    expect(death(whole(-1n, 4n), 'up')).toBeNull()
    expect(death(whole(5n, -2n), 'up')).toBe('2.5')
    expect(death(whole(5n, -2n), 'down')).toBeNull()
    expect(death(whole(-2n, 2n), 'down')).toBe('1')
    // To the last of 60 digits
    expect(firstDeath(whole(-1n, 3n), 'down')?.toFixed()).toBe(`0.${'3'.repeat(60)}`)
  })

  test('of several pieces the lowest kills', () => {
    // The lower of s - 1/4 and 4 s - 3/2, times 4: the second from 5/12 down, 0 at 3/8
    const line = {
      alive: true,
      at: ({ over, under }: { over: bigint; under: bigint }): WholePiece =>
        12n * over < 5n * under ? { base: -6n, slope: 16n } : { base: -1n, slope: 4n },
    }
    expect(wholeDeath(line, 'down')).toEqual({ over: 6n, under: 16n })
    expect(wholeDeath(line, 'up')).toBeNull()
    // Asked once more it says the same.
    expect(wholeDeath(line, 'down')).toEqual({ over: 6n, under: 16n })
  })

  test('is not reported up to 1e-40 nor beyond a million', () => {
    const least = 10n ** 40n
    expect(death(whole(-1n, least), 'down')).toBeNull()
    expect(death(whole(-2n, least), 'down')).toBe(`0.${'0'.repeat(39)}2`)
    expect(death(whole(0n, 1n), 'down')).toBeNull()
    expect(death(whole(1_000_000n, -1n), 'up')).toBe('1000000')
    expect(death(whole(1_000_001n, -1n), 'up')).toBeNull()
    expect(death(whole(2_000_000n, -1n), 'up')).toBeNull()
  })
})
