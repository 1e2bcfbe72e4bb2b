import { type Address, encodeFunctionData, maxUint256 } from 'viem'
import { POOL_ABI, TOKEN_ABI } from './aaveAbi.ts'
import type { TokenSymbol } from './aaveReserves.ts'
import { ACCOUNTS } from './accounts.ts'
import { type Market, tokenOf } from './market.ts'
import type { Call } from './miner.ts'
import type { Node } from './node.ts'

type RateMode = 'variable' | 'stable'

/** A liquidation to be tried. */
type LiquidationTry = {
  readonly liquidator: Address
  readonly user: Address
  readonly collateral: TokenSymbol
  readonly debt: TokenSymbol
  /** Base units of the debt; `max`: as much as the pool allows. */
  readonly amount: bigint | 'max'
  /** The block's time, not before the head's; default: equal to the head's, so that no interest accrues in between. */
  readonly timestamp?: bigint
}

type LiquidationResult = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** What accounts do in the market. Each is mined before it returns, in one block bearing the time of the head. Amounts in base units. */
export type Loans = {
  /** Gives an account tokens out of nowhere. */
  readonly fund: (account: Address, symbol: TokenSymbol, amount: bigint) => Promise<void>
  /** Gives an account tokens and supplies just these. Without `collateral` the pool decides: on at the first supply. */
  readonly supply: (
    account: Address,
    symbol: TokenSymbol,
    amount: bigint,
    options?: { readonly collateral?: boolean },
  ) => Promise<void>
  readonly borrow: (account: Address, symbol: TokenSymbol, amount: bigint, mode?: RateMode) => Promise<void>
  /** Gives an account what it takes to repay so much of its debt, and repays it. */
  readonly repay: (account: Address, symbol: TokenSymbol, amount: bigint | 'all', mode?: RateMode) => Promise<void>
  readonly setCollateral: (account: Address, symbol: TokenSymbol, on: boolean) => Promise<void>
  /** 0: none. */
  readonly setEMode: (account: Address, category: number) => Promise<void>
  /** A real liquidationCall, mined; the liquidator is given what it pays. Where it reverts, the chain is left as it was. */
  readonly liquidate: (wanted: LiquidationTry) => Promise<LiquidationResult>
}

const MODES = { stable: 1n, variable: 2n } as const

/** The calls behind {@link Loans}, unsent: several can be mined into one block. */
export function loanCalls(market: Market) {
  const { pool } = market
  const fund = (account: Address, symbol: TokenSymbol, amount: bigint): Call => {
    const { address } = tokenOf(market, symbol)
    return {
      from: account,
      to: address,
      data: encodeFunctionData({ abi: TOKEN_ABI, functionName: 'mint', args: [account, amount] }),
    }
  }
  const approve = (account: Address, symbol: TokenSymbol): Call => {
    const { address } = tokenOf(market, symbol)
    const data = encodeFunctionData({ abi: TOKEN_ABI, functionName: 'approve', args: [pool, maxUint256] })
    return { from: account, to: address, data }
  }
  /** Out of the wallet, to the supplier. */
  const spend = (account: Address, symbol: TokenSymbol, amount: bigint): Call => {
    const args = [ACCOUNTS.supplier, amount] as const
    const data = encodeFunctionData({ abi: TOKEN_ABI, functionName: 'transfer', args })
    return { from: account, to: tokenOf(market, symbol).address, data }
  }
  const setCollateral = (account: Address, symbol: TokenSymbol, on: boolean): Call => {
    const args = [tokenOf(market, symbol).address, on] as const
    return {
      from: account,
      to: pool,
      data: encodeFunctionData({ abi: POOL_ABI, functionName: 'setUserUseReserveAsCollateral', args }),
    }
  }
  const supply = (account: Address, symbol: TokenSymbol, amount: bigint): readonly Call[] => {
    const args = [tokenOf(market, symbol).address, amount, account, 0] as const
    const data = encodeFunctionData({ abi: POOL_ABI, functionName: 'supply', args })
    return [fund(account, symbol, amount), approve(account, symbol), { from: account, to: pool, data }]
  }
  const borrow = (account: Address, symbol: TokenSymbol, amount: bigint, mode: RateMode = 'variable'): Call => {
    const args = [tokenOf(market, symbol).address, amount, MODES[mode], 0, account] as const
    return { from: account, to: pool, data: encodeFunctionData({ abi: POOL_ABI, functionName: 'borrow', args }) }
  }
  const repay = (account: Address, symbol: TokenSymbol, amount: bigint, mode: RateMode = 'variable'): Call => {
    const args = [tokenOf(market, symbol).address, amount, MODES[mode], account] as const
    return { from: account, to: pool, data: encodeFunctionData({ abi: POOL_ABI, functionName: 'repay', args }) }
  }
  const setEMode = (account: Address, category: number): Call => ({
    from: account,
    to: pool,
    data: encodeFunctionData({ abi: POOL_ABI, functionName: 'setUserEMode', args: [category] }),
  })
  const liquidate = ({ liquidator, user, collateral, debt, amount }: LiquidationTry): Call => {
    const assets = [tokenOf(market, collateral).address, tokenOf(market, debt).address] as const
    const args = [...assets, user, amount === 'max' ? maxUint256 : amount, false] as const
    return { from: liquidator, to: pool, data: encodeFunctionData({ abi: POOL_ABI, functionName: 'liquidationCall', args }) }
  }
  return { fund, approve, spend, supply, borrow, repay, setCollateral, setEMode, liquidate }
}

/** {@link Loans} on a node. */
export function openLoans({ miner, public: client, rpc }: Node, market: Market): Loans {
  const calls = loanCalls(market)
  const owed = async (account: Address, symbol: TokenSymbol): Promise<bigint> => {
    const { variableDebt, stableDebt } = tokenOf(market, symbol)
    const balances = [variableDebt, stableDebt].map((address) =>
      client.readContract({ address, abi: TOKEN_ABI, functionName: 'balanceOf', args: [account] }),
    )
    return (await Promise.all(balances)).reduce((sum, balance) => sum + balance, 0n)
  }
  return {
    fund: (...fund) => miner.send([calls.fund(...fund)]),
    supply: (account, symbol, amount, { collateral } = {}) => {
      const flag = collateral === undefined ? [] : [calls.setCollateral(account, symbol, collateral)]
      return miner.send([...calls.supply(account, symbol, amount), ...flag])
    },
    borrow: (...borrow) => miner.send([calls.borrow(...borrow)]),
    repay: async (account, symbol, amount, mode) => {
      const paid = amount === 'all' ? await owed(account, symbol) : amount
      const repay = calls.repay(account, symbol, amount === 'all' ? maxUint256 : amount, mode)
      await miner.send([calls.fund(account, symbol, paid), calls.approve(account, symbol), repay])
    },
    setCollateral: (...set) => miner.send([calls.setCollateral(...set)]),
    setEMode: (...set) => miner.send([calls.setEMode(...set)]),
    liquidate: async (wanted) => {
      const { liquidator, user, debt, amount, timestamp } = wanted
      // The debt as of now is short by the interest up to a later block: give the liquidator twice as much.
      const purse = amount === 'max' ? 2n * (await owed(user, debt)) : amount
      const before = await rpc('evm_snapshot')
      const steps = [calls.fund(liquidator, debt, purse), calls.approve(liquidator, debt), calls.liquidate(wanted)]
      const reason = (await miner.attempt(steps, timestamp)).find((fault) => fault !== null)
      if (reason === undefined) return { ok: true }
      await rpc('evm_revert', [before])
      return { ok: false, reason }
    },
  }
}
