import { describe, expect, test } from 'vitest'
import { aftermathsOf } from '../../src/risk/aftermath.ts'
import type { Asset } from '../../src/risk/asset.ts'
import { builtInScenarios } from '../../src/risk/builtInScenarios.ts'
import { dec, ONE } from '../../src/risk/decimal.ts'
import type { Cash } from '../../src/risk/leg.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import type { Scenario } from '../../src/risk/scenarios.ts'
import { play, survivalOf } from '../../src/risk/stress.ts'
import { anAsset, aPool, aPosition, aReserve } from '../support/books.ts'
import { CASH, dead, falls, LOAN, texts, theLoan } from '../support/stressBook.ts'

describe('what is not known', () => {
  const link = aPool({
    id: 'link',
    positions: [aPosition({ factor: 'LINK', symbol: 'LINKUSDT', mark: dec(18), entry: dec(18) })],
  })
  const [first, second] = builtInScenarios([]) as [Scenario, Scenario]

  test('an asset without a figure: no survival is claimed, none is denied', () => {
    const calm = aPool({ positions: [aPosition({ size: dec('0.1') })] })
    const outcome = play([calm, link], CASH, first)
    expect([outcome.survived, outcome.unknown, outcome.equity]).toEqual([
      null,
      [{ leg: 'link', why: 'no figure for LINK' }],
      null,
    ])
    expect(outcome.stages[0]?.equity).toBeNull()
    // LINK fell by 53.01 % in May 2021: 12,000 - 360 x 0.53.
    expect(play([calm, link], CASH, second).survived).toBe(true)
    expect(survivalOf([outcome, play([calm], CASH, first), play([link, theLoan()], CASH, first)])).toEqual({
      survived: 1,
      unknown: 1,
      of: 3,
    })
  })

  test('a known leg that dies is dead, whatever is unknown beside it', () => {
    const outcome = play([link, theLoan()], CASH, first)
    expect([outcome.survived, dead(outcome), outcome.equity]).toEqual([false, [[0, LOAN]], null])
    expect(texts(outcome.bill)).toEqual(['1034.43', '1034.43'])
    expect(aftermathsOf([link, theLoan()], CASH, first)).toBeNull()
  })

  test('pegs are known to stand still; collateral, marks and coins of a wallet are not', () => {
    const stable = aPool({ positions: [] })
    expect(play([stable], CASH, first).survived).toBe(true)
    const uni: Asset = { key: 'binance/UNI', symbol: 'UNI', factor: 'UNI', basis: null }
    const wallet = (amount: number): MarginAccount => ({
      ...stable,
      wallet: [...stable.wallet, { asset: uni, amount: dec(amount), price: dec(7), priceFrom: 'venue', ratio: ONE }],
    })
    expect([play([wallet(5)], [], first).survived, play([wallet(0)], [], first).survived]).toEqual([null, true])
    const own = anAsset('XYZ', 'OWN:eip155:1/xyz')
    const loan = theLoan(22_000n, {
      reserves: [...theLoan().reserves, aReserve({ asset: own, id: 9, decimals: 18, supplied: 1n })],
    })
    expect(play([loan], [], second).unknown).toEqual([{ leg: LOAN, why: 'no figure for OWN:eip155:1/xyz' }])
  })

  test('cash without a figure hides the worth, not the survival', () => {
    const own: Cash = { id: 'x', place: 'w', asset: anAsset('XYZ', 'XYZ'), amount: dec(5), price: dec(2) }
    const through = (cash: Cash) => play([aPool({ positions: [] })], [cash], first)
    expect([through(own).survived, through(own).equity, through({ ...own, amount: dec(0) }).equity?.before.toFixed()]).toEqual([
      true,
      null,
      '12000',
    ])
    // Money without a price is counted nowhere.
    expect(through({ ...own, price: null }).equity?.before.toFixed()).toBe('12000')
  })

  test('a scenario of the book names what moves: the rest stands still', () => {
    expect(play([link], [], falls({ ETH: '0.5' })).survived).toBe(true)
    expect(play([link], [], falls({ ALL: '0.5', LINK: '1.1' })).equity?.after.worst.toFixed()).toBe('12036')
    // 20 x 18 x -0.5
    expect(play([link], [], falls({ ALL: '0.5' })).equity?.after.worst.toFixed()).toBe('11820')
  })

  test('a price that rounds to nothing', () => {
    const coarse = theLoan(0n, {
      reserves: [aReserve({ asset: anAsset('X', 'X'), id: 0, decimals: 0, price: 3n, supplied: 1n })],
    })
    const outcome = play([coarse, aPool()], [], falls({ X: '0.1' }))
    expect([outcome.survived, outcome.equity, outcome.unknown.map(({ leg }) => leg)]).toEqual([null, null, [LOAN]])
    expect(outcome.unknown[0]?.why).toContain('Aave v3 Ethereum')
  })
})
