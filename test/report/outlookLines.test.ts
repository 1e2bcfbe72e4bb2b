import { describe, expect, test } from 'vitest'
import { outlookLines } from '../../src/report/outlookLines.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import type { Funding } from '../../src/risk/marginAccount.ts'
import { aComet, aLoan, anAsset, aPool, aPosition, USDC } from '../support/books.ts'
import { FUNDED_POOL, RATED_LOAN, reportFindings, STATED } from '../support/reportBook.ts'

const GAP = { leg: 'bybit/main', code: 'unreachable', reason: 'Bybit is away.', hint: '', retryable: true }
/** Under one label, its lines joined. */
const said = (label: string, over: Partial<Snapshot> = {}, means = STATED): string | null => {
  const all = outlookLines(reportFindings(over, means))
  const start = all.findIndex((line) => line.startsWith(label))
  if (start < 0) return null
  const more = all.slice(start + 1).findIndex((line) => !line.startsWith(' '))
  const block = all.slice(start, more < 0 ? undefined : start + 1 + more)
  return block.map((line) => line.slice(16)).join(' ')
}
const dead = aLoan({
  reserves: aLoan().reserves.map((r) => (r.asset === USDC ? { ...r, debt: 40_000n * 10n ** 6n } : r)),
  reported: { ...aLoan().reported, totalDebt: 40_000n * 10n ** 8n, healthFactor: 973_440_000_000_000_000n },
})
const paying = (rate: string, intervalHours = 24, window: Funding['window'] = null) =>
  aPool({ positions: [aPosition({ funding: { rate: dec(rate), intervalHours: dec(intervalHours), window } })] })

describe('after the first death', () => {
  test('the futures: what is lost, the debt that stays, the cash there is', () => {
    expect(said('IF FUTURES DIE')).toBe('11,808-12,000 USDT lost; 22,000 USDC debt stays (10,000 cash)')
  })

  test('without a loan nothing stays', () => {
    expect(said('IF FUTURES DIE', { legs: [FUNDED_POOL] })).toBe('11,808-12,000 USDT lost')
  })

  test('the loan: margin that lives on is no cash', () => {
    expect(said('IF LOAN DIES', { legs: [dead, FUNDED_POOL] })).toBe(
      '776-900 USD lost; 20,000 USDC debt stays (22,000 cash and margin)',
    )
    expect(said('IF LOAN DIES', { legs: [dead] })).toBe('776-900 USD lost; 20,000 USDC debt stays (10,000 cash)')
  })

  test('of several of a kind the one that dies is named', () => {
    expect(said('IF LOAN DIES', { legs: [aLoan(), aComet()] })).toMatch(/^Compound III Ethereum USDC: [\d,]+ USD lost; /)
  })

  test('two that die together', () => {
    const both = { legs: [dead, { ...FUNDED_POOL, wallet: FUNDED_POOL.wallet.map((held) => ({ ...held, amount: dec(200) })) }] }
    expect(said('IF BOTH DIE', both)).toMatch(/^Aave v3 Ethereum: 776-900 USD lost; Binance USDT cross: 0-200 USDT lost; 20,000/)
  })

  test('a debt in euros is told in USD', () => {
    const EURC = anAsset('EURC', 'EUR:EURC')
    const reserves = aLoan().reserves.map((r) =>
      r.asset === USDC ? { ...r, asset: EURC, price: 110_000_000n, debt: 20_000n * 10n ** 6n } : r,
    )
    expect(said('IF FUTURES DIE', { legs: [{ ...aLoan(), reserves }, FUNDED_POOL] })).toContain('22,000 USD debt stays')
  })

  test('of a book that was read in part, what stays is not told', () => {
    expect(said('IF FUTURES DIE', { gaps: [GAP] })).toBe('11,808-12,000 USDT lost; what stays is not known, for not every leg is')
  })

  test('nothing where nothing dies', () => {
    expect(outlookLines(reportFindings({ legs: [] }))).toEqual([])
  })
})

