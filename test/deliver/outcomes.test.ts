import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { boundedFetch } from '../../src/boundedFetch.ts'
import { deliverAll, type Outcome } from '../../src/deliver/deliver.ts'
import { openWebhookBench } from './benches.ts'
import { MESSAGE, NOW } from './channelContract.ts'

/** What whoever listens to the outcomes may rely on. */

let desk: Awaited<ReturnType<typeof openWebhookBench>>
beforeAll(async () => {
  desk = await openWebhookBench()
})
afterAll(() => desk.stop())
beforeEach(() => {
  desk.react('none')
  desk.server.taken.length = 0
  desk.server.requests.length = 0
})

async function deliverThree(onOutcome: (id: string, outcome: Outcome) => void, signal = new AbortController().signal) {
  const bugs: unknown[] = []
  await deliverAll(
    ['a', 'b', 'c'].map((id) => ({ channel: desk.settings, message: { ...MESSAGE, id } })),
    {
      ...{ fetch: boundedFetch({ venue: 'The receiver' }), now: () => NOW, signal },
      onOutcome: ({ message }, outcome) => onOutcome(message.id, outcome),
      onBug: (error) => bugs.push(error),
    },
  )
  return bugs
}

test('a channel that asks us to wait is not asked again meanwhile: what waits behind was not tried', async () => {
  desk.react('later')
  const outcomes: (readonly [string, Outcome])[] = []
  await deliverThree((id, outcome) => outcomes.push([id, outcome]))
  const wait = { reason: 'asks us to wait (429)', retryAfterMs: 7_000, maybe: false, permanent: false }
  expect(outcomes).toMatchObject([
    ['a', wait],
    ['b', wait],
    ['c', wait],
  ])
  expect(desk.server.requests).toHaveLength(1)
})

test('a listener that fails is a bug, and the next message goes out all the same', async () => {
  const bugs = await deliverThree(() => {
    throw new RangeError('a listener that fails')
  })
  expect(bugs).toEqual([expect.any(RangeError), expect.any(RangeError), expect.any(RangeError)])
  expect(desk.server.taken.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
})

test('once the turn has ended nothing more is sent; what was taken until then was told', async () => {
  const turn = new AbortController()
  const outcomes: (readonly [string, Outcome])[] = []
  await deliverThree((id, outcome) => {
    outcomes.push([id, outcome])
    turn.abort()
  }, turn.signal)
  expect(outcomes).toEqual([['a', 'told']])
  expect(desk.server.taken.map(({ id }) => id)).toEqual(['a'])
})

test('an id that no header can carry has a key that can, always the same', async () => {
  const ids = ['m\u00e4in.room.1', 'm\u00e4in.room.1', 'main\r\nx: y', 'x'.repeat(300)]
  for (const id of ids) {
    await deliverAll([{ channel: desk.settings, message: { ...MESSAGE, id } }], {
      ...{ fetch: boundedFetch({ venue: 'The receiver' }), now: () => NOW, signal: new AbortController().signal },
      onOutcome: (_one, outcome) => expect(outcome).toBe('told'),
      onBug: (error) => expect.fail(String(error)),
    })
  }
  const keys = desk.server.taken.map(({ key }) => key)
  expect(desk.server.taken.map(({ id }) => id)).toEqual(ids)
  expect(keys.every((key) => /^[0-9a-f]{64}$/.test(key))).toBe(true)
  expect([keys[0] === keys[1], new Set(keys).size]).toEqual([true, 3])
})
