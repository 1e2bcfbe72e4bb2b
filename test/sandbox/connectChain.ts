import { type Address, encodeFunctionData, pad, toHex } from 'viem'
import { CONFIGURATOR_ABI, ORACLE_ABI, POOL_ABI } from './aaveAbi.ts'
import type { TokenSymbol } from './aaveReserves.ts'
import { ACCOUNTS } from './accounts.ts'
import { SANDBOX_CHAIN_ID } from './anvil.ts'
import { type Clock, openClock } from './clock.ts'
import { providerAddress } from './deployAave.ts'
import { type Loans, openLoans } from './loans.ts'
import { type Market, readMarket, tokenOf } from './market.ts'
import type { Call, Miner } from './miner.ts'
import { type Node, openNode } from './node.ts'

/** What the pool says of an account: `Pool.getUserAccountData`, in the contract's own units and names. */
type AccountData = {
  readonly totalCollateralBase: bigint
  readonly totalDebtBase: bigint
  readonly availableBorrowsBase: bigint
  readonly currentLiquidationThreshold: bigint
  readonly ltv: bigint
  /** 1e18 = 1; the largest uint256 without debt. */
  readonly healthFactor: bigint
}

type ReserveFlags = { readonly paused?: boolean; readonly frozen?: boolean }

/**
 * A local chain with a real Aave v3.0 market on it. Time stands still: each action is mined in a block that bears the time of the one
 * before, so no interest accrues until `mine` or `keepFresh` moves the time on.
 */
export type Chain = Market &
  Loans &
  Pick<Clock, 'block' | 'mine' | 'keepFresh' | 'rehearse'> &
  Pick<Node, 'public' | 'test' | 'wallet'> & {
    readonly url: string
    readonly chainId: number
    readonly accounts: typeof ACCOUNTS
    /** The oracle's price, 1e8 = 1 USD. */
    readonly price: (symbol: TokenSymbol) => Promise<bigint>
    /** Makes the feed answer this, in a new block of unchanged time. 0 or less: a dead feed, the oracle reverts. */
    readonly setPrice: (symbol: TokenSymbol, price: bigint) => Promise<void>
    readonly setReserveFlags: (symbol: TokenSymbol, flags: ReserveFlags) => Promise<void>
    readonly accountData: (account: Address, blockTag?: bigint | 'latest') => Promise<AccountData>
    /** Mines calls of any kind into one block. Throws a SandboxError if one reverts. */
    readonly send: Miner['send']
    /** Ends what was started with this chain. Safe to call twice. */
    readonly stop: () => Promise<void>
  }

/**
 * The sandbox chain that already runs at `url`, perhaps in another process; `stop` leaves it running.
 *
 * @throws viem's errors when nothing answers there, or no sandbox market is on it.
 */
export async function connectChain(url: string): Promise<Chain> {
  const node = openNode(url)
  const market = await readMarket(node, providerAddress(ACCOUNTS.deployer))
  const clock = openClock(node)
  return {
    ...{ url, chainId: SANDBOX_CHAIN_ID, accounts: ACCOUNTS },
    ...market,
    ...openLoans(node, market),
    ...{ block: clock.block, mine: clock.mine, keepFresh: clock.keepFresh, rehearse: clock.rehearse },
    ...{ public: node.public, test: node.test, wallet: node.wallet },
    price: (symbol) => readPrice(node, market, symbol),
    setPrice: async (symbol, price) => {
      const { aggregator } = tokenOf(market, symbol)
      // The block first: the one before it keeps the price it had.
      await node.miner.send([])
      await node.rpc('anvil_setStorageAt', [aggregator, pad('0x0'), toHex(BigInt.asUintN(256, price), { size: 32 })])
    },
    setReserveFlags: (symbol, flags) => node.miner.send(flagCalls(market, symbol, flags)),
    accountData: (account, blockTag = 'latest') => readAccount(node, market, { account, blockTag }),
    send: node.miner.send,
    stop: async () => clock.endFreshness(),
  }
}

function readPrice(node: Node, market: Market, symbol: TokenSymbol): Promise<bigint> {
  const args = [tokenOf(market, symbol).address] as const
  return node.public.readContract({ address: market.oracle, abi: ORACLE_ABI, functionName: 'getAssetPrice', args })
}

function flagCalls(market: Market, symbol: TokenSymbol, { paused, frozen }: ReserveFlags): readonly Call[] {
  const { address } = tokenOf(market, symbol)
  const call = (functionName: 'setReservePause' | 'setReserveFreeze', on: boolean | undefined): readonly Call[] => {
    if (on === undefined) return []
    const data = encodeFunctionData({ abi: CONFIGURATOR_ABI, functionName, args: [address, on] })
    return [{ from: ACCOUNTS.deployer, to: market.configurator, data }]
  }
  return [...call('setReservePause', paused), ...call('setReserveFreeze', frozen)]
}

type AccountAt = { readonly account: Address; readonly blockTag: bigint | 'latest' }

async function readAccount(node: Node, { pool }: Market, { account, blockTag }: AccountAt): Promise<AccountData> {
  const at = blockTag === 'latest' ? { blockTag } : { blockNumber: blockTag }
  const read = { address: pool, abi: POOL_ABI, functionName: 'getUserAccountData', args: [account], ...at } as const
  const [totalCollateralBase, totalDebtBase, availableBorrowsBase, currentLiquidationThreshold, ltv, healthFactor] =
    await node.public.readContract(read)
  return { totalCollateralBase, totalDebtBase, availableBorrowsBase, currentLiquidationThreshold, ltv, healthFactor }
}