describe('the replays', () => {
  test('today, and after the move', () => {
    expect(said('REPLAY')).toBe('today 1 of 12 survived; after the move 6 of 12')
    expect(said('REPLAY', { cash: [] })).toBe('today 1 of 12 survived')
  })

  test('with something unread none is survived', () => {
    expect(said('REPLAY', { cash: [], gaps: [GAP] })).toBe('today 0 of 12 (1 not known) survived')
  })
})

describe('odds', () => {
  const stated = (sigma: string) => ({ ...STATED, volatility: new Map([['ETH', dec(sigma)]]) })

  test('are between two figures, of a day and of a week', () => {
    expect(said('ODDS', {}, stated('0.6'))).toBe(
      'that ETH alone liquidates a leg, 24 h: under 0.01 % to 0.05 %; 7 d: between 0.84 % and 19 % (no drift, stated volatility)',
    )
  })

  test('of what was read, where not everything was', () => {
    expect(said('ODDS', { gaps: [GAP] }, stated('0.6'))).toContain('(no drift, stated volatility; of what was read)')
  })

  test('one figure where both read alike, none where it has happened, none without a volatility', () => {
    expect(said('ODDS', {}, stated('0.1'))).toContain('24 h: under 0.01 %; 7 d: under 0.01 %')
    expect(said('ODDS', { legs: [dead] }, stated('0.6'))).toBeNull()
    expect(said('ODDS')).toBeNull()
  })
})

describe('carry', () => {
  test('net a day with its parts, each rounded to the worse side', () => {
    expect(said('CARRY')).toBe('-19.56 USD/day (funding -18.00, borrow -3.13, supply +1.57)')
  })

  test('the days, where they are less than a year: 11,750 at 1,800 a day', () => {
    expect(said('CARRY', { legs: [paying('0.03')] })).toBe(
      '-1,800.00 USD/day (funding -1,800.00); 6.5 days to liquidation, prices still',
    )
    // 11,750 / 32.19 = 365.02 days, 11,750 / 32.22 = 364.7
    expect(said('CARRY', { legs: [paying('0.0005365')] })).not.toContain('days')
    expect(said('CARRY', { legs: [paying('0.000537')] })).toContain('; 364 days to liquidation')
  })

  test('a band where the rate is one', () => {
    const window = { low: dec('-0.0001'), high: dec('0.0003') }
    expect(said('CARRY', { legs: [paying('0', 24, window)] })).toBe('-18.00 to +6.00 USD/day (funding -18.00 to +6.00)')
  })

  test('what is not known is named, with what is', () => {
    expect(said('CARRY', { legs: [RATED_LOAN, aPool()] })).toBe('not known: funding was not read (borrow -3.13, supply +1.57)')
  })

  test('days of the known legs are a bound', () => {
    const other = { ...aPool(), id: 'other' }
    expect(said('CARRY', { legs: [paying('0.03'), other] })).toBe(
      'not known: funding was not read; at most 6.5 days to liquidation, prices still',
    )
    expect(said('CARRY', { legs: [paying('0.03')], gaps: [GAP] })).toBe(
      'not known: not every leg is; at most 6.5 days to liquidation, prices still',
    )
  })

  test('nothing where nothing is paid or earned', () => {
    expect(said('CARRY', { legs: [aLoan()] })).toBeNull()
  })
})

describe('the money clock', () => {
  test('is what the book file says', () => {
    expect(said('MONEY CLOCK')).toBe('margin top-up ~5 min; repay ~1 min; withdraw ~20 min (book file)')
  })

  test('only what it says, rounded up', () => {
    const minutes = { topUp: dec('0.5'), repay: null, withdraw: dec('20.2') }
    expect(said('MONEY CLOCK', {}, { ...STATED, minutes })).toBe('margin top-up ~1 min; withdraw ~21 min (book file)')
  })

  test('that it says nothing', () => {
    const minutes = { topUp: null, repay: null, withdraw: null }
    expect(said('MONEY CLOCK', {}, { ...STATED, minutes })).toBe(
      'not stated: how long your money takes belongs under "money" in the book file',
    )
  })
})
