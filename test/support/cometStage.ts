import {
  type Address,
  BaseError,
  decodeErrorResult,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  numberToHex,
  RawContractError,
} from 'viem'
import type { Market, Reading } from '../../src/lending/protocol.ts'
import type { CompoundV3Position, LendingPosition } from '../../src/risk/lendingPosition.ts'
import { type Compiled, compileContract } from '../contracts/compileContract.ts'
import { SANDBOX_CHAIN_ID, startAnvil } from '../sandbox/anvil.ts'
import { type Clock, openClock } from '../sandbox/clock.ts'
import type { Call } from '../sandbox/miner.ts'
import { type Node, openNode } from '../sandbox/node.ts'
import { readAtHead } from './chainRead.ts'

/** An asset to be listed. Prices: 1e8 is one unit of what the market counts in. Shares: 1e18 is 100 %. */
export type CometAsset = {
  readonly symbol: string
  readonly decimals: number
  readonly price: bigint
  /** What counts for borrowing, what covers the debt, what an absorption credits. Default: 80, 85, 93 %. */
  readonly factors?: readonly [bigint, bigint, bigint]
}

type CometOptions = {
  readonly base: CometAsset
  readonly collateral: readonly CometAsset[]
  /** What the feeds say they count in. Default USD. */
  readonly unit?: string
  /** A second, 1e18 is 100 %. Default: 6 % a year to borrow, 4 % to supply. */
  readonly rates?: readonly [bigint, bigint]
  /** Default 0: a debt may be as small as it likes. */
  readonly borrowMin?: bigint
  /** Puts the market there. Default: wherever it is created. */
  readonly at?: Address
  /** Default: Compound III Sandbox. */
  readonly title?: string
}

export type CometToken = CometAsset & { readonly address: Address; readonly feed: Address }

/** A market of the double, and what accounts do in it: each action is mined at the time of the head. */
export type Comet = {
  readonly market: Market
  readonly address: Address
  readonly base: CometToken
  readonly collateral: readonly CometToken[]
  readonly supply: (account: Address, token: CometToken, amount: bigint) => readonly Call[]
  /** The base asset is borrowed where none is supplied. */
  readonly withdraw: (account: Address, token: CometToken, amount: bigint) => readonly Call[]
  /** 0 or less: a dead feed. */
  readonly setPrice: (token: CometToken, price: bigint) => Promise<void>
  /** Bits: supply 1, transfer 2, withdraw 4, absorb 8, buy 16. */
  readonly pause: (flags: number) => Promise<void>
  /** Sets how the borrow rate follows use: kink, base, slope up to the kink, slope beyond it; 1e18 is 100 %, rates a second. */
  readonly setCurve: (curve: readonly [bigint, bigint, bigint, bigint]) => Promise<void>
  /** Asks the contract to absorb at the time of the head, with one price replaced; what it says: `absorbed`, or its error's name. */
  readonly absorption: (account: Address, price?: { readonly token: CometToken; readonly price: bigint }) => Promise<string>
  /** Absorbs for good; null: it succeeded, else the error's name. */
  readonly absorb: (account: Address) => Promise<string | null>
  readonly view: (functionName: string, ...args: readonly unknown[]) => Promise<unknown>
}

type Around = {
  /** A proxy before the node. */
  readonly url?: string
  /** The token that is USDC; what moves all others is nobody's but their own. */
  readonly usd?: Address
}

export type CometStage = {
  readonly node: Node
  readonly url: string
  readonly send: (...calls: readonly (readonly Call[])[]) => Promise<void>
  /** Moves the time on without touching a market. */
  readonly wait: (seconds: bigint) => Promise<void>
  /** A feed of 8 decimals at that very address. */
  readonly placeFeed: (at: Address, price: bigint) => Promise<void>
  /** One that tells the price alone. */
  readonly placeAdapter: (at: Address, decimals: number, price: bigint) => Promise<void>
  readonly openComet: (options: CometOptions) => Promise<Comet>
  /** At the time of the head, which is also ours. */
  readonly read: (markets: readonly Market[], wallets: readonly Address[], around?: Around) => Promise<Reading>
  /** Puts tokens into a wallet. */
  readonly fund: (wallet: Address, token: Address, amount: bigint) => Promise<void>
  readonly rehearse: Clock['rehearse']
  readonly stop: () => Promise<void>
}

