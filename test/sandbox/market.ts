import type { Address } from 'viem'
import { ADDRESSES_PROVIDER_ABI, DATA_PROVIDER_ABI, ORACLE_ABI, TOKEN_ABI } from './aaveAbi.ts'
import type { MainSymbol, TokenSymbol } from './aaveReserves.ts'
import type { Node } from './node.ts'
import { SandboxError } from './sandboxError.ts'

/** A listed asset and what belongs to it. */
export type Token = {
  readonly address: Address
  readonly decimals: number
  readonly aToken: Address
  readonly variableDebt: Address
  readonly stableDebt: Address
  /** The price feed; its answer is in storage slot 0. */
  readonly aggregator: Address
}

/** The addresses of the Aave market. */
export type Market = {
  /** The PoolAddressesProvider, which names the market. */
  readonly provider: Address
  readonly pool: Address
  readonly configurator: Address
  readonly oracle: Address
  readonly dataProvider: Address
  /** In the order of listing; the main four are always there. */
  readonly tokens: Readonly<Record<MainSymbol, Token> & Record<string, Token>>
}

/** Finds a market's contracts from its one name, on the chain itself. */
export async function readMarket(node: Node, provider: Address): Promise<Market> {
  const ask = (functionName: (typeof ADDRESSES_PROVIDER_ABI)[number]['name']): Promise<Address> =>
    node.public.readContract({ address: provider, abi: ADDRESSES_PROVIDER_ABI, functionName })
  const [pool, configurator, oracle, dataProvider] = await Promise.all([
    ask('getPool'),
    ask('getPoolConfigurator'),
    ask('getPriceOracle'),
    ask('getPoolDataProvider'),
  ])
  const listed = await node.public.readContract({
    address: dataProvider,
    abi: DATA_PROVIDER_ABI,
    functionName: 'getAllReservesTokens',
  })
  const read = async (token: Address): Promise<Token> => {
    const [decimals, [aToken, stableDebt, variableDebt], aggregator] = await Promise.all([
      node.public.readContract({ address: token, abi: TOKEN_ABI, functionName: 'decimals' }),
      node.public.readContract({
        address: dataProvider,
        abi: DATA_PROVIDER_ABI,
        functionName: 'getReserveTokensAddresses',
        args: [token],
      }),
      node.public.readContract({ address: oracle, abi: ORACLE_ABI, functionName: 'getSourceOfAsset', args: [token] }),
    ])
    return { address: token, decimals, aToken, variableDebt, stableDebt, aggregator }
  }
  const entries = await Promise.all(listed.map(async ({ symbol, tokenAddress }) => [symbol, await read(tokenAddress)] as const))
  return { provider, pool, configurator, oracle, dataProvider, tokens: Object.fromEntries(entries) as Market['tokens'] }
}

/**
 * A token by its symbol.
 *
 * @throws SandboxError for a symbol that is not listed.
 */
export function tokenOf({ tokens }: Market, symbol: TokenSymbol): Token {
  const token = Object.hasOwn(tokens, symbol) ? tokens[symbol] : undefined
  if (token !== undefined) return token
  throw new SandboxError(`The sandbox market lists no ${symbol}.`, `It lists ${Object.keys(tokens).join(', ')}.`)
}
