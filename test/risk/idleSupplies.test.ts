import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import { idleSupplies, loanOfSupply, supplyOf, withdrawn } from '../../src/risk/idleSupplies.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { AaveV3Position, AaveV3Reserve, CompoundV3Position } from '../../src/risk/lendingPosition.ts'
import { aComet, aLoan, aPool, aReserve, aSpoke, USDC, USDT, WETH } from '../support/books.ts'

const usdc = (whole: bigint): bigint => whole * 10n ** 6n
const told = (...legs: readonly Leg[]) => {
  const { supplies, limits } = idleSupplies(legs)
  return [supplies.map(({ asset, amount, price }) => [asset.symbol, amount.toFixed(), price?.toFixed()]), limits]
}

describe('Aave', () => {
  const loan = aLoan()
  const beside = (over: Partial<AaveV3Reserve> = {}, of: AaveV3Position = loan): AaveV3Position => ({
    ...of,
    reserves: [
      ...of.reserves,
      aReserve({
        ...{ asset: USDT, id: 3, decimals: 6, price: 10n ** 8n, collateral: false },
        ...{ supplied: usdc(5_000n), availableLiquidity: usdc(9_000n) },
        ...over,
      }),
    ],
  })

  test('what secures a debt is not idle; what is switched off as collateral is', () => {
    expect(told(loan)).toEqual([[], []])
    expect(told(beside())).toEqual([[['USDT', '5000', '1']], []])
    expect(told(beside({ collateral: true }))).toEqual([[], []])
  })

  test('what has no threshold secures nothing, whatever its switch says', () => {
    expect(told(beside({ collateral: true, liquidationThreshold: 0n }))[0]).toEqual([['USDT', '5000', '1']])
  })

  test('without debt nothing is secured', () => {
    const free = { ...loan, reserves: loan.reserves.map((one) => ({ ...one, debt: 0n, availableLiquidity: 10n ** 30n })) }
    expect(told(free)[0]).toEqual([
      ['WETH', '10', '3000'],
      ['WBTC', '0.2', '90000'],
    ])
  })

  test('no more than the market holds, and it says so', () => {
    expect(told(beside({ availableLiquidity: usdc(1_200n) + 345_678n }))).toEqual([
      [['USDT', '1200.345678', '1']],
      [`USDT supplied to ${loan.id}: at most 1200.345678 of 5000 can be withdrawn now, the rest is lent out`],
    ])
    expect(told(beside({ availableLiquidity: 0n }))[0]).toEqual([])
  })

  test('paused or switched off nothing comes out; frozen it does', () => {
    expect(told(beside({ paused: true }))).toEqual([[], [`USDT supplied to ${loan.id} cannot be withdrawn: USDT is paused`]])
    expect(told(beside({ active: false }))[1]).toEqual([`USDT supplied to ${loan.id} cannot be withdrawn: USDT is not active`])
    expect(told(beside({ frozen: true }))[0]).toEqual([['USDT', '5000', '1']])
  })

  test('without a price it is no money', () => {
    expect(told(beside({ price: null }))).toEqual([[], []])
  })

  test('after it was withdrawn, rounded to the worse side', () => {
    const [first] = idleSupplies([beside()]).supplies
    expect(first?.id).toBe(supplyOf(loan, USDT.key))
    const left = withdrawn(beside(), USDT, dec('1000.0000001')) as AaveV3Position
    expect(left.reserves.map(({ supplied }) => supplied)).toEqual([10n ** 19n, 20_000_000n, 0n, usdc(4_000n) - 1n])
    expect((withdrawn(beside(), USDT, dec(5_001)) as AaveV3Position).reserves.at(-1)?.supplied).toBe(0n)
  })
})

describe('Compound III', () => {
  const comet = (over: Partial<CompoundV3Position> = {}) =>
    aComet({ baseBalance: usdc(7_000n), collateral: [], baseAvailable: usdc(50_000n), ...over })

  test('a debt makes everything collateral', () => {
    expect(told(aComet())).toEqual([[], []])
  })

  test('a supply of the base asset, as far as the market holds it; collateral without debt, whole', () => {
    const kept = aComet().collateral.slice(0, 1)
    expect(told(comet({ collateral: kept }))[0]).toEqual([
      ['USDC', '7000', '1'],
      ['WETH', '10', '3000'],
    ])
    expect(told(comet({ baseAvailable: usdc(10n), collateral: kept }))).toEqual([
      [
        ['USDC', '10', '1'],
        ['WETH', '10', '3000'],
      ],
      [`USDC supplied to ${aComet().id}: at most 10 of 7000 can be withdrawn now, the rest is lent out`],
    ])
  })

  test('in a market that counts in ETH', () => {
    const quoted = comet({
      base: { asset: WETH, decimals: 18, price: 10n ** 8n, priceUpdatedAt: null },
      baseBalance: 10n ** 18n,
      baseAvailable: 10n ** 20n,
    })
    expect(told({ ...quoted, quote: WETH, quoteUsd: dec(3_000) })[0]).toEqual([['WETH', '1', '3000']])
  })

  test('while withdrawing is paused nothing comes out; not known is nothing promised', () => {
    expect(told(comet({ withdrawPaused: true }))).toEqual([
      [],
      [`USDC supplied to ${aComet().id} cannot be withdrawn: withdrawing is paused`],
    ])
    expect(told(comet({ withdrawPaused: null }))).toEqual([[], []])
    expect(told(comet({ baseAvailable: null }))).toEqual([[], []])
  })

  test('after it was withdrawn', () => {
    expect((withdrawn(comet(), USDC, dec(1)) as CompoundV3Position).baseBalance).toBe(usdc(6_999n))
    const kept = comet({ collateral: aComet().collateral })
    expect((withdrawn(kept, WETH, dec(4)) as CompoundV3Position).collateral[0]?.balance).toBe(6n * 10n ** 18n)
  })
})

test('no other leg has one', () => {
  expect(told(aPool(), aSpoke())).toEqual([[], []])
  expect(withdrawn(aSpoke(), USDC, dec(1))).toEqual(aSpoke())
})

test('the loan of a supply, also where one id begins with another', () => {
  const [short, long] = [{ id: 'aave-v3/a/0x1' }, { id: 'aave-v3/a/0x12' }]
  expect(loanOfSupply(supplyOf(long, 'eip155:1/0xab'), [short, long])).toBe(long)
  expect(loanOfSupply(supplyOf(short, 'eip155:1/0xab'), [long, short])).toBe(short)
  expect(loanOfSupply('cash/0x1/eip155:1/0xab', [short, long])).toBeNull()
})
