import { describe, expect, test } from 'vitest'
import type { Asset } from '../../src/risk/asset.ts'
import { builtInScenarios } from '../../src/risk/builtInScenarios.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Cash, Leg } from '../../src/risk/leg.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import { customScenario, type Scenario, stageOf, unknownNames } from '../../src/risk/scenarios.ts'
import type { Shock } from '../../src/risk/shock.ts'
import { venueBreaks } from '../../src/risk/venueBreaks.ts'
import { aLoan, anAsset, anExchangeSource, aPool, aPosition, aReserve, USDC, WSTETH } from '../support/books.ts'

const texts = (shock: Shock | undefined): Record<string, string> =>
  Object.fromEntries([...(shock ?? [])].map(([name, at]) => [name, at.toFixed()]))

const named = (legs: readonly Leg[], part: string): readonly Scenario[] =>
  builtInScenarios(legs).filter(({ name }) => name.includes(part))

/** A pool that also holds so much of a coin. */
function holding(asset: Asset, over: Partial<MarginAccount> = {}): MarginAccount {
  const pool = aPool(over)
  return { ...pool, wallet: [...pool.wallet, { asset, amount: dec(1000), price: dec(1), priceFrom: 'venue', ratio: dec('0.9') }] }
}

const coin = (symbol: string, factor: string, basis: string | null = null): Asset => ({
  key: `binance/${symbol}`,
  symbol,
  factor,
  basis,
})

