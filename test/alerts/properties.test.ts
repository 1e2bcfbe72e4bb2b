import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EMPTY_MEMORY, memoryText, parseMemory } from '../../src/alerts/memory.ts'
import type { News, Outgoing } from '../../src/alerts/outgoing.ts'
import { DEFAULT_WEIGHTS } from '../../src/alerts/policy.ts'
import { type Condition, LEVELS, type Level, rankOf } from '../../src/alerts/rule.ts'
import { StoreError } from '../../src/errors.ts'
import { always } from '../support/always.ts'
import { reportSnapshot } from '../support/reportBook.ts'
import { aCondition, DAY, found, HOUR, MINUTE, REFUSED, Watch } from './watching.ts'

/** What may happen to a watched book, in any order. */
type Act =
  | { readonly do: 'pass'; readonly levels: readonly (Level | null)[]; readonly unseen: boolean }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'tell'; readonly outcomes: readonly ('told' | 'failed' | 'maybe' | 'permanent' | 'later' | 'lost')[] }
  | { readonly do: 'hush'; readonly kind: 'ack' | 'silence'; readonly ms: number }
  | { readonly do: 'restart' }

const SUBJECTS = ['a', 'b', 'c']
const CHANNELS = ['mail', 'phone']
const aLevel = fc.option(fc.constantFrom(...LEVELS), { nil: null })
const anAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      levels: fc.array(aLevel, { minLength: 3, maxLength: 3 }),
      unseen: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1000, MINUTE, 20 * MINUTE, HOUR, 7 * HOUR) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('tell' as const),
      outcomes: fc.array(fc.constantFrom('told', 'told', 'failed', 'maybe', 'permanent', 'later', 'lost'), {
        minLength: 1,
        maxLength: 6,
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('hush' as const),
      kind: fc.constantFrom('ack', 'silence'),
      ms: fc.constantFrom(MINUTE, HOUR, DAY),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
)
const acts = fc.array(anAct, { minLength: 1, maxLength: 60, size: 'large' })

const conditionsOf = (levels: readonly (Level | null)[]): Condition[] =>
  levels.flatMap((level, i) => (level === null ? [] : [aCondition(level, { rule: 'leg', subject: SUBJECTS[i] as string })]))

type Heard = { readonly at: number; readonly channel: string; readonly id: string; readonly news: News }

/** Plays acts; what arrived for certain is in `heard`, what may have arrived in `perhaps`, with how much was heard by then. */
function play(all: readonly Act[], each: (watch: Watch, heard: readonly Heard[]) => void = () => {}) {
  const perhaps: (Pick<Heard, 'channel' | 'news'> & { readonly after: number })[] = []
  const watch = new Watch({}, CHANNELS)
  const heard: Heard[] = []
  const answer = (one: Outgoing, outcome: string | undefined): void => {
    watch.begin(one)
    if (outcome === 'lost' || outcome === 'maybe')
      perhaps.push(...one.news.map((news) => ({ channel: one.channel, news, after: heard.length })))
    if (outcome === 'lost') return
    if (outcome === 'told') {
      heard.push(...one.news.map((news) => ({ at: watch.now, channel: one.channel, id: one.id, news })))
      watch.end(one, 'told')
    } else {
      const how = {
        maybe: outcome === 'maybe',
        permanent: outcome === 'permanent',
        retryAfterMs: outcome === 'later' ? 5 * MINUTE : null,
      }
      watch.end(one, { ...REFUSED, ...how })
    }
  }
  for (const act of all) {
    if (act.do === 'wait') watch.wait(act.ms)
    else if (act.do === 'hush') watch.hush(act.kind, act.ms)
    else if (act.do === 'restart') watch.memory = parseMemory(memoryText(watch.memory))
    else if (act.do === 'pass') watch.wait(MINUTE).sees(conditionsOf(act.levels), () => act.unseen)
    else for (const [i, one] of watch.due().entries()) answer(one, act.outcomes[i % act.outcomes.length])
    each(watch, heard)
  }
  return { watch, heard, perhaps }
}

describe('whatever happens', () => {
  always('what a memory is as text is the memory', acts, (all) => {
    play(all, ({ memory }) => expect(parseMemory(memoryText(memory))).toEqual(memory))
  })

  always('nothing is resolved or eased that was not told', acts, (all) => {
    const { heard, perhaps } = play(all)
    for (const [i, { news, channel }] of heard.entries()) {
      const same = (one: Pick<Heard, 'channel' | 'news'>): boolean => one.channel === channel && one.news.key === news.key
      const before = heard.slice(0, i).findLast(same)
      // What may have arrived must be taken back, too.
      const told =
        before?.news.level ?? perhaps.findLast((one) => one.after <= i && same(one) && one.news.level !== null)?.news.level
      if (news.why === 'resolved') expect(told ?? null).not.toBeNull()
      if (news.why === 'eased') expect(rankOf(before?.news.level ?? null)).toBeGreaterThan(rankOf(news.level))
      if (news.why === 'raised') expect(before?.news.level ?? null).toBeNull()
    }
  })

  always('no escalation is lost: once the channels are well and nothing is hushed, they know the worst', acts, (all) => {
    const { watch, heard } = play(all)
    // Two days later nothing asks for a pause any more, and every hush is over.
    watch.wait(2 * DAY).sees([], () => true)
    for (const one of [...watch.tells(), ...watch.tells()])
      heard.push(...one.news.map((news) => ({ at: watch.now, channel: one.channel, id: one.id, news })))
    for (const alert of Object.values(watch.memory.alerts)) {
      if (alert.rule === 'watch') continue
      for (const channel of CHANNELS) {
        const last = heard.findLast(
          (one) => one.channel === channel && one.news.rule === alert.rule && one.news.key.endsWith(`/${alert.subject}`),
        )
        const told = rankOf(alert.level) >= rankOf('warning') ? alert.level : null
        expect(last?.news.level ?? null).toBe(told)
      }
    }
  })

  always('liquidatable is due at once on every channel that takes messages, whatever is silenced', acts, (all) => {
    play(all, (watch) => {
      for (const alert of Object.values(watch.memory.alerts)) {
        if (alert.level !== 'liquidatable') continue
        for (const channel of CHANNELS) {
          const state = watch.memory.channels[channel]
          const told = alert.channels[channel]?.told ?? null
          const acked = watch.hushes.some(({ kind, until }) => kind === 'ack' && until > watch.now)
          const waits = (state?.notBefore ?? 0) > watch.now || (state?.brokenAt ?? null) !== null || state?.failingSince != null
          const tried = [alert.channels[channel]?.attempt, state?.digest].some((one) => (one?.nextAt ?? 0) > watch.now)
          if (told?.level === 'liquidatable' || waits || tried || acked) continue
          const due = watch.due().filter((one) => one.channel === channel)
          expect(due.flatMap(({ news }) => news.map(({ key }) => key))).toContain(`leg/${alert.subject}`)
        }
      }
    })
  })

  always('the same state is told once a repeat interval, and again when a hush ends', acts, (all) => {
    const { heard, watch } = play(all)
    for (const [i, { news, channel, at }] of heard.entries()) {
      if (news.why !== 'repeated') continue
      const before = heard.slice(0, i).findLast((one) => one.channel === channel && one.news.key === news.key) as Heard
      const interval = DEFAULT_WEIGHTS.repeatMs[news.level as Level] as number
      const ended = watch.hushes.some(({ until }) => until > before.at && until <= at)
      expect(at - before.at >= interval || ended).toBe(true)
    }
  })

  always('no message is told twice under one id, and each has its own', acts, (all) => {
    const { heard } = play(all)
    const ids = heard.map(({ channel, id, news }) => `${channel} ${id} ${news.key}`)
    expect(new Set(ids).size).toBe(ids.length)
  })

  always('the cap: six changes an hour, and no more than one for each level that is worse', acts, (all) => {
    const { heard } = play(all)
    const changes = heard.filter(({ news }) => news.why !== 'repeated' && news.why !== 'stands')
    for (const { at, channel, news } of changes) {
      const hour = changes.filter(
        (one) => one.channel === channel && one.news.key === news.key && one.at <= at && one.at > at - HOUR,
      )
      expect(hour.length).toBeLessThanOrEqual(DEFAULT_WEIGHTS.changesPerHour - 1 + LEVELS.length)
      // Where more were told than the cap, what sounds better came before it.
      const [, ...late] = hour.slice(DEFAULT_WEIGHTS.changesPerHour - 2)
      for (const one of late) expect(['raised', 'escalated']).toContain(one.news.why)
    }
  })

  always(
    'what no pass looked at is neither better nor over',
    fc.tuple(acts, fc.array(aLevel, { minLength: 3, maxLength: 3 })),
    ([all, levels]) => {
      const { watch } = play(all)
      const before = watch.memory.alerts
      for (let i = 0; i < 5; i++) watch.wait(MINUTE).sees(conditionsOf(levels), () => true)
      for (const [key, { level, rule }] of Object.entries(before))
        if (rule !== 'watch') expect(rankOf(watch.memory.alerts[key]?.level ?? null)).toBeGreaterThanOrEqual(rankOf(level))
    },
  )
})

describe('a memory that is not one', () => {
  test('is refused, and an empty one and one with stands are read', () => {
    for (const text of [
      '',
      '{',
      'null',
      '{"version":2}',
      '[]',
      memoryText(EMPTY_MEMORY).replace('"revision":0', '"revision":0,"extra":1'),
    ])
      expect(() => parseMemory(text)).toThrow(StoreError)
    const stands = { ...EMPTY_MEMORY, stands: found(reportSnapshot()).stands }
    expect(parseMemory(memoryText(stands))).toEqual(stands)
    expect(parseMemory(memoryText(EMPTY_MEMORY))).toEqual(EMPTY_MEMORY)
  })
})
