import { type Address, decodeFunctionData, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReportJson } from '../../src/report/schema.ts'
import { type TransactionsJson, transactionsSchema } from '../../src/report/transactionSchema.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import { POOL_ABI, TOKEN_ABI } from '../sandbox/aaveAbi.ts'
import type { MainSymbol } from '../sandbox/aaveReserves.ts'
import { loanCalls } from '../sandbox/loans.ts'
import { tokenOf } from '../sandbox/market.ts'
import { openSandbox, type Sandbox } from '../sandbox/openSandbox.ts'
import { hullmark } from '../support/hullmark.ts'

/**
 * The transactions that `rescue --tx` prints, sent by their own account to the real contracts, in order: the room is then what the
 * plan had said, and what is left approved is what the sentence had said.
 */

const ether = (whole: bigint): bigint => whole * 10n ** 18n
const usdc = (whole: bigint): bigint => whole * 10n ** 6n
const [ALICE, BOB, CAROL] = [
  '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65',
  '0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc',
  '0x976EA74026E726554dB657fA54763abd0C3a0aa9',
] as const

type Steps = NonNullable<TransactionsJson>['steps']
type Transaction = Steps[number]['transactions'][number]
type Rescued = Pick<ReportJson, 'verdict'> & {
  readonly target: ReportJson['rescue']['target']
  readonly bestUse: ReportJson['rescue']['plan']
  readonly transactions: TransactionsJson
}

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await openSandbox()
}, 120_000)
afterAll(() => sandbox.stop())

/** What the command line says of some wallets at the head, by a clock that agrees with it. */
async function rescued(wallets: readonly Address[], ...args: string[]): Promise<Rescued> {
  const book = await sandbox.book({ wallets, exchange: false })
  const { timestamp } = await sandbox.chain.block()
  const { out, err } = await hullmark(['rescue', '--format', 'json', ...args], {
    env: { ...sandbox.env, HULLMARK_BOOK: book },
    now: () => Number(timestamp) * 1000,
  })
  expect(err).toBe('')
  const said = JSON.parse(out) as Rescued
  transactionsSchema.parse(said.transactions)
  return said
}

async function roomOf(wallets: readonly Address[]): Promise<Decimal | null> {
  const book = await sandbox.book({ wallets, exchange: false })
  const { timestamp } = await sandbox.chain.block()
  const { code, out } = await hullmark(['report', '--format', 'json'], {
    env: { ...sandbox.env, HULLMARK_BOOK: book },
    now: () => Number(timestamp) * 1000,
  })
  expect(code).toBe(0)
  const { room } = (JSON.parse(out) as ReportJson).verdict
  return room === null ? null : dec(room)
}

const transactionsOf = ({ transactions }: Rescued): readonly Transaction[] =>
  transactions?.steps.flatMap((step) => step.transactions) ?? []

/** Sends them as they are printed, each from its own account, one after the other. */
async function send(transactions: readonly Transaction[], at?: bigint): Promise<void> {
  for (const { from, to, data, value, chainId } of transactions) {
    expect([chainId, value]).toEqual([31337, '0'])
    await sandbox.chain.send([{ from: from as Address, to: to as Address, data: data as Hex }], at)
  }
}

const read = (symbol: MainSymbol) => {
  const { chain } = sandbox
  const { address, variableDebt, stableDebt } = tokenOf(chain, symbol)
  const balanceOf = (token: Address, account: Address) =>
    chain.public.readContract({ address: token, abi: TOKEN_ABI, functionName: 'balanceOf', args: [account] })
  return {
    held: (account: Address) => balanceOf(address, account),
    owed: async (account: Address) => (await balanceOf(variableDebt, account)) + (await balanceOf(stableDebt, account)),
    allowed: (account: Address) =>
      chain.public.readContract({ address, abi: TOKEN_ABI, functionName: 'allowance', args: [account, chain.pool] }),
  }
}

