import { describe, expect, test } from 'vitest'
import { AAVE_V3_MARKETS, publishedPool } from '../../src/lending/aaveV3Markets.ts'
import { preparePayment } from '../../src/lending/preparePayment.ts'
import { prepareWithdrawal } from '../../src/lending/prepareWithdrawal.ts'
import type { Payment, PaymentPart, Prepared, Withdrawal } from '../../src/risk/payment.ts'
import { AAVE_POOL, ALICE, BOB, COMET_USDC, TOKENS } from '../support/payBook.ts'

const part = (amount: bigint, over: Partial<PaymentPart> = {}): PaymentPart => ({
  rate: 'variable',
  amount,
  pays: 'part',
  ...over,
})
const aave = (over: Partial<Payment> = {}): Payment => ({
  ...{ protocol: 'aave-v3', chainId: 1, market: 'ethereum-core', contract: AAVE_POOL, token: TOKENS.USDC, decimals: 6 },
  ...{ payer: ALICE, borrower: ALICE, parts: [part(6_168_000_001n)] },
  ...over,
})
const comet = (over: Partial<Payment> = {}): Payment => {
  const market = { protocol: 'compound-v3', market: 'ethereum-usdc', contract: COMET_USDC } as const
  return aave({ ...market, ...over })
}
const prepared = async (payment: Payment): Promise<Prepared> => {
  const done = await preparePayment(payment)
  if (done === 'other-contract') throw new RangeError(done)
  return done
}
/** Calldata by hand: the selector, then words of 32 bytes. */
const calldata = (selector: string, ...words: readonly (string | bigint)[]): string =>
  `${selector}${words.map((word) => (typeof word === 'bigint' ? word.toString(16) : word.slice(2)).padStart(64, '0')).join('')}`
// First four bytes of keccak256 of the signature, as public directories list them.
const [APPROVE, REPAY, SUPPLY, SUPPLY_TO] = ['0x095ea7b3', '0x573ade81', '0xf2b9fdb8', '0x4232cd63'] as const
const MAX = 2n ** 256n - 1n

