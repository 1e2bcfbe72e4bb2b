import { describe, expect, test } from 'vitest'
import { nextDue } from '../../src/alerts/due.ts'
import { memoryText, parseMemory } from '../../src/alerts/memory.ts'
import { post } from '../../src/alerts/post.ts'
import { deafChannels, standing } from '../../src/alerts/standing.ts'
import type { Failure } from '../../src/alerts/told.ts'
import { aCondition, DAY, HOUR, inWords, MINUTE, REFUSED, SECOND, Watch } from './watching.ts'

const W = [aCondition('warning')]
const C = [aCondition('critical')]
const L = [aCondition('liquidatable')]
const refused =
  (over: Partial<Failure> = {}) =>
  () => ({ ...REFUSED, ...over })

const deaf = ({ memory, now, policy, channels }: Watch) =>
  deafChannels(memory, { now, policy, hushes: [], channels }, 10 * MINUTE)

/** A warning that stands and was told. */
const warned = (watch = new Watch()) => {
  watch.sees(W).wait(MINUTE).sees(W).tells()
  return watch
}

describe('what is told', () => {
  test('a warning once, and again after six hours', () => {
    const watch = warned()
    expect(watch.hears()).toEqual([])
    expect(
      watch
        .wait(6 * HOUR - 1)
        .sees(W)
        .hears(),
    ).toEqual([])
    expect(watch.wait(1).sees(W).hears()).toEqual(['phone repeated warning'])
    expect(watch.hears()).toEqual([])
  })

  test('critical again after half an hour, liquidatable after ten minutes', () => {
    const watch = new Watch().sees(C)
    expect(watch.hears()).toEqual(['phone raised critical'])
    expect(
      watch
        .wait(30 * MINUTE)
        .sees(C)
        .hears(),
    ).toEqual(['phone repeated critical'])
    expect(watch.wait(MINUTE).sees(L).hears()).toEqual(['phone escalated liquidatable'])
    expect(
      watch
        .wait(10 * MINUTE - 1)
        .sees(L)
        .hears(),
    ).toEqual([])
    expect(watch.wait(1).sees(L).hears()).toEqual(['phone repeated liquidatable'])
  })

  test('a notice only of the rules that tell them', () => {
    const notices = [aCondition('notice'), aCondition('notice', { rule: 'position', subject: 'x', kind: 'event' })]
    expect(new Watch().sees(notices).sees(notices).hears()).toEqual(['phone raised notice'])
  })

  test('what is better, and what is over, to whom it was told', () => {
    const watch = new Watch({}, ['mail', 'phone']).sees(C)
    watch.tells(({ channel }) => (channel === 'mail' ? 'told' : REFUSED))
    watch.wait(MINUTE).sees(W).sees(W)
    expect(watch.hears(({ channel }) => (channel === 'mail' ? 'told' : REFUSED))).toEqual([
      'mail eased warning',
      'phone raised warning',
    ])
    watch.wait(MINUTE).sees([]).sees([])
    expect(watch.hears()).toEqual(['mail resolved'])
    expect(watch.memory.alerts).not.toEqual({})
    expect(watch.sees([]).memory.alerts).toEqual({})
  })

  test('a channel hears nothing of its own fault, the others do', () => {
    const watch = new Watch({}, ['mail', 'phone']).sees(C)
    watch.tells(({ channel }) => (channel === 'mail' ? 'told' : { ...REFUSED, permanent: true }))
    expect(watch.wait(MINUTE).sees(C).hears()).toEqual(['mail raised warning'])
    expect(standing(watch.memory).map(({ what }) => what)).toEqual([
      'futures 14.8 % from liquidation',
      'the channel phone refuses all messages: refused the connection',
    ])
  })
})

