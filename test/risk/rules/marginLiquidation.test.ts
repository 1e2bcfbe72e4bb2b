import { describe, expect, test } from 'vitest'
import { type Decimal, dec } from '../../../src/risk/decimal.ts'
import type { MarginAccount } from '../../../src/risk/marginAccount.ts'
import { liquidatePool } from '../../../src/risk/rules/marginLiquidation.ts'
import { anAsset, aPool, aPosition, BINANCE_RULES, USDT } from '../../support/books.ts'

const at = (mark: string, over: Partial<MarginAccount> = {}): MarginAccount =>
  aPool({ positions: [aPosition({ mark: dec(mark) })], ...over })
const charging = (rate: string) => ({ rules: { ...BINANCE_RULES, liquidationFeeRate: dec(rate) } })
const texts = ({ best, worst }: { best: Decimal; worst: Decimal }) => [best.toFixed(), worst.toFixed()]

describe('a pool is closed at its marks', () => {
  test('a fee that nobody knows: the venue takes between nothing and all that is left', () => {
    // 12,000 + 20 x (2,410 - 3,000) = 200
    const { equityAtTrigger, residual, bill, shortfall, after } = liquidatePool(at('2410'))
    expect(equityAtTrigger.toFixed()).toBe('200')
    expect([texts(residual), texts(bill), shortfall.toFixed()]).toEqual([['200', '0'], ['0', '200'], '0'])
    expect(after.worst).toMatchObject({ positions: [], wallet: [] })
    expect(after.best.positions).toEqual([])
    // What the venue said of the pool it said of the positions that are gone.
    expect(after.best.reported).toEqual({ equity: null, maintenance: null, initialMargin: null, withdrawable: null })
    expect(after.best.wallet.map(({ asset, amount }) => [asset, amount.toFixed()])).toEqual([[USDT, '200']])
  })

  test('a known fee is the least, and it never takes more than there is', () => {
    // 0.1 % of 48,200 is 48.20, 1 % is 482
    expect(texts(liquidatePool(at('2410', charging('0.001'))).bill)).toEqual(['48.2', '200'])
    expect(texts(liquidatePool(at('2410', charging('0.001'))).residual)).toEqual(['151.8', '0'])
    expect(texts(liquidatePool(at('2410', charging('0.01'))).bill)).toEqual(['200', '200'])
    expect(texts(liquidatePool(at('2410', charging('0.01'))).residual)).toEqual(['0', '0'])
  })

  test('a shortfall is not owed', () => {
    // 12,000 + 20 x (2,300 - 3,000) = -2,000
    const { equityAtTrigger, residual, bill, shortfall } = liquidatePool(at('2300', charging('0.01')))
    expect([equityAtTrigger.toFixed(), shortfall.toFixed()]).toEqual(['-2000', '2000'])
    expect([texts(residual), texts(bill)]).toEqual([
      ['0', '0'],
      ['0', '0'],
    ])
  })

  test('a settle coin off its peg counts at its price', () => {
    const half = { settlePrice: dec('0.5'), wallet: aPool().wallet.map((held) => ({ ...held, price: dec('0.5') })) }
    const { equityAtTrigger, after, bill } = liquidatePool(at('2410', { ...half, ...charging('0.001') }))
    expect([equityAtTrigger.toFixed(), bill.best.toFixed()]).toEqual(['100', '24.1'])
    // 75.90 USD at 0.50
    expect(after.best.wallet[0]?.amount.toFixed()).toBe('151.8')
  })

  test('a coin that counts for less in the trigger is worth its price in what is left', () => {
    // 1 ETH at 2,410 that counts for 0.9, and 10,000 - 11,800 of the settle coin
    const wallet = [
      { asset: USDT, amount: dec(10_000), price: dec(1), priceFrom: 'par' as const, ratio: dec(1) },
      { asset: anAsset('ETH', 'ETH'), amount: dec(1), price: dec(2410), priceFrom: 'venue' as const, ratio: dec('0.9') },
    ]
    expect(liquidatePool(at('2410', { wallet })).equityAtTrigger.toFixed()).toBe('610')
  })

  test('an inverse contract: face over mark, in coins', () => {
    // 1 ETH of margin, 3,000 USD long at 3,000, mark 1,600: 1 + 3,000 x (1/3,000 - 1/1,600) = 0.125 ETH = 200 USD; fee 1 % of 3,000
    const eth = anAsset('ETH', 'ETH')
    const position = aPosition({ contract: 'inverse', size: dec(3000), entry: dec(3000), mark: dec(1600) })
    const { equityAtTrigger, bill } = liquidatePool(
      aPool({
        ...charging('0.01'),
        settle: eth,
        settlePrice: dec(1600),
        wallet: [{ asset: eth, amount: dec(1), price: dec(1600), priceFrom: 'venue', ratio: dec(1) }],
        positions: [position],
      }),
    )
    expect(equityAtTrigger.minus(200).abs().lt('1e-50')).toBe(true)
    expect(bill.best.minus(30).abs().lt('1e-50')).toBe(true)
  })
})
