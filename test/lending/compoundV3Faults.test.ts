import type { Address } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asCompoundV3, type Comet, type CometStage, type CometToken, openCometStage } from '../support/cometStage.ts'

// Tokens and feeds are foreign code: whatever they do costs their own figures, and no other's.
const [LENDER, USER, OTHER]: readonly [Address, Address, Address] = [
  '0x00000000000000000000000000000000000f00d5',
  '0x00000000000000000000000000000000000005e1',
  '0x00000000000000000000000000000000000005e2',
]
const USD = 10n ** 8n
/** Jumps in a circle until the gas is gone. */
const ENDLESS = '0x5b600056'
/** Gives back 64 kB of zeros. */
const LOUD = '0x620100006000f3'

let stage: CometStage
let comet: Comet
let weth: CometToken
let wbtc: CometToken
beforeAll(async () => {
  stage = await openCometStage()
  comet = await stage.openComet({
    base: { symbol: 'USDC', decimals: 6, price: USD },
    collateral: [
      { symbol: 'WETH', decimals: 18, price: 3_000n * USD },
      { symbol: 'WBTC', decimals: 8, price: 90_000n * USD },
    ],
  })
  ;[weth, wbtc] = comet.collateral as [CometToken, CometToken]
  await stage.send(comet.supply(LENDER, comet.base, 10n ** 12n))
  for (const [wallet, token, amount] of [
    [USER, weth, 10n ** 18n],
    [OTHER, wbtc, 10n ** 8n],
  ] as const) {
    await stage.send(comet.supply(wallet, token, amount), comet.withdraw(wallet, comet.base, 1_000_000_000n))
  }
})
afterAll(() => stage.stop())

const withCode = (at: Address, code: string, work: () => Promise<void>): Promise<void> =>
  stage.rehearse(async () => {
    await stage.node.rpc('anvil_setCode', [at, code])
    await work()
  })

test.each([
  ['burns all gas', ENDLESS],
  ['answers 64 kB', LOUD],
  ['is gone', '0x'],
])('a token that %s: its loan is weighed all the same, its balance in the wallet is not known', (what, code) =>
  withCode(wbtc.address, code, async () => {
    const { positions, gaps, notes } = await stage.read([comet.market], [USER, OTHER])
    expect(gaps).toEqual([])
    expect(positions.map((one) => asCompoundV3(one).collateral.map(({ balance }) => balance))).toEqual([
      [10n ** 18n],
      [10n ** 8n],
    ])
    const short = `${wbtc.address.slice(0, 6)}..${wbtc.address.slice(-4)}`.toLowerCase()
    expect(asCompoundV3(positions[1]).collateral[0]?.asset.symbol).toBe(short)
    // 64 kB of zeros are a balance of 0; no answer is none.
    expect(notes.some((note) => note.includes(`the balance of ${short} could not be read`))).toBe(what !== 'answers 64 kB')
  }),
)

test.each([
  ['burns all gas', ENDLESS],
  ['is gone', '0x'],
])('a feed that %s: a gap for who holds what it prices, and nothing for the other', (_, code) =>
  withCode(wbtc.feed, code, async () => {
    const { positions, gaps } = await stage.read([comet.market], [USER, OTHER])
    expect(positions.map(({ wallet }) => wallet)).toEqual([USER])
    expect(gaps.map(({ leg, reason }) => [leg, reason])).toEqual([
      [
        `compound-v3/${comet.market.name}/${OTHER}`,
        'Compound III Sandbox, 0x0000..05e2, has no health: its feed gives no price for WBTC.',
      ],
    ])
  }),
)

test.each<[string, () => Address, string]>([
  ['no contract', () => OTHER, 'Elsewhere has no contract at its address.'],
  ['another contract', () => weth.address, 'Elsewhere gave no usable answer to isSupplyPaused.'],
])('%s in place of the market is a gap beside the others', async (_, address, reason) => {
  const wrong = { ...comet.market, name: 'elsewhere', title: 'Elsewhere', address: address() }
  const { positions, gaps } = await stage.read([wrong, comet.market], [USER])
  expect(positions.map(({ venue }) => venue)).toEqual(['Compound III Sandbox'])
  expect(gaps.map((gap) => [gap.leg, gap.reason])).toEqual([['Elsewhere', reason]])
})
