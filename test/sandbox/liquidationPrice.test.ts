import { describe, expect, test } from 'vitest'
import { openDemoAccount } from './demoAccount.ts'
import { createExchange, type Exchange } from './exchange.ts'
import type { AccountInput, PositionInput } from './venue/account.ts'
import { type BracketRow, bracketTable, maintenance, presentBrackets } from './venue/brackets.ts'
import { type Num, num } from './venue/num.ts'
import { isDead } from './venue/pool.ts'
import { positionRisk } from './venue/positionRisk.ts'

// The tables of 2021, by which the venue's worked example was computed (cum 16 300 for BTC, 135 365 for ETH).
const BTC_2021: readonly BracketRow[] = [
  ['50000', '0.004', 125],
  ['250000', '0.005', 100],
  ['1000000', '0.01', 50],
  ['5000000', '0.025', 20],
  ['20000000', '0.05', 10],
  ['50000000', '0.1', 5],
]
const ETH_2021: readonly BracketRow[] = [
  ['10000', '0.005', 100],
  ['100000', '0.0065', 75],
  ['500000', '0.01', 50],
  ['1000000', '0.02', 25],
  ['2000000', '0.05', 10],
  ['5000000', '0.1', 5],
  ['10000000', '0.125', 4],
]

const venueOf2021 = () => createExchange({ brackets: { BTCUSDT: bracketTable(BTC_2021), ETHUSDT: bracketTable(ETH_2021) } })

function price(exchange: Exchange, symbol: string, side = 'BOTH'): string {
  const position = exchange.state.positions.find((held) => held.symbol === symbol && held.side === side)
  if (position === undefined) throw new Error(`no ${side} ${symbol}`)
  return exchange.liquidationPriceOf(position)?.toFixed(8, 1) ?? 'none'
}

const row = (exchange: Exchange, symbol: string) =>
  positionRisk(exchange).find((one) => (one as { symbol: string }).symbol === symbol)

describe('brackets', () => {
  test('cum follows from caps and rates', () => {
    // 50 000 x 0.001 = 50; + 600 000 x 0.005 = 3 050; + 3 000 000 x 0.01 = 33 050; + 12 000 000 x 0.03 = 393 050
    const cums = presentBrackets.ETHUSDT?.slice(0, 5).map(({ cum }) => cum.toFixed())
    expect(cums).toEqual(['0', '50', '3050', '33050', '393050'])
    expect(bracketTable(BTC_2021)[3]?.cum.toFixed()).toBe('16300')
    expect(bracketTable(ETH_2021)[5]?.cum.toFixed()).toBe('135365')
  })

  test('maintenance is the same on both sides of a cap', () => {
    const table = presentBrackets.ETHUSDT ?? []
    expect(maintenance(table, num('50000')).toFixed()).toBe('200') // 50 000 x 0.004
    expect(maintenance(table, num('50000.01')).toFixed()).toBe('200.00005') // 50 000.01 x 0.005 - 50
  })
})

