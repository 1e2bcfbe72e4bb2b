import { type Address, type Hex, stringToHex, zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { aaveV3 } from '../../src/lending/aaveV3.ts'
import type { Market, Reading } from '../../src/lending/protocol.ts'
import { onlyPosition } from '../support/chainRead.ts'
import { marketBytes, type Sight as Result } from '../support/liar.ts'

// The sandbox speaks v3.0; what later pools answer differently is given here as the lens writes it.
const WALLET: Address = '0x00000000000000000000000000000000000000aa'
const POOL: Address = '0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2'
const MARKET: Market = { name: 'm', title: 'Aave v3 M', protocol: 'aave-v3', chainId: 1, address: zeroAddress }
const MAX = 2n ** 256n - 1n

const configuration = (ltv: bigint, threshold: bigint, { category = 0n, decimals = 18n } = {}): bigint =>
  ltv | (threshold << 16n) | (10_500n << 32n) | (decimals << 48n) | (1n << 56n) | (category << 168n)

const reserve = (id: bigint, bits: bigint, changes: Partial<Result['reserves'][number]> = {}): Result['reserves'][number] => ({
  underlying: `0x${(id + 100n).toString(16).padStart(40, '0')}`,
  id,
  configuration: bits,
  supplyRate: 0n,
  borrowRate: 0n,
  price: 2_000n * 10n ** 8n,
  priceUpdatedAt: 0n,
  priceSource: '0x0000000000000000000000000000000000000000',
  priceCap: 0n,
  graceUntil: 0n,
  available: 1n,
  availableKnown: true,
  symbol: stringToHex(`T${id}`, { size: 32 }),
  ...changes,
})

const balance = (index: bigint, changes: Partial<Result['accounts'][number]['balances'][number]> = {}) => {
  return { reserve: index, supplied: 10n ** 18n, variableDebt: 0n, stableDebt: 0n, own: 0n, failed: 0n, ...changes }
}

const account = (changes: Partial<Result['accounts'][number]> = {}): Result['accounts'][number] => ({
  ok: true,
  totalsOk: true,
  configuration: 0b1010n,
  eMode: 0n,
  totalCollateral: 4_000n * 10n ** 8n,
  totalDebt: 0n,
  healthFactor: MAX,
  native: 0n,
  balances: [balance(0n), balance(1n)],
  ...changes,
})

const eMode = (changes: Partial<Result['eModes'][number]> = {}): Result['eModes'][number] => ({
  id: 3n,
  ltv: 9_000n,
  liquidationThreshold: 9_300n,
  liquidationBonus: 10_100n,
  collateralBitmap: 0n,
  ltvzeroBitmap: 0n,
  isolated: false,
  price: 0n,
  ...changes,
})

function market(changes: Partial<Result>): Result {
  return {
    pool: POOL,
    revision: 11n,
    baseCurrency: zeroAddress,
    baseUnit: 10n ** 8n,
    sentinel: 0n,
    reserves: [reserve(0n, configuration(8_000n, 8_250n)), reserve(1n, configuration(7_000n, 7_500n))],
    eModes: [],
    curves: [],
    accounts: [account()],
    ...changes,
  }
}

function read(changes: Partial<Result>, mangle: (bytes: Hex) => Hex = (bytes) => bytes): Reading {
  const bytes = mangle(marketBytes(market(changes)))
  return aaveV3.read([MARKET], [WALLET], [{ ok: true, bytes }], {
    chainName: 'Ethereum',
    block: { chainId: 1, number: 1n, hash: '0x', timestamp: 1n },
    readAt: 0,
    operators: ['node.example'],
    confirmed: false,
    notes: [],
    factorOf: (_, token) => ({ factor: token, basis: null }),
  })
}

const rows = (reading: Reading) =>
  onlyPosition(reading).reserves.map((r) => [r.inEMode, r.ltv, r.liquidationThreshold, r.liquidationBonus, r.price])
const PRICE = 2_000n * 10n ** 8n

describe('e-mode, as each revision applies it', () => {
  test('before v3.2: by the category of the reserve, with the price of the category', () => {
    const reserves = [reserve(0n, configuration(8_000n, 8_250n, { category: 3n })), reserve(1n, configuration(7_000n, 7_500n))]
    const reading = read({
      revision: 4n,
      reserves,
      eModes: [eMode({ price: 77n, collateralBitmap: 2n })],
      accounts: [account({ eMode: 3n })],
    })
    expect(rows(reading)).toEqual([
      [true, 9_000n, 9_300n, 10_100n, 77n],
      [false, 7_000n, 7_500n, 10_500n, PRICE],
    ])
  })

  test('two reserves that share the price of a category are told to move together, as long as categories have prices', () => {
    const inside = (id: bigint, category: bigint) => reserve(id, configuration(8_000n, 8_250n, { category }))
    const notes = (revision: bigint, second: bigint, price: bigint) => {
      const reserves = [inside(0n, 3n), inside(1n, second)]
      const reading = read({ revision, reserves, eModes: [eMode({ price })], accounts: [account({ eMode: 3n })] })
      return onlyPosition(reading).source.notes
    }
    const together =
      'e-mode category 3 has one price for all its assets: they move together, whatever each of them does elsewhere'
    expect(notes(4n, 3n, 77n)).toEqual([together])
    expect([notes(4n, 0n, 77n), notes(4n, 3n, 0n), notes(5n, 3n, 77n)]).toEqual([[], [], []])
  })

  test('from v3.2: by the bitmap of the category; the dead category bits and price count for nothing', () => {
    const reserves = [reserve(0n, configuration(8_000n, 8_250n, { category: 3n })), reserve(1n, configuration(7_000n, 7_500n))]
    const reading = read({
      revision: 5n,
      reserves,
      eModes: [eMode({ price: 77n, collateralBitmap: 2n })],
      accounts: [account({ eMode: 3n })],
    })
    expect(rows(reading)).toEqual([
      [false, 8_000n, 8_250n, 10_500n, PRICE],
      [true, 9_000n, 9_300n, 10_100n, PRICE],
    ])
  })

  test('to v3.5 a reserve without a threshold of its own is no collateral in any e-mode; from v3.6 it is', () => {
    const reserves = [reserve(0n, configuration(0n, 0n)), reserve(1n, configuration(0n, 7_500n))]
    const inMode = { reserves, eModes: [eMode({ collateralBitmap: 3n })], accounts: [account({ eMode: 3n })] }
    expect(rows(read({ ...inMode, revision: 9n })).map((row) => row.slice(0, 3))).toEqual([
      [false, 0n, 0n],
      [true, 0n, 9_300n],
    ])
    expect(rows(read({ ...inMode, revision: 10n })).map((row) => row.slice(0, 3))).toEqual([
      [true, 9_000n, 9_300n],
      [true, 9_000n, 9_300n],
    ])
  })

  test('v3.6 ltvzero and v3.7 isolated take the loan-to-value, never the threshold', () => {
    const category = eMode({ collateralBitmap: 1n, ltvzeroBitmap: 1n, isolated: true })
    const reading = read({ eModes: [category], accounts: [account({ eMode: 3n })] })
    expect(rows(reading).map((row) => row.slice(0, 3))).toEqual([
      [true, 0n, 9_300n],
      [false, 0n, 7_500n],
    ])
  })
})

test.each([
  [0n, null],
  [1n, 'lets'],
  [2n, 'bars'],
  [3n, 'silent'],
] as const)('what the sentinel says: %d', (sentinel, told) => {
  expect(onlyPosition(read({ revision: 10n, sentinel })).sentinel).toBe(told)
})

describe('what is missing stays missing', () => {
  test('stable and variable debt are one; no debt has no health', () => {
    const owing = account({
      balances: [balance(0n), balance(1n, { variableDebt: 5n, stableDebt: 7n })],
      totalDebt: 12n,
      healthFactor: 3n,
    })
    expect(onlyPosition(read({ accounts: [owing] })).reserves[1]).toMatchObject({ debt: 12n, stableDebt: 7n })
    expect(onlyPosition(read({ accounts: [owing] })).reported.healthFactor).toBe(3n)
    expect(onlyPosition(read({})).reported.healthFactor).toBeNull()
  })

  test('the pool is the one that the provider names; none is no market', () => {
    const owing = { accounts: [account({ balances: [balance(0n, { supplied: 1n })] })] }
    expect(onlyPosition(read(owing)).contract).toBe(POOL.toLowerCase())
    expect(read({ ...owing, pool: zeroAddress })).toMatchObject({ positions: [], gaps: [{ code: 'incomplete-answer' }] })
  })

  test.each<[string, Partial<Result>, string]>([
    ['a balance', { accounts: [account({ balances: [balance(0n, { failed: 1n })] })] }, 'returned no usable "balances of T0"'],
    ['the configuration', { accounts: [account({ ok: false })] }, 'returned no usable "getUserConfiguration"'],
    ['the totals', { accounts: [account({ totalsOk: false })] }, 'returned no usable "getUserAccountData"'],
    [
      'all balances, with a debt in the totals',
      { accounts: [account({ balances: [], totalDebt: 5n })] },
      'returned no usable "debts"',
    ],
    ['the currency', { baseCurrency: WALLET }, 'counts in a currency other than USD, which is not known here'],
  ])('%s: the account is a gap', (_, changes, what) => {
    const { positions, gaps } = read(changes)
    expect(positions).toEqual([])
    expect(gaps).toMatchObject([{ leg: `aave-v3/m/${WALLET}`, reason: `Aave v3 M, 0x0000..00aa, ${what}.` }])
  })

  test('an account with nothing in it is none, even in a market of an unknown currency', () => {
    expect(read({ baseCurrency: WALLET, accounts: [account({ balances: [] })] })).toEqual({
      positions: [],
      cash: [],
      gaps: [],
      notes: [],
      owned: [],
      kinds: [],
    })
  })

  test.each<[string, Partial<Result>]>([
    ['a balance of a reserve that is not listed', { accounts: [account({ balances: [balance(2n)] })] }],
    ['one reserve twice', { accounts: [account({ balances: [balance(1n), balance(1n)] })] }],
    ['two reserves with one id', { reserves: [reserve(0n, 1n), { ...reserve(0n, 1n), underlying: WALLET }] }],
    ['two reserves of one token', { reserves: [reserve(0n, 1n), { ...reserve(0n, 1n), id: 1n }] }],
    ['200 decimals', { reserves: [reserve(0n, configuration(1n, 1n, { decimals: 200n })), reserve(1n, 1n)] }],
    ['a threshold over 100 %', { reserves: [reserve(0n, configuration(1n, 10_001n)), reserve(1n, 1n)] }],
    ['an amount beyond any token', { accounts: [account({ balances: [balance(0n, { supplied: 2n ** 129n })] })] }],
    ['a category that was not told', { accounts: [account({ eMode: 9n })] }],
    ['one wallet too many', { accounts: [account(), account()] }],
    ['no unit of the currency', { baseUnit: 0n }],
    ['a sentinel that says something else', { sentinel: 4n }],
  ])('%s: the market is a gap, and nothing of it is used', (_, changes) => {
    const { positions, cash, gaps } = read(changes)
    expect([positions, cash]).toEqual([[], []])
    expect(gaps).toMatchObject([{ leg: 'Aave v3 M', code: 'incomplete-answer' }])
  })

  test.each([0, 32, 64, 300, 600])('only the first %d bytes: the market is a gap', (bytes) => {
    const { positions, gaps } = read({}, (all) => all.slice(0, 2 + bytes * 2) as Hex)
    expect([positions.length, gaps.length]).toEqual([0, 1])
  })

  test('own balances are cash at the price of the oracle; an absurd one is told as unread', () => {
    const balances = [balance(0n, { supplied: 0n, own: 15n * 10n ** 17n }), balance(1n, { supplied: 0n, own: MAX })]
    const { cash, notes, positions } = read({ accounts: [account({ balances })] })
    expect(cash.map(({ amount, price }) => [amount.toFixed(), price?.toFixed()])).toEqual([['1.5', '2000']])
    expect(notes).toEqual(['wallet 0x0000..00aa on Ethereum: the balance of T1 could not be read; it is not counted as cash'])
    expect(positions).toEqual([])
  })
})

describe('how the rate of a debt follows use', () => {
  const percent = (value: bigint): bigint => value * 10n ** 25n
  const CURVE = { reserve: 1n, debt: 82n, kink: percent(92n), rateAtKink: percent(6n), rateAtFull: percent(46n) }
  const owing = account({ balances: [balance(0n), balance(1n, { variableDebt: 10n })], totalDebt: 1n, healthFactor: MAX })
  const reserves = [reserve(0n, configuration(8_000n, 8_250n)), reserve(1n, configuration(7_000n, 7_500n), { available: 18n })]
  const told = (changes: Partial<Result>) =>
    onlyPosition(read({ reserves, accounts: [owing], curves: [CURVE], ...changes })).reserves.map(({ utilization, curve }) => [
      utilization,
      curve,
    ])
  const { reserve: _, debt: __, ...curve } = CURVE
  const NEITHER = [null, null]

  test('is told of what the account owes, and of nothing else', () => {
    // 82 of 82 + 18
    expect(told({})).toEqual([NEITHER, [percent(82n), curve]])
    expect(told({ curves: [{ ...CURVE, reserve: 0n }] })).toEqual([NEITHER, NEITHER])
    expect(told({ curves: [] })).toEqual([NEITHER, NEITHER])
  })

  test('what was not told is missing, alone', () => {
    expect(told({ curves: [{ ...CURVE, debt: 0n }] })[1]).toEqual([null, curve])
    expect(told({ curves: [{ ...CURVE, kink: 0n }] })[1]).toEqual(NEITHER)
    const silent = [reserves[0], { ...reserves[1], availableKnown: false }] as Result['reserves']
    expect(told({ reserves: silent })[1]).toEqual([null, curve])
  })

  test('what no strategy holds is as if it were not told', () => {
    for (const odd of [{ kink: percent(100n) + 1n }, { rateAtKink: 2n ** 128n + 1n }, { rateAtFull: MAX }])
      expect(told({ curves: [{ ...CURVE, ...odd }] })[1]).toEqual(NEITHER)
    expect(told({ curves: [{ ...CURVE, debt: MAX }] })[1]).toEqual([null, curve])
  })

  test('a list that the lens does not write makes the market unreadable', () => {
    for (const curves of [[CURVE, CURVE], [{ ...CURVE, reserve: 2n }]])
      expect(read({ reserves, accounts: [owing], curves })).toMatchObject({ positions: [] })
  })
})
