import { boundedFetch } from '../src/boundedFetch.ts'
import { readChain } from '../src/lending/chainReader.ts'
import { operatorOf } from '../src/lending/operatorOf.ts'
import type { ChainQuery } from '../src/lending/protocol.ts'
import type { LendingPosition } from '../src/risk/lendingPosition.ts'
import { accountOf } from '../src/risk/rules/aaveV3.ts'
import { Secret } from '../src/secret.ts'
import type { ChainJob, Read } from './chainWays.ts'

/** Ours: positions, free cash, prices and limits of every wallet, and the health by our own arithmetic. */
export async function openOurs({ url, chainId, provider, wallets }: ChainJob): Promise<Read> {
  const market = { name: 'bench', title: 'Aave v3', protocol: 'aave-v3', chainId, address: provider }
  const node = { rpc: new Secret(url), operator: operatorOf(url), publicDefault: false }
  const query: ChainQuery = {
    endpoint: { name: 'bench', title: 'Bench', chainId, nodes: [node] },
    markets: [market],
    wallets,
    owned: 'unasked',
    factorOf: () => ({ factor: 'ETH', basis: null }),
  }
  return async () => {
    const tools = { signal: new AbortController().signal, requestMs: 60_000, fetch: boundedFetch(), now: Date.now }
    const { positions, gaps } = await readChain(query, tools)
    for (const { reason } of gaps.slice(0, 3)) process.stderr.write(`${reason}\n`)
    return positions.map((position) => [position.wallet, healthOf(position)])
  }
}

/** Whole units of 1e-18, where ours and the contract's own are the same to the last digit. */
function healthOf(position: LendingPosition): string {
  if (position.protocol !== 'aave-v3') return 'of another protocol'
  const ours = accountOf(position).healthFactor
  return ours === position.reported.healthFactor ? `${ours}` : `${ours} against the pool's ${position.reported.healthFactor}`
}
