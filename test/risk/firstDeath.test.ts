import { describe, expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { dec } from '../../src/risk/decimal.ts'
import { firstDeathOf } from '../../src/risk/firstDeath.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Cash, Leg } from '../../src/risk/leg.ts'
import { aLoan, anAsset, aPool, aPosition, aSnapshot, USDC, WETH } from '../support/books.ts'

const CASH: Cash = { id: 'cash', place: 'wallet', asset: USDC, amount: dec(10_000), price: dec(1) }
const first = (legs: readonly Leg[], cash: readonly Cash[] = [CASH]) =>
  firstDeathOf(legs, cash, assess(aSnapshot({ legs, cash }), DEFAULT_POLICY))

const owing = (over: { asset?: typeof USDC; price?: bigint; debt?: bigint }) =>
  aLoan({ reserves: aLoan().reserves.map((r) => (r.asset === USDC ? { ...r, ...over } : r)) })

describe('the book of the documentation after its first liquidation', () => {
  const found = first([aLoan(), aPool()])

  test('names the factor, the move and the leg', () => {
    expect(found).toMatchObject({ factor: 'ETH', legs: ['binance/main/USDT-cross'], debtCoin: 'USDC' })
    // 48,000 / 59,760 - 1
    expect(found?.move.toFixed(12)).toBe('-0.196787148594')
  })

  test('22,000 of debt stay, 10,000 of cash and at best 192.77 of margin for it', () => {
    expect(found?.book.debt.worst.toFixed()).toBe('22000')
    expect(found?.book.stable.worst.toFixed(6)).toBe('10000.000000')
    expect(found?.book.stable.best.toFixed(6)).toBe('10192.771084')
    expect(found?.book.orphanDebt.worst.toFixed(6)).toBe('12000.000000')
  })

  test('ETH delta: 50 ... 30 ETH before, 10 after, at 2,409.638554', () => {
    expect(found?.book.netDelta.before?.get('ETH')?.toFixed(4)).toBe('72289.1566')
    expect(found?.book.netDelta.after?.get('ETH')?.toFixed(4)).toBe('24096.3855')
  })
})

describe('which first liquidation', () => {
  test('a book that nothing kills has none', () => {
    const reserves = aLoan().reserves.filter(({ debt }) => debt === 0n)
    const reported = { totalCollateral: 48_000n * 10n ** 8n, totalDebt: 0n, healthFactor: null }
    expect(first([aLoan({ reserves, reported })])).toBeNull()
  })

  test('on the rise it is the ceiling: a short of 20 ETH dies at 72,000 / 60,300', () => {
    // 12,000 - 60,000 (s - 1) = 0.005 x 60,000 s - 50: s = 72,050 / 60,300
    const found = first([aPool({ positions: [aPosition({ side: 'short' })] })])
    expect(found?.move.toFixed(9)).toBe(dec(72_050).div(60_300).minus(1).toFixed(9))
  })

  test('what is dead now is liquidated at the prices of now', () => {
    const reported = { ...aLoan().reported, totalDebt: 40_000n * 10n ** 8n, healthFactor: 973_440_000_000_000_000n }
    const found = first([{ ...owing({ debt: 40_000n * 10n ** 6n }), reported }, aPool()])
    expect(found?.legs).toEqual([aLoan().id])
    expect(found?.move.toFixed()).toBe('0')
    // Half of 40,000 is repaid by force.
    expect(found?.book.debt.worst.toFixed(0)).toBe('20000')
  })
})

describe('what the debt is owed in', () => {
  const coin = (loan: Leg) => first([loan, aPool()])?.debtCoin

  test('one coin that is a dollar, to a tenth of a percent', () => {
    expect(coin(owing({ price: 100_100_000n }))).toBe('USDC')
    expect(coin(owing({ price: 100_100_001n }))).toBeNull()
    expect(coin(owing({ price: 99_900_000n }))).toBe('USDC')
    expect(coin(owing({ price: 99_899_999n }))).toBeNull()
  })

  test('a euro is none, though it is a peg', () => {
    expect(coin(owing({ asset: anAsset('EURC', 'EUR:EURC'), price: 115_000_000n }))).toBeNull()
  })

  test('two coins are none, and a debt in ETH is no coin at all', () => {
    const [weth, wbtc, usdc] = aLoan().reserves
    if (weth === undefined || wbtc === undefined || usdc === undefined) throw new RangeError('three reserves')
    const GHO = { ...usdc, asset: anAsset('GHO', 'USD:GHO'), id: 3, debt: 10n ** 9n }
    expect(coin(aLoan({ reserves: [weth, wbtc, usdc, GHO] }))).toBeNull()
    const inEth = { ...usdc, asset: WETH, price: 3000n * 10n ** 8n, decimals: 18, debt: 10n ** 18n }
    expect(coin(aLoan({ reserves: [{ ...weth, id: 5, asset: anAsset('wETH2', 'ETH') }, wbtc, inEth] }))).toBeNull()
  })
})
