import { describe, expect, test } from 'vitest'
import { WHAT_IF_FORMATS } from '../../src/report/whatIfReport.ts'
import { assess } from '../../src/risk/assess.ts'
import type { Decimal } from '../../src/risk/decimal.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import { whatIf } from '../../src/risk/whatIf.ts'
import { withUnread } from '../../src/risk/withUnread.ts'
import { reportSnapshot } from '../support/reportBook.ts'

const GAP = { leg: 'bybit/main', code: 'unreachable', reason: 'Bybit is away.', hint: '', retryable: true }
const played = (moves: Record<string, string>, over: Partial<Snapshot> = {}) => {
  const snapshot = reportSnapshot(over)
  const shock = new Map(Object.entries(moves).map(([name, s]): [string, Decimal] => [name, dec(s)]))
  const result = whatIf(snapshot.legs, snapshot.cash, shock)
  const view = assess(snapshot, DEFAULT_POLICY)
  return { view, banners: ['BANNER'], result: { ...result, outcome: withUnread(result.outcome, view.gaps) } }
}
const page = (moves: Record<string, string>, over: Partial<Snapshot> = {}): string =>
  WHAT_IF_FORMATS.terminal(played(moves, over))

describe('the page', () => {
  test('a death of which nothing is left', () => {
    expect(page({ ETH: '0.8', 'USD:USDC': '0.97' })).toBe(
      [
        'BANNER',
        'WHAT IF  ETH -20 %, USD:USDC -3 %, from the prices of 22 Nov 2026 13:40 UTC',
        'Binance USDT cross is liquidated.',
        '',
        'LEG                      NOW                   THEN            LIQUIDATION COST',
        'Aave v3 Ethereum         HF 1.7698             HF 1.5912',
        'Binance USDT cross       margin ratio 2.1 %    liquidated      nothing is left',
        // 42,000 - 21,340 + 0 + 9,700
        'EQUITY          48,000 USD now, 30,360 USD then',
        'ORPHAN DEBT     11,640 USD of debt without a stablecoin left for it',
        '',
      ].join('\n'),
    )
  })

  test('a rise to which nothing happens', () => {
    expect(page({ ETH: '1.1' })).toBe(
      [
        'BANNER',
        'WHAT IF  ETH +10 %, from the prices of 22 Nov 2026 13:40 UTC',
        'Nothing is liquidated.',
        '',
        'LEG                      NOW                   THEN            LIQUIDATION COST',
        // (33,000 x 0.83 + 18,000 x 0.78) / 51,000 = 81.235 %, floored to 81.23 %; 41,427.3 / 22,000
        'Aave v3 Ethereum         HF 1.7698             HF 1.8830',
        // 66,000 x 0.5 % - 50 = 280 of 18,000
        'Binance USDT cross       margin ratio 2.1 %    ratio 1.6 %',
        'EQUITY          48,000 USD now, 57,000 USD then',
        '',
      ].join('\n'),
    )
  })

  test('a bill is told, and the order of death', () => {
    const text = page({ ALL: '0.56' })
    // The futures have nothing left at -44 %; the loan pays 5 % of 11,000.
    expect(text).toMatch(/^Binance USDT cross, then Aave v3 Ethereum are\s+liquidated\.$/m)
    expect(text).toMatch(/^Aave v3 Ethereum +HF 1\.7698 +liquidated +550$/m)
    expect(text).toContain('VENUES TAKE     up to 550 USD beyond the price move')
  })

  test('a chosen move keeps every digit', () => expect(page({ ETH: '0.7995' })).toContain('ETH -20.05 %'))

  test('of a book read in part nothing is said to survive, and the rest is not known', () => {
    const text = page({ ETH: '0.95' }, { gaps: [GAP] })
    expect(text).toContain('Nothing of what is known is liquidated.')
    expect(text).toContain('EQUITY          not known, for not every leg or coin is')
    expect(text).toContain('NOT KNOWN       bybit/main: Bybit is away.')
    expect(page({ ETH: '0.8' }, { gaps: [GAP] })).not.toContain('ORPHAN DEBT')
  })

  test('an empty book, and hostile names', () => {
    expect(page({}, { legs: [] })).toContain('Nothing is liquidated.')
    const legs = reportSnapshot().legs.map((leg) => ({ ...leg, venue: `\u001b[2J\u202e${'x'.repeat(200)}` }))
    const text = page({ ETH: '0.8' }, { legs })
    expect(text).not.toContain('\u001b')
    expect(text).not.toContain('\u202e')
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  })
})

describe('as JSON', () => {
  const data = (moves: Record<string, string>, over: Partial<Snapshot> = {}) =>
    JSON.parse(WHAT_IF_FORMATS.json(played(moves, over)))

  test('every figure as text', () => {
    expect(data({ ETH: '0.8', 'USD:USDC': '0.97' })).toMatchObject({
      schemaVersion: 1,
      book: 'main',
      complete: true,
      shock: { ETH: '-0.2', 'USD:USDC': '-0.03' },
      legs: [{ after: { tripped: false } }, { after: { slack: '-192', tripped: true } }],
      outcome: { survived: false, equity: { before: '48000', after: { best: '30360', worst: '30360' } } },
      orphanDebtUsd: '11640',
      gaps: [],
    })
  })

  test('what a gap hides is null', () => {
    expect(data({ ETH: '0.8' }, { gaps: [GAP] })).toMatchObject({
      complete: false,
      outcome: { survived: false, equity: null },
      orphanDebtUsd: null,
      safetyFactorAfter: null,
    })
    expect(data({ ETH: '0.95' }, { gaps: [GAP] }).outcome.survived).toBeNull()
    expect(data({ ETH: '0.95' })).toMatchObject({ outcome: { survived: true }, orphanDebtUsd: null })
  })
})
