import { describe, expect, test } from 'vitest'
import type { Decimal } from '../../src/risk/decimal.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Cash } from '../../src/risk/leg.ts'
import { whatIf } from '../../src/risk/whatIf.ts'
import { withUnread } from '../../src/risk/withUnread.ts'
import { aLoan, aPool, USDC } from '../support/books.ts'

const CASH: Cash = { id: 'cash', place: 'wallet', asset: USDC, amount: dec(10_000), price: dec(1) }
const played = (shock: Record<string, string>) =>
  whatIf([aLoan(), aPool()], [CASH], new Map(Object.entries(shock).map(([name, s]): [string, Decimal] => [name, dec(s)])))

describe('ETH -20 % and USDC -3 %', () => {
  const { legs, outcome, aftermath, shock } = played({ ETH: '0.8', 'USD:USDC': '0.97' })

  test('each leg at the shocked prices, before anything is liquidated', () => {
    const [loan, pool] = legs
    // 24,000 x 0.83 + 18,000 x 0.78 = 33,960 against 21,340
    expect(loan?.after.cover.toFixed()).toBe('33960')
    expect(loan?.after.required.toFixed()).toBe('21340')
    expect(loan?.now.cover.toFixed()).toBe('38940')
    // 12,000 - 20 x 600 = 0, and 0.4 % of 48,000 is wanted
    expect(pool?.after.cover.toFixed()).toBe('0')
    expect(pool?.after.required.toFixed()).toBe('192')
    expect([pool?.now.tripped, pool?.after.tripped, loan?.after.tripped]).toEqual([false, true, false])
    expect(legs.map(({ leg }) => leg)).toEqual([aLoan().id, aPool().id])
  })

  test('the futures die, nothing is left for the venue to take', () => {
    expect(outcome.survived).toBe(false)
    expect(outcome.stages.flatMap(({ dead }) => dead.map(({ leg }) => leg))).toEqual([aPool().id])
    expect(outcome.bill.worst.toFixed()).toBe('0')
    expect(outcome.kind).toBe('custom')
  })

  test('48,000 of equity become 30,360: 42,000 - 21,340 + 0 + 9,700', () => {
    expect(outcome.equity?.before.toFixed()).toBe('48000')
    expect(outcome.equity?.after.worst.toFixed()).toBe('30360')
  })

  test('21,340 of debt, 9,700 of cash: 11,640 without a stablecoin for them', () => {
    expect(aftermath?.orphanDebt.worst.toFixed()).toBe('11640')
    expect(aftermath?.safetyFactor.after?.gt(1)).toBe(true)
  })

  test('the shock is told as it was given', () => expect([...shock.keys()]).toEqual(['ETH', 'USD:USDC']))
})

describe('ALL', () => {
  test('is every market of the book, and leaves the stablecoins where they are', () => {
    const [loan] = played({ ALL: '0.5' }).legs
    // 15,000 x 0.83 + 9,000 x 0.78 = 19,470
    expect(loan?.after.cover.toFixed()).toBe('19470')
    expect(loan?.after.required.toFixed()).toBe('22000')
  })

  test('what is named itself goes its own way', () => {
    const { legs, shock } = played({ ALL: '0.5', BTC: '0.9' })
    // 15,000 x 0.83 + 16,200 x 0.78 = 25,086
    expect(legs[0]?.after.cover.toFixed()).toBe('25086')
    expect([...shock.keys()]).toEqual(['ALL', 'BTC'])
  })
})

test('where nothing dies there is no aftermath', () => {
  const { outcome, aftermath } = played({ ETH: '0.95' })
  expect([outcome.name, outcome.kind, outcome.survived]).toEqual(['what if', 'custom', true])
  expect(aftermath).toBeNull()
})

describe('a book of which something was not read', () => {
  const GAP = { leg: 'bybit/main', code: 'unreachable', reason: 'Bybit is away.', hint: '', retryable: true }

  test('is never said to survive, and its equity is not known', () => {
    const { outcome } = played({ ETH: '0.95' })
    const partly = withUnread(outcome, [GAP])
    expect(partly).toMatchObject({ survived: null, equity: null, unknown: [{ leg: 'bybit/main', why: 'Bybit is away.' }] })
    expect(partly.stages.map(({ equity }) => equity)).toEqual([null])
    expect(outcome.stages[0]?.equity).not.toBeNull()
  })

  test('yet what dies, dies', () => {
    expect(withUnread(played({ ETH: '0.8' }).outcome, [GAP]).survived).toBe(false)
  })

  test('and a whole one stays as it is', () => {
    const { outcome } = played({ ETH: '0.95' })
    expect(withUnread(outcome, [])).toBe(outcome)
  })
})
