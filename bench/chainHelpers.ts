import { createRequire } from 'node:module'
import type { Address } from 'viem'
import { AT_ONCE, type ChainJob, type Read } from './chainWays.ts'

/** What is used of both packages; they and ethers are CommonJS, and are needed here alone. */
type Where = { readonly lendingPoolAddressProvider: string }
type DataProvider = {
  readonly getReservesHumanized: (where: Where) => Promise<{
    readonly reservesData: readonly object[]
    readonly baseCurrencyData: {
      readonly marketReferenceCurrencyPriceInUsd: string
      readonly marketReferenceCurrencyDecimals: number
    }
  }>
  readonly getEModesHumanized: (where: Where) => Promise<readonly object[]>
  readonly getUserReservesHumanized: (
    of: Where & { readonly user: string },
  ) => Promise<{ readonly userReserves: readonly object[]; readonly userEmodeCategoryId: number }>
}
type ContractHelpers = { readonly UiPoolDataProvider: new (context: object) => DataProvider }
type MathUtils = {
  readonly formatReserves: (request: object) => readonly object[]
  readonly formatUserSummary: (request: object) => { readonly healthFactor: string }
}
type Ethers = { readonly providers: { readonly StaticJsonRpcProvider: new (url: string, chainId: number) => object } }

/** @aave/contract-helpers and @aave/math-utils, used as their documentation does, for 20 wallets at a time. */
export async function openHelpers({ url, chainId, provider, dataProvider, wallets }: ChainJob): Promise<Read> {
  const require = createRequire(import.meta.url)
  require('reflect-metadata')
  const { UiPoolDataProvider } = require('@aave/contract-helpers') as ContractHelpers
  const { formatReserves, formatUserSummary } = require('@aave/math-utils') as MathUtils
  const { ethers } = require('ethers') as { readonly ethers: Ethers }
  const where = { lendingPoolAddressProvider: provider }
  return async () => {
    const node = new ethers.providers.StaticJsonRpcProvider(url, chainId)
    const source = new UiPoolDataProvider({ uiPoolDataProviderAddress: dataProvider, provider: node, chainId })
    const [{ reservesData, baseCurrencyData }, eModes] = await Promise.all([
      source.getReservesHumanized(where),
      source.getEModesHumanized(where),
    ])
    const common = {
      currentTimestamp: await newestTime(url),
      marketReferencePriceInUsd: baseCurrencyData.marketReferenceCurrencyPriceInUsd,
      marketReferenceCurrencyDecimals: baseCurrencyData.marketReferenceCurrencyDecimals,
    }
    const formattedReserves = formatReserves({ reserves: reservesData, eModes, ...common })
    const healths: (readonly [Address, string])[] = []
    const queue = wallets.entries()
    const lane = async (): Promise<void> => {
      for (const [i, user] of queue) {
        const { userReserves, userEmodeCategoryId } = await source.getUserReservesHumanized({ ...where, user })
        healths[i] = [user, formatUserSummary({ userReserves, userEmodeCategoryId, formattedReserves, ...common }).healthFactor]
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
    return healths
  }
}

/** Interest runs to a time that the caller names: the newest block's, for the chain's clock is not ours here. */
async function newestTime(url: string): Promise<number> {
  const body = '{"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["latest",false]}'
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const { result } = (await answer.json()) as { result: { timestamp: string } }
  return Number(result.timestamp)
}