describe("REPORT's book", () => {
  const legs = [aLoan(), aPool()]
  const all = builtInScenarios(legs)

  test('has each scenario once', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
    const kinds = all.map(({ kind }) => kind)
    const count = (kind: Scenario['kind']) => kinds.filter((one) => one === kind).length
    // 12 falls; -10 -20 -30 -50; +10 +20 +50, the rises of a day together and of ETH and BTC alone; USDC and USDT three each;
    // a mark of its own, late oracles, hedges closed on the way down and up; the cut.
    expect([count('replay'), count('gap'), count('rise'), count('peg'), count('venue'), count('parameters')]).toEqual([
      12, 4, 6, 6, 4, 1,
    ])
    expect(all.every(({ stages }) => stages.length > 0)).toBe(true)
  })

  test('a fall covers what it has figures for, and takes the hours of what the book holds', () => {
    const [first] = named(legs, '2025-04-07')
    expect([...(first?.covers ?? [])]).toEqual(['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'LINK', 'AVAX'])
    // BTC 32, ETH 76 hours
    expect(first?.hours).toBe(76)
    expect(named([aLoan({ reserves: aLoan().reserves.slice(1) })], '2025-04-07')[0]?.hours).toBe(32)
    // Nothing of it: the longest of all.
    expect(named([], '2025-02-03')[0]?.hours).toBe(76)
  })

  test('gaps and rises move all markets', () => {
    const moves = all.filter(({ name }) => name.startsWith('all markets') && name.endsWith('at once'))
    expect(moves.map(({ name, kind, stages }) => [name, kind, texts(stages[0]?.oracle)])).toEqual([
      ['all markets -10 % at once', 'gap', { ALL: '0.9' }],
      ['all markets -20 % at once', 'gap', { ALL: '0.8' }],
      ['all markets -30 % at once', 'gap', { ALL: '0.7' }],
      ['all markets -50 % at once', 'gap', { ALL: '0.5' }],
      ['all markets +10 % at once', 'rise', { ALL: '1.1' }],
      ['all markets +20 % at once', 'rise', { ALL: '1.2' }],
      ['all markets +50 % at once', 'rise', { ALL: '1.5' }],
    ])
  })

  test('the rises of a day: together, and each alone', () => {
    const rises = named(legs, 'in a day')
    expect(
      rises.map(({ name, hours, stages, covers }) => [name, hours, texts(stages[0]?.exchange), covers?.size ?? null]),
    ).toEqual([
      ['BTC +25 %, ETH +45 %, SOL +68 % in a day', 24, { BTC: '1.25', ETH: '1.45', SOL: '1.68' }, 3],
      ['BTC +25 % in a day, alone', 24, { BTC: '1.25' }, null],
      ['ETH +45 % in a day, alone', 24, { ETH: '1.45' }, null],
    ])
    // Of one market there is nothing to offset.
    expect(named([aPool()], 'in a day')).toHaveLength(1)
  })

  test('the pegs: as far as they have broken, and each at 0.97 and 0.90', () => {
    const pegs = all.filter(({ kind }) => kind === 'peg')
    expect(pegs.map(({ name, stages }) => [name, texts(stages[0]?.oracle), texts(stages[0]?.exchange)])).toEqual([
      ['USD:USDC at 0.97', { 'USD:USDC': '0.97' }, { 'USD:USDC': '0.97' }],
      ['USD:USDC at 0.90', { 'USD:USDC': '0.9' }, { 'USD:USDC': '0.9' }],
      ['USD:USDC at 0.88, as on 11 March 2023', { 'USD:USDC': '0.88' }, { 'USD:USDC': '0.88' }],
      ['USD:USDT at 0.97', { 'USD:USDT': '0.97' }, { 'USD:USDT': '0.97' }],
      ['USD:USDT at 0.90', { 'USD:USDT': '0.9' }, { 'USD:USDT': '0.9' }],
      ['USD:USDT at 0.95, as on 12 May 2022', { 'USD:USDT': '0.95' }, { 'USD:USDT': '0.95' }],
    ])
  })

  test('marks and oracles that part, hedges that are closed, thresholds that are cut', () => {
    const shown = all
      .filter(({ kind }) => kind === 'venue' || kind === 'parameters')
      .map(({ name, stages }) => [
        name,
        ...stages.map(({ oracle, exchange, deleverages, thresholdCut, only }) =>
          [oracle.get('ALL') ?? 1, exchange.get('ALL') ?? 1, deleverages ?? '-', thresholdCut, only ?? 'all'].join(' '),
        ),
      ])
    expect(shown).toEqual([
      ['futures marks 10 % below the oracles', '1 0.9 - 0 all'],
      ['all markets -20 %, the oracles late', '1 0.8 - 0 all', '0.8 0.8 - 0 all'],
      ['all markets -10 %, shorts in profit closed by the exchanges, then -30 %', '0.9 0.9 short 0 all', '0.7 0.7 - 0 all'],
      ['all markets +10 %, longs in profit closed by the exchanges, then +30 %', '1.1 1.1 long 0 all', '1.3 1.3 - 0 all'],
      ['liquidation thresholds cut by 5 points', '1 1 - 500 all'],
    ])
  })
})

describe('other books', () => {
  test('an empty one keeps the twelve', () => {
    expect(builtInScenarios([]).map(({ kind }) => kind)).toEqual(Array(12).fill('replay'))
  })

  test('one of stablecoins alone has no markets to move', () => {
    const loop = aLoan({
      reserves: [
        aReserve({ asset: anAsset('USDS', 'USD:USDS'), id: 0, decimals: 18, supplied: 10n ** 22n }),
        aReserve({ asset: USDC, id: 1, decimals: 6, debt: 7000n * 10n ** 6n, collateral: false }),
      ],
    })
    const kinds = new Set(builtInScenarios([loop]).map(({ kind }) => kind))
    expect([...kinds]).toEqual(['replay', 'peg', 'parameters'])
    expect(named([loop], 'USDS').map(({ name }) => name)).toEqual(['USD:USDS at 0.97', 'USD:USDS at 0.90'])
  })

  test('a staked coin loses 5 % of its rate', () => {
    const loan = aLoan({ reserves: [aReserve({ asset: WSTETH, id: 0, decimals: 18, supplied: 10n ** 18n })] })
    expect(named([loan], 'wstETH').map(({ name, stages }) => [name, texts(stages[0]?.oracle)])).toEqual([
      ['wstETH/ETH -5 %', { 'wstETH/ETH': '0.95' }],
    ])
  })

  test('without an exchange nothing is split, without a loan nothing is cut and no oracle is late', () => {
    expect(builtInScenarios([aLoan()]).some(({ kind }) => kind === 'venue')).toBe(false)
    expect(named([aPool()], 'thresholds').concat(named([aPool()], 'late'))).toEqual([])
    expect(named([aPool()], 'futures marks')).toHaveLength(1)
  })
})

describe('10 October 2025, on one exchange alone', () => {
  const usde = coin('USDE', 'OWN:binance/USDE')
  const wbeth = coin('WBETH', 'ETH', 'WBETH/ETH@binance')
  const bnsol = coin('BNSOL', 'SOL', 'BNSOL/SOL@binance')

  test('breaks what that exchange holds, there and nowhere else', () => {
    const pool = holding(usde)
    expect(venueBreaks([aLoan(), pool])).toEqual([
      {
        name: 'USDe 0.65 on Binance alone (10 October 2025)',
        venue: 'Binance',
        shock: new Map([['OWN:binance/USDE', dec('0.65')]]),
      },
    ])
    const [scenario] = named([aLoan(), pool], 'alone (10 October 2025)')
    expect(scenario).toMatchObject({ kind: 'venue', hours: null, covers: null, stages: [{ only: 'Binance', oracle: new Map() }] })
  })

  test('all three at once; coin and market stay', () => {
    const [pool] = [{ ...holding(usde), wallet: [usde, wbeth, bnsol].flatMap((asset) => holding(asset).wallet.slice(1)) }]
    const [found] = venueBreaks([pool as MarginAccount])
    expect(found?.name).toBe('USDe 0.65, wBETH 0.12, BNSOL 0.18 on Binance alone (10 October 2025)')
    expect(texts(found?.shock)).toEqual({
      'OWN:binance/USDE': '0.65',
      'WBETH/ETH@binance': '0.12',
      'BNSOL/SOL@binance': '0.18',
    })
  })

  test('each exchange that holds them for itself, by whatever name they go', () => {
    const okx = holding(coin('USDe', 'USD:USDe'), { id: 'okx/main/cross', source: anExchangeSource({ name: 'OKX' }) })
    expect(venueBreaks([holding(usde), okx]).map(({ venue, shock }) => [venue, texts(shock)])).toEqual([
      ['Binance', { 'OWN:binance/USDE': '0.65' }],
      ['OKX', { 'USD:USDe': '0.65' }],
    ])
  })

  test('a loan that holds them is not an exchange, and other coins are not those', () => {
    const loan = aLoan({ reserves: [aReserve({ asset: anAsset('USDe', 'USD:USDe'), id: 0, decimals: 18, supplied: 1n })] })
    expect(venueBreaks([loan, aPool(), holding(coin('SUSDE', 'OWN:binance/SUSDE'))])).toEqual([])
  })
})

describe("the user's own shock", () => {
  const cash: readonly Cash[] = [{ id: 'w', place: 'w', asset: anAsset('LINK', 'LINK'), amount: dec(5), price: dec(18) }]
  const shock = (...names: string[]): Shock => new Map(names.map((name) => [name, dec('0.8')]))

  test('is one stage', () => {
    expect(customScenario('mine', shock('ETH'))).toEqual({
      name: 'mine',
      kind: 'custom',
      hours: null,
      covers: null,
      stages: [stageOf(shock('ETH'))],
    })
  })

  test('names what the book holds: factors, pegs, bases, ALL', () => {
    const wsteth = aReserve({ asset: WSTETH, id: 3, decimals: 18, supplied: 1n })
    const legs = [aLoan({ reserves: [...aLoan().reserves, wsteth] }), aPool()]
    const names = ['ETH', 'BTC', 'USD:USDC', 'USD:USDT', 'wstETH/ETH', 'ALL']
    expect(unknownNames(shock(...names), legs, [])).toEqual([])
    expect(unknownNames(shock('ETH', 'eth', 'LINK', 'USD:DAI', 'WETH', 'ETHUSDT'), legs, [])).toEqual([
      'eth',
      'LINK',
      'USD:DAI',
      'WETH',
      'ETHUSDT',
    ])
  })

  test('cash that moves is no unknown name', () => {
    expect(unknownNames(shock('LINK', 'ALL'), [aPool({ positions: [] })], cash)).toEqual([])
    expect(unknownNames(shock('LINK', 'ALL'), [aPool({ positions: [] })], [])).toEqual(['LINK', 'ALL'])
    expect(unknownNames(shock('ALL'), [], [])).toEqual(['ALL'])
  })

  test('a position counts by its own factor', () => {
    const pool = aPool({ positions: [aPosition({ symbol: 'SOLUSDT', factor: 'SOL' })] })
    expect(unknownNames(shock('SOL', 'ETH'), [pool], [])).toEqual(['ETH'])
  })
})