describe('Aave v3', () => {
  test('approval of the very amount, then the repayment, for the chain, from the payer, without value', async () => {
    const { transactions, contractBy } = await prepared(aave())
    const head = { chainId: 1, from: '0x90F79bf6EB2c4f870365E785982E1f101E93b906', value: 0n }
    expect(contractBy).toBe('published')
    expect(transactions).toEqual([
      {
        ...head,
        what: 'approve',
        to: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
        data: calldata(APPROVE, AAVE_POOL, 6_168_000_001n),
        call: {
          signature: 'approve(address spender, uint256 amount)',
          arguments: [
            { name: 'spender', value: '0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2' },
            { name: 'amount', value: '6168000001' },
          ],
        },
        part: null,
      },
      {
        ...head,
        what: 'repay',
        to: '0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2',
        data: calldata(REPAY, TOKENS.USDC, 6_168_000_001n, 2n, ALICE),
        call: {
          signature: 'repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf)',
          arguments: [
            { name: 'asset', value: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48' },
            { name: 'amount', value: '6168000001' },
            { name: 'interestRateMode', value: '2' },
            { name: 'onBehalfOf', value: '0x90F79bf6EB2c4f870365E785982E1f101E93b906' },
          ],
        },
        part: part(6_168_000_001n),
      },
    ])
  })

  test('several debts under one approval, for somebody else; even all of a debt is an amount, never infinite', async () => {
    const parts = [part(20n, { pays: 'all' }), part(3n, { rate: 'stable', pays: 'all' })]
    const { transactions } = await prepared(aave({ payer: BOB, parts }))
    expect(transactions.map(({ data }) => data)).toEqual([
      calldata(APPROVE, AAVE_POOL, 23n),
      calldata(REPAY, TOKENS.USDC, 20n, 2n, ALICE),
      calldata(REPAY, TOKENS.USDC, 3n, 1n, ALICE),
    ])
    expect(new Set(transactions.map(({ from }) => from.toLowerCase()))).toEqual(new Set([BOB]))
  })

  test('USDT of Ethereum refuses to change an allowance: it is set to 0 first; on other chains it is another contract', async () => {
    const usdt = await prepared(aave({ token: TOKENS.USDT }))
    expect(usdt.transactions.map(({ what, data }) => [what, data]).slice(0, 2)).toEqual([
      ['reset', calldata(APPROVE, AAVE_POOL, 0n)],
      ['approve', calldata(APPROVE, AAVE_POOL, 6_168_000_001n)],
    ])
    const elsewhere = aave({ token: TOKENS.USDT, chainId: 31337, market: 'own' })
    expect((await prepared(elsewhere)).transactions.map(({ what }) => what)).toEqual(['approve', 'repay'])
  })
})

describe('whose word it is that the contract is the market', () => {
  test('every production market of Aave has its pool published', () => {
    expect(AAVE_V3_MARKETS.length).toBeGreaterThan(15)
    for (const { chainId, name } of AAVE_V3_MARKETS) expect(publishedPool(chainId, name), name).toMatch(/^0x[0-9a-fA-F]{40}$/)
    // Ethereum's instances share a chain, not a pool.
    const pools = AAVE_V3_MARKETS.filter(({ chainId }) => chainId === 1).map(({ name }) => publishedPool(1, name))
    expect(new Set(pools).size).toBe(pools.length)
  })

  test('another pool than the published one gets nothing', async () => {
    expect(await preparePayment(aave({ contract: BOB }))).toBe('other-contract')
    // The right pool of another instance is the wrong one.
    expect(await preparePayment(aave({ market: 'ethereum-lido' }))).toBe('other-contract')
  })

  test("of a market of the user's own nobody but the node says so", async () => {
    expect((await prepared(aave({ market: 'mine', contract: BOB }))).contractBy).toBe('node')
    expect((await prepared(aave({ chainId: 31337 }))).contractBy).toBe('node')
  })
})

describe('Compound III', () => {
  test('approval and supply of the base token', async () => {
    const { transactions, contractBy } = await prepared(comet())
    expect(contractBy).toBe('settings')
    expect(transactions.map(({ what, to, data }) => [what, to.toLowerCase(), data])).toEqual([
      ['approve', TOKENS.USDC, calldata(APPROVE, COMET_USDC, 6_168_000_001n)],
      ['repay', COMET_USDC, calldata(SUPPLY, TOKENS.USDC, 6_168_000_001n)],
    ])
  })

  test('for somebody else', async () => {
    const { transactions } = await prepared(comet({ payer: BOB }))
    expect(transactions[1]?.data).toBe(calldata(SUPPLY_TO, ALICE, TOKENS.USDC, 6_168_000_001n))
    expect(transactions[1]?.call.signature).toBe('supplyTo(address dst, address asset, uint256 amount)')
  })

  test('all of a debt is what Comet owes then, within a finite approval; all but the interest is an amount', async () => {
    const all = await prepared(comet({ parts: [part(40_040_000_001n, { pays: 'all' })] }))
    expect(all.transactions.map(({ data }) => data)).toEqual([
      calldata(APPROVE, COMET_USDC, 40_040_000_001n),
      calldata(SUPPLY, TOKENS.USDC, MAX),
    ])
    const most = await prepared(comet({ parts: [part(40_000_000_000n, { pays: 'all-but-interest' })] }))
    expect(most.transactions[1]?.data).toBe(calldata(SUPPLY, TOKENS.USDC, 40_000_000_000n))
  })
})

describe('a withdrawal', () => {
  const withdrawal = (over: Partial<Withdrawal> = {}): Withdrawal => ({
    ...{ protocol: 'aave-v3', leg: 'aave-v3/ethereum-core/0xab', chainId: 1, market: 'ethereum-core', contract: AAVE_POOL },
    ...{ token: TOKENS.USDC, decimals: 6, owner: ALICE, amount: 250_000_001n },
    ...over,
  })

  test('from a Pool: to its owner, whose transaction it is', async () => {
    expect(await prepareWithdrawal(withdrawal())).toMatchObject({
      contractBy: 'published',
      transaction: {
        ...{ what: 'withdraw', chainId: 1, from: '0x90F79bf6EB2c4f870365E785982E1f101E93b906', value: 0n, part: null },
        to: '0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2',
        // 0x69328dec: withdraw(address,uint256,address)
        data: calldata('0x69328dec', TOKENS.USDC, 250_000_001n, ALICE),
        call: { signature: 'withdraw(address asset, uint256 amount, address to)' },
      },
    })
  })

  test('from a Comet', async () => {
    expect(await prepareWithdrawal(withdrawal({ protocol: 'compound-v3', contract: COMET_USDC }))).toMatchObject({
      contractBy: 'settings',
      // 0xf3fef3a3: withdraw(address,uint256)
      transaction: {
        data: calldata('0xf3fef3a3', TOKENS.USDC, 250_000_001n),
        call: { signature: 'withdraw(address asset, uint256 amount)', arguments: [{}, { name: 'amount', value: '250000001' }] },
      },
    })
  })

  test('from a contract that is not the one published for its market: none', async () => {
    expect(await prepareWithdrawal(withdrawal({ contract: COMET_USDC }))).toBe('other-contract')
  })
})
