import { describe, expect, test } from 'vitest'
import { builtInScenarios } from '../../src/risk/builtInScenarios.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { Scenario } from '../../src/risk/scenarios.ts'
import { aLoan, aPool, aPosition, aReserve, USDC, WETH, WSTETH } from '../support/books.ts'

/** All but the twelve falls. */
const invented = (legs: readonly Leg[]) => builtInScenarios(legs).filter(({ kind }) => kind !== 'replay')
const names = (legs: readonly Leg[]) => invented(legs).map(({ kind, name }) => `${kind}: ${name}`)

const GAPS = [
  'gap: all markets -10 % at once',
  'gap: all markets -20 % at once',
  'gap: all markets -30 % at once',
  'gap: all markets -50 % at once',
  'rise: all markets +10 % at once',
  'rise: all markets +20 % at once',
  'rise: all markets +50 % at once',
]
const TOGETHER = 'rise: BTC +25 %, ETH +45 %, SOL +68 % in a day'
const CUT = 'parameters: liquidation thresholds cut by 5 points'
const CLOSED = [
  'venue: all markets -10 %, shorts in profit closed by the exchanges, then -30 %',
  'venue: all markets +10 %, longs in profit closed by the exchanges, then +30 %',
]

describe('what a book is sent through besides the falls', () => {
  test("REPORT's book", () => {
    expect(names([aLoan(), aPool()])).toEqual([
      ...[...GAPS, TOGETHER, 'rise: BTC +25 % in a day, alone', 'rise: ETH +45 % in a day, alone'],
      ...['peg: USD:USDC at 0.97', 'peg: USD:USDC at 0.90', 'peg: USD:USDC at 0.88, as on 11 March 2023'],
      ...['peg: USD:USDT at 0.97', 'peg: USD:USDT at 0.90', 'peg: USD:USDT at 0.95, as on 12 May 2022'],
      ...['venue: futures marks 10 % below the oracles', 'venue: all markets -20 %, the oracles late', ...CLOSED, CUT],
    ])
  })

  test('a pool alone, whose coin has never broken', () => {
    const settle = { key: 'x/FDUSD', symbol: 'FDUSD', factor: 'USD:FDUSD', basis: null }
    const wallet = aPool().wallet.map((one) => ({ ...one, asset: settle }))
    const pool = aPool({ settle, wallet, positions: [aPosition({ symbol: 'DOGEUSDT', factor: 'DOGE' })] })
    expect(names([pool])).toEqual([
      ...[...GAPS, 'peg: USD:FDUSD at 0.97', 'peg: USD:FDUSD at 0.90', 'venue: futures marks 10 % below the oracles', ...CLOSED],
    ])
  })

  test('a staked coin off its rate; no market at all', () => {
    const reserves = [
      aReserve({ asset: WSTETH, id: 0, decimals: 18, supplied: 10n ** 19n }),
      aReserve({ asset: WETH, id: 1, decimals: 18, debt: 10n ** 18n, collateral: false }),
    ]
    expect(names([aLoan({ reserves })])).toEqual([...GAPS, TOGETHER, 'peg: wstETH/ETH -5 %', CUT])
    const idle = aPool({ positions: [] })
    const stable = aLoan({ reserves: [aReserve({ asset: USDC, id: 0, decimals: 6, supplied: 10n, debt: 5n })] })
    expect(names([stable, idle]).filter((name) => !name.startsWith('peg'))).toEqual([CUT])
    expect(names([])).toEqual([])
  })
})

describe('the twelve falls', () => {
  const hours = (legs: readonly Leg[]) =>
    builtInScenarios(legs)
      .filter(({ kind }) => kind === 'replay')
      .map((one: Scenario) => one.hours)
  const pool = (...factors: readonly string[]) =>
    aPool({ positions: factors.map((factor) => aPosition({ symbol: factor, factor })) })

  test('last as long as that of the slowest coin of the book; of all coins where it holds none of them', () => {
    // 2020-03: XRP 28, BTC and ETH 32; 2021-05: BTC 16, ETH 20; 2022-06: SOL 100, LINK 84, AVAX 216
    expect(hours([pool('XRP')]).slice(0, 2)).toEqual([28, 16])
    expect(hours([pool('BTC', 'ETH')]).slice(0, 2)).toEqual([32, 20])
    expect(hours([pool('SOL', 'LINK')])[3]).toBe(100)
    expect(hours([pool('DOGE')]).slice(0, 4)).toEqual([32, 20, 176, 216])
    expect(hours([pool('DOGE', 'XRP')])[0]).toBe(28)
    expect(hours([])).toHaveLength(12)
  })
})

test('what happens in them', () => {
  const found = new Map(invented([aLoan(), aPool()]).map((one) => [one.name, one]))
  const told = (name: string) => {
    const { stages = [], hours, covers } = found.get(name) ?? {}
    const shock = (of: ReadonlyMap<string, { toFixed: () => string }>) =>
      [...of].map(([factor, at]) => `${factor} ${at.toFixed()}`).join()
    return [
      ...stages.map((one) => [shock(one.oracle), shock(one.exchange), one.only, one.thresholdCut, one.deleverages]),
      [hours, covers && [...covers]],
    ]
  }
  const all = (at: string) => [`ALL ${at}`, `ALL ${at}`, null, 0n, null]
  expect(told('all markets -30 % at once')).toEqual([all('0.7'), [null, null]])
  expect(told('all markets +50 % at once')).toEqual([all('1.5'), [null, null]])
  expect(told('all markets -20 %, the oracles late')).toEqual([['', 'ALL 0.8', null, 0n, null], all('0.8'), [null, null]])
  expect(told('futures marks 10 % below the oracles')).toEqual([
    ['', 'ALL 0.9', null, 0n, null],
    [null, null],
  ])
  const closing = (side: string, first: string, then: string) => [[...all(first).slice(0, 4), side], all(then), [null, null]]
  expect(told('all markets -10 %, shorts in profit closed by the exchanges, then -30 %')).toEqual(closing('short', '0.9', '0.7'))
  expect(told('all markets +10 %, longs in profit closed by the exchanges, then +30 %')).toEqual(closing('long', '1.1', '1.3'))
  expect(told('liquidation thresholds cut by 5 points')).toEqual([
    ['', '', null, 500n, null],
    [null, null],
  ])
  expect(told('USD:USDC at 0.88, as on 11 March 2023')).toEqual([
    ['USD:USDC 0.88', 'USD:USDC 0.88', null, 0n, null],
    [null, null],
  ])
  const rise = 'BTC 1.25,ETH 1.45,SOL 1.68'
  expect(told('BTC +25 %, ETH +45 %, SOL +68 % in a day')).toEqual([
    [rise, rise, null, 0n, null],
    [24, ['BTC', 'ETH', 'SOL']],
  ])
  expect(told('ETH +45 % in a day, alone')).toEqual([
    ['ETH 1.45', 'ETH 1.45', null, 0n, null],
    [24, null],
  ])
})