describe('the demo loan: 22,000 USDC owed, 10,000 in the wallet', () => {
  test('the best use of the cash: the room becomes what the plan says', async () => {
    const { chain } = sandbox
    const wallet = chain.accounts.borrower
    await chain.rehearse(async () => {
      const said = await rescued([wallet], '--tx')
      const all = transactionsOf(said)
      // Decoded by ABIs of our own: approval of the very amount to the pool, then the repayment of it at the variable rate, for oneself.
      expect(all.map(({ from }) => from)).toEqual([wallet, wallet])
      expect(all.map(({ to }) => to)).toEqual([tokenOf(chain, 'USDC').address, chain.pool])
      const [approval, repayment] = all as [Transaction, Transaction]
      expect(decodeFunctionData({ abi: TOKEN_ABI, data: approval.data as Hex })).toEqual({
        functionName: 'approve',
        args: [chain.pool, usdc(10_000n)],
      })
      expect(decodeFunctionData({ abi: POOL_ABI, data: repayment.data as Hex })).toEqual({
        functionName: 'repay',
        args: [tokenOf(chain, 'USDC').address, usdc(10_000n), 2n, wallet],
      })
      const before = await roomOf([wallet])
      await send(all)
      const [after, planned] = [await roomOf([wallet]), dec(said.bestUse?.after?.move ?? 'nothing')]
      // 48,000 x 0.8112 against 22,000, then against 12,000: from -43.4 % to -69.1 %.
      expect(before?.toFixed(3)).toBe('-0.435')
      expect(planned.toFixed(3)).toBe('-0.692')
      expect(after?.toFixed()).toBe(planned.toFixed())
      expect([await read('USDC').held(wallet), await read('USDC').allowed(wallet)]).toEqual([0n, 0n])
    })
  })

  test('a wanted fall: it is survived, and with 2 USDC less it would not be', async () => {
    const { chain } = sandbox
    const wallet = chain.accounts.borrower
    const said = await rescued([wallet], '--tx', '--target', '60%')
    const all = transactionsOf(said)
    // At 40 %: 12,000 x 0.83 + 7,200 x 0.78, the average cut to 0.8112, x 19,200 = 15,575.04 of 22,000; and what rounding may swallow.
    expect(all.map(({ call }) => call.arguments[1]?.value)).toEqual(['6424960003', '6424960003'])
    const liquidates = async (): Promise<boolean> => {
      await chain.setPrice('WETH', 1_200n * 10n ** 8n)
      await chain.setPrice('WBTC', 36_000n * 10n ** 8n)
      const { timestamp } = await chain.block()
      const wanted = { liquidator: chain.accounts.liquidator, user: wallet, amount: 'max', timestamp } as const
      return (await chain.liquidate({ ...wanted, collateral: 'WETH', debt: 'USDC' })).ok
    }
    await chain.rehearse(async () => {
      await send(all)
      expect((await roomOf([wallet]))?.toFixed(9)).toBe('-0.600000000')
      expect((await roomOf([wallet]))?.lte('-0.6')).toBe(true)
      const again = await rescued([wallet], '--tx', '--target', '60%')
      expect([again.target?.totalUsd, again.transactions?.steps]).toEqual(['0', []])
      expect(await liquidates()).toBe(false)
    })
    await chain.rehearse(async () => {
      await chain.repay(wallet, 'USDC', usdc(6_422n) + 960_000n)
      expect(await liquidates()).toBe(true)
    })
  })
})

test('with interest of 30 different ages the pool rounds its own shares, and the wanted fall is reached all the same', async () => {
  const { chain } = sandbox
  const wallet = chain.accounts.borrower
  const { timestamp } = await chain.block()
  const lost: bigint[] = []
  for (let days = 100n; days < 400n; days += 10n) {
    await chain.rehearse(async () => {
      await chain.mine(timestamp + days * 86_400n)
      const all = transactionsOf(await rescued([wallet], '--tx', '--target', '55%'))
      const before = await read('USDC').owed(wallet)
      await send(all)
      const paid = BigInt(all[1]?.call.arguments[1]?.value ?? 0)
      lost.push((await read('USDC').owed(wallet)) - (before - paid))
      expect((await roomOf([wallet]))?.lte('-0.55'), `${days} days`).toBe(true)
    })
  }
  // The pool did swallow a unit now and then, or nothing was tried.
  expect(lost).toContain(1n)
})

