import { describe, expect, test } from 'vitest'
import { CLOCK } from '../../src/clock.ts'
import { openBudget, openBudgets } from '../../src/futures/budget.ts'
import { weightLimit } from '../sandbox/venue/weightLimit.ts'
import { randomness } from '../truth/randomness.ts'

const never = new AbortController().signal
const TERMS = { weight: 100, windowMs: 60_000 }

function clocked(terms = TERMS) {
  const clock = { now: 1000 }
  return { clock, budget: openBudget(terms, { ...CLOCK, steady: () => clock.now }) }
}

describe('what was asked counts', () => {
  test('until a whole window after its answer, not after it was sent', () => {
    const { clock, budget } = clocked()
    const ticket = budget.tryTake(100)
    expect(budget.tryTake(1)).toBeNull()
    clock.now += 70_000
    // Still out: the venue may count it only now.
    expect(budget.tryTake(1)).toBeNull()
    ticket?.answered()
    clock.now += 59_999
    expect(budget.tryTake(1)).toBeNull()
    clock.now += 1
    expect(budget.tryTake(100)).not.toBeNull()
  })

  test('what the venue says others have used', () => {
    const { clock, budget } = clocked()
    budget.tryTake(20)?.answered()
    budget.learn(70)
    expect(budget.tryTake(31)).toBeNull()
    expect(budget.tryTake(30)).not.toBeNull()
    // Said again it is not counted again; less than ours is an older minute.
    budget.learn(100)
    budget.learn(3)
    clock.now += 60_000
    expect(budget.tryTake(70)).not.toBeNull()
  })

  test('a request that costs more than there ever is goes out alone', () => {
    const { clock, budget } = clocked()
    budget.tryTake(1)?.answered()
    expect(budget.tryTake(500)).toBeNull()
    clock.now += 60_000
    expect(budget.tryTake(500)).not.toBeNull()
  })

  test('a rest', () => {
    const { clock, budget } = clocked()
    budget.rest(5000)
    budget.rest(1000)
    expect(budget.resting()).toBe(5000)
    expect(budget.tryTake(1)).toBeNull()
    clock.now += 5000
    expect(budget.tryTake(1)).not.toBeNull()
  })
})

describe('who waits', () => {
  const TIGHT = { weight: 10, windowMs: 40 }

  test('is served in turn, and a small one does not go ahead of a large one', async () => {
    const budget = openBudget(TIGHT, CLOCK)
    budget.tryTake(6)?.answered()
    const order: string[] = []
    const large = budget.take(9, never).then((ticket) => {
      order.push('large')
      ticket.answered()
    })
    expect(budget.tryTake(1)).toBeNull()
    const small = budget.take(1, never).then((ticket) => {
      order.push('small')
      ticket.answered()
    })
    await Promise.all([large, small])
    expect(order).toEqual(['large', 'small'])
  })

  test('leaves with its signal, and whoever stood behind moves up', async () => {
    const budget = openBudget(TIGHT, CLOCK)
    const held = budget.tryTake(6)
    const end = new AbortController()
    const large = budget.take(9, end.signal)
    const small = budget.take(4, never)
    end.abort(new Error('enough'))
    await expect(large).rejects.toThrow('enough')
    expect(await small).toHaveProperty('answered')
    held?.answered()
    await expect(budget.take(1, AbortSignal.abort(new Error('late')))).rejects.toThrow('late')
  })
})

test('a venue that counts by its own minutes never refuses, however its answers are delayed', () => {
  const random = randomness(5)
  for (let round = 0; round < 50; round++) {
    const { clock, budget } = clocked({ weight: 2400, windowMs: 60_000 })
    const venue = weightLimit(2400)
    const phase = Math.floor(60_000 * random.share())
    // Requests on their way: counted by the venue somewhere between sending and answer.
    let out: { readonly weight: number; readonly counted: number; readonly back: number; readonly answered: () => void }[] = []
    for (let step = 0; step < 400; step++) {
      clock.now += Math.floor(3000 * random.share())
      for (const one of out.filter(({ counted }) => counted > 0 && counted <= clock.now).sort((a, b) => a.counted - b.counted)) {
        expect(venue.charge(one.weight, one.counted + phase)).toBeNull()
      }
      for (const one of out) if (one.back <= clock.now) one.answered()
      out = out.filter(({ back }) => back > clock.now).map((one) => (one.counted <= clock.now ? { ...one, counted: 0 } : one))
      const weight = 1 + Math.floor(200 * random.share())
      const ticket = budget.tryTake(weight)
      if (ticket === null) continue
      const counted = clock.now + Math.floor(4000 * random.share())
      out.push({ weight, counted, back: counted + Math.floor(4000 * random.share()), answered: ticket.answered })
    }
  }
})

test('a name has one budget', () => {
  const budgetOf = openBudgets(CLOCK)
  const terms = { hosts: ['a.example'], usedHeader: null, ...TERMS }
  expect(budgetOf('a', terms)).toBe(budgetOf('a', terms))
  expect(budgetOf('b', terms)).not.toBe(budgetOf('a', terms))
})
