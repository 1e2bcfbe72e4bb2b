import { expect, test } from 'vitest'
import { post } from '../../src/alerts/post.ts'
import { aCondition, HOUR, inWords, MINUTE, messageOf, REFUSED, Watch } from './watching.ts'

/** What the simulator found: each failed before it was mended. */

const W = [aCondition('warning')]
const C = [aCondition('critical')]
const maybe = () => ({ ...REFUSED, maybe: true })
const refused = () => REFUSED

test('a report that is due does not bring what waited for a channel one by one: the digest comes first', () => {
  const others = ['a', 'b'].map((subject) => aCondition('critical', { rule: 'leg', subject }))
  const watch = new Watch().sees([...C, ...others])
  watch.tells(refused)
  watch.wait(11 * MINUTE).sees([...C, ...others])
  watch.memory = post(watch.memory, { kind: 'report', id: 'report.1', channels: ['phone'], at: watch.now })
  watch.tells(refused)
  // The digest waits for its next try; the report is due with it, and not before.
  expect(watch.due()).toEqual([])
  expect(inWords(watch.wait(MINUTE).tells())).toEqual(['phone digest', 'phone report'])
})

test('what may have arrived by itself is marked, although a digest was tried meanwhile', () => {
  const watch = new Watch().sees(C)
  watch.tells(maybe)
  watch.wait(11 * MINUTE).sees(C)
  expect(watch.tells(refused).map(({ kind }) => kind)).toEqual(['digest'])
  // The channel took something else, so that it no longer fails.
  const phone = watch.memory.channels.phone
  if (phone === undefined) throw new Error('the channel was tried')
  watch.memory = { ...watch.memory, channels: { phone: { ...phone, failingSince: null } } }
  expect(
    watch
      .wait(MINUTE)
      .due()
      .map(({ kind, again }) => [kind, again]),
  ).toEqual([['alert', true]])
})

test('what may have been heard is told to be over, although its answer was lost', () => {
  const watch = new Watch().sees(C)
  watch.tells(maybe)
  watch.wait(MINUTE).sees([]).wait(MINUTE).sees([])
  expect(watch.hears()).toEqual(['phone resolved'])
  // And what certainly did not arrive is not.
  const other = new Watch().sees(C)
  other.tells(refused)
  other.wait(MINUTE).sees([]).wait(MINUTE).sees([])
  expect(other.hears()).toEqual([])
})

test('nothing is repeated while the last look found it better', () => {
  const watch = new Watch().sees(C)
  watch.tells()
  watch.wait(31 * MINUTE).sees([])
  expect(watch.hears()).toEqual([])
  expect(watch.wait(MINUTE).sees(C).hears()).toEqual(['phone repeated critical'])
})

test('what stands still stands so since it changed, and what is over was as it was told', () => {
  const watch = new Watch().sees(W).wait(MINUTE).sees(W)
  watch.tells()
  watch.wait(5 * HOUR).sees(C)
  watch.tells()
  const [repeated] = watch
    .wait(30 * MINUTE)
    .sees(C)
    .due()
  expect(messageOf(repeated, { now: watch.now }).title).toBe('CRITICAL still, for 30 min: futures 14.8 % from liquidation')
  watch.tells()
  const calm = [aCondition('notice', { what: 'futures 33.0 % from liquidation' })]
  const [over] = watch.wait(MINUTE).sees(calm).wait(MINUTE).sees(calm).due()
  expect(messageOf(over, { now: watch.now }).title).toMatch(/^RESOLVED after \S+ \S+, was: futures 14\.8 % from liquidation$/)
})
