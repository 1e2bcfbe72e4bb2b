import { describe, expect, test } from 'vitest'
import { RESCUE_FORMATS } from '../../src/report/rescueReport.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import { rescueBook } from '../../src/risk/rescueBook.ts'
import { targetFor } from '../../src/risk/target.ts'
import { aLoan, USDC } from '../support/books.ts'
import { CASH, FUNDED_POOL, RATED_LOAN, reportFindings, reportSnapshot, STATED } from '../support/reportBook.ts'

const GAP = { leg: 'bybit/main', code: 'unreachable', reason: 'Bybit is away.', hint: '', retryable: true }
const asked = (fall: string, over: Partial<Snapshot> = {}) => {
  const findings = reportFindings(over)
  const { legs, cash } = reportSnapshot(over)
  const book = rescueBook(legs, cash, { view: findings.view, means: STATED })
  return { findings, target: targetFor({ ...book, donors: [] }, dec(fall)) }
}
const page = (fall: string, over: Partial<Snapshot> = {}): string => {
  const { findings, target } = asked(fall, over)
  return RESCUE_FORMATS.terminal(findings, { target, transactions: null, banners: ['BANNER'] })
}
const dead = aLoan({
  reserves: aLoan().reserves.map((r) => (r.asset === USDC ? { ...r, debt: 40_000n * 10n ** 6n } : r)),
  reported: { ...aLoan().reported, totalDebt: 40_000n * 10n ** 8n, healthFactor: 973_440_000_000_000_000n },
})

describe('the page', () => {
  test('whole', () => {
    expect(page('0.3')).toBe(
      [
        'BANNER',
        '6,168 USD are needed to survive -30 % and +42.8 % of every market',
        'Now, 22 Nov 2026 13:40 UTC: first liquidation at -19.6 % (ETH 2,409.64).',
        '',
        'NEEDED          6,168 USD in USDT for Binance USDT cross',
        'WITH THE CASH   Swap 6,168 USDC to USDT and add it to the margin.',
        'OR WITHOUT CASH close 20,404 USD of the ETHUSDT long of Binance USDT cross (35 %',
        '                of it)',
        'BEST USE NOW    Swap 10,000 USDC to USDT and add it to the margin: room grows to',
        '                -36.4 %.',
        '                (Repaying the loan with it instead would leave the room at',
        '                -19.6 %.)',
        '',
      ].join('\n'),
    )
  })

  test('a wanted fall keeps every digit, and a need is rounded up', () => {
    // At 0.6995: 12,000 - 18,030 = -6,030, and 0.4 % of 41,970 = 167.88: 6,197.88
    expect(page('0.3005')).toContain('6,198 USD are needed to survive -30.05 % and +42.9 % of every market')
  })

  test('what the cash cannot do is missing', () => {
    // 6,168 less 1,000
    const text = page('0.3', { cash: [{ ...CASH, amount: dec(1000) }] })
    expect(text).toContain('WITH THE CASH   Swap 1,000 USDC to USDT and add it to the margin.')
    expect(text).toContain('STILL MISSING   5,168 USD')
    expect(page('0.3', { cash: [] })).not.toContain('WITH THE CASH')
  })

  test('nothing is needed', () => {
    const text = page('0.1')
    expect(text).toContain('NOTHING NEEDED  the book survives -10 % and +11.1 % of every market as it is')
    expect(text).not.toContain('STILL MISSING')
    expect(text).not.toContain('\nNEEDED')
  })

  test('what was not read is not in it, and is named', () => {
    const text = page('0.1', { gaps: [GAP] }).replace(/\s+/g, ' ')
    expect(text).toContain('NOTHING NEEDED the book survives -10 % and +11.1 % of every market as it is, of what was read')
    expect(text).toContain('NOT READ bybit/main: Bybit is away.')
    expect(page('0.3', { gaps: [GAP] }).replace(/\s+/g, ' ')).toContain('of every market, of what was read')
  })

  test('a disputed leg: by our own figures', () => {
    const disputed = { ...RATED_LOAN, reported: { ...RATED_LOAN.reported, healthFactor: 15n * 10n ** 17n } }
    expect(page('0.1', { legs: [disputed, FUNDED_POOL] }).replace(/\s+/g, ' ')).toContain('as it is, by our own figures')
  })

  test('cash without a price is named, not counted', () => {
    expect(page('0.3', { cash: [{ ...CASH, price: null }] }).replace(/\s+/g, ' ')).toContain(
      'LIMIT USDC in wallet 0xab..cd on Ethereum has no price, so it is not used',
    )
  })

  test('a leg that is dead now and asks for nothing is beyond help, never safe', () => {
    const reserves = dead.reserves.map((r) => (r.asset === USDC ? { ...r, price: 100_000_000n } : r))
    const { findings } = asked('0.1', { legs: [{ ...dead, reserves }] })
    const none = { ...asked('0.1').target, least: { ...asked('0.1').target.least, perLeg: [], moves: [], totalUsd: dec(0) } }
    const text = RESCUE_FORMATS.terminal(findings, { target: none, transactions: null, banners: [] })
    expect(text).toContain('NO CASH HELPS  to survive -10 % and +11.1 % of every market')
    expect(text.replace(/\s+/g, ' ')).toContain('BEYOND HELP Aave v3 Ethereum dies nearer, and no cash that it takes mends that')
    expect(text).not.toContain('survives')
  })

  test('no line is wider than 80', () => {
    for (const fall of ['0.000001', '0.3', '0.999999'])
      expect(
        page(fall, { legs: [dead, FUNDED_POOL], gaps: [GAP] })
          .split('\n')
          .filter((line) => line.length > 80),
      ).toEqual([])
  })
})

test('as JSON, every figure as text', () => {
  const { findings, target } = asked('0.3')
  const data = JSON.parse(RESCUE_FORMATS.json(findings, { target, transactions: null, banners: ['BANNER'] }))
  expect(data).toMatchObject({
    schemaVersion: 1,
    book: 'main',
    at: '2026-11-22T13:40:00.000Z',
    banners: ['BANNER'],
    verdict: { grade: 'warning', complete: true },
    target: { fall: '0.3', perLeg: [{ leg: FUNDED_POOL.id, accepts: 'USDT' }], shortUsd: '0' },
    gaps: [],
  })
  expect(Number(data.target.totalUsd)).toBeCloseTo(6168, 9)
  expect(data.target.reductions).toMatchObject([{ what: 'close', symbol: 'ETHUSDT', side: 'long', repays: null }])
  expect(data.bestUse.moves).toMatchObject([{ usd: '10000', asset: 'USDC', accepts: 'USDT', what: 'add-margin' }])
})