const [TOKEN, FEED, ADAPTER, COMET] = (['Token', 'Feed', 'Adapter', 'Comet'] as const).map(compileContract) as [
  Compiled,
  Compiled,
  Compiled,
  Compiled,
]
const FACTORS = [80n, 85n, 93n].map((percent) => percent * 10n ** 16n) as unknown as readonly [bigint, bigint, bigint]
const YEAR = 31_536_000n
/** It creates and does nothing else, so that the addresses follow from the order. */
const DEPLOYER: Address = '0x00000000000000000000000000000000000d0b1e'
const GOVERNOR: Address = '0x00000000000000000000000000000000000d0b1f'
/** Where solc lays `latestAnswer` of Feed.sol. */
const ANSWER_SLOT = numberToHex(1, { size: 32 })

/**
 * Opens a chain with markets of Compound III's double, or puts them onto one that runs.
 *
 * @param chain - A chain that runs; default: one of its own, which `stop` ends.
 * @param chainId - What a chain of its own says it is.
 */
export async function openCometStage({
  chain,
  chainId = SANDBOX_CHAIN_ID,
}: {
  readonly chain?: { readonly url: string }
  readonly chainId?: number
} = {}): Promise<CometStage> {
  const anvil = chain === undefined ? await startAnvil({ timestamp: 1_750_000_000n }) : null
  const url = chain?.url ?? (anvil?.url as string)
  const node = openNode(url)
  if (chainId !== SANDBOX_CHAIN_ID) await node.rpc('anvil_setChainId', [chainId])
  let nonce = BigInt(await node.public.getTransactionCount({ address: DEPLOYER }))
  const deploy = async ({ abi, bytecode }: Compiled, args: readonly unknown[]): Promise<Address> => {
    const address = getContractAddress({ from: DEPLOYER, nonce })
    nonce += 1n
    await node.miner.send([{ from: DEPLOYER, data: encodeDeployData({ abi, bytecode, args: [...args] }) }])
    return address
  }
  const deployToken = (symbol: string, decimals: number) => deploy(TOKEN, [symbol, decimals])
  const deployFeed = (name: string, price: bigint) => deploy(FEED, [name, price])
  const openComet: CometStage['openComet'] = async (options) => {
    const { unit = 'USD', rates = [(4n * 10n ** 16n) / YEAR, (6n * 10n ** 16n) / YEAR], borrowMin = 0n } = options
    const listed = async (asset: CometAsset): Promise<CometToken> => ({
      ...asset,
      address: await deployToken(asset.symbol, asset.decimals),
      feed: await deployFeed(`${asset.symbol} / ${unit}`, asset.price),
    })
    const base = await listed(options.base)
    const collateral: CometToken[] = []
    for (const asset of options.collateral) collateral.push(await listed(asset))
    const created = await deploy(COMET, [])
    const address = options.at ?? created
    if (options.at !== undefined) await node.rpc('anvil_setCode', [options.at, COMET.deployedBytecode])
    const configs = collateral.map(({ address: asset, feed, factors = FACTORS }) => ({
      ...{ asset, priceFeed: feed, supplyCap: 2n ** 127n },
      ...{ borrowCollateralFactor: factors[0], liquidateCollateralFactor: factors[1], liquidationFactor: factors[2] },
    }))
    const init = callOf(COMET, address, 'init', [base.address, base.feed, rates, borrowMin, configs])
    await node.miner.send([{ ...init, gas: 30_000_000n }])
    const title = options.title ?? 'Compound III Sandbox'
    const market = { name: `sandbox-${base.symbol.toLowerCase()}`, title, protocol: 'compound-v3', chainId, address }
    return cometAt(node, { market, address, base, collateral })
  }
  return {
    ...{ node, url, openComet },
    placeFeed: async (at, price) => {
      await node.rpc('anvil_setCode', [at, FEED.deployedBytecode])
      await node.miner.send([callOf(FEED, at, 'set', [price])])
    },
    placeAdapter: async (at, decimals, price) => {
      const code = await node.public.getCode({ address: await deploy(ADAPTER, [decimals, price]) })
      await node.rpc('anvil_setCode', [at, code])
      await node.rpc('anvil_setStorageAt', [at, numberToHex(0, { size: 32 }), numberToHex(price, { size: 32 })])
      await node.miner.send([])
    },
    send: (...calls) => node.miner.send(calls.flat().map((call) => ({ ...call, gas: 3_000_000n }))),
    wait: async (seconds) => node.miner.send([], (await node.public.getBlock()).timestamp + seconds),
    read: (markets, wallets, around = {}) => readAtHead(node, { url, ...around, markets, wallets }),
    fund: (wallet, token, amount) => node.miner.send([callOf(TOKEN, token, 'mint', [wallet, amount])]),
    rehearse: openClock(node).rehearse,
    stop: () => anvil?.stop() ?? Promise.resolve(),
  }
}