describe('liquidation price', () => {
  test('the worked example of the venue: two cross longs on 1 535 443.01 USDT', () => {
    const exchange = venueOf2021()
    exchange.setMark('BTCUSDT', '31967.27')
    exchange.setMark('ETHUSDT', '1335.18')
    exchange.account({
      ...{ mode: 'single', hedge: false, wallets: { USDT: '1535443.01' } },
      positions: [
        { symbol: 'BTCUSDT', side: 'BOTH', amount: '109.488', entryPrice: '32481.98' },
        { symbol: 'ETHUSDT', side: 'BOTH', amount: '3683.979', entryPrice: '1456.84' },
      ],
    })
    expect(Number(price(exchange, 'ETHUSDT'))).toBeCloseTo(1153.26, 2)
    expect(Number(price(exchange, 'BTCUSDT'))).toBeCloseTo(26316.89, 2)
  })

  test('a recorded isolated position in hedge mode: 5930.78', () => {
    // isolatedMargin 15 517.54150468 less profit 2 316.83423560 is a wallet of 13 200.70726908;
    // (13 200.70726908 + 50 - 20 x 6 563.665) / (20 x 0.005 - 20) = 118 022.59273092 / 19.9 = 5 930.7835
    const exchange = venueOf2021()
    exchange.setMark('BTCUSDT', '6679.50671178')
    exchange.account({
      ...{ mode: 'single', hedge: true, wallets: { USDT: '20000' } },
      positions: [{ symbol: 'BTCUSDT', side: 'LONG', amount: '20', entryPrice: '6563.665', isolatedWallet: '13200.70726908' }],
    })
    expect(price(exchange, 'BTCUSDT', 'LONG').slice(0, 7)).toBe('5930.78')
    expect(row(exchange, 'BTCUSDT')).toMatchObject({
      ...{ positionSide: 'LONG', positionAmt: '20.000', entryPrice: '6563.665', unRealizedProfit: '2316.83423560' },
      ...{ isolatedMargin: '15517.54150468', isolatedWallet: '13200.70726908' },
    })
  })

  test('the demo account: 48 000 / 19.92, the bracket at that price and not the one at the mark', () => {
    const exchange = createExchange()
    openDemoAccount(exchange)
    expect(price(exchange, 'ETHUSDT')).toBe('2409.63855421')
    // 60 000 stands in the second bracket: 60 000 x 0.005 - 50 = 250
    expect(row(exchange, 'ETHUSDT')).toMatchObject({
      maintMargin: '250.00000000',
      initialMargin: '3000.00000000',
      notional: '60000.00000000',
    })
  })

  test('a short dies above: (1 000 + 3 000) / (0.004 + 1)', () => {
    const exchange = createExchange()
    exchange.account({
      ...{ mode: 'single', hedge: false, wallets: { USDT: '1000' } },
      positions: [{ symbol: 'ETHUSDT', side: 'BOTH', amount: '-1', entryPrice: '3000' }],
    })
    expect(price(exchange, 'ETHUSDT')).toBe('3984.06374501') // 4 000 / 1.004
    expect(row(exchange, 'ETHUSDT')).toMatchObject({ positionAmt: '-1.000', notional: '-3000.00000000' })
  })

  test('a long that cannot die has "0"', () => {
    const exchange = createExchange()
    exchange.account({
      ...{ mode: 'single', hedge: false, wallets: { USDT: '4000' } },
      positions: [{ symbol: 'ETHUSDT', side: 'BOTH', amount: '1', entryPrice: '3000' }],
    })
    expect(row(exchange, 'ETHUSDT')).toMatchObject({ liquidationPrice: '0' })
  })

  test('both sides of a hedged symbol share one price', () => {
    const exchange = createExchange()
    exchange.account({
      ...{ mode: 'single', hedge: true, wallets: { USDT: '3000' } },
      positions: [
        { symbol: 'ETHUSDT', side: 'LONG', amount: '10', entryPrice: '3000' },
        { symbol: 'ETHUSDT', side: 'SHORT', amount: '-4', entryPrice: '3000' },
      ],
    })
    // both in the first bracket there: (3 000 - 30 000 + 12 000) / (0.04 + 0.016 - 10 + 4) = 15 000 / 5.944
    expect(price(exchange, 'ETHUSDT', 'LONG')).toBe('2523.55316285')
    expect(price(exchange, 'ETHUSDT', 'SHORT')).toBe('2523.55316285')
  })
})

describe('the reported price and the rule', () => {
  /** A small generator with a fixed seed: the same accounts every time. */
  function randomness(seed: number): () => number {
    let state = seed
    return () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state / 2 ** 32
    }
  }

  function randomAccount(random: () => number): AccountInput {
    const mode = random() < 0.5 ? 'multi' : 'single'
    const hedge = random() < 0.5
    const near = (mark: number) => (mark * (0.8 + random() * 0.4)).toFixed(2)
    const amount = (usd: number, mark: number) => ((usd * (0.05 + random())) / mark).toFixed(3)
    const legs = [['ETHUSDT', 3000] as const, ['BTCUSDT', 90000] as const, ['ETHUSDC', 3000] as const]
    const positions = legs.flatMap(([symbol, mark]): PositionInput[] => {
      const entryPrice = near(mark)
      const isolated = mode === 'single' && random() < 0.3 ? { isolatedWallet: (random() * 300_000).toFixed(2) } : {}
      const long = amount(1_000_000, mark)
      const short = `-${amount(1_000_000, mark)}`
      if (!hedge) return [{ symbol, side: 'BOTH', amount: random() < 0.5 ? long : short, entryPrice, ...isolated }]
      return [
        { symbol, side: 'LONG', amount: long, entryPrice, ...isolated },
        { symbol, side: 'SHORT', amount: short, entryPrice: near(mark), ...isolated },
      ]
    })
    const wallets = {
      USDT: (700_000 + random() * 1_000_000).toFixed(2),
      USDC: (random() * 900_000).toFixed(2),
      ETH: (random() * 50).toFixed(4),
    }
    return { mode, hedge, wallets, positions }
  }

  test('agree to the last digit of a mark, on 150 accounts', () => {
    const random = randomness(20)
    const seen = { single: 0, multi: 0, hedge: 0, isolated: 0, above: 0 }
    for (let i = 0; i < 150; i += 1) {
      const exchange = createExchange()
      const input = randomAccount(random)
      exchange.account(input)
      for (const position of exchange.state.positions) {
        const limit = exchange.liquidationPriceOf(position)
        if (limit === null) continue
        const mark = num(exchange.marks[position.symbol] ?? 'none')
        const above = limit.gt(mark)
        const lastSafe = limit.toDecimalPlaces(8, above ? 3 : 2) // towards the mark
        const beyond = above ? lastSafe.plus('1e-8') : lastSafe.minus('1e-8')
        const dies = (at: Num) => isDead(exchange.poolOf(position), new Map([...exchange.state.marks, [position.symbol, at]]))
        expect([dies(lastSafe), dies(beyond)], `account ${i}, ${position.symbol} ${position.side}`).toEqual([false, true])
        seen[input.mode] += 1
        seen.hedge += input.hedge ? 1 : 0
        seen.isolated += position.isolatedWallet === null ? 0 : 1
        seen.above += above ? 1 : 0
      }
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(30)
  })
})
