import { describe, expect, test } from 'vitest'
import { trustLines } from '../../src/report/trustLines.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { aChainSource, aLoan, anExchangeSource, aPool, aPosition, NOW } from '../support/books.ts'
import { FUNDED_POOL, RATED_LOAN, reportFindings } from '../support/reportBook.ts'

const said = (legs: readonly Leg[]): string => trustLines(reportFindings({ legs })).join(' ').replace(/\s+/g, ' ')

describe('sources', () => {
  test('of several readings of one source the oldest is told', () => {
    const old = {
      ...FUNDED_POOL,
      id: 'binance/second/USDT-cross',
      source: anExchangeSource({ readAt: NOW - 20_000, venueTime: NOW - 20_000 }),
    }
    expect(said([old, FUNDED_POOL])).toContain('SOURCES Binance 20 s SELF-CHECK')
    expect(said([FUNDED_POOL, old])).toContain('SOURCES Binance 20 s SELF-CHECK')
  })

  test('one that is not confirmed is enough for "one source"', () => {
    const other = { ...RATED_LOAN, id: 'aave-v3/ethereum/0xcd', source: aChainSource({ confirmed: true }) }
    expect(said([RATED_LOAN, other])).toContain('SOURCES Ethereum block 24,100,000, 8 s (one source)')
    expect(said([other])).toContain('SOURCES Ethereum block 24,100,000, 8 s SELF-CHECK')
  })

  test('who told it is named, and whether a second one agrees', () => {
    const by = (operators: readonly string[]) => ({
      ...RATED_LOAN,
      source: aChainSource({ operators, confirmed: operators.length > 1 }),
    })
    expect(said([by(['publicnode.com', 'drpc.org'])])).toContain('8 s (publicnode.com and drpc.org agree)')
    expect(said([by(['drpc.org'])])).toContain('8 s (one source: drpc.org)')
  })

  test('two nodes that differ: both figures, and which one counts', () => {
    const loan = { ...RATED_LOAN, source: aChainSource({ operators: ['publicnode.com'] }) }
    const said = { ...loan, reserves: loan.reserves.map((one) => ({ ...one, debt: one.debt / 2n })) }
    const findings = reportFindings({ legs: [loan], disputes: [{ leg: loan.id, by: 'liar.example', said }] })
    // 1.76989 on the full debt, 3.53978 on half of it; rounded to the worse side.
    expect(trustLines(findings).join(' ').replace(/\s+/g, ' ')).toContain(
      'DISPUTED health: 1.7698 by publicnode.com, 3.5397 by liar.example; the worse one counts',
    )
    const none = reportFindings({ legs: [loan], disputes: [{ leg: loan.id, by: 'liar.example', said: null }] })
    expect(trustLines(none).join(' ')).toContain('no debt by liar.example')
  })

  test('how far oracle and mark are apart', () => {
    expect(said([RATED_LOAN, aPool({ positions: [aPosition({ mark: dec(2990) })] })])).toContain(
      'oracle and mark 0.34 % apart (ETH)',
    )
    expect(said([RATED_LOAN, FUNDED_POOL])).toContain('| oracle = mark')
    expect(said([RATED_LOAN])).not.toContain('oracle')
  })
})

describe('self-check', () => {
  test('what a venue does not tell is no drift, and no agreement', () => {
    expect(said([aPool()])).toContain(
      'SELF-CHECK Binance USDT cross tells no equity, maintenance, maintenance ETHUSDT, liquidation price ETHUSDT. NOTE',
    )
  })

  test('the price of a short is rounded down, towards today', () => {
    // 3,000 x 72,050 / 60,300 = 3,584.577114...
    const reported = { liquidationPrice: dec('3584.57711442'), maintenance: dec(250), unrealized: dec(0) }
    const short = { ...FUNDED_POOL, positions: [aPosition({ side: 'short', reported })] }
    expect(said([short])).toContain('SELF-CHECK liq 3,584.57 = venue. No drift.')
  })

  test('a dispute tells both figures', () => {
    const reported = { ...aLoan().reported, healthFactor: 15n * 10n ** 17n }
    const text = said([aLoan({ reported })])
    expect(text).toContain('Aave v3 Ethereum DISPUTED health: ours 1.769890909, venue 1.5 (18 %).')
    expect(text).not.toContain('No drift')
  })
})

test('hostile text does no harm', () => {
  const text = said([{ ...aLoan(), venue: '\u001b[2JAave', id: 'a\u001b[2J' }])
  expect(text).not.toContain('\u001b')
})