function cometAt(node: Node, comet: Pick<Comet, 'market' | 'address' | 'base' | 'collateral'>): Comet {
  const { address } = comet
  const call = (from: Address, functionName: string, args: readonly unknown[]): Call =>
    callOf(COMET, address, functionName, args, from)
  const absorb = (account: Address): Call => call(GOVERNOR, 'absorb', [GOVERNOR, [account]])
  const absorption: Comet['absorption'] = async (account, price) => {
    const answer = price && { slot: ANSWER_SLOT, value: numberToHex(BigInt.asUintN(256, price.price), { size: 32 }) }
    const stateOverride = price && answer && [{ address: price.token.feed, stateDiff: [answer] }]
    return node.public.call({ to: address, data: absorb(account).data, ...(stateOverride && { stateOverride }) }).then(
      () => 'absorbed',
      (error: unknown) => errorName(error),
    )
  }
  return {
    ...comet,
    supply: (account, token, amount) => [
      callOf(TOKEN, token.address, 'mint', [account, amount], account),
      callOf(TOKEN, token.address, 'approve', [address, amount], account),
      call(account, 'supply', [token.address, amount]),
    ],
    withdraw: (account, token, amount) => [call(account, 'withdraw', [token.address, amount])],
    setPrice: (token, price) => node.miner.send([callOf(FEED, token.feed, 'set', [price])]),
    pause: (flags) => node.miner.send([call(GOVERNOR, 'pause', [flags])]),
    setCurve: (curve) => node.miner.send([call(GOVERNOR, 'setCurve', [curve])]),
    absorption,
    absorb: async (account) => {
      const [fault] = await node.miner.attempt([absorb(account)])
      // The miner tells no custom errors; the contract says the same once more.
      return fault === null ? null : absorption(account)
    },
    view: (functionName, ...args) => node.public.readContract({ address, abi: COMET.abi, functionName, args: [...args] }),
  }
}

function callOf({ abi }: Compiled, to: Address, functionName: string, args: readonly unknown[], from: Address = GOVERNOR): Call {
  return { from, to, data: encodeFunctionData({ abi, functionName, args: [...args] }) }
}

/** What the contract reverted with. */
function errorName(error: unknown): string {
  const raw = error instanceof BaseError ? error.walk((inner) => inner instanceof RawContractError || hasData(inner)) : null
  const data = hasData(raw) ? raw.data : undefined
  if (data === undefined) throw error
  return decodeErrorResult({ abi: COMET.abi, data }).errorName
}

function hasData(error: unknown): error is { readonly data: Hex } {
  return typeof (error as { data?: unknown } | null)?.data === 'string'
}

/** The position as one of Compound III. */
export function asCompoundV3(position: LendingPosition | undefined): CompoundV3Position {
  if (position?.protocol !== 'compound-v3') throw new RangeError(`a position of ${position?.protocol}`)
  return position
}
