/** A chain hullmark knows by name. */
export type KnownChain = {
  /** As in `CHAINS` and the book file; upper case with `_RPC_URL` it is the variable that names a node. */
  readonly name: string
  readonly title: string
  readonly id: number
  /** The coin that pays for transactions. */
  readonly coin: string
  /** Two nodes that anybody may ask without a key: one run by the chain's own people where they run one, and one of another operator. */
  readonly publicRpcs: readonly [string, string]
}

/** Every chain with a production market, the most used first: the order of `.env.example`. */
export const CHAINS: readonly KnownChain[] = [
  {
    name: 'ethereum',
    title: 'Ethereum',
    id: 1,
    coin: 'ETH',
    publicRpcs: ['https://ethereum-rpc.publicnode.com', 'https://eth.drpc.org'],
  },
  {
    name: 'arbitrum',
    title: 'Arbitrum',
    id: 42161,
    coin: 'ETH',
    publicRpcs: ['https://arb1.arbitrum.io/rpc', 'https://arbitrum.drpc.org'],
  },
  { name: 'base', title: 'Base', id: 8453, coin: 'ETH', publicRpcs: ['https://mainnet.base.org', 'https://base.drpc.org'] },
  {
    name: 'optimism',
    title: 'Optimism',
    id: 10,
    coin: 'ETH',
    publicRpcs: ['https://mainnet.optimism.io', 'https://optimism.drpc.org'],
  },
  {
    name: 'polygon',
    title: 'Polygon',
    id: 137,
    coin: 'POL',
    publicRpcs: ['https://polygon-bor-rpc.publicnode.com', 'https://polygon.drpc.org'],
  },
  {
    name: 'avalanche',
    title: 'Avalanche',
    id: 43114,
    coin: 'AVAX',
    publicRpcs: ['https://api.avax.network/ext/bc/C/rpc', 'https://avalanche.drpc.org'],
  },
  {
    name: 'bnb',
    title: 'BNB Chain',
    id: 56,
    coin: 'BNB',
    publicRpcs: ['https://bsc-rpc.publicnode.com', 'https://bsc.drpc.org'],
  },
  { name: 'plasma', title: 'Plasma', id: 9745, coin: 'XPL', publicRpcs: ['https://rpc.plasma.to', 'https://plasma.drpc.org'] },
  { name: 'linea', title: 'Linea', id: 59144, coin: 'ETH', publicRpcs: ['https://rpc.linea.build', 'https://linea.drpc.org'] },
  { name: 'mantle', title: 'Mantle', id: 5000, coin: 'MNT', publicRpcs: ['https://rpc.mantle.xyz', 'https://mantle.drpc.org'] },
  {
    name: 'gnosis',
    title: 'Gnosis',
    id: 100,
    coin: 'XDAI',
    publicRpcs: ['https://rpc.gnosischain.com', 'https://gnosis.drpc.org'],
  },
  { name: 'ink', title: 'Ink', id: 57073, coin: 'ETH', publicRpcs: ['https://rpc-gel.inkonchain.com', 'https://ink.drpc.org'] },
  {
    name: 'monad',
    title: 'Monad',
    id: 143,
    coin: 'MON',
    publicRpcs: ['https://rpc.monad.xyz', 'https://monad-mainnet.drpc.org'],
  },
  {
    name: 'megaeth',
    title: 'MegaETH',
    id: 4326,
    coin: 'ETH',
    publicRpcs: ['https://mainnet.megaeth.com/rpc', 'https://megaeth.drpc.org'],
  },
  {
    name: 'xlayer',
    title: 'X Layer',
    id: 196,
    coin: 'OKB',
    publicRpcs: ['https://xlayerrpc.okx.com', 'https://xlayer.drpc.org'],
  },
  { name: 'celo', title: 'Celo', id: 42220, coin: 'CELO', publicRpcs: ['https://forno.celo.org', 'https://celo.drpc.org'] },
  {
    name: 'unichain',
    title: 'Unichain',
    id: 130,
    coin: 'ETH',
    publicRpcs: ['https://mainnet.unichain.org/', 'https://unichain.drpc.org'],
  },
  { name: 'sonic', title: 'Sonic', id: 146, coin: 'S', publicRpcs: ['https://rpc.soniclabs.com', 'https://sonic.drpc.org'] },
  { name: 'scroll', title: 'Scroll', id: 534352, coin: 'ETH', publicRpcs: ['https://rpc.scroll.io', 'https://scroll.drpc.org'] },
  {
    name: 'ronin',
    title: 'Ronin',
    id: 2020,
    coin: 'RON',
    publicRpcs: ['https://api.roninchain.com/rpc', 'https://ronin.drpc.org'],
  },
  {
    name: 'zksync',
    title: 'ZKsync',
    id: 324,
    coin: 'ETH',
    publicRpcs: ['https://mainnet.era.zksync.io', 'https://zksync.drpc.org'],
  },
  {
    name: 'soneium',
    title: 'Soneium',
    id: 1868,
    coin: 'ETH',
    publicRpcs: ['https://rpc.soneium.org', 'https://soneium.drpc.org'],
  },
  {
    name: 'metis',
    title: 'Metis',
    id: 1088,
    coin: 'METIS',
    publicRpcs: ['https://andromeda.metis.io/?owner=1088', 'https://metis.drpc.org'],
  },
]

/** The address that stands for bitcoin itself on Ethereum. @see Chainlink `Denominations.BTC` */
export const BITCOIN = '0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'

/** The symbol of a chain's own coin; a chain of the user's own has one that nobody named. */
export function nativeCoin(chainId: number): string {
  return CHAINS.find(({ id }) => id === chainId)?.coin ?? 'coin'
}
