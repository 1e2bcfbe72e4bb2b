import { describe, expect, test } from 'vitest'
import { Decimal, dec, ONE, ZERO } from '../../../src/risk/decimal.ts'
import type { Collateral, FuturesPosition, MarginAccount, MarginTier } from '../../../src/risk/marginAccount.ts'
import { decimalsOf, type WholePool, wholePool } from '../../../src/risk/rules/wholePool.ts'
import { decimalOf } from '../../../src/risk/whole.ts'
import { anAsset, aPool, aPosition, BINANCE_RULES, USDT } from '../../support/books.ts'

const BNB = anAsset('BNB', 'BNB')
const held = (amount: string, over: Partial<Collateral> = {}): Collateral => ({
  ...{ asset: USDT, amount: dec(amount), price: ONE, priceFrom: 'par', ratio: ONE },
  ...over,
})
const tier = (rate: string, deduction: string): MarginTier => ({
  ...{ floor: ZERO, cap: null },
  ...{ rate: dec(rate), deduction: dec(deduction) },
})

const found = (account: MarginAccount): Record<string, string | readonly string[]> => {
  const pool = wholePool(account) as WholePool
  const { settled, unrealized, notional, maintenance, each } = decimalsOf(pool)
  return {
    settled: settled.toFixed(),
    unrealized: unrealized.toFixed(),
    notional: notional.toFixed(),
    maintenance: maintenance.toFixed(),
    each: each.map((required) => required.toFixed()),
    slack: decimalOf(pool.slack, pool.usd.words).toFixed(),
  }
}

