import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccountReading } from '../../src/futures/exchange.ts'
import { assess } from '../../src/risk/assess.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import type { Json } from '../sandbox/venue/answers.ts'
import type { AccountInput, HeldInput } from '../sandbox/venues/held.ts'
import { randomness } from '../truth/randomness.ts'
import type { VenueBench, VenueFacts } from './venueBench.ts'

type Price = { readonly pool: string; readonly symbol: string; readonly side: 'down' | 'up'; readonly price: Decimal }

/** What every venue's adapter must do, against a double that decides by the venue's own rule. */
export function venueContract(facts: VenueFacts): void {
  const { eth, btc, sol } = facts.symbols
  const anchored = facts.anchored === true
  let bench: VenueBench
  beforeEach(async () => {
    bench = await facts.open()
  })
  afterEach(() => bench.close())

  /** What stands beside an isolated position: the cross pool, or where an account has one mode, another of them. */
  const beside = facts.oneMode === true ? { isolated: '4500' } : {}
  const besideId = facts.oneMode === true ? facts.isolatedId(btc, 'long') : facts.cross
  const long: HeldInput = { symbol: eth, amount: '20', entry: '3000' }
  const rewrite = (request: string, change: (answer: unknown) => unknown): void =>
    bench.server.faults.set(request, { kind: 'rewrite', rewrite: (answer) => change(answer) as Json })

  /** The venue's name of a pool. */
  function poolName({ id, positions: [first] }: MarginAccount): string {
    if (id === facts.cross) return 'cross'
    return id === facts.inverse?.cross ? 'cross ETH' : `${first?.symbol} ${first?.side}`
  }

  /** Reads the account, and holds every price against the venue's rule: safe there, dead one tick beyond. */
  async function check(input: AccountInput, reading?: AccountReading): Promise<readonly Price[]> {
    bench.account(input)
    const { accounts, gaps, cash, notes } = reading ?? (await bench.read())
    expect(gaps).toEqual([])
    const at = Math.max(...accounts.map(({ source }) => source.readAt))
    const view = assess({ book: 'main', at, legs: accounts, cash, gaps, disputes: [], oneSource: [], notes }, DEFAULT_POLICY)
    expect(view.gaps).toEqual([])
    const prices: Price[] = []
    for (const leg of view.legs) {
      const pool = poolName(accounts.find(({ id }) => id === leg.id) as MarginAccount)
      // A venue may keep a figure to itself; what it tells agrees.
      const allowed = anchored ? ['none', 'ours-only'] : ['agree', 'none', 'ours-only']
      const apart = leg.checks.filter(({ agreement }) => !allowed.includes(agreement))
      expect(apart, leg.id).toEqual([])
      for (const { symbol, side, price, exact } of leg.liquidation) {
        if (symbol === null || price === null) continue
        expect(exact).toBe(true)
        const tick = dec(bench.tickOf(symbol))
        const beyond = side === 'down' ? price.minus(tick) : price.plus(tick)
        const label = `${pool} ${symbol} ${side} at ${price.toFixed()}`
        expect(bench.deadAt(symbol, price.toFixed()), `${label}: safe`).not.toContain(pool)
        expect(bench.deadAt(symbol, beyond.toFixed()), `${label}: dead one tick beyond`).toContain(pool)
        prices.push({ pool, symbol, side, price })
      }
    }
    return prices
  }

  describe(`${facts.name}: what is held`, () => {
    test('nothing: no leg, no gap, and the balance is free', async () => {
      bench.account({ wallet: '5000', positions: [] })
      const { accounts, gaps, cash } = await bench.read()
      expect([accounts, gaps]).toEqual([[], []])
      expect(cash.map(({ amount }) => amount.toFixed())).toEqual(['5000'])
    })

    test('a long dies on the way down, a short on the way up', async () => {
      const down = await check({ wallet: '12000', positions: [long] })
      expect(down.map(({ pool, symbol, side }) => [pool, symbol, side])).toEqual([['cross', eth, 'down']])
      const up = await check({ wallet: '1000', positions: [{ symbol: eth, amount: '-1', entry: '3000' }] })
      expect(up.map(({ pool, symbol, side }) => [pool, symbol, side])).toEqual([['cross', eth, 'up']])
    })

    test.runIf(facts.crossOfMany)('three symbols share one pool, and each has its price', async () => {
      const prices = await check({
        wallet: '20000',
        positions: [long, { symbol: btc, amount: '-0.2', entry: '91000' }, { symbol: sol, amount: '300', entry: '140' }],
      })
      expect(new Set(prices.map(({ symbol }) => symbol))).toEqual(new Set([eth, btc, sol]))
      expect(new Set(prices.map(({ pool }) => pool))).toEqual(new Set(['cross']))
    })

    test('an isolated position is a leg of its own, and its margin is not in the cross wallet', async () => {
      const prices = await check({
        wallet: '9000',
        positions: [
          { symbol: eth, amount: '1', entry: '3000', isolated: '300' },
          { symbol: btc, amount: '0.5', entry: '90000', ...beside },
        ],
      })
      expect(prices.map(({ pool, symbol }) => [pool, symbol])).toEqual(
        expect.arrayContaining([
          [`${eth} long`, eth],
          [facts.oneMode === true ? `${btc} long` : 'cross', btc],
        ]),
      )
      const { accounts } = await bench.read()
      expect(accounts.map(({ id }) => id).sort()).toEqual([besideId, facts.isolatedId(eth, 'long')].sort())
    })

    test.runIf(facts.hedges)('a long and a short of one symbol are two positions of one pool, and die at one price', async () => {
      const input = {
        ...{ wallet: '9000', hedge: true },
        positions: [long, { symbol: eth, amount: '-8', entry: '3050' }],
      }
      const prices = await check(input)
      // On the way up it may die, too: the maintenance of both grows, and far above faster than what the longer side gains.
      expect(prices[0]).toMatchObject({ pool: 'cross', symbol: eth, side: 'down' })
      const [leg] = (await bench.read()).accounts
      expect(leg?.hedgeMode).toBe(true)
      expect(leg?.positions.map(({ side, size }) => [side, size.toFixed()]).sort()).toEqual([
        ['long', '20'],
        ['short', '8'],
      ])
    })

    test.runIf(facts.inverse !== null)('an inverse position settles in its coin, which falls with it', async () => {
      const symbol = facts.inverse?.eth as string
      // 30,000 USD of ETH at 3,000: ten coins of exposure on three.
      const down = await check({ wallet: '0', coins: { ETH: '3' }, positions: [{ symbol, amount: '30000', entry: '3000' }] })
      expect(down.map(({ pool, side }) => [pool, side])).toEqual([['cross ETH', 'down']])
      const up = await check({ wallet: '0', coins: { ETH: '3' }, positions: [{ symbol, amount: '-30000', entry: '3000' }] })
      expect(up.map(({ pool, side }) => [pool, side])).toEqual([['cross ETH', 'up']])
    })

    test('margin that open orders hold counts as the venue counts it', async () => {
      await check({ wallet: '12000', orderMargin: '800', positions: [long] })
    })

    test.runIf(anchored)('what the venue says of itself is used, and said to be unchecked', async () => {
      bench.account({ wallet: '12000', positions: [long] })
      const [leg] = (await bench.read()).accounts
      expect(leg?.reported).toEqual({ equity: null, maintenance: null, initialMargin: null, withdrawable: null })
      expect(leg?.positions[0]?.reported.liquidationPrice).toBeNull()
      expect(leg?.source.notes.join()).toContain('not checked')
      expect(leg?.positions[0]?.funding).not.toBeNull()
    })

    test.runIf(!anchored)('what the venue says of itself is beside ours, and agrees', async () => {
      bench.account({ wallet: '12000', positions: [long] })
      const [leg] = (await bench.read()).accounts
      // 12,000 and nothing gained or lost at 3,000.
      expect(leg?.reported.equity?.toFixed()).toBe('12000')
      expect(leg?.positions[0]?.reported.liquidationPrice?.gt(0)).toBe(true)
      expect(leg?.positions[0]?.funding).not.toBeNull()
    })

    test('a tiny and a huge position', async () => {
      await check({ wallet: '0.5', positions: [{ symbol: eth, amount: '0.001', entry: '3000' }] })
      await check({ wallet: '400000000', positions: [{ symbol: btc, amount: '20000', entry: '90000' }] })
    })

    test('thirty random accounts', async () => {
      const random = randomness(11)
      let prices = 0
      for (let i = 0; i < 30; i++) {
        const one = (symbol: string, mark: number, most: number): HeldInput[] => {
          const between = (low: number, high: number): number => low + (high - low) * random.share()
          const amount = between(-most, most).toFixed(2)
          if (random.share() < 0.35 || Number(amount) === 0) return []
          return [{ symbol, amount, entry: (mark * between(0.97, 1.03)).toFixed(1) }]
        }
        const some = [...one(eth, 3000, 30), ...one(btc, 90000, 1), ...one(sol, 150, 400)]
        const positions = facts.crossOfMany ? some : some.slice(0, 1)
        prices += (await check({ wallet: (9_000 + 51_000 * random.share()).toFixed(2), positions })).length
      }
      expect(prices).toBeGreaterThan(facts.crossOfMany ? 30 : 15)
    }, 30_000)
  })

  describe(`${facts.name}: what is missing looks missing`, () => {
    test.runIf(anchored).each([null, '0'] as const)('a liquidation price of %s is none: the pool is a gap', async (none) => {
      bench.account({ wallet: '12000', positions: [long] })
      rewrite(facts.requests.positions, (answer) => facts.withoutPrice(answer, none))
      const { accounts, gaps, cash } = await bench.read()
      expect([accounts, cash]).toEqual([[], []])
      expect(gaps.map(({ leg, code }) => [leg, code])).toEqual([[facts.cross, 'unsupported']])
    })

    test.runIf(!anchored).each([null, '0'] as const)('a liquidation price of %s is none: ours stands', async (none) => {
      bench.account({ wallet: '12000', positions: [long] })
      const whole = await bench.read()
      rewrite(facts.requests.positions, (answer) => facts.withoutPrice(answer, none))
      const without = await bench.read()
      expect(without.accounts[0]?.positions[0]?.reported.liquidationPrice).toBeNull()
      bench.server.faults.clear()
      const prices = await check({ wallet: '12000', positions: [long] }, without)
      expect(prices).toEqual(await check({ wallet: '12000', positions: [long] }, whole))
    })

    test('a position in a market that is not listed is a gap, and hides no other pool', async () => {
      bench.account({
        wallet: '12000',
        positions: [
          { ...long, isolated: '4000' },
          { symbol: btc, amount: '0.1', entry: '90000', ...beside },
        ],
      })
      rewrite(facts.requests.marks, (answer) => facts.withoutMark(answer, eth))
      const { accounts, gaps } = await bench.read()
      expect(accounts.map(({ id }) => id)).toEqual([besideId])
      expect(gaps.map(({ leg, code }) => [leg, code])).toEqual([[facts.isolatedId(eth, 'long'), 'incomplete-answer']])
    })

    test('margin without a position is a gap, not an empty account', async () => {
      bench.account({ wallet: '12000', positions: [long] })
      rewrite(facts.requests.positions, facts.withoutPositions)
      const reading = await bench.read().catch((error: unknown) => error)
      if (reading instanceof Error) expect(reading).toMatchObject({ code: 'incomplete-answer' })
      else expect((reading as AccountReading).gaps.length).toBeGreaterThan(0)
    })
  })

  describe(`${facts.name}: what goes wrong on the wire`, () => {
    const failed = async (): Promise<unknown> => {
      bench.account({ wallet: '12000', positions: [long] })
      const reading = await bench.read({ tools: { requestMs: 300 } }).catch((error: unknown) => error)
      // A failure may be an error of the account or a gap; it is never an empty account.
      if (reading instanceof Error) return (reading as unknown as { readonly code: string }).code
      const { accounts, gaps } = reading as AccountReading
      expect(accounts).toEqual([])
      return gaps[0]?.code
    }

    test.each<[string, Parameters<VenueBench['server']['faults']['set']>[1], string]>([
      ['it never answers', { kind: 'hang' }, 'unreachable'],
      ['it hangs up', { kind: 'reset' }, 'unreachable'],
      ['half an answer', { kind: 'truncate' }, 'incomplete-answer'],
      ['500', { kind: 'status', status: 500, body: null }, 'unreachable'],
      ['429', { kind: 'status', status: 429, body: null }, 'unreachable'],
      ['403 of a wall', { kind: 'html', status: 403 }, 'access'],
      ['451', { kind: 'status', status: 451, body: null }, 'access'],
      ['a page with 200', { kind: 'html' }, 'incomplete-answer'],
      ['100,000 lists in one another', { kind: 'nested' }, 'incomplete-answer'],
      ['null', { kind: 'rewrite', rewrite: () => null }, 'incomplete-answer'],
      ['{}', { kind: 'rewrite', rewrite: () => ({}) }, 'incomplete-answer'],
      ['[]', { kind: 'rewrite', rewrite: () => [] }, 'incomplete-answer'],
    ])('%s', async (_what, fault, code) => {
      bench.server.faults.set(facts.requests.positions, fault)
      expect(await failed()).toBe(code)
    })

    test('a fault that passes is passed over', async () => {
      bench.server.faults.set('*', { kind: 'status', status: 502, body: null, times: 1 })
      await check({ wallet: '12000', positions: [long] })
    })

    test('a pass that ends ends it', async () => {
      bench.server.faults.set('*', { kind: 'hang' })
      const end = new AbortController()
      const reading = bench.read({ tools: { signal: end.signal } })
      setTimeout(() => end.abort(), 50)
      await expect(reading).rejects.toMatchObject({ code: 'unreachable' })
    })

    test('a clock that is off by minutes is measured, and said', async () => {
      bench.account({ wallet: '12000', positions: [long] })
      const { accounts } = await bench.read({ tools: { now: () => Date.now() + 240_000 } })
      expect(accounts[0]?.source.notes.join()).toMatch(/our clock is 240\.\d s ahead/)
    })
  })

  test(`${facts.name}: 500 positions are all there, and no declared read was left`, async () => {
    await bench.close()
    bench = await facts.open(500)
    const positions = Array.from({ length: 500 }, (_, i) => ({ symbol: `M${i}`, amount: i % 2 === 0 ? '5' : '-5', entry: '10' }))
    bench.account({ wallet: '100000', positions })
    // A double reckons 500 prices a request, which takes it a while.
    const { accounts, gaps } = await bench.read({ tools: { requestMs: 50_000 } })
    if (facts.crossOfMany) expect(accounts[0]?.positions).toHaveLength(500)
    else expect(gaps.map(({ leg }) => leg)).toEqual([facts.cross])
    expect(bench.server.violations).toEqual([])
  }, 120_000)
}
