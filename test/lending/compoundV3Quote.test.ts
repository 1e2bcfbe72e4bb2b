import { AaveV3Ethereum, ChainlinkEthereum } from '@aave-dao/aave-address-book'
import type { Address } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { COMPOUND_V3_MARKETS } from '../../src/lending/compoundV3Markets.ts'
import type { Market } from '../../src/lending/protocol.ts'
import { assess } from '../../src/risk/assess.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { trigger } from '../../src/risk/rules/compoundV3.ts'
import {
  asCompoundV3,
  type Comet,
  type CometAsset,
  type CometStage,
  type CometToken,
  openCometStage,
} from '../support/cometStage.ts'

// Production markets count in ETH, wstETH and BTC: the double stands at their very addresses, on a chain that says it is Ethereum.
const [LENDER, USER]: readonly [Address, Address] = [
  '0x00000000000000000000000000000000000f00d5',
  '0x00000000000000000000000000000000000005e1',
]
const ONE = 10n ** 8n
const ether = 10n ** 18n

let stage: CometStage
beforeAll(async () => {
  stage = await openCometStage({ chainId: 1 })
})
afterAll(() => stage.stop())

const listed = (name: string): Market => COMPOUND_V3_MARKETS.find((market) => market.name === name) as Market

/** A loan of 8 of the base asset against 10 of a collateral that is worth 1.1 of it, at 85 %. */
async function open(
  name: string,
  base: CometAsset,
  unit: string,
): Promise<{ readonly comet: Comet; readonly token: CometToken }> {
  const collateral = [{ symbol: 'LST', decimals: 18, price: (ONE * 11n) / 10n }]
  const comet = await stage.openComet({ base, collateral, unit, at: listed(name).address })
  const token = comet.collateral[0] as CometToken
  const whole = 10n ** BigInt(base.decimals)
  await stage.send(
    comet.supply(LENDER, comet.base, 1000n * whole),
    comet.supply(USER, token, 10n * ether),
    comet.withdraw(USER, comet.base, 8n * whole),
  )
  return { comet, token }
}

const read = async (name: string) => {
  const { positions, cash, gaps } = await stage.read([listed(name)], [USER])
  return { position: positions[0] === undefined ? null : asCompoundV3(positions[0]), cash, gaps }
}

test('ETH: health by the market itself, worth by a feed in the same call, triggers in the unit of the market', async () => {
  const { comet, token } = await open('ethereum-weth', { symbol: 'WETH', decimals: 18, price: ONE }, 'ETH')
  await stage.placeFeed(ChainlinkEthereum.ETH__USD, 2_500n * ONE)
  const { position, cash } = await read('ethereum-weth')
  if (position === null) throw new RangeError('no position')
  expect(position.quote).toEqual({
    key: 'eip155:1/0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2',
    ...{ symbol: 'WETH', factor: 'ETH', basis: null },
  })
  expect(position.quoteUsd.toFixed()).toBe('2500')
  // The loan's 8 WETH lie in the wallet: 8 of 2,500 USD.
  expect(cash.map(({ amount, price }) => [amount.toFixed(), price?.toFixed()])).toContainEqual(['8', '2500'])
  const view = assess(
    { book: 'main', at: position.source.readAt, legs: [position], cash: [], gaps: [], disputes: [], oneSource: [], notes: [] },
    DEFAULT_POLICY,
  )
  // 10 x 1.1 x 0.85 = 9.35 over 8; 11 - 8 = 3 of 2,500 USD.
  expect([view.legs[0]?.health?.toFixed(), view.legs[0]?.equity.toFixed()]).toEqual(['1.16875', '7500'])
  // 8 / (10 x 0.85) = 0.941176470588.., the next tick up.
  const end = trigger(position, position.collateral[0]?.asset.key as string, 'down')
  expect(end).toEqual({ kind: 'price', price: 94_117_648n, exact: true })
  expect(await comet.absorption(USER, { token, price: 94_117_648n })).toBe('NotLiquidatable')
  expect(await comet.absorption(USER, { token, price: 94_117_647n })).toBe('absorbed')
})

