import type { TokenSymbol } from './aaveReserves.ts'
import type { Binance } from './binance.ts'
import type { Chain } from './connectChain.ts'
import { tokenOf } from './market.ts'

/** The variables that the sandbox's book file names. */
export const SANDBOX_VARIABLES = { rpc: 'SANDBOX_RPC_URL', key: 'SANDBOX_BINANCE_KEY', secret: 'SANDBOX_BINANCE_SECRET' } as const

/** What moves the sandbox's tokens, whose addresses nobody else knows. */
const FACTORS: readonly (readonly [TokenSymbol, string])[] = [
  ['WETH', 'factor: ETH'],
  ['WBTC', 'factor: BTC'],
  ['USDC', 'factor: USD:USDC'],
  ['wstETH', 'factor: ETH, basis: wstETH/ETH'],
]

/** What of the sandbox belongs to the book, and the settings beside it. */
export type SandboxLegs = {
  readonly wallets: readonly string[]
  readonly exchange: boolean
  /** Further lines of YAML: `deadlines: { request: 1 s, pass: 3 s }`. */
  readonly extra: string
  /** What the book calls the chain's id; default: the true one. */
  readonly chainId: number
}

/** A book file that points at the sandbox, as a user would write one for their own chain and account. */
export function bookText({ chain, binance }: { readonly chain: Chain; readonly binance: Binance }, legs: SandboxLegs): string {
  const loans = [
    'loans:',
    '  - protocol: aave-v3',
    '    chain: sandbox',
    `    wallet: [${legs.wallets.map((wallet) => `"${wallet}"`).join(', ')}]`,
    `    markets: [{ name: sandbox-core, title: Aave v3 Sandbox, address: "${chain.provider}" }]`,
  ]
  const accounts = [
    'accounts:',
    '  - exchange: binance',
    '    name: main',
    `    key: ${SANDBOX_VARIABLES.key}`,
    `    secret: ${SANDBOX_VARIABLES.secret}`,
    `    endpoint: ${binance.url}`,
  ]
  return [
    'name: demo',
    'chains:',
    `  sandbox: { id: ${legs.chainId}, title: Sandbox, rpc: ${SANDBOX_VARIABLES.rpc} }`,
    ...(legs.wallets.length > 0 ? loans : []),
    ...(legs.exchange ? accounts : []),
    'assets:',
    ...FACTORS.map(([symbol, words]) => `  "${legs.chainId}/${tokenOf(chain, symbol).address}": { ${words} }`),
    legs.extra,
    '',
  ].join('\n')
}
