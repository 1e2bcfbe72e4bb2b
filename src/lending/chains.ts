/** A chain hullmark knows by name. */
export type KnownChain = {
  /** As in `CHAINS` and the book file; upper case with `_RPC_URL` it is the variable that names a node. */
  readonly name: string
  readonly title: string
  readonly id: number
  /** The coin that pays for transactions. */
  readonly coin: string
  /** A node anybody may ask without a key, run by the chain's own people where they run one. */
  readonly publicRpc: string
}

/** Every chain with a production market of Aave v3, the most used first: the order of `.env.example`. */
export const CHAINS: readonly KnownChain[] = [
  { name: 'ethereum', title: 'Ethereum', id: 1, coin: 'ETH', publicRpc: 'https://ethereum-rpc.publicnode.com' },
  { name: 'arbitrum', title: 'Arbitrum', id: 42161, coin: 'ETH', publicRpc: 'https://arb1.arbitrum.io/rpc' },
  { name: 'base', title: 'Base', id: 8453, coin: 'ETH', publicRpc: 'https://mainnet.base.org' },
  { name: 'optimism', title: 'Optimism', id: 10, coin: 'ETH', publicRpc: 'https://mainnet.optimism.io' },
  { name: 'polygon', title: 'Polygon', id: 137, coin: 'POL', publicRpc: 'https://polygon-bor-rpc.publicnode.com' },
  { name: 'avalanche', title: 'Avalanche', id: 43114, coin: 'AVAX', publicRpc: 'https://api.avax.network/ext/bc/C/rpc' },
  { name: 'bnb', title: 'BNB Chain', id: 56, coin: 'BNB', publicRpc: 'https://bsc-rpc.publicnode.com' },
  { name: 'plasma', title: 'Plasma', id: 9745, coin: 'XPL', publicRpc: 'https://rpc.plasma.to' },
  { name: 'linea', title: 'Linea', id: 59144, coin: 'ETH', publicRpc: 'https://rpc.linea.build' },
  { name: 'mantle', title: 'Mantle', id: 5000, coin: 'MNT', publicRpc: 'https://rpc.mantle.xyz' },
  { name: 'gnosis', title: 'Gnosis', id: 100, coin: 'XDAI', publicRpc: 'https://rpc.gnosischain.com' },
  { name: 'ink', title: 'Ink', id: 57073, coin: 'ETH', publicRpc: 'https://rpc-gel.inkonchain.com' },
  { name: 'monad', title: 'Monad', id: 143, coin: 'MON', publicRpc: 'https://rpc.monad.xyz' },
  { name: 'megaeth', title: 'MegaETH', id: 4326, coin: 'ETH', publicRpc: 'https://mainnet.megaeth.com/rpc' },
  { name: 'xlayer', title: 'X Layer', id: 196, coin: 'OKB', publicRpc: 'https://xlayerrpc.okx.com' },
  { name: 'celo', title: 'Celo', id: 42220, coin: 'CELO', publicRpc: 'https://forno.celo.org' },
  { name: 'sonic', title: 'Sonic', id: 146, coin: 'S', publicRpc: 'https://rpc.soniclabs.com' },
  { name: 'scroll', title: 'Scroll', id: 534352, coin: 'ETH', publicRpc: 'https://rpc.scroll.io' },
  { name: 'zksync', title: 'ZKsync', id: 324, coin: 'ETH', publicRpc: 'https://mainnet.era.zksync.io' },
  { name: 'soneium', title: 'Soneium', id: 1868, coin: 'ETH', publicRpc: 'https://rpc.soneium.org' },
  { name: 'metis', title: 'Metis', id: 1088, coin: 'METIS', publicRpc: 'https://andromeda.metis.io/?owner=1088' },
]

/** The address that stands for a chain's own coin where a token address is expected. @see ERC-7528 */
export const NATIVE = '0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee'

/** The symbol of a chain's own coin; a chain of the user's own has one that nobody named. */
export function nativeCoin(chainId: number): string {
  return CHAINS.find(({ id }) => id === chainId)?.coin ?? 'coin'
}