test('a dead feed of the unit: the account is a gap, and what it holds beside is cash without a price', async () => {
  await stage.placeFeed(ChainlinkEthereum.ETH__USD, 0n)
  const { position, cash, gaps } = await read('ethereum-weth')
  expect(position).toBeNull()
  expect(gaps).toMatchObject([
    {
      leg: `compound-v3/ethereum-weth/${USER}`,
      ...{ code: 'incomplete-answer', retryable: true },
      reason: 'Compound III Ethereum WETH has no worth in USD: it counts in WETH, and the feed of its price is dead.',
    },
  ])
  expect(cash.map(({ amount, price }) => [amount.toFixed(), price])).toEqual([['8', null]])
  const [view] = [
    assess({ book: 'main', at: Date.now(), legs: [], cash, gaps, disputes: [], oneSource: [], notes: [] }, DEFAULT_POLICY),
  ]
  expect(view.verdict.grade).toBe('unknown')
})

test('no feed at all is a gap, too', async () => {
  await open('ethereum-wsteth', { symbol: 'wstETH', decimals: 18, price: ONE }, 'wstETH')
  const { position, gaps } = await read('ethereum-wsteth')
  expect([position, gaps.map(({ code }) => code)]).toEqual([null, ['incomplete-answer']])
})

test('wstETH: its price stands behind an adapter that tells the price alone', async () => {
  await stage.placeAdapter(AaveV3Ethereum.ASSETS.wstETH.ORACLE, 8, 3_000n * ONE)
  const { position } = await read('ethereum-wsteth')
  expect(position?.quoteUsd.toFixed()).toBe('3000')
  expect(position?.quote).toMatchObject({ symbol: 'wstETH', factor: 'ETH', basis: 'wstETH/ETH' })
})

test('BTC: the base asset has a price of its own beside the unit', async () => {
  await open('ethereum-wbtc', { symbol: 'WBTC', decimals: 8, price: 99_800_000n }, 'BTC')
  await stage.placeFeed(ChainlinkEthereum.BTC__USD, 100_000n * ONE)
  const { position } = await read('ethereum-wbtc')
  if (position === null) throw new RangeError('no position')
  expect(position.quote).toEqual({ key: `eip155:1/0x${'b'.repeat(40)}`, symbol: 'BTC', factor: 'BTC', basis: null })
  const view = assess(
    { book: 'main', at: position.source.readAt, legs: [position], cash: [], gaps: [], disputes: [], oneSource: [], notes: [] },
    DEFAULT_POLICY,
  )
  // 11 BTC of collateral less 8 x 0.998: 3.016 of 100,000 USD.
  expect(view.legs[0]?.equity.toFixed()).toBe('301600')
})

test("a market of the user's own counts in USD only if its feed says so", async () => {
  const base = { symbol: 'USDC', decimals: 6, price: ONE }
  const collateral = [{ symbol: 'WETH', decimals: 18, price: 2_000n * ONE }]
  const inUsd = await stage.openComet({ base, collateral, title: 'Mine' })
  const inEur = await stage.openComet({ base, collateral, title: 'Other', unit: 'EUR' })
  for (const comet of [inUsd, inEur]) await stage.send(comet.supply(USER, comet.base, 10n ** 9n))
  const { positions, gaps } = await stage.read([inUsd.market, inEur.market], [USER])
  expect(
    positions.map((position) => asCompoundV3(position)).map(({ venue, quote, quoteUsd }) => [venue, quote, quoteUsd.toFixed()]),
  ).toEqual([['Mine', null, '1']])
  expect(gaps.map(({ code, reason }) => [code, reason])).toEqual([
    ['unsupported', 'Other counts in a currency that is not known here.'],
  ])
})
