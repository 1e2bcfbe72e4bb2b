import { type Address, getAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { CompoundV3Position } from '../../src/risk/lendingPosition.ts'
import { accountOf, trips } from '../../src/risk/rules/compoundV3.ts'
import {
  asCompoundV3,
  type Comet,
  type CometAsset,
  type CometStage,
  type CometToken,
  openCometStage,
} from '../support/cometStage.ts'
import { type Randomness, randomness } from './randomness.ts'

const DAY = 86_400n
const COUNT = 60
const WALLETS = Array.from(
  { length: COUNT },
  (_, i): Address => getAddress(`0x${(0xce_00_00 + i).toString(16).padStart(40, '0')}`),
)
const LENDER: Address = '0x00000000000000000000000000000000000f00d5'

const usd = (text: string): bigint => BigInt(dec(text).times('1e8').toFixed(0))
const percent = (value: bigint): bigint => value * 10n ** 16n

/** 24 collaterals, as many as a market can have, of 6, 8 and 18 decimals, the most of them at odd prices and factors. */
function collaterals(random: Randomness): CometAsset[] {
  return Array.from({ length: 24 }, (_, i): CometAsset => {
    const liquidate = random.between(30n, 94n)
    const factors = [percent(liquidate - random.between(1n, 25n)), percent(liquidate), percent(random.between(75n, 99n))] as const
    const decimals = [6, 8, 18][i % 3] as number
    return { symbol: `C${i}`, decimals, price: random.between(usd('0.01'), usd('120000')), factors }
  })
}

let stage: CometStage
const books: { readonly comet: Comet; readonly positions: CompoundV3Position[] }[] = []
beforeAll(async () => {
  stage = await openCometStage()
  const random = randomness(7)
  const inUsd = await stage.openComet({
    base: { symbol: 'USDC', decimals: 6, price: usd('0.99987') },
    collateral: collaterals(random),
  })
  const inEth = await stage.openComet({
    base: { symbol: 'WETH', decimals: 18, price: usd('1') },
    collateral: collaterals(random),
  })
  for (const comet of [inUsd, inEth]) {
    // So much that no account's debt exhausts it.
    await stage.send(comet.supply(LENDER, comet.base, 10n ** BigInt(comet.base.decimals + 9)))
    for (const [i, wallet] of WALLETS.entries()) {
      await open(comet, wallet, random)
      // Interest of different ages, all of it beyond what the market stored when it was last used.
      if (i % 15 === 14) await stage.wait(random.between(DAY, 40n * DAY))
    }
  }
  await stage.wait(11n * DAY)
  for (const comet of [inUsd, inEth]) {
    const { positions, gaps } = await stage.read([comet.market], WALLETS)
    expect(gaps).toEqual([])
    books.push({ comet, positions: positions.map(asCompoundV3) })
  }
}, 120_000)
afterAll(() => stage.stop())

/** One to five collaterals, and a debt of half to all of what they allow. */
async function open(comet: Comet, wallet: Address, random: Randomness): Promise<void> {
  const chosen = new Set(Array.from({ length: Number(random.between(1n, 5n)) }, () => random.pick(comet.collateral)))
  let limit = 0n
  const supplies = [...chosen].map((token) => {
    const amount =
      (random.between(usd('500'), usd('90000')) * 10n ** BigInt(token.decimals)) / token.price + random.between(0n, 999n)
    const value = (amount * token.price) / 10n ** BigInt(token.decimals)
    limit += (value * (token.factors?.[0] ?? 0n)) / 10n ** 18n
    return comet.supply(wallet, token, amount)
  })
  const most = (limit * 10n ** BigInt(comet.base.decimals)) / comet.base.price
  await stage.send(...supplies, comet.withdraw(wallet, comet.base, random.between(most / 2n, (most * 999n) / 1000n)))
}

const tokenOf = (comet: Comet, key: string): CometToken =>
  [comet.base, ...comet.collateral].find(({ address }) => key.endsWith(address.toLowerCase())) as CometToken

describe('sixty random accounts of a market, weeks of interest on each', () => {
  const seen = { down: 0, up: 0, none: 0, beyondTheSixteenth: 0 }

  test.each([0, 1])('market %i: absorb fails at our price, and succeeds one tick (1e-8) beyond', async (which) => {
    const { comet, positions } = books[which] as (typeof books)[number]
    expect(positions.map(({ wallet }) => wallet)).toEqual(WALLETS)
    const at = Math.max(...positions.map(({ source }) => source.readAt))
    const alive = positions.filter((position) => !trips(position))
    const view = assess(
      { book: 'main', at, legs: positions, cash: [], gaps: [], disputes: [], oneSource: [], notes: [] },
      DEFAULT_POLICY,
    )
    expect(view.gaps).toEqual([])
    for (const position of alive) {
      const leg = view.legs.find(({ id }) => id === position.id)
      expect(leg?.agreement).toBe('agree')
      const reported = leg?.liquidation.filter(({ price }) => price !== null) ?? []
      for (const { asset, key } of [position.base, ...position.collateral].map((one) => ({ asset: one, key: one.asset.key }))) {
        const token = tokenOf(comet, key)
        const found = reported.find((one) => one.key === key)
        const side = asset === position.base ? 'up' : 'down'
        const label = `${position.wallet}, ${token.symbol} ${side}`
        if (found === undefined) {
          // No price of it alone kills: not the least there is, nor a million times today's.
          const end = side === 'down' ? 1n : token.price * 1_000_000n
          expect(await comet.absorption(position.wallet as Address, { token, price: end }), `${label}, at ${end}`).toBe(
            'NotLiquidatable',
          )
          seen.none += 1
          continue
        }
        expect([found.side, found.exact], label).toEqual([side, true])
        const price = usd((found.price ?? dec(0)).toFixed())
        const beyond = side === 'down' ? price - 1n : price + 1n
        expect(await comet.absorption(position.wallet as Address, { token, price }), `${label}, at ${price}`).toBe(
          'NotLiquidatable',
        )
        expect(await comet.absorption(position.wallet as Address, { token, price: beyond }), `${label}, at ${beyond}`).toBe(
          'absorbed',
        )
        seen[side] += 1
        seen.beyondTheSixteenth += comet.collateral.indexOf(token) > 15 ? 1 : 0
      }
    }
    for (const position of positions.filter(trips)) expect(await comet.absorption(position.wallet as Address)).toBe('absorbed')
  })

  test('among them is what makes it hard', () => {
    for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(9)
  })

  test('debt is what the market says with interest to the block, and more than what it stored', async () => {
    for (const { comet, positions } of books) {
      for (const { wallet, baseBalance } of positions) {
        expect(-baseBalance, wallet).toBe(await comet.view('borrowBalanceOf', wallet))
        const [principal] = (await comet.view('userBasic', wallet)) as readonly [bigint]
        expect(-baseBalance, wallet).toBeGreaterThan(-principal)
      }
    }
  })
})

test('an account that interest alone made absorbable: the market still says no, and absorbs', async () => {
  const comet = await stage.openComet({
    base: { symbol: 'USDC', decimals: 6, price: usd('1') },
    collateral: [{ symbol: 'WETH', decimals: 18, price: usd('3000') }],
  })
  const [weth] = comet.collateral as [CometToken]
  const wallet = WALLETS[0] as Address
  await stage.send(comet.supply(LENDER, comet.base, 10n ** 12n), comet.supply(wallet, weth, 10n ** 18n))
  await stage.send(comet.withdraw(wallet, comet.base, 2_400_000_000n))
  // 3,000 at 85 % is 2,550 of cover. 6 % a year, linear and cut to whole 1e-18 a second: 2,400 become 2,550 in 1.0416.. years.
  await stage.wait(400n * DAY)
  const [position] = (await stage.read([comet.market], [wallet])).positions.map(asCompoundV3)
  if (position === undefined) throw new RangeError('no position')
  // 400 days: floor(6e16 / 31,536,000) = 1902587519 a second x 34,560,000 s = 6.5753.. %: index 1065753424656640 of 1e15.
  expect(position.baseBalance).toBe(-2_557_808_219n)
  // 2,550 / 2,557.808219 = 0.99694...
  expect(accountOf(position).healthFactor?.toString()).toMatch(/^99694/)
  expect(trips(position)).toBe(true)
  expect(position.reported.liquidatable).toBe(false)
  const view = assess(
    { book: 'main', at: position.source.readAt, legs: [position], cash: [], gaps: [], disputes: [], oneSource: [], notes: [] },
    DEFAULT_POLICY,
  )
  expect(view.legs[0]?.grade).toBe('liquidatable')
  expect(view.legs[0]?.notes.join()).toContain('the market still calls it safe')
  expect(await comet.absorb(wallet)).toBeNull()
  // Credited with 3,000 at 93 % = 2,790: what is beyond the debt stays as base supply, and the account owes nothing.
  const [after] = (await stage.read([comet.market], [wallet])).positions.map(asCompoundV3)
  // 2,790 - 2,557.808219 = 232.191781, cut by one where the index does not divide it.
  expect([after?.baseBalance, after?.collateral]).toEqual([232_191_780n, []])
})