describe('acknowledged and silenced', () => {
  test('an acknowledgement quiets repeats until it ends, and then it is told again', () => {
    const watch = warned().hush('ack', 10 * HOUR)
    expect(
      watch
        .wait(7 * HOUR)
        .sees(W)
        .hears(),
    ).toEqual([])
    expect(
      watch
        .wait(3 * HOUR)
        .sees(W)
        .hears(),
    ).toEqual(['phone repeated warning'])
  })

  test('told again at its end even where no repeat is due', () => {
    const watch = warned().hush('ack', HOUR).wait(MINUTE).sees(W)
    expect(
      watch
        .wait(HOUR - MINUTE)
        .sees(W)
        .hears(),
    ).toEqual(['phone repeated warning'])
    expect(watch.wait(MINUTE).sees(W).hears()).toEqual([])
  })

  test('what becomes worse breaks through an acknowledgement, not through a silence; liquidatable through both', () => {
    const acked = warned().hush('ack', HOUR)
    expect(acked.wait(MINUTE).sees(C).hears()).toEqual(['phone escalated critical'])
    const silenced = warned().hush('silence', HOUR)
    expect(silenced.wait(MINUTE).sees(C).hears()).toEqual([])
    expect(silenced.wait(MINUTE).sees(L).hears()).toEqual(['phone escalated liquidatable'])
  })

  test('an acknowledgement covers only what somebody had heard', () => {
    const watch = warned().wait(MINUTE).sees(C)
    watch.tells(refused())
    watch.wait(SECOND).hush('ack', HOUR)
    expect(watch.wait(MINUTE).sees(C).hears()).toEqual(['phone escalated critical'])
  })

  test('of one alert only', () => {
    const other = [...W, aCondition('warning', { rule: 'gap', subject: 'bybit' })]
    const watch = new Watch().sees(other).sees(other)
    watch.tells()
    watch.hush('ack', 7 * HOUR, 'gap/bybit')
    expect(
      watch
        .wait(6 * HOUR)
        .sees(other)
        .tells()
        .map(({ about }) => about),
    ).toEqual(['room'])
  })

  test('what is over is heard through an acknowledgement, and after a silence', () => {
    expect(warned().hush('ack', HOUR).wait(MINUTE).sees([]).sees([]).hears()).toEqual(['phone resolved'])
    const silenced = warned().hush('silence', HOUR).wait(MINUTE).sees([]).sees([])
    expect(silenced.hears()).toEqual([])
    expect(silenced.wait(HOUR).sees([]).hears()).toEqual(['phone resolved'])
  })

  test('what began under a silence is told when it ends', () => {
    const watch = new Watch().hush('silence', HOUR).sees(C)
    expect(watch.hears()).toEqual([])
    expect(watch.wait(HOUR).sees(C).hears()).toEqual(['phone raised critical'])
  })
})

