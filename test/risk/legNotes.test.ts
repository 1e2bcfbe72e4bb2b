import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import { legNotes } from '../../src/risk/legNotes.ts'
import { aChainSource, aComet, aLoan, anExchangeSource, aPool, aPosition } from '../support/books.ts'

const apart = (symbol: string) =>
  aPosition({
    symbol,
    // At 50,000 the first bracket asks 200, the second 500 - 50 = 450: they do not meet.
    tiers: [
      { floor: dec(0), cap: dec(50_000), rate: dec('0.004'), deduction: dec(0) },
      { floor: dec(50_000), cap: null, rate: dec('0.01'), deduction: dec(50) },
    ],
  })
const table = (symbol: string): string =>
  `${symbol}: the brackets of its maintenance table do not meet; the larger maintenance is used`

test('a pool: how it was read, tables that do not meet once each, a settle coin without a price', () => {
  const source = anExchangeSource({ notes: ['clock 3 s behind'] })
  const pool = aPool({
    source,
    positions: [apart('ETHUSDT'), apart('BTCUSDT'), apart('ETHUSDT'), aPosition({ symbol: 'SOLUSDT' })],
  })
  const read = ['clock 3 s behind', table('ETHUSDT'), table('BTCUSDT')]
  expect(legNotes(pool)).toEqual([...read, 'USDT counted at 1.00 USD'])
  expect(legNotes({ ...pool, settlePrice: dec('0.999'), settlePriceFrom: 'venue' })).toEqual(read)
})

test('the same note twice is said once, and nothing to say is nothing', () => {
  const source = anExchangeSource({ notes: ['USDT counted at 1.00 USD', 'two requests', 'two requests'] })
  expect(legNotes(aPool({ source }))).toEqual(['USDT counted at 1.00 USD', 'two requests'])
  expect(legNotes(aPool({ settlePriceFrom: 'venue' }))).toEqual([])
})

test('a loan: how it was read, then what its market says', () => {
  const source = aChainSource({ notes: ['one node'] })
  expect(legNotes(aLoan({ source, eModeCategory: 2 }))).toEqual(['one node', 'e-mode category 2'])
  expect(legNotes(aLoan())).toEqual([])
})

describe('a price that was not written for longer than any feed leaves it alone', () => {
  const now = aChainSource().block?.timestamp as bigint
  const ago = (seconds: bigint): bigint => now - seconds
  const day = 25n * 3600n

  test('of an Aave loan: of what is owed or covers, not of what is idle', () => {
    const aged = (seconds: bigint) =>
      legNotes(
        aLoan({ reserves: aLoan().reserves.map((one) => (one.id === 0 ? { ...one, priceUpdatedAt: ago(seconds) } : one)) }),
      )
    expect(aged(day)).toEqual([])
    expect(aged(day + 3600n)).toEqual(['WETH: its price was last written 26 h ago'])
    const idle = aLoan().reserves.map((one) =>
      one.id === 0 ? { ...one, collateral: false, priceUpdatedAt: ago(10n * day) } : one,
    )
    expect(legNotes(aLoan({ reserves: idle }))).toEqual([])
  })

  test('of a Compound loan: its base and its collateral; of a supply none', () => {
    const [eth, btc] = aComet().collateral
    if (eth === undefined || btc === undefined) throw new RangeError('no collateral')
    const base = { ...aComet().base, priceUpdatedAt: ago(2n * day) }
    const comet = aComet({
      base,
      collateral: [
        { ...eth, priceUpdatedAt: ago(3n * day) },
        { ...btc, priceUpdatedAt: ago(1n) },
      ],
    })
    expect(legNotes(comet)).toEqual(['USDC: its price was last written 50 h ago', 'WETH: its price was last written 75 h ago'])
    expect(legNotes({ ...comet, baseBalance: 5n, collateral: [] })).toEqual([])
  })
})
