import { type Address, encodeFunctionResult, type Hex, stringToHex, zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { compoundV3LensAbi } from '../../abis/lens/compoundV3.ts'
import { compoundV3 } from '../../src/lending/compoundV3.ts'
import { decodeComet } from '../../src/lending/compoundV3Sight.ts'
import type { Market, Reading } from '../../src/lending/protocol.ts'
import { asCompoundV3 } from '../support/cometStage.ts'

// What no honest market writes, and what a contract may fail to tell, is given here as the lens would write it.
const WALLET: Address = '0x00000000000000000000000000000000000000aa'
const MARKET: Market = { name: 'm', title: 'Compound III M', protocol: 'compound-v3', chainId: 1, address: zeroAddress }
const MAX = 2n ** 256n - 1n
const ether = 10n ** 18n
const percent = (value: bigint): bigint => value * 10n ** 16n

type Sight = Parameters<typeof encodeFunctionResult<typeof compoundV3LensAbi, 'read'>>[0]['result']
type Result = Extract<Sight, { absorbPaused: boolean }>
type Asset = Result['assets'][number]
type Account = Result['accounts'][number]

const BASE: Result['base'] = {
  token: '0x0000000000000000000000000000000000000100',
  scale: 10n ** 6n,
  price: 10n ** 8n,
  priceUpdatedAt: 77n,
  priceFeed: '0x0000000000000000000000000000000000000f00',
  feedName: stringToHex('USDC / USD', { size: 32 }),
  utilization: percent(80n),
  supplyRate: 1n,
  borrowRate: 2n,
  kink: percent(90n),
  rateAtKink: 3n,
  rateAtFull: 7n,
  available: 5n,
  availableKnown: true,
  symbol: stringToHex('USDC', { size: 32 }),
}

const asset = (i: number, changes: Partial<Asset> = {}): Asset => ({
  token: `0x${(0x200 + i).toString(16).padStart(40, '0')}`,
  scale: ether,
  price: 2_000n * 10n ** 8n,
  priceUpdatedAt: 78n,
  priceFeed: '0x0000000000000000000000000000000000000F01',
  borrowFactor: percent(80n),
  liquidateFactor: percent(85n),
  liquidationFactor: percent(93n),
  supplyCap: 9n,
  totalSupply: 8n,
  symbol: stringToHex(`T${i}`, { size: 32 }),
  ...changes,
})

const held = (index: bigint, changes: Partial<Account['balances'][number]> = {}) => {
  return { asset: index, balance: ether, own: 0n, failed: 0n, ...changes }
}

const account = (changes: Partial<Account> = {}): Account => ({
  ok: true,
  supplied: 0n,
  debt: 1_000_000_000n,
  liquidatable: false,
  liquidatableOk: true,
  ownBase: 0n,
  ownBaseOk: true,
  native: 0n,
  balances: [held(0n), held(1n, { balance: 2n * ether })],
  ...changes,
})

function read(changes: Partial<Result>, mangle: (bytes: Hex) => Hex = (bytes) => bytes): Reading {
  const result: Result = {
    ...{ supplyPaused: false, withdrawPaused: false, absorbPaused: false },
    base: BASE,
    quote: { price: 0n, decimals: 0n, priceUpdatedAt: 0n },
    assets: [asset(0), asset(1)],
    accounts: [account()],
    ...changes,
  }
  const bytes = mangle(encodeFunctionResult({ abi: compoundV3LensAbi, functionName: 'read', result }))
  return compoundV3.read([MARKET], [WALLET], [{ ok: true, bytes }], {
    chainName: 'Ethereum',
    block: { chainId: 1, number: 1n, hash: '0x', timestamp: 1n },
    readAt: 0,
    operators: ['node.example'],
    confirmed: false,
    notes: [],
    factorOf: (_, token) => ({ factor: token, basis: null }),
  })
}

test('what the lens wrote is the position, digit for digit', () => {
  const { positions, gaps, cash, notes } = read({ absorbPaused: true, accounts: [account({ liquidatable: true })] })
  expect([gaps, cash, notes]).toEqual([[], [], []])
  const position = asCompoundV3(positions[0])
  expect(position).toMatchObject({
    id: `compound-v3/m/${WALLET}`,
    base: { asset: { key: `eip155:1/${BASE.token}`, symbol: 'USDC' }, decimals: 6, price: 100_000_000n },
    baseBalance: -1_000_000_000n,
    rates: { utilization: percent(80n), supply: 1n, borrow: 2n, curve: { kink: percent(90n), rateAtKink: 3n, rateAtFull: 7n } },
    ...{ quote: null, absorbPaused: true, reported: { liquidatable: true } },
  })
  expect(position.quoteUsd.toFixed()).toBe('1')
  expect(
    position.collateral.map(({ asset: { symbol }, decimals, balance, ...rest }) => [
      symbol,
      decimals,
      balance,
      rest.liquidateFactor,
    ]),
  ).toEqual([
    ['T0', 18, ether, percent(85n)],
    ['T1', 18, 2n * ether, percent(85n)],
  ])
})

test('a collateral without a balance is none; base supply is above 0, debt below', () => {
  const own = account({ supplied: 5n, debt: 0n, balances: [held(1n, { balance: 0n, own: 3n })] })
  const { positions, cash } = read({ accounts: [own] })
  expect([asCompoundV3(positions[0]).baseBalance, asCompoundV3(positions[0]).collateral]).toEqual([5n, []])
  expect(cash.map(({ amount, price }) => [amount.toFixed(), price?.toFixed()])).toEqual([['0.000000000000000003', '2000']])
})

test('what later steps need of the market is in the sight', () => {
  const bytes = (changes: Partial<Result['base']>): Hex =>
    encodeFunctionResult({
      abi: compoundV3LensAbi,
      functionName: 'read',
      result: {
        ...{ supplyPaused: true, withdrawPaused: true, absorbPaused: false },
        ...{ base: { ...BASE, ...changes }, quote: { price: 3n, decimals: 8n, priceUpdatedAt: MAX } },
        ...{ assets: [asset(0, { priceUpdatedAt: 0n })], accounts: [] },
      },
    })
  const sight = decodeComet(bytes({}), 0)
  expect(sight).toMatchObject({
    supplyPaused: true,
    withdrawPaused: true,
    quote: { price: 3n, decimals: 8, priceUpdatedAt: null },
  })
  expect(sight?.base).toMatchObject({
    utilization: percent(80n),
    supplyRate: 1n,
    borrowRate: 2n,
    available: 5n,
    priceUpdatedAt: 77n,
  })
  expect(sight?.collateral[0]).toMatchObject({
    supplyCap: 9n,
    totalSupply: 8n,
    priceUpdatedAt: null,
    priceSource: `0x${'f01'.padStart(40, '0')}`,
  })
  expect(decodeComet(bytes({ availableKnown: false }), 0)?.base.available).toBeNull()
  expect(decodeComet(bytes({ available: MAX }), 0)?.base.available).toBeNull()
})

describe('what is missing stays missing', () => {
  test.each<[string, Partial<Result>, string]>([
    [
      'a balance',
      { accounts: [account({ balances: [held(0n, { failed: 1n, balance: 0n })] })] },
      'returned no usable "balances of T0".',
    ],
    ['the debt', { accounts: [account({ ok: false, debt: 0n })] }, 'returned no usable "borrowBalanceOf".'],
    ["the market's own view", { accounts: [account({ liquidatableOk: false })] }, 'returned no usable "isLiquidatable".'],
    [
      'the price of a collateral',
      { assets: [asset(0), asset(1, { price: 0n })] },
      'has no health: its feed gives no price for T1.',
    ],
    ['the price of the base asset', { base: { ...BASE, price: 0n } }, 'has no health: its feed gives no price for USDC.'],
  ])('%s: the account is a gap', (_, changes, what) => {
    const { positions, gaps } = read(changes)
    expect(positions).toEqual([])
    expect(gaps).toMatchObject([{ leg: `compound-v3/m/${WALLET}`, reason: `Compound III M, 0x0000..00aa, ${what}` }])
  })

  test('a dead feed of what the account does not hold costs nothing', () => {
    expect(read({ assets: [asset(0), asset(1), asset(2, { price: 0n })] }).gaps).toEqual([])
    const supply = account({ debt: 0n, balances: [held(0n)] })
    expect(read({ base: { ...BASE, price: 0n }, accounts: [supply] }).gaps).toEqual([])
  })

  test('an account with nothing in it is none, even in a market of an unknown currency', () => {
    const feedName = stringToHex('EURC / EUR', { size: 32 })
    const empty = account({ debt: 0n, balances: [] })
    expect(read({ base: { ...BASE, feedName }, accounts: [empty] })).toEqual({
      positions: [],
      cash: [],
      gaps: [],
      notes: [],
      owned: [],
      kinds: [],
    })
    expect(read({ base: { ...BASE, feedName } }).gaps).toMatchObject([{ code: 'unsupported' }])
  })

  test.each<[string, Partial<Result>]>([
    ['a balance of an asset that is not listed', { accounts: [account({ balances: [held(2n)] })] }],
    ['one asset twice', { accounts: [account({ balances: [held(1n), held(1n)] })] }],
    ['two assets of one token', { assets: [asset(0), { ...asset(1), token: asset(0).token }] }],
    ['a collateral that is the base asset', { assets: [asset(0), { ...asset(1), token: BASE.token }] }],
    ['no token at all', { assets: [asset(0, { token: zeroAddress }), asset(1)] }],
    ['a scale that is no power of ten', { assets: [asset(0, { scale: 10n ** 18n + 1n }), asset(1)] }],
    ['a scale of 0', { assets: [asset(0, { scale: 0n }), asset(1)] }],
    ['a base of 20 decimals', { base: { ...BASE, scale: 10n ** 20n } }],
    ['a factor over 100 %', { assets: [asset(0, { liquidateFactor: ether + 1n }), asset(1)] }],
    ['supply and debt at once', { accounts: [account({ supplied: 1n })] }],
    ['an amount beyond any token', { accounts: [account({ debt: 2n ** 129n })] }],
    ['one wallet too many', { accounts: [account(), account()] }],
  ])('%s: the market is a gap, and nothing of it is used', (_, changes) => {
    const { positions, cash, gaps } = read(changes)
    expect([positions, cash]).toEqual([[], []])
    expect(gaps).toMatchObject([{ leg: 'Compound III M', code: 'incomplete-answer' }])
  })

  test.each([0, 32, 64, 300, 600, 1200])('only the first %d bytes: the market is a gap', (bytes) => {
    const { positions, gaps } = read({}, (all) => all.slice(0, 2 + bytes * 2) as Hex)
    expect([positions.length, gaps.length]).toEqual([0, 1])
  })

  test('an absurd or unread balance of the wallet is told as unread, and is no cash', () => {
    const balances = [held(0n, { own: MAX }), held(1n, { own: 0n, failed: 2n })]
    const { cash, notes, gaps } = read({ accounts: [account({ balances, ownBaseOk: false })] })
    expect([cash, gaps]).toEqual([[], []])
    expect(notes).toEqual(
      ['USDC', 'T0', 'T1'].map(
        (symbol) => `wallet 0x0000..00aa on Ethereum: the balance of ${symbol} could not be read; it is not counted as cash`,
      ),
    )
  })
})

test('how the rate follows use: only of a debt, and only what a market can hold', () => {
  const curveOf = (base: Partial<Result['base']>, own = account()) =>
    asCompoundV3(read({ base: { ...BASE, ...base }, accounts: [own] }).positions[0]).rates?.curve
  expect(curveOf({})).toEqual({ kink: percent(90n), rateAtKink: 3n, rateAtFull: 7n })
  expect(curveOf({}, account({ supplied: 5n, debt: 0n }))).toBeNull()
  for (const odd of [{ kink: 0n }, { kink: percent(100n) + 1n }, { rateAtKink: 2n ** 64n }, { rateAtFull: 2n ** 64n }])
    expect(curveOf(odd)).toBeNull()
})