describe('attempts', () => {
  test('after 1, 5, 15 and 60 s, then each minute, with one id', () => {
    const watch = new Watch().sees(C)
    const ids = new Set(watch.tells(refused()).map(({ id }) => id))
    for (const pause of [SECOND, 5 * SECOND, 15 * SECOND, MINUTE, MINUTE, MINUTE]) {
      expect(watch.wait(pause - 1).due()).toEqual([])
      const tried = watch.wait(1).tells(refused())
      expect(tried).toHaveLength(1)
      for (const { id, again } of tried) {
        ids.add(id)
        expect(again).toBe(false)
      }
    }
    expect(ids.size).toBe(1)
  })

  test('a newer state does not wait for an older one', () => {
    const watch = new Watch().sees(C)
    const [first] = watch.tells(refused())
    const [second] = watch.sees(L).due()
    expect(second?.news[0]?.level).toBe('liquidatable')
    expect(second?.id).not.toBe(first?.id)
  })

  test('a pause that the channel asks for holds all of it back, an hour at most', () => {
    const watch = new Watch().sees(C)
    watch.tells(refused({ retryAfterMs: 5 * MINUTE }))
    expect(
      watch
        .wait(5 * MINUTE - 1)
        .sees(L)
        .due(),
    ).toEqual([])
    expect(inWords(watch.wait(1).due())).toEqual(['phone raised liquidatable'])
    watch.tells(refused({ retryAfterMs: 30 * DAY }))
    expect(watch.wait(HOUR).due()).toHaveLength(1)
  })

  test('a message that may have arrived is marked, also after a restart; another is not', () => {
    const watch = new Watch().sees(C)
    watch.tells(refused({ maybe: true }))
    expect(
      watch
        .wait(MINUTE)
        .due()
        .map(({ again }) => again),
    ).toEqual([true])
    const cut = new Watch().sees(C)
    for (const one of cut.due()) cut.begin(one)
    cut.memory = parseMemory(memoryText(cut.memory))
    expect(cut.due().map(({ again }) => again)).toEqual([true])
    expect(
      cut
        .sees(L)
        .due()
        .map(({ again }) => again),
    ).toEqual([false])
  })

  test('what was told while it became worse is told again', () => {
    const watch = new Watch().sees(C)
    const [first] = watch.due()
    if (first === undefined) throw new Error('nothing is due')
    watch.begin(first).sees(L).end(first, 'told')
    expect(watch.hears()).toEqual(['phone escalated liquidatable'])
  })

  test('what was over before it was known to be told is resolved', () => {
    const watch = new Watch().sees(C)
    const [first] = watch.due()
    if (first === undefined) throw new Error('nothing is due')
    watch.begin(first).wait(MINUTE).sees([]).sees([]).sees([])
    expect(watch.end(first, 'told').hears()).toEqual(['phone resolved'])
  })

  test('a channel that refuses for good is tried once an hour', () => {
    const watch = new Watch().sees(C)
    watch.tells(refused({ permanent: true }))
    expect(
      watch
        .wait(HOUR - 1)
        .sees(C)
        .due(),
    ).toEqual([])
    expect(deaf(watch)).toEqual(['phone'])
    expect(watch.wait(1).tells()).toHaveLength(1)
    expect(deaf(watch)).toEqual([])
  })

  test('when the next attempt may be made', () => {
    const watch = new Watch().sees(C)
    const at = () => nextDue(watch.memory, { now: watch.now, policy: watch.policy, hushes: [], channels: watch.channels })
    expect(at()).toBe(watch.now)
    watch.tells(refused())
    expect(at()).toBe(watch.now + SECOND)
    watch.wait(SECOND).tells()
    expect(at()).toBeNull()
  })
})

describe('digests', () => {
  const gaps = (n: number) =>
    Array.from({ length: n }, (_, i) => aCondition('critical', { rule: 'gap', subject: `g${i}`, what: `gap ${i}` }))

  test('more than five at once are one message', () => {
    expect(new Watch().sees(gaps(5)).hears()).toHaveLength(5)
    const watch = new Watch().sees(gaps(6))
    expect(watch.hears()).toEqual(['phone digest'])
    expect(watch.hears()).toEqual([])
    expect(watch.wait(MINUTE).sees([]).sees([]).hears()).toEqual(['phone digest'])
    expect(watch.sees([]).memory.alerts).toEqual({})
  })

  test('a channel that is back after ten minutes is told how things stand, once', () => {
    const watch = new Watch().sees([...C, ...gaps(1)])
    watch.tells(({ about }) => (about === 'room' ? REFUSED : 'told'))
    watch.tells()
    watch.wait(MINUTE).sees([...L, ...gaps(1)])
    watch.tells(refused())
    for (let i = 0; i < 12; i++)
      watch
        .wait(MINUTE)
        .sees([...L, ...gaps(1)])
        .tells(refused())
    const [digest, ...more] = watch
      .wait(MINUTE)
      .sees([...L, ...gaps(1)])
      .due()
    expect(more).toEqual([])
    expect(digest?.news.map(({ key, level, why }) => [key, level, why])).toEqual([
      ['room', 'liquidatable', 'raised'],
      ['gap/g0', 'critical', 'stands'],
    ])
    watch.tells()
    expect(watch.hears()).toEqual([])
    expect(watch.memory.channels.phone?.failingSince).toBeNull()
  })

  test('what is over while its digest is on its way is resolved when that has arrived', () => {
    const watch = new Watch().sees(gaps(6))
    const [first] = watch.due()
    if (first === undefined) throw new Error('nothing is due')
    watch.begin(first).wait(MINUTE).sees([]).sees([]).sees([])
    watch.end(first, 'told')
    expect(watch.due().flatMap(({ news }) => news.map(({ why }) => why))).toEqual(Array.from({ length: 6 }, () => 'resolved'))
  })

  test('alerts that came and went meanwhile are not told', () => {
    const watch = new Watch().sees(C)
    watch.tells(refused())
    for (let i = 0; i < 15; i++) watch.wait(MINUTE).sees([]).tells(refused())
    expect(watch.due()).toEqual([])
    expect(deaf(watch)).toEqual([])
    // Whether the channel is back, nobody knows: that stands, for the others to hear.
    expect(Object.keys(watch.memory.alerts)).toEqual(['watch/phone'])
  })
})

