import { describe, expect, test } from 'vitest'
import { footnotes, legTable } from '../../src/report/legTable.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { aComet, aLoan, anAsset, aPool, aPosition, aReserve, USDC, USDT, WSTETH } from '../support/books.ts'
import { FUNDED_POOL, RATED_LOAN, reportFindings } from '../support/reportBook.ts'

const rows = (legs: readonly Leg[]) => legTable(reportFindings({ legs }))
const notes = (legs: readonly Leg[]) => footnotes(reportFindings({ legs }))

test('one row a leg', () => {
  expect(rows([RATED_LOAN, FUNDED_POOL])).toEqual([
    'LEG                 NOW                 DIES AT        ROOM   LIQUIDATION COST',
    'Aave v3 Ethereum    HF 1.7698           -43.4 % *      ####   550 (5 % of half)',
    'Binance USDT cross  margin ratio 2.1 %  ETH 2,409.64   ##     193 to the venue',
  ])
  expect(rows([])).toEqual([])
})

test('no debt, and no position, is said in words', () => {
  const reserves = aLoan().reserves.filter(({ debt }) => debt === 0n)
  const reported = { totalCollateral: 48_000n * 10n ** 8n, totalDebt: 0n, healthFactor: null }
  const [, loan, pool] = rows([aLoan({ reserves, reported }), aPool({ positions: [] })])
  expect(loan).toBe('Aave v3 Ethereum    no debt             no trigger')
  expect(pool).toBe('Binance USDT cross  no position         no trigger')
})

test('what is dead now says NOW; a margin ratio beyond all is over 100 %', () => {
  const broke = aPool({ wallet: [{ asset: USDT, amount: dec(200), price: dec(1), priceFrom: 'par', ratio: dec(1) }] })
  expect(rows([broke])[1]).toMatch(/^Binance USDT cross {2}margin ratio over +NOW/)
})

test('a wstETH is priced as a wstETH', () => {
  const loan = aLoan({
    revision: 11,
    reserves: [
      aReserve({
        asset: WSTETH,
        id: 0,
        decimals: 18,
        price: 3600n * 10n ** 8n,
        supplied: 10n ** 19n,
        liquidationThreshold: 8000n,
      }),
      aReserve({ asset: USDC, id: 1, decimals: 6, debt: 20_000n * 10n ** 6n, collateral: false }),
    ],
    reported: { totalCollateral: 36_000n * 10n ** 8n, totalDebt: 20_000n * 10n ** 8n, healthFactor: 1_440_000_000_000_000_000n },
  })
  expect(rows([loan])[1]).toMatch(/ wstETH +###/)
  expect(rows([loan])[2]).toMatch(/^ +2,500\.00/)
})

test('more room than the column holds ends with a plus', () => {
  const hedged = aPool({ hedgeMode: true, positions: [aPosition(), aPosition({ side: 'short' })] })
  expect(rows([hedged])[1]).toMatch(/ #####\+ /)
})

test('two accounts of one name are told apart', () => {
  const text = rows([aPool(), aPool({ id: 'binance/second/USDT-cross' })]).join('\n')
  expect(text).toContain('(main)')
  expect(text).toContain('(second)')
})

test('no row is wider than 80, and no hostile name reaches the terminal', () => {
  const evil = anAsset(`\u001b[2J\u202e${'長'.repeat(90)}`, 'OWN:eip155:1/0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2')
  const loan = aLoan({
    venue: `\u001b[2J${'x'.repeat(200)}`,
    reserves: aLoan().reserves.map((r) => (r.id === 0 ? { ...r, asset: evil } : r)),
  })
  const all = [...rows([loan, aPool()]), ...notes([loan, aPool()])]
  expect(all.filter((line) => line.length > 80)).toEqual([])
  expect(all.join('\n')).not.toContain('\u001b')
  expect(all.join('\n')).not.toContain('\u202e')
})

describe('the star', () => {
  const alone = '* all market factors falling together; ETH alone -68.0 %'

  test('says which way, and how far each factor may go alone', () => {
    expect(notes([aLoan(), aPool()])).toEqual([alone])
    expect(notes([aPool()])).toEqual([])
  })

  test('of several legs, for each by its name', () => {
    expect(notes([aLoan(), aComet()]).join(' ').replace(/\s+/g, ' ')).toBe(
      '* all market factors falling together; Aave v3 Ethereum: ETH alone -68.0 %; Compound III Ethereum USDC: BTC alone -36.7 %, ETH alone -28.4 %',
    )
  })

  test('two shorts die of a rise', () => {
    const btc = { symbol: 'BTCUSDT', factor: 'BTC', size: dec('0.5'), entry: dec(90_000), mark: dec(90_000) }
    const shorts = aPool({ positions: [aPosition({ side: 'short' }), aPosition({ ...btc, side: 'short' })] })
    expect(notes([shorts]).join(' ')).toMatch(
      /^\* all market factors rising together; BTC alone \+\d\d\.\d %, ETH alone \+\d\d\.\d %$/,
    )
    expect(notes([shorts, aLoan()]).join(' ')).toMatch(/^\* all market factors moving together; /)
  })
})
