import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountInput } from '../sandbox/venue/account.ts'
import { btc, diesAt, eth, MARKS, one, openVenueStage, poolOf, pricesOf, tickOf, type VenueStage } from './venueStage.ts'

let stage: VenueStage
beforeAll(async () => {
  stage = await openVenueStage()
})
afterAll(() => stage.stop())

describe('the report says LIQUIDATABLE exactly where the venue would liquidate', () => {
  const BOTH = {
    hedge: true,
    wallets: { USDT: '3000' },
    positions: [eth('10', { side: 'LONG' }), eth('-4', { side: 'SHORT' })],
  } as const
  test.each<[string, AccountInput, 'down' | 'up']>([
    ['a long', one({ wallets: { USDT: '12000' }, positions: [eth('20')] }), 'down'],
    ['a short', one({ wallets: { USDT: '1000' }, positions: [eth('-1')] }), 'up'],
    ['hedge mode', one(BOTH), 'down'],
    ['isolated', one({ wallets: { USDT: '10300' }, positions: [eth('1', { isolatedWallet: '300' }), btc('0.1')] }), 'down'],
    ['a bracket edge in between', one({ wallets: { USDT: '10050' }, positions: [eth('16.72')] }), 'down'],
    ['multi-assets mode', one({ mode: 'multi', wallets: { USDT: '500', ETH: '1' }, positions: [eth('4')] }), 'down'],
    ['equality', one({ wallets: { USDT: '1012' }, positions: [eth('1', { entryPrice: '4000' })] }), 'down'],
  ])('%s, four ticks on each side', async (what, input, side) => {
    const marks = { ...MARKS, ETHUSDT: '3050' }
    stage.place(input, marks)
    const [end] = (await stage.report()).legs.flatMap((leg) =>
      pricesOf(leg)
        .filter((found) => found.symbol === 'ETHUSDT' && found.side === side)
        .map(({ price }) => ({ price, pool: poolOf(leg, input.hedge) })),
    )
    if (end === undefined) throw new RangeError('the report names no price')
    const fell: boolean[] = []
    for (let i = -3; i <= 4; i += 1) {
      const step = tickOf('ETHUSDT').times(side === 'down' ? -i : i)
      const mark = end.price.plus(step)
      const dead = diesAt(stage, [input, marks], { symbol: 'ETHUSDT', mark }).has(end.pool)
      // The moment before the venue acts: its marks have moved, its positions stand.
      stage.venue.exchange.engine = 'halted'
      stage.venue.setMark('ETHUSDT', mark.toFixed())
      const { legs, verdict } = await stage.report()
      const leg = legs.find((one) => poolOf(one, input.hedge) === end.pool)
      const told = [leg?.grade === 'liquidatable', verdict.grade === 'liquidatable']
      expect(told, `${what} at ${mark.toFixed()}`).toEqual([dead, dead])
      fell.push(dead)
      stage.place(input, marks)
    }
    expect(fell).toEqual([false, false, false, false, true, true, true, true])
  })
})
