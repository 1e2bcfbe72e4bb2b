import { describe, expect, test } from 'vitest'
import type { Asset } from '../../../src/risk/asset.ts'
import { dec, ONE } from '../../../src/risk/decimal.ts'
import type { MarginAccount } from '../../../src/risk/marginAccount.ts'
import { ALL_MARKET, alongFactor, alongOne, type Path } from '../../../src/risk/path.ts'
import { wholeLine } from '../../../src/risk/rules/wholeLine.ts'
import type { WholeLine } from '../../../src/risk/slackLine.ts'
import { anAsset, aPool, aPosition, USDT } from '../../support/books.ts'

const lineOf = (account: MarginAccount, path: Path): WholeLine => {
  const line = wholeLine(account, path)
  if (line === null) throw new RangeError('not of the common kind')
  return line
}
/** The root of the piece that holds at a multiplier, and whether the slack rises there. */
const root = (line: WholeLine, over: bigint, under: bigint) => {
  const { base, slope } = line.at({ over, under })
  return [dec(-base).div(dec(slope)).toDecimalPlaces(20).toFixed(), slope > 0n]
}
const share = (over: number, under: number) => dec(over).div(under).toDecimalPlaces(20).toFixed()
const held = (asset: Asset, amount: string, over: { price?: number; ratio?: string } = {}) => ({
  ...{ asset, amount: dec(amount), price: dec(over.price ?? 1), priceFrom: 'par' as const },
  ratio: over.ratio === undefined ? ONE : dec(over.ratio),
})
const ETH = alongFactor('ETH')

describe('one position', () => {
  test('by the bracket that holds at the multiplier', () => {
    // 12,000 + 60,000 (s - 1) - 300 s + 50 from 0.8333 on, - 240 s below.
    const line = lineOf(aPool(), ETH)
    expect(line.alive).toBe(true)
    expect(root(line, 1n, 1n)).toEqual([share(47_950, 59_700), true])
    expect(root(line, 1n, 2n)).toEqual([share(48_000, 59_760), true])
  })

  test('what is owned counts by its haircut, what is owed in full', () => {
    // 90 % of -48,000 + 60,000 s, owned above 0.8; below it all of it.
    const line = lineOf(aPool({ wallet: [held(USDT, '12000', { ratio: '0.9' })] }), ETH)
    expect(root(line, 9n, 10n)).toEqual([share(43_150, 53_700), true])
    expect(root(line, 1n, 2n)).toEqual([share(48_000, 59_760), true])
  })

  test('the coin that it settles in: the notional stays, the brackets move', () => {
    // 60,000 - 48,000 x - (300 - 50 x), and - 240 from 1.2 on; another balance that moves with the coin counts for 450 x more.
    const line = lineOf(aPool(), alongFactor('USD:USDT'))
    expect(root(line, 1n, 1n)).toEqual([share(59_700, 47_950), false])
    expect(root(line, 3n, 2n)).toEqual([share(59_760, 48_000), false])
    const bridged = held(anAsset('USDTe', 'USD:USDT', 'USDTe/USDT'), '500', { ratio: '0.9' })
    const both = aPool({ wallet: [held(USDT, '12000'), bridged] })
    expect(root(lineOf(both, alongFactor('USD:USDT')), 3n, 2n)).toEqual([share(59_760, 47_550), false])
    // The coin alone: the 450 stay where they are.
    expect(root(lineOf(both, alongOne(USDT.key)), 3n, 2n)).toEqual([share(60_210, 48_000), false])
  })
})

describe('which line is which', () => {
  test('balances that move along make it another one', () => {
    const [eth, btc] = [anAsset('ETH', 'ETH'), anAsset('BTC', 'BTC')]
    const wallet = [held(USDT, '6000'), held(eth, '1', { price: 3000 }), held(btc, '0.1', { price: 30_000 })]
    const account = aPool({ wallet })
    // 6,000 + 60,000 (s - 1) - 240 s, with 3,000 of ETH and 3,000 of BTC where they move and where they do not.
    const along = (path: Path) => root(lineOf(account, path), 1n, 2n)
    const expected = [
      [share(51_000, 62_760), true],
      [share(54_000, 65_760), true],
      [share(48_000, 59_760), true],
    ]
    const paths = [ETH, ALL_MARKET, alongOne('ETHUSDT')]
    expect(paths.map(along)).toEqual(expected)
    expect(paths.toReversed().map(along)).toEqual(expected.toReversed())
  })

  test('and so do other positions', () => {
    const positions = [
      aPosition({ size: dec(10) }),
      aPosition({ symbol: 'ETHUSDC', size: dec(10) }),
      aPosition({ symbol: 'BTCUSDT', factor: 'BTC', size: dec(1), entry: dec(30_000), mark: dec(30_000) }),
    ]
    const account = aPool({ positions })
    // Each of 30,000 asks 120 s. One: 12,000 - 240 - 30,000 + 29,880 s; two: 12,000 - 120 - 60,000 + 59,760 s; three: - 90,000.
    const expected = [
      [share(18_240, 29_880), true],
      [share(48_120, 59_760), true],
      [share(78_000, 89_640), true],
    ]
    const paths = [alongOne('ETHUSDT'), ETH, ALL_MARKET]
    expect(paths.map((path) => root(lineOf(account, path), 1n, 2n))).toEqual(expected)
    expect(paths.toReversed().map((path) => root(lineOf(account, path), 1n, 2n))).toEqual(expected.toReversed())
  })
})

test('none of a pool that divides or jumps', () => {
  expect(wholeLine(aPool({ rules: { ...aPool().rules, tiers: 'flat' } }), ETH)).toBeNull()
  expect(wholeLine(aPool({ positions: [aPosition({ contract: 'inverse' })] }), ETH)).toBeNull()
})
