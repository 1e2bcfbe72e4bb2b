import { describe, expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { MarginAccount, StopOrder } from '../../src/risk/marginAccount.ts'
import { aPool, aPosition, aSnapshot } from '../support/books.ts'

// REPORT's account: 20 ETH long at 3,000 on 12,000 USDT is liquidated below 2,409.64.
function faultsOf(stops: readonly Partial<StopOrder>[], over: Partial<MarginAccount> = {}) {
  const stop = (one: Partial<StopOrder>): StopOrder => ({
    ...{ symbol: 'ETHUSDT', side: 'long', kind: 'stop', trigger: dec(2500), triggerBy: 'mark', size: null, reduceOnly: true },
    ...one,
  })
  const circumstances = { stops: stops.map(stop), fundingPaid: null, adl: null }
  const view = assess(aSnapshot({ legs: [aPool({ circumstances, ...over })] }), DEFAULT_POLICY)
  return view.legs[0]?.stopFaults.map(({ fault, trigger, liquidation }) => [
    fault,
    trigger?.toFixed() ?? null,
    liquidation?.toFixed() ?? null,
  ])
}

describe('a stop beyond the liquidation', () => {
  test('of a long, to the tick', () => {
    expect(faultsOf([{ trigger: dec('2409.63') }])).toEqual([['beyond-liquidation', '2409.63', '2409.64']])
    // At the last safe price the stop is still there first.
    expect(faultsOf([{ trigger: dec('2409.64') }])).toEqual([])
    expect(faultsOf([{ trigger: dec(2500) }])).toEqual([])
  })

  test('of a short', () => {
    // 1 ETH on 1,000: 1,000 + 3,000 - P = 0.004 P below the first cap of 50,000, so P = 4,000 / 1.004 = 3,984.0637...
    const position = aPosition({ side: 'short', size: dec(1) })
    const wallet = aPool().wallet.map((held) => ({ ...held, amount: dec(1000) }))
    const over = { positions: [position], wallet }
    expect(faultsOf([{ side: 'short', trigger: dec(3985) }], over)).toEqual([['beyond-liquidation', '3985', '3984.06']])
    expect(faultsOf([{ side: 'short', trigger: dec(3900) }], over)).toEqual([])
  })

  test('a take-profit is none, and one of another market is not compared', () => {
    expect(faultsOf([{ kind: 'take-profit', trigger: dec(2000) }])).toEqual([])
    expect(faultsOf([{ symbol: 'BTCUSDT', trigger: dec(2000) }])).toEqual([])
  })
})

describe('stops that close more than there is', () => {
  const loose = { reduceOnly: false, trigger: dec(2800) }
  test('and are not reduce-only may flip the position', () => {
    expect(faultsOf([{ ...loose, size: dec(20) }])).toEqual([])
    expect(faultsOf([{ ...loose, size: dec('20.001') }])).toEqual([['may-flip', null, null]])
    expect(faultsOf([{ size: dec(40) }])).toEqual([])
  })

  test('a stop and a take-profit, each over all of it: whichever comes second opens the other side', () => {
    expect(faultsOf([loose, { ...loose, kind: 'take-profit', trigger: dec(3500) }])).toEqual([['may-flip', null, null]])
  })

  test('not where both sides are held apart', () => {
    expect(faultsOf([{ ...loose, size: dec(40) }], { hedgeMode: true })).toEqual([])
  })
})

test('a venue that was not asked is no venue without stops', () => {
  const view = assess(aSnapshot({ legs: [aPool()] }), DEFAULT_POLICY)
  expect([view.legs[0]?.circumstances, view.legs[0]?.stopFaults]).toEqual([null, []])
})
