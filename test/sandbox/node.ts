import {
  type Account,
  type Address,
  type Chain,
  createPublicClient,
  createTestClient,
  createWalletClient,
  defineChain,
  type HttpTransport,
  http,
  type PublicClient,
  type TestClient,
  type WalletClient,
} from 'viem'
import { SANDBOX_CHAIN_ID } from './anvil.ts'
import { type Miner, openMiner, type Rpc } from './miner.ts'

/** Everything that talks to one sandbox node. Failures show at once: nothing is tried twice. */
export type Node = {
  readonly public: PublicClient<HttpTransport, Chain>
  readonly test: TestClient<'anvil', HttpTransport, Chain>
  /** Signs for any address; what it sends waits for the next block. */
  readonly wallet: (account: Address) => WalletClient<HttpTransport, Chain, Account>
  readonly rpc: Rpc
  readonly miner: Miner
}

/** Viem clients, bare JSON-RPC and the miner for the node at `url`. Sends nothing yet. */
export function openNode(url: string): Node {
  const chain: Chain = defineChain({
    id: SANDBOX_CHAIN_ID,
    name: 'Sandbox',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  })
  const shared = { chain, transport: http(url, { retryCount: 0, timeout: 60_000 }), cacheTime: 0, pollingInterval: 20 }
  const publicClient: Node['public'] = createPublicClient(shared)
  const request = publicClient.request as (call: { method: string; params: readonly unknown[] }) => Promise<unknown>
  const rpc: Rpc = (method, params = []) => request({ method, params })
  return {
    public: publicClient,
    test: createTestClient({ mode: 'anvil', ...shared }),
    wallet: (account) => createWalletClient({ account, ...shared }),
    rpc,
    miner: openMiner(rpc),
  }
}
