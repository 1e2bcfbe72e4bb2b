import { expect, test } from 'vitest'
import { post } from '../../src/alerts/post.ts'
import type { Level } from '../../src/alerts/rule.ts'
import { aCondition, HOUR, inWords, MINUTE, messageOf, REFUSED, SECOND, Watch } from './watching.ts'

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

test('a channel that failed and has nothing more to say is tested, so that it can be seen to work again', () => {
  const watch = new Watch().sees(C)
  watch.tells(refused)
  expect(watch.stranded()).toEqual([])
  watch.wait(MINUTE).sees([]).wait(MINUTE).sees([])
  expect(watch.stranded()).toEqual(['phone'])
  watch.memory = post(watch.memory, { kind: 'test', id: 'test.1', channels: ['phone'], at: watch.now })
  expect(watch.stranded()).toEqual([])
  expect(inWords(watch.tells(refused))).toEqual(['phone test'])
  expect(inWords(watch.wait(MINUTE).tells())).toEqual(['phone test'])
  expect(watch.memory.channels.phone?.failingSince).toBeNull()
  expect(watch.stranded()).toEqual([])
})

test('an alert is told in the place of a test that waits, and tests the channel as well', () => {
  const watch = new Watch().sees(C)
  watch.tells()
  watch.memory = post(watch.memory, { kind: 'test', id: 'test.1', channels: ['phone'], at: watch.now })
  watch.wait(31 * MINUTE).sees(C)
  expect(inWords(watch.tells())).toEqual(['phone repeated critical'])
  expect(watch.due()).toEqual([])
})

test('a digest whose answers are lost is sent less and less often, however often something changes that is no worse', () => {
  const two = (level: Level) => [aCondition('critical'), aCondition(level, { rule: 'gap', subject: 'x' })]
  const watch = new Watch().sees(two('warning')).sees(two('warning'))
  watch.tells(refused)
  watch.wait(11 * MINUTE).sees(two('warning'))
  const sent: number[] = []
  const began = watch.now
  for (let i = 0; i < 720; i++) {
    // Each other minute a look finds the lesser alert over, or back again.
    if (i % 12 === 0) watch.sees(two(i % 48 < 24 ? 'warning' : 'notice'))
    if (watch.tells(maybe).length > 0) sent.push((watch.now - began) / SECOND)
    watch.wait(5 * SECOND)
  }
  // At once, after 1, 5 and 15 s (looked at each 5 s), a minute, and then every five minutes.
  expect(sent).toEqual([0, 5, 10, 25, 85, ...Array.from({ length: 11 }, (_, i) => 385 + 300 * i)])
  // What becomes critical or worse is tried at once.
  watch.sees([aCondition('liquidatable'), aCondition('warning', { rule: 'gap', subject: 'x' })])
  expect(inWords(watch.tells(maybe))).toEqual(['phone digest'])
})

test('what is found and not raised changes nothing', () => {
  const watch = new Watch().sees([aCondition(null)])
  const { revision } = watch.memory
  expect(watch.wait(MINUTE).sees([aCondition(null)]).memory.revision).toBe(revision)
})

test('a channel that refuses for good is tried at once with what became critical after it was tried last, and once', () => {
  const revoked = () => ({ ...REFUSED, permanent: true })
  const watch = new Watch().sees(W).wait(MINUTE).sees(W)
  watch.tells(revoked)
  expect(watch.wait(MINUTE).due()).toEqual([])
  watch.sees(C)
  expect(inWords(watch.tells(revoked))).toEqual(['phone escalated critical'].map(() => 'phone raised critical'))
  expect(watch.wait(MINUTE).due()).toEqual([])
})

test('acknowledged, better, and as bad again: that is told at once', () => {
  const watch = new Watch().sees(C)
  watch.tells()
  watch.wait(MINUTE).hush('ack', 8 * HOUR)
  watch.sees(W).wait(MINUTE).sees(W).wait(MINUTE)
  expect(watch.hears()).toEqual([])
  expect(watch.sees(C).hears()).toEqual(['phone escalated critical'])
  expect(watch.wait(MINUTE).sees(C).hears()).toEqual([])
})

test('an event that a channel has not heard of is told with the next one of its name, and is no less bad for it', () => {
  const event = (level: Level, what: string) =>
    aCondition(level, { rule: 'parameters', subject: 'loan', kind: 'event', what, figure: null })
  const watch = new Watch().sees([event('warning', 'the threshold of WETH went from 83 % to 78 %')])
  watch.tells(refused)
  watch.wait(MINUTE).sees([event('notice', 'the e-mode changed')])
  const [out] = watch.due()
  expect(out?.news[0]).toMatchObject({
    level: 'warning',
    what: 'the threshold of WETH went from 83 % to 78 %; the e-mode changed',
  })
  watch.tells()
  // What was heard is not told again.
  watch.wait(MINUTE).sees([event('notice', 'the cap changed')])
  expect(watch.due()[0]?.news[0]).toMatchObject({ level: 'notice', what: 'the cap changed' })
})

test('a digest that says again what one said that may have arrived is marked, although another was tried between them', () => {
  const gaps = (level: Level) => aCondition(level, { rule: 'gap', subject: 'x' })
  const watch = new Watch().sees([...C, gaps('warning')]).sees([...C, gaps('warning')])
  watch.tells(refused)
  watch.wait(11 * MINUTE).sees([...C, gaps('warning')])
  const [first] = watch.tells(maybe)
  // Two digests that differ, and the first one once more.
  const phone = watch.memory.channels.phone
  if (phone === undefined || first === undefined) throw new Error('the channel was tried')
  expect(phone.maybeDigests).toEqual([first.id])
  const other = { id: 'another', failures: 1, nextAt: watch.now, sendingAt: null, maybe: true }
  watch.memory = { ...watch.memory, channels: { phone: { ...phone, digest: other } } }
  expect(
    watch
      .wait(MINUTE)
      .due()
      .map(({ id, again }) => [id, again]),
  ).toEqual([[first.id, true]])
  watch.tells()
  expect(watch.memory.channels.phone?.maybeDigests).toEqual([])
})
