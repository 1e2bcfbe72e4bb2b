import { describe, expect, test } from 'vitest'
import type { Condition, Level } from '../../src/alerts/rule.ts'
import { aCondition, MINUTE, Watch } from './watching.ts'

/**
 * Passes in a row, one sign each, and the level after each. A pass finds nothing (`.`), a notice, warning, critical or liquidatable
 * (`n w c l`), or a figure that is better than the limit by less than the margin (`N W C`: a lower level that holds up that one).
 * A sign behind `?` is of a pass that could not look.
 */
const LETTERS: Readonly<Record<string, Level>> = { n: 'notice', w: 'warning', c: 'critical', l: 'liquidatable' }
const LOWER: Readonly<Record<string, Level | null>> = { N: null, W: 'notice', C: 'warning' }

function conditionsOf(sign: string): Condition[] {
  const level = LETTERS[sign]
  if (level !== undefined) return [aCondition(level)]
  const lower = LOWER[sign]
  const holds = LETTERS[sign.toLowerCase()]
  return lower === undefined || holds === undefined ? [] : [aCondition(lower, { holds })]
}

function levels(passes: string): string {
  const watch = new Watch()
  return (passes.match(/\??./g) ?? [])
    .map((sign) => {
      watch.wait(MINUTE).sees(conditionsOf(sign.at(-1) as string), () => sign.startsWith('?'))
      return (watch.memory.alerts.room?.level ?? '.').charAt(0)
    })
    .join('')
}

describe('levels from pass to pass', () => {
  test.each([
    ['one warning is not believed', 'w..w..', '......'],
    ['two in a row are', 'ww', '.w'],
    ['critical and liquidatable at once', 'cl', 'cl'],
    ['and a warning that becomes critical', 'wwc', '.wc'],
    ['a notice and a warning are two notices', 'nwww', '.nww'],
    ['and two warnings need two', 'nwnww', '.nnnw'],
    ['one good pass is not believed', 'ww.w.w', '.wwwww'],
    ['two in a row are', 'ww..', '.ww.'],
    ['coming down, to the worst of the good passes', 'cnwn', 'ccww'],
    ['and from there on by two again', 'cnwnn', 'ccwwn'],
    ['a figure within the margin is not good', 'wwWWWWW', '.wwwwww'],
    ['and raises nothing', 'WWW', '.nn'],
    ['nor does the lowest', 'NNN', '...'],
    ['critical comes down to what is held', 'cWWW', 'ccww'],
    ['critical is held by itself', 'cCCC', 'cccc'],
    ['a good pass between two within the margin counts for nothing', 'wwW.W.W', '.wwwwww'],
    ['what was not looked at is not over', 'ww?.?.?.', '.wwww'],
    ['nor better', 'c?n?n?w', 'cccc'],
    ['and breaks a row of good passes', 'ww.?..', '.wwww'],
    ['after which two are needed again', 'ww.?...', '.wwww.'],
    ['what was not looked at may worsen', 'ww?c', '.wc'],
    ['also by two', '?w?w', '.w'],
    ['and does not take bad passes back', 'w?.w', '..w'],
  ])('%s', (_name, passes, expected) => {
    expect(levels(passes)).toBe(expected)
  })
})

test('an alert that is over and was told to nobody is forgotten', () => {
  const watch = new Watch()
    .sees([aCondition('critical')])
    .sees([])
    .sees([])
  expect(watch.memory.alerts).toEqual({})
})

test('an event is raised once, and again when it happens again', () => {
  const event = aCondition('notice', { rule: 'position', subject: 'x', kind: 'event' })
  const watch = new Watch().sees([event])
  expect(watch.hears()).toEqual(['phone raised notice'])
  expect(watch.wait(MINUTE).sees([]).hears()).toEqual([])
  expect(watch.wait(MINUTE).sees([event]).hears()).toEqual(['phone raised notice'])
})

test('of two conditions of one name the worse one counts', () => {
  const watch = new Watch().sees([
    aCondition('critical', { what: 'a' }),
    aCondition('liquidatable', { what: 'b' }),
    aCondition('critical'),
  ])
  expect([watch.memory.alerts.room?.level, watch.memory.alerts.room?.what]).toEqual(['liquidatable', 'b'])
})
