import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StoreError } from '../../src/errors.ts'
import type { Store } from '../../src/history/store.ts'
import { aCommit, aDelivery, aPass, DAY, HOUR, MINUTE, NOON } from './records.ts'

/** A store of one kind, as often opened as wished. */
export type StoreUnderTest = {
  /** One more connection to the same place, on the clock given. */
  readonly open: (now: () => number) => Promise<Store>
  readonly remove: () => Promise<void>
}

/** What every store must do, whatever it keeps its rows in. @param prepare - A place with nothing in it. */
export function storeContract(kind: string, prepare: () => Promise<StoreUnderTest>): void {
  let under: StoreUnderTest
  let store: Store
  let clock = NOON
  const opened: Store[] = []
  const another = async (): Promise<Store> => {
    const next = await under.open(() => clock)
    opened.push(next)
    return next
  }

  beforeEach(async () => {
    clock = NOON
    under = await prepare()
    store = await another()
  })
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close()
    await under.remove()
  })

  const ALL = { from: 0, to: NOON + 1_000 * DAY }
  const totals = async (): Promise<number> => (await store.history('main', ALL)).reduce((sum, { passes }) => sum + passes, 0)

  describe(`${kind}: what was committed`, () => {
    test('nothing yet is null, not an empty value', async () => {
      expect(await store.memory('main')).toBeNull()
      expect(await store.lastPass('main')).toBeNull()
      expect(await store.history('main', ALL)).toEqual([])
      expect(await store.deliveries('main', ALL)).toEqual([])
      expect(await store.hushes('main', NOON)).toEqual([])
    })

    test('comes back to the last character, also over another connection', async () => {
      const pass = aPass('a', NOON, {
        kind: 'report',
        atMost: '-0.2',
        room: null,
        complete: false,
        // More digits than a float or a 64-bit integer has, a zero at the end, and text that is no SQL.
        health: '123456789012345678901234567890.12345678901234567890123456789',
        marginRatio: '9007199254740993.10',
        snapshot: `{"amount":"9007199254740993","name":"Robert'); DROP TABLE pass;-- \u0000 ẞ 💧"}\n`,
        view: '',
      })
      await store.commit('main', aCommit(pass, { memory: '{"n":"9007199254740993"}' }))
      const other = await another()
      expect(await other.lastPass('main')).toEqual(pass)
      expect(await other.memory('main')).toBe('{"n":"9007199254740993"}')
    })

    test('two books know nothing of each other', async () => {
      await store.commit('main', aCommit(aPass('a', NOON), { memory: 'M', deliveries: [aDelivery('m', NOON)] }))
      await store.commit('other', aCommit(aPass('b', NOON, { book: 'other' }), { memory: 'O' }))
      expect(await store.memory('main')).toBe('M')
      expect((await store.lastPass('other'))?.id).toBe('b')
      expect(await store.deliveries('other', ALL)).toEqual([])
      expect(await store.history('main', ALL)).toHaveLength(1)
    })

    test('the last pass is the one written last, of a kind or of any, though the clock was set back', async () => {
      await store.commit('main', aCommit(aPass('report', NOON, { kind: 'report' })))
      await store.commit('main', aCommit(aPass('look', NOON + MINUTE)))
      await store.commit('main', aCommit(aPass('set back', NOON - HOUR)))
      expect((await store.lastPass('main'))?.id).toBe('set back')
      expect((await store.lastPass('main', 'look'))?.id).toBe('set back')
      expect((await store.lastPass('main', 'report'))?.id).toBe('report')
    })

    test('memory alone, without a pass', async () => {
      await store.commit('main', aCommit(aPass('a', NOON), { memory: '1' }))
      await store.commit('main', aCommit(null, { memory: '2', deliveries: [aDelivery('m', NOON)] }))
      expect(await store.memory('main')).toBe('2')
      expect((await store.lastPass('main'))?.id).toBe('a')
      expect(await store.deliveries('main', ALL)).toHaveLength(1)
    })

    test('tried once more it is there once', async () => {
      const commit = aCommit(aPass('a', NOON), { deliveries: [aDelivery('m', NOON)] })
      await store.commit('main', commit)
      await store.commit('main', commit)
      expect(await store.history('main', ALL)).toHaveLength(1)
      expect(await store.deliveries('main', ALL)).toHaveLength(1)
    })

    test('another pass under the same id is refused as a whole', async () => {
      await store.commit('main', aCommit(aPass('a', NOON), { memory: '1' }))
      const second = aCommit(aPass('a', NOON + MINUTE), { memory: '2', deliveries: [aDelivery('m', NOON)] })
      await expect(store.commit('main', second)).rejects.toThrow(StoreError)
      await expect(store.commit('main', aCommit(aPass('b', NOON, { book: 'other' })))).rejects.toThrow(StoreError)
      expect(await store.memory('main')).toBe('1')
      expect(await store.deliveries('main', ALL)).toEqual([])
    })

    test('a row that cannot be written takes all of its commit with it', async () => {
      await store.commit('main', aCommit(aPass('a', NOON), { memory: '1' }))
      const bad = aDelivery('m2', Number.NaN)
      const commit = aCommit(aPass('b', NOON + MINUTE), { memory: '2', deliveries: [aDelivery('m1', NOON), bad] })
      await expect(store.commit('main', commit)).rejects.toThrow(StoreError)
      expect(await store.memory('main')).toBe('1')
      expect((await store.lastPass('main'))?.id).toBe('a')
      expect(await store.deliveries('main', ALL)).toEqual([])
    })

    test('many at once over two connections: all are there', async () => {
      const other = await another()
      const commits = Array.from({ length: 40 }, (_, i) =>
        (i % 2 === 0 ? store : other).commit('main', aCommit(aPass(`${i}`, NOON + i))),
      )
      await Promise.all(commits)
      expect(await store.history('main', ALL)).toHaveLength(40)
    })
  })

  describe(`${kind}: ranges`, () => {
    test('both ends belong to it, the newest is last, and nothing fills a gap', async () => {
      for (const [id, at] of [
        ['c', NOON + HOUR],
        ['a', NOON],
        ['b', NOON + MINUTE],
      ] as const)
        await store.commit('main', aCommit(aPass(id, at)))
      expect((await store.history('main', { from: NOON, to: NOON + HOUR })).map(({ to }) => to)).toEqual([
        NOON,
        NOON + MINUTE,
        NOON + HOUR,
      ])
      expect(await store.history('main', { from: NOON + 1, to: NOON + HOUR - 1 })).toEqual([
        {
          from: NOON + MINUTE - 2_000,
          to: NOON + MINUTE,
          passes: 1,
          grade: 'warning',
          complete: true,
          room: '-0.1967',
          atMost: null,
          health: '1.7698',
          marginRatio: '0.021',
        },
      ])
    })

    test('attempts in the order in which they were made, within one millisecond too', async () => {
      const first = [aDelivery('m', NOON, { outcome: 'sending' }), aDelivery('n', NOON, { outcome: 'sending' })]
      const second = [
        aDelivery('m', NOON),
        aDelivery('n', NOON, { outcome: 'failed', reason: 'The channel phone refused the token.' }),
      ]
      await store.commit('main', aCommit(null, { deliveries: first }))
      await store.commit('main', aCommit(null, { deliveries: second }))
      expect(await store.deliveries('main', { from: NOON, to: NOON })).toEqual([...first, ...second])
      expect(await store.deliveries('main', { from: NOON + 1, to: NOON + HOUR })).toEqual([])
    })

    test('more than one page, with many of one time across its edge', async () => {
      // 2,500 attempts: 900 at 0, 300 at 1 (the first page of 1,000 ends among these), 1,300 at 2.
      const deliveries = Array.from({ length: 2_500 }, (_, i) => aDelivery(`${i}`, NOON + (i < 900 ? 0 : i < 1_200 ? 1 : 2)))
      await store.commit('main', aCommit(null, { deliveries }))
      expect((await store.deliveries('main', ALL)).map(({ messageId }) => messageId)).toEqual(
        deliveries.map(({ messageId }) => messageId),
      )
    })
  })

  describe(`${kind}: acknowledgements and silences`, () => {
    test('each ends at its time, and can be said anew', async () => {
      const hush = { id: 'h', book: 'main', kind: 'ack', alert: 'room', at: NOON, until: NOON + HOUR, note: 'on it' } as const
      await store.hush(hush)
      expect(await store.hushes('main', NOON + HOUR - 1)).toEqual([hush])
      expect(await store.hushes('main', NOON + HOUR)).toEqual([])
      expect(await store.hushes('other', NOON)).toEqual([])
      await store.hush({ ...hush, until: NOON + 2 * HOUR })
      expect(await store.hushes('main', NOON + HOUR)).toEqual([{ ...hush, until: NOON + 2 * HOUR }])
    })
  })

  describe(`${kind}: leases`, () => {
    const times = { now: NOON, ms: MINUTE }

    test('one holder at a time, whatever it is called', async () => {
      const other = await another()
      const lease = await store.lease('main', 'watch', times)
      expect(lease).not.toBeNull()
      expect(await other.lease('main', 'watch', times)).toBeNull()
      expect(await other.lease('other', 'watch', times)).not.toBeNull()
      await lease?.release()
      expect(await lease?.renew()).toBe(false)
      expect(await other.lease('main', 'watch', times)).not.toBeNull()
    })

    test('four who ask at once: one gets it', async () => {
      const stores = [store, await another(), await another(), await another()]
      const leases = await Promise.all(stores.map((each, i) => each.lease('main', `${i}`, times)))
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1)
    })

    test('not renewed in time it is free again, and its holder is fenced off', async () => {
      const other = await another()
      const lease = await store.lease('main', 'a', times)
      clock = NOON + MINUTE - 1
      expect(await other.lease('main', 'b', { ...times, now: clock })).toBeNull()
      clock = NOON + MINUTE
      expect(await other.lease('main', 'b', { ...times, now: clock })).not.toBeNull()
      expect(await lease?.renew()).toBe(false)
      await expect(store.commit('main', aCommit(aPass('late', clock), { memory: 'late' }))).rejects.toThrow('taken over')
      expect(await store.memory('main')).toBeNull()
      await other.commit('main', aCommit(aPass('good', clock), { memory: 'good' }))
      await lease?.release()
      // The late release was of nothing: the other still holds it.
      expect(await (await another()).lease('main', 'c', { ...times, now: clock })).toBeNull()
    })

    test('renewed it lasts from then on', async () => {
      const other = await another()
      const lease = await store.lease('main', 'a', times)
      clock = NOON + MINUTE - 1
      expect(await lease?.renew()).toBe(true)
      expect(await other.lease('main', 'b', { ms: MINUTE, now: NOON + 2 * MINUTE - 2 })).toBeNull()
      expect(await other.lease('main', 'b', { ms: MINUTE, now: NOON + 2 * MINUTE - 1 })).not.toBeNull()
    })

    test('one from before the clock was set back an hour does not last that hour', async () => {
      const other = await another()
      await store.lease('main', 'dead', times)
      expect(await other.lease('main', 'b', { ms: MINUTE, now: NOON - HOUR })).not.toBeNull()
    })
  })

  describe(`${kind}: retention`, () => {
    // 100 days before noon: all of that day is older than 90 days.
    const old = NOON - 100 * DAY
    const keep = { now: NOON, keepMs: 90 * DAY }

    test('a day becomes one line: worst grade, least room, lowest health, highest margin ratio', async () => {
      const passes = [
        aPass('a', old, { grade: 'ok', room: '-0.45', health: '1.90', marginRatio: '0.2' }),
        // +25 % is as far as -20 %: nearer than -45 %.
        aPass('b', old + MINUTE, { grade: 'warning', room: '0.25', health: '1.9000000000000000001', marginRatio: '0.09' }),
        // Unknown is better than warning; a bound is kept apart from a room.
        aPass('c', old + HOUR, {
          grade: 'unknown',
          complete: false,
          room: null,
          atMost: '-0.1',
          health: null,
          marginRatio: null,
        }),
      ]
      for (const pass of passes) await store.commit('main', aCommit(pass, { deliveries: [aDelivery(pass.id, pass.at)] }))
      await store.commit('main', aCommit(aPass('now', NOON), { deliveries: [aDelivery('now', NOON)] }))
      await store.retire('main', keep)
      const lines = await store.history('main', ALL)
      expect(lines).toHaveLength(2)
      expect(lines[0]).toEqual({
        from: old - 2_000,
        to: old + HOUR,
        passes: 3,
        grade: 'warning',
        complete: false,
        room: '0.25',
        atMost: '-0.1',
        health: '1.90',
        marginRatio: '0.2',
        // From the second to the beginning of the third, which took two seconds.
        longestGapMs: HOUR - 2_000 - MINUTE,
      })
      expect(lines[1]?.to).toBe(NOON)
      expect((await store.deliveries('main', ALL)).map(({ messageId }) => messageId)).toEqual(['now'])
    })

    test('a day that is not over its time as a whole stays pass by pass', async () => {
      // 90 days before noon, and the same day's first and the day before's last millisecond.
      const begin = Date.UTC(2026, 7, 24)
      for (const [id, at] of [
        ['before', begin - 1],
        ['first', begin],
        ['now', NOON],
      ] as const)
        await store.commit('main', aCommit(aPass(id, at)))
      await store.commit('main', aCommit(aPass('last', NOON + 1)))
      await store.retire('main', keep)
      expect((await store.history('main', { from: begin, to: begin })).map(({ passes, from }) => [passes, from])).toEqual([
        [1, begin - 2_000],
      ])
      expect(await store.history('main', { from: 0, to: begin - 1 })).toHaveLength(1)
      expect(await totals()).toBe(4)
    })

    test('done twice, by two at once, and with a straggler, each pass counts once', async () => {
      const other = await another()
      // More than one batch a day, on two days.
      for (let i = 0; i < 450; i++) await store.commit('main', aCommit(aPass(`${i}`, old + i * 1_000 + (i % 2) * DAY)))
      await Promise.allSettled([store.retire('main', keep), other.retire('main', keep)])
      await store.retire('main', keep)
      await store.retire('main', keep)
      // 450 passes, of which the newest stays as it is.
      const lines = await store.history('main', ALL)
      expect(lines.map(({ passes }) => passes).sort((a, b) => a - b)).toEqual([1, 224, 225])
      await store.commit('main', aCommit(aPass('straggler', old)))
      await store.commit('main', aCommit(aPass('now', NOON)))
      await store.retire('main', keep)
      expect(await totals()).toBe(452)
      expect(await store.history('main', ALL)).toHaveLength(3)
    })

    test('the newest report and the newest look stay, however old: the next ones are compared with them', async () => {
      await store.commit('main', aCommit(aPass('report', old, { kind: 'report' })))
      await store.commit('main', aCommit(aPass('look', old + MINUTE), { memory: 'kept' }))
      await store.retire('main', keep)
      expect((await store.lastPass('main', 'report'))?.id).toBe('report')
      expect((await store.lastPass('main', 'look'))?.id).toBe('look')
      expect(await store.memory('main')).toBe('kept')
    })

    test('another book is left alone', async () => {
      await store.commit('other', aCommit(aPass('a', old, { book: 'other' })))
      await store.commit('other', aCommit(aPass('b', NOON, { book: 'other' })))
      await store.retire('main', keep)
      expect((await store.history('other', ALL)).map(({ from }) => from)).toEqual([old - 2_000, NOON - 2_000])
    })
  })

  test(`${kind}: closed, it refuses everything, and closing again does no harm`, async () => {
    await store.close()
    await store.close()
    await expect(store.memory('main')).rejects.toThrow(StoreError)
    await expect(store.commit('main', aCommit(null))).rejects.toThrow(StoreError)
  })
}
