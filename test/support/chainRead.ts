import type { Address } from 'viem'
import { boundedFetch } from '../../src/boundedFetch.ts'
import { readChain } from '../../src/lending/chainReader.ts'
import { factorOf, tokenKey } from '../../src/lending/factorOf.ts'
import { operatorOf } from '../../src/lending/operatorOf.ts'
import type { ChainNode, ChainQuery, ChainReading, Market, Reading, ReadTools } from '../../src/lending/protocol.ts'
import type { AaveV3Position, LendingPosition } from '../../src/risk/lendingPosition.ts'
import { Secret } from '../../src/secret.ts'
import type { Chain } from '../sandbox/connectChain.ts'
import type { Node } from '../sandbox/node.ts'

/** Stands in the path of every RPC address: no output may hold it. */
export const MARKED_KEY = 'rpc-key-7f3a9c'

/** The sandbox market as the book file would name it. */
export function sandboxMarket(chain: Pick<Chain, 'provider' | 'chainId'>): Market {
  return {
    name: 'sandbox',
    title: 'Aave v3 Sandbox',
    protocol: 'aave-v3',
    chainId: chain.chainId,
    address: chain.provider,
  }
}

/** A node of the user's own, with a key in its path. */
function chainNode(url: string): ChainNode {
  return { rpc: new Secret(`${url}/${MARKED_KEY}`), operator: operatorOf(url), publicDefault: false }
}

/** Asks for wallets of the sandbox market through `url`, a proxy mostly, or through several that are to confirm each other. */
export function sandboxQuery(
  chain: Pick<Chain, 'provider' | 'chainId'>,
  url: string | readonly string[],
  wallets: readonly Address[],
): ChainQuery {
  return {
    endpoint: {
      name: 'sandbox',
      title: 'Sandbox',
      chainId: chain.chainId,
      nodes: [url].flat().map(chainNode),
    },
    markets: [sandboxMarket(chain)],
    wallets,
    owned: 'unasked',
    factorOf: (_, token) => ({ factor: `OWN:${token}`, basis: null }),
  }
}

type HeadRead = {
  readonly markets: readonly Market[]
  readonly wallets: readonly Address[]
  /** Default: the node's own. */
  readonly url?: string
  /** The token that is USDC; what moves all others is nobody's but their own. */
  readonly usd?: Address
}

/** Reads at the time of the head, which is also ours: nothing is stale on a chain that stands still. */
export async function readAtHead({ public: client }: Node, { markets, wallets, url, usd }: HeadRead): Promise<ChainReading> {
  const [{ timestamp }, chainId] = await Promise.all([client.getBlock(), client.getChainId()])
  const rpc = url ?? (client.transport.url as string)
  const nodes = [{ rpc: new Secret(rpc), operator: operatorOf(rpc), publicDefault: false }]
  const overrides = new Map(usd === undefined ? [] : [[tokenKey(chainId, usd), { factor: 'USD:USDC', basis: null }]])
  return readChain(
    {
      endpoint: { name: 'sandbox', title: 'Sandbox', chainId, nodes },
      ...{ markets, wallets },
      owned: 'unasked',
      factorOf: (id, token) => factorOf(id, token, overrides),
    },
    readTools({ now: () => Number(timestamp) * 1000 }),
  )
}

export function readTools(changes: Partial<ReadTools> = {}): ReadTools {
  return { signal: new AbortController().signal, requestMs: 20_000, fetch: boundedFetch(), now: Date.now, ...changes }
}

/** A fault as a user could ever get to see it, in every form an error can be printed. */
export async function faultOf(read: Promise<Reading>): Promise<Error & { readonly shown: string }> {
  const error = await read.then(
    () => new Error('nothing was thrown'),
    (thrown: Error) => thrown,
  )
  const inner = JSON.stringify(error, Object.getOwnPropertyNames(error))
  return Object.assign(error, { shown: `${error.message} ${error.stack} ${inner} ${String(error.cause)}` })
}

/** The one position of a reading. */
export function onlyPosition({ positions }: Reading): AaveV3Position {
  const [first] = positions
  if (first === undefined || positions.length !== 1) throw new RangeError(`${positions.length} positions instead of one`)
  return asAaveV3(first)
}

/** The position as one of Aave v3. */
export function asAaveV3(position: LendingPosition): AaveV3Position {
  if (position.protocol !== 'aave-v3') throw new RangeError(`a position of ${position.protocol}`)
  return position
}
