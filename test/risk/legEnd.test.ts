import { describe, expect, test } from 'vitest'
import { dec, ZERO } from '../../src/risk/decimal.ts'
import { legEnd } from '../../src/risk/legEnd.ts'
import { aComet, aLoan, aPool, BINANCE_RULES, USDC, USDT } from '../support/books.ts'

/** 12,000 + 60,000 (s - 1) = 0.004 x 60,000 s: s = 48,000 / 59,760, where 240 s = 192.771084337... are left. */
const DEATH = dec(48_000).div(59_760)
const LEFT = dec(240).times(DEATH)

describe('how a leg ends', () => {
  test('a pool whose fee is not known: between nothing and all that is left, in its coin', () => {
    const end = legEnd(aPool(), { factor: 'ETH', move: DEATH.minus(1) }, dec(12_000))
    expect(end).toMatchObject({ leg: 'binance/main/USDT-cross', coin: 'USDT', call: null })
    expect(end?.bill.best.toFixed()).toBe('0')
    expect(end?.bill.worst.toFixed(9)).toBe(LEFT.toFixed(9))
    // 12,000 of equity now, less what is left of it then.
    expect(end?.lost.best.toFixed(9)).toBe(dec(12_000).minus(LEFT).toFixed(9))
    expect(end?.lost.worst.toFixed(9)).toBe('12000.000000000')
    expect(end?.writtenOff).toEqual({ best: ZERO, worst: ZERO })
  })

  test('a known fee is the least that is taken: 0.1 % of 60,000 x 0.8032...', () => {
    const pool = aPool({ rules: { ...BINANCE_RULES, liquidationFeeRate: dec('0.001') } })
    const end = legEnd(pool, { factor: 'ETH', move: DEATH.minus(1) }, dec(12_000))
    // 60 x 0.803212851 = 48.192771084; what is left besides may go too.
    expect(end?.bill.best.toFixed(6)).toBe('48.192771')
    expect(end?.bill.worst.toFixed(6)).toBe('192.771084')
    // 12,000 - (192.771084 - 48.192771) = 11,855.421687
    expect(end?.lost.best.toFixed(6)).toBe('11855.421687')
    expect(end?.lost.worst.toFixed(6)).toBe('12000.000000')
  })

  test('a coin that the venue does not count as a dollar is told in USD', () => {
    const pool = aPool({
      settlePrice: dec('0.999'),
      wallet: [{ asset: USDT, amount: dec(12_000), price: dec('0.999'), priceFrom: 'venue', ratio: dec(1) }],
    })
    expect(legEnd(pool, { factor: 'ETH', move: DEATH.minus(1) }, dec(11_988))?.coin).toBeNull()
  })

  test('a loan on v3.0: half the debt by force, 4.5 % on it, and the call says so', () => {
    // 81.12 % of 48,000 s = 22,000: s = 0.565006...; 11,000 x 4.5 % = 495
    const s = dec(22_000).div(dec(48_000).times('0.8112'))
    const end = legEnd(aLoan(), { factor: 'ALL', move: s.minus(1) }, dec(26_000))
    expect(end?.coin).toBeNull()
    expect(end?.bill.worst.toFixed(2)).toBe('495.00')
    expect(end?.call?.bonus.toFixed(6)).toBe('0.045000')
    expect(end?.call?.ofDebt.toFixed(6)).toBe('0.500000')
    // 48,000 (1 - s) = 20,879.68 by price, and the 495.
    expect(end?.lost.worst.toFixed(1)).toBe(dec(48_000).times(dec(1).minus(s)).plus(495).toFixed(1))
  })

  test('Compound takes the account at once: a bill, and no call', () => {
    // 47,640 s = 40,000 with all markets: 57,000 s x 5 % is the bill.
    const s = dec(40_000).div(47_640)
    const end = legEnd(aComet(), { factor: 'ALL', move: s.minus(1) }, dec(17_000))
    expect(end?.call).toBeNull()
    expect(end?.bill.worst.toFixed(1)).toBe(dec(57_000).times(s).times('0.05').toFixed(1))
  })

  test('without a factor the leg ends as it is', () => {
    const reserves = aLoan().reserves.map((r) => (r.asset === USDC ? { ...r, debt: 40_000n * 10n ** 6n } : r))
    const dead = aLoan({ reserves })
    const end = legEnd(dead, { factor: null, move: ZERO }, dec(8000))
    // Nothing has moved: what is lost is the bill, 20,000 x 4.5 %.
    expect(end?.bill.worst.toFixed(2)).toBe('900.00')
    expect(end?.lost.worst.toFixed(2)).toBe('900.00')
  })

  test('where nothing is taken there is no end', () => {
    const reserves = aLoan().reserves.filter(({ debt }) => debt === 0n)
    expect(legEnd(aLoan({ reserves }), { factor: 'ETH', move: dec('-0.5') }, dec(48_000))).toBeNull()
  })
})