describe('a whole debt', () => {
  const DAY = 86_400n
  const borrow = async (debt: bigint, cash: bigint, mode: 'variable' | 'stable' = 'variable'): Promise<void> => {
    const { chain } = sandbox
    await chain.supply(ALICE, 'WETH', ether(10n))
    await chain.borrow(ALICE, 'USDC', debt, mode)
    const held = await read('USDC').held(ALICE)
    if (cash > held) await chain.fund(ALICE, 'USDC', cash - held)
  }

  test('paid a day after it was read: all is paid, interest included, and nothing of it is dust', async () => {
    const { chain } = sandbox
    await chain.rehearse(async () => {
      await borrow(usdc(5_000n), usdc(6_000n))
      const said = await rescued([ALICE], '--tx')
      expect(said.bestUse?.after).toBeNull()
      const all = transactionsOf(said)
      // 5,000 and a thousandth, and a unit.
      expect(all.map(({ call }) => call.arguments[1]?.value)).toEqual(['5005000001', '5005000001'])
      const { timestamp } = await chain.block()
      await send(all, timestamp + DAY)
      const usd = read('USDC')
      expect(await usd.owed(ALICE)).toBe(0n)
      // About 5.2 % a year: 5,000 x 0.052 / 365 = 0.71.
      const paid = usdc(6_000n) - (await usd.held(ALICE))
      expect(paid > usdc(5_000n) + 600_000n && paid < usdc(5_000n) + 800_000n).toBe(true)
      expect((await usd.allowed(ALICE)) + paid).toBe(5_005_000_001n)
      expect(await roomOf([ALICE])).toBeNull()
    })
  })

  test('with no more in the wallet than what is owed: all but the interest, and it says so', async () => {
    const { chain } = sandbox
    await chain.rehearse(async () => {
      await borrow(usdc(5_000n), usdc(5_000n))
      const said = await rescued([ALICE], '--tx')
      const [, repayment] = transactionsOf(said) as [Transaction, Transaction]
      expect(repayment.call.arguments[1]?.value).toBe('5000000000')
      expect(repayment.sentence).toContain('the interest from then on stays owed')
      const { timestamp } = await chain.block()
      await send(transactionsOf(said), timestamp + DAY)
      const left = await read('USDC').owed(ALICE)
      expect(left > 600_000n && left < 800_000n).toBe(true)
    })
  })

  test('at both rates: one repayment of each, under one approval', async () => {
    const { chain } = sandbox
    await chain.rehearse(async () => {
      await borrow(usdc(3_000n), 0n)
      await chain.borrow(ALICE, 'USDC', usdc(2_000n), 'stable')
      await chain.fund(ALICE, 'USDC', usdc(1_000n))
      const said = await rescued([ALICE], '--tx')
      const all = transactionsOf(said)
      // The last argument but one: 2 is variable, 1 is stable.
      expect(all.map(({ what, call }) => [what, ...call.arguments.slice(1, 3).map(({ value }) => value)])).toEqual([
        ['approve', '5005000002'],
        ['repay', '3003000001', '2'],
        ['repay', '2002000001', '1'],
      ])
      const { timestamp } = await chain.block()
      await send(all, timestamp + DAY)
      expect(await read('USDC').owed(ALICE)).toBe(0n)
    })
  })

  test('at a stable rate alone, in part', async () => {
    const { chain } = sandbox
    await chain.rehearse(async () => {
      await borrow(usdc(5_000n), usdc(5_000n), 'stable')
      const said = await rescued([ALICE], '--tx', '--target', '90%')
      await send(transactionsOf(said))
      expect((await roomOf([ALICE]))?.lte('-0.9')).toBe(true)
      expect(await read('USDC').owed(ALICE)).toBe(usdc(5_000n) - BigInt(transactionsOf(said)[1]?.call.arguments[1]?.value ?? 0))
    })
  })
})

test('cash in another wallet of the book repays for the borrower; each account sends its own', async () => {
  const { chain } = sandbox
  await chain.rehearse(async () => {
    await chain.supply(BOB, 'WETH', ether(10n))
    await chain.borrow(BOB, 'USDC', usdc(20_000n))
    // What was borrowed was spent but for 1,000.
    await chain.send([loanCalls(chain).spend(BOB, 'USDC', usdc(19_000n))])
    await chain.fund(CAROL, 'USDC', usdc(3_000n))
    const said = await rescued([BOB, CAROL], '--tx')
    const all = transactionsOf(said)
    const sent = all.map(({ what, from, call }) => [what, from, call.arguments.at(-1)?.value])
    expect(sent).toHaveLength(4)
    expect(sent).toContainEqual(['repay', BOB, BOB])
    expect(sent).toContainEqual(['repay', CAROL, BOB])
    await send(all)
    expect(await read('USDC').owed(BOB)).toBe(usdc(16_000n))
    expect((await roomOf([BOB, CAROL]))?.toFixed()).toBe(said.bestUse?.after?.move)
  })
})

test('a supply that is no collateral: withdrawn as far as it is needed, and repaid', async () => {
  const { chain } = sandbox
  await chain.rehearse(async () => {
    await chain.supply(BOB, 'WETH', ether(10n))
    await chain.borrow(BOB, 'USDC', usdc(15_000n))
    await chain.send([loanCalls(chain).spend(BOB, 'USDC', usdc(15_000n))])
    await chain.supply(BOB, 'USDC', usdc(15_000n))
    await chain.setCollateral(BOB, 'USDC', false)
    const said = await rescued([BOB], '--tx', '--target', '70%')
    const all = transactionsOf(said)
    // At 30 %: 9,000 x 0.83 = 7,470 of 15,000, so 7,530 have to be repaid; and what rounding may swallow.
    expect(all.map(({ what, call }) => [what, call.arguments[1]?.value])).toEqual([
      ['withdraw', '7530000003'],
      ['approve', '7530000003'],
      ['repay', '7530000003'],
    ])
    await send(all)
    expect((await roomOf([BOB]))?.toFixed(6)).toBe('-0.700000')
    expect((await roomOf([BOB]))?.lte('-0.7')).toBe(true)
  })
})

test('the whole demo book: what goes to the exchange is said, and has no transaction', async () => {
  const { timestamp } = await sandbox.chain.block()
  const { out } = await hullmark(['rescue', '--tx'], { env: sandbox.env, now: () => Number(timestamp) * 1000 })
  const page = out.replace(/\s+/g, ' ')
  expect(page).toContain('BY HAND Bring 10,000 USDC, swapped to USDT, from wallet 0x90F7..b906 on Sandbox to Binance USDT cross')
  expect(page).not.toContain('0x095ea7b3')
})
