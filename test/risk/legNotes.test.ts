import { expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import { legNotes } from '../../src/risk/legNotes.ts'
import { aChainSource, aLoan, anExchangeSource, aPool, aPosition } from '../support/books.ts'

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