describe('a source that flaps', () => {
  const HALF = 30 * SECOND

  test('six changes an hour, the last of which is the bad one and says so', () => {
    const watch = new Watch()
    const told: string[] = []
    const held: (number | null)[] = []
    for (let at = 0; at < HOUR; at += 4 * HALF) {
      for (const conditions of [C, C, [], []]) {
        for (const one of watch.wait(HALF).sees(conditions).tells()) {
          told.push(...inWords([one]))
          held.push(one.kind === 'alert' ? one.heldUntil : null)
        }
      }
    }
    // Raised and resolved twice, raised a third time: the fifth change; better news wait from there on, repeats do not.
    expect(told.filter((one) => !one.includes('repeated'))).toEqual([
      'phone raised critical',
      'phone resolved',
      'phone raised critical',
      'phone resolved',
      'phone raised critical',
    ])
    // The first change was at 30 s of the hour.
    expect(held.filter((one) => one !== null)).toEqual([watch.now - HOUR + HALF + HOUR])
  })

  test('what becomes worse is told all the same, and what is better afterwards', () => {
    const watch = new Watch({ changesPerHour: 2 }).sees(C)
    watch.tells()
    expect(watch.wait(MINUTE).sees([]).sees([]).hears()).toEqual([])
    expect(watch.wait(MINUTE).sees(L).hears()).toEqual(['phone escalated liquidatable'])
    expect(watch.wait(MINUTE).sees([]).sees([]).hears()).toEqual([])
    expect(watch.wait(HOUR).sees([]).hears()).toEqual(['phone resolved'])
  })
})

describe('reports and tests in line', () => {
  test('wait for their channel, the newer for the older, and go once', () => {
    const watch = new Watch({}, ['mail', 'phone'])
    watch.memory = post(watch.memory, { kind: 'report', id: 'r1', channels: ['mail', 'phone'], at: watch.now })
    expect(watch.hears(({ channel }) => (channel === 'mail' ? 'told' : REFUSED))).toEqual(['mail report', 'phone report'])
    watch.memory = post(watch.memory, { kind: 'report', id: 'r2', channels: ['phone'], at: watch.now })
    watch.memory = post(watch.memory, { kind: 'test', id: 't1', channels: ['phone'], at: watch.now })
    // What arrives tests the channel: the test itself is then no longer needed.
    expect(watch.tells().map(({ id }) => id)).toEqual(['r2'])
    expect(watch.due()).toEqual([])
    watch.memory = post(watch.memory, { kind: 'test', id: 't2', channels: ['phone'], at: watch.now })
    expect(watch.tells().map(({ id }) => id)).toEqual(['t2'])
  })

  test('an answer about the older one leaves the newer one waiting', () => {
    const watch = new Watch()
    watch.memory = post(watch.memory, { kind: 'report', id: 'r1', channels: ['phone'], at: watch.now })
    const [first] = watch.due()
    if (first === undefined) throw new Error('nothing is due')
    watch.begin(first)
    watch.memory = post(watch.memory, { kind: 'report', id: 'r2', channels: ['phone'], at: watch.now })
    watch.end(first, 'told')
    expect(watch.due().map(({ id, again }) => [id, again])).toEqual([['r2', false]])
  })
})

describe('a clock that is set back by a year', () => {
  test('silences neither repeats nor attempts', () => {
    const watch = new Watch().sees(C)
    watch.tells()
    watch.wait(-365 * DAY).sees(C)
    expect(
      watch
        .wait(30 * MINUTE)
        .sees(C)
        .hears(),
    ).toEqual(['phone repeated critical'])
    const failing = new Watch().sees(C)
    failing.tells(refused({ retryAfterMs: HOUR }))
    failing.wait(-365 * DAY).sees(C)
    expect(failing.wait(HOUR).hears()).toEqual(['phone digest'])
  })
})
