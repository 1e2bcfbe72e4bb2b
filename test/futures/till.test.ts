import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CLOCK } from '../../src/clock.ts'
import { UnreachableError } from '../../src/errors.ts'
import { openBudgets } from '../../src/futures/budget.ts'
import type { DeclaredRead } from '../../src/futures/exchange.ts'
import { openTill, type TillTerms } from '../../src/futures/till.ts'
import type { VenueFetch } from '../../src/futures/venueFetch.ts'
import { failure } from './failure.ts'
import { type Opened, openAccount } from './openAccount.ts'
import { SINGLE } from './readAccount.ts'

const READ: DeclaredRead = { host: 'a.example', method: 'GET', path: '/list', weight: 40, weightOfOne: 1 }
const ALL = 'https://a.example/list'
let names = 0

function opened(fetch: VenueFetch, over: Partial<TillTerms> = {}) {
  const name = `till-${names++}`
  return openTill(fetch, {
    ...{
      venue: 'Venue',
      nameOf: (hosts) => `${name} ${hosts}`,
      budgets: openBudgets(CLOCK),
      signal: new AbortController().signal,
      patienceMs: 1000,
    },
    terms: [{ hosts: ['a.example'], weight: 50, windowMs: 60, usedHeader: 'x-used' }],
    restOf: () => null,
    ...over,
  })
}

describe('paid before it leaves', () => {
  test('what has no room waits and is called again, with a new signature', async () => {
    const sent: string[] = []
    const till = opened(async (url) => {
      sent.push(url)
      return new Response('{}')
    })
    let calls = 0
    const call = () => till.within((purse) => till.send(`${ALL}?signature=${++calls}`, {}, READ, purse))
    await Promise.all([call(), call(), call()])
    // The first left at once; the others were signed in vain, waited a window each, and were signed anew.
    expect(sent).toEqual([`${ALL}?signature=1`, `${ALL}?signature=4`, `${ALL}?signature=5`])
  })

  test('one symbol costs less than all', async () => {
    const till = opened(async () => new Response('{}'))
    const start = performance.now()
    await Promise.all(
      Array.from({ length: 50 }, () => till.within((purse) => till.send(`${ALL}?symbol=ETHUSDT`, {}, READ, purse))),
    )
    expect(performance.now() - start).toBeLessThan(60)
  })

  test('a host without a budget is not held up', async () => {
    const till = opened(async () => new Response('{}'))
    for (let i = 0; i < 5; i++)
      await till.within((purse) => till.send('https://b.example/list', {}, { ...READ, host: 'b.example' }, purse))
  })

  test('a pass that ends ends the wait', async () => {
    const end = new AbortController()
    const till = opened(async () => new Response('{}'), { signal: end.signal })
    await till.within((purse) => till.send(ALL, {}, READ, purse))
    const second = till.within((purse) => till.send(ALL, {}, READ, purse))
    end.abort()
    await expect(second).rejects.toMatchObject({ code: 'unreachable' })
  })

  test('a call that fails before it is sent gives back what it waited for', async () => {
    const till = opened(async () => new Response('{}'))
    await till.within((purse) => till.send(ALL, {}, READ, purse))
    let calls = 0
    const broken = till.within((purse) =>
      calls++ === 0 ? till.send(ALL, {}, READ, purse) : Promise.reject(new Error('not signed')),
    )
    await expect(broken).rejects.toThrow('not signed')
    // Its weight counts for one window more, as if it had left, and then there is room again.
    await till.within((purse) => till.send(ALL, {}, READ, purse))
  })

  test('a rest that a refusal asks for holds for everybody: waited for if it is short, else refused', async () => {
    let rest: number | null = 40
    let refuses = true
    const till = opened(
      async () => {
        if (!refuses) return new Response('{}')
        refuses = false
        throw new UnreachableError('Venue', 'limits our requests (HTTP 429)')
      },
      { restOf: () => rest },
    )
    const small = () => till.within((purse) => till.send(`${ALL}?symbol=A`, {}, READ, purse))
    await expect(small()).rejects.toThrow('HTTP 429')
    const start = performance.now()
    await small()
    expect(performance.now() - start).toBeGreaterThan(30)
    ;[rest, refuses] = [30_000, true]
    await expect(small()).rejects.toThrow('HTTP 429')
    await expect(small()).rejects.toThrow('Venue limits our requests for another 30 s.')
  })
})

describe('Binance', () => {
  let account: Opened
  beforeEach(async () => {
    account = await openAccount()
    account.venue.account(SINGLE)
  })
  afterEach(() => account.close())
  const statuses = () => account.venue.requests.all.map(({ status }) => status)

  test('what other programs of this address have used is told by its headers: nothing is sent beyond it', async () => {
    account.venue.limits.fapi.perMinute = 2400
    // Somebody else is at it: 2,390 of 2,400 are gone.
    account.venue.limits.fapi.charge(2390, Date.now())
    const error = await failure(account, { tools: { signal: AbortSignal.timeout(400) } })
    expect(error).toMatchObject({ code: 'unreachable' })
    expect(statuses()).not.toContain(429)
    expect(statuses()).not.toContain(418)
  })

  test('after a 429 with a long wait nothing more is sent', async () => {
    const tools = { budgets: openBudgets(CLOCK) }
    await account.read({ tools })
    account.venue.limits.fapi.perMinute = 1
    account.venue.requests.reset()
    await failure(account, { tools })
    const asked = account.venue.requests.total
    expect(await failure(account, { tools })).toMatchObject({
      code: 'unreachable',
      // What was on its way together with the first that was refused may have brought the ban.
      message: expect.stringMatching(/limits our requests|has banned this/),
    })
    expect(account.venue.requests.total).toBe(asked)
  })
})