describe('the sums of a pool', () => {
  test("REPORT's pool", () => {
    // 0.5 % of 60,000 less 50
    expect(found(aPool())).toEqual({
      ...{ settled: '12000', unrealized: '0', notional: '60000', maintenance: '250', each: ['250'], slack: '11750' },
    })
    expect(wholePool(aPool({ positions: [], wallet: [] }))?.slack).toBe(0n)
  })

  test('digits of any length behind the point, of figures, rates and deductions', () => {
    // Long 20.5 from 2,990.25 at 3,000.125: 20.5 x 9.875 = 202.4375 of 61,502.5625, 0.4 % of it 246.01025, 0.5 % less 50.5 is
    // 257.0128125. Short 0.0000001 from 90,000 at 90,000.5: -0.00000005 of 0.00900005; 1.00000001 % of it and a deduction of
    // -0.000000000000001: 0.0000900005 + 0.0000000000009000050 + 0.000000000000001. The fee: 0.00000005 of 61,502.57150005.
    const long = aPosition({
      ...{ size: dec('20.5'), entry: dec('2990.25'), mark: dec('3000.125') },
      tiers: [tier('0.004', '0'), tier('0.005', '50.5')],
    })
    const short = aPosition({
      ...{ symbol: 'BTCUSDT', side: 'short', size: dec('0.0000001'), entry: dec(90_000), mark: dec('90000.5') },
      tiers: [tier('0.0100000001', '-0.000000000000001'), tier('0', '0')],
    })
    const pool = aPool({ positions: [long, short], rules: { ...BINANCE_RULES, closeFeeRate: dec('0.00000005') } })
    const notional = dec('61502.5625').plus('0.00900005')
    const each = [
      dec('257.0128125').plus(dec('61502.5625').times('0.00000005')),
      dec('0.00900005').times('0.0100000001').plus('0.000000000000001').plus(dec('0.00900005').times('0.00000005')),
    ]
    const maintenance = (each[0] as Decimal).plus(each[1] as Decimal)
    const unrealized = dec('202.4375').minus('0.00000005')
    expect(found(pool)).toEqual({
      settled: unrealized.plus(12_000).toFixed(),
      unrealized: unrealized.toFixed(),
      notional: notional.toFixed(),
      maintenance: maintenance.toFixed(),
      each: each.map((one) => one.toFixed()),
      slack: unrealized.plus(12_000).minus(maintenance).toFixed(),
    })
  })

  test('a maintenance at the entry, whose deduction alone has digits', () => {
    // 0.5 % of 20 x 2,500 less 50.000000000000000000001 is 199.99..; the fee of 0.1 % is of the mark.
    const tiers = [tier('0', '0'), tier('0.005', '50.000000000000000000001')]
    const pool = aPool({
      positions: [aPosition({ entry: dec(2500), tiers })],
      rules: { ...BINANCE_RULES, basis: 'entry', closeFeeRate: dec('0.001') },
    })
    expect(found(pool)).toMatchObject({ each: ['259.999999999999999999999'], settled: '22000', unrealized: '10000' })
    // Less than nothing is asked of none.
    const spared = aPool({ positions: [aPosition({ tiers: [tier('0.005', '300.01')] })] })
    expect(found(spared)).toMatchObject({ maintenance: '0', slack: '12000' })
  })

  test('what is owned counts by its ratio, what is owed in full; order margin is held back where the venue does', () => {
    // Settled 12,000 - 20 x 100 at 0.95 x 0.9; 2 BNB at 600.5 x 0.85, -1.5 of another at 3.000000001 in full; (250 + 40.5) x 1.01.
    const wallet = [
      held('12000', { price: dec('0.95'), ratio: dec('0.9') }),
      held('2', { asset: BNB, price: dec('600.5'), ratio: dec('0.85') }),
      held('-1.5', { asset: anAsset('XRP', 'XRP'), price: dec('3.000000001'), ratio: dec('0.5') }),
      held('0', { asset: anAsset('SOL', 'SOL'), price: dec(150), ratio: dec('0.5') }),
    ]
    const positions = [aPosition({ entry: dec(3100) })]
    const pool = aPool({ wallet, positions, settlePrice: dec('1.01'), orderMargin: dec('40.5') })
    const held10 = dec(10_000).times('0.855').plus('1020.85').minus('4.5000000015')
    expect(found(pool)).toMatchObject({ settled: '10000', slack: held10.minus('252.5').toFixed() })
    const holding = { ...pool, rules: { ...BINANCE_RULES, holdsOrderMargin: true } }
    expect(found(holding)).toMatchObject({ slack: held10.minus('293.405').toFixed() })
    // 20 x 1,000 lost: 8,000 are owed at 1.01, the haircut does not make them less.
    const owing = { ...pool, positions: [aPosition({ entry: dec(4000) })] }
    expect(found(owing)).toMatchObject({
      settled: '-8000',
      slack: dec(-8080).plus('1020.85').minus('4.5000000015').minus('252.5').toFixed(),
    })
  })

  test('without a balance in the settle coin profits count at its price', () => {
    const wallet = [held('3.25', { asset: BNB, price: dec('600.125'), ratio: dec('0.955') })]
    const pool = aPool({ wallet, positions: [aPosition({ entry: dec(2900) })], settlePrice: dec('0.999') })
    // 2,000 x 0.999 + 3.25 x 600.125 x 0.955 - 250 x 0.999
    expect(found(pool)).toMatchObject({
      ...{ settled: '2000', unrealized: '2000' },
      slack: dec('1748.25').plus(dec('1950.40625').times('0.955')).toFixed(),
    })
  })
})

describe('pools of another kind are not for whole numbers', () => {
  const position = (over: Partial<FuturesPosition>) => aPool({ positions: [aPosition(), aPosition(over)] })
  const endless = new Decimal('Infinity')

  test.each([
    ['flat brackets', aPool({ rules: { ...BINANCE_RULES, tiers: 'flat' } })],
    ['an inverse contract', position({ contract: 'inverse' })],
    ['a size without end', position({ size: endless })],
    ['an entry without end', position({ entry: endless })],
    ['a mark of 0', position({ mark: ZERO })],
    ['a mark without end', position({ mark: endless })],
    ['a tick of 0', position({ tick: ZERO })],
    ['a settle price of 0', aPool({ settlePrice: ZERO })],
    ['a settle price without end', aPool({ settlePrice: endless })],
    ['a settle coin that counts for more when owned', aPool({ settlePrice: dec('0.99') })],
  ])('%s', (_, account) => expect(wholePool(account)).toBeNull())

  test('a dearer coin beside the settle coin is no reason', () => {
    const wallet = [held('2', { asset: BNB, price: dec(600) }), held('12000')]
    expect(found(aPool({ wallet }))).toMatchObject({ settled: '12000', slack: '12950' })
    expect(wholePool(aPool({ wallet: [held('2', { asset: BNB, price: dec(600) })] }))).not.toBeNull()
  })
})
