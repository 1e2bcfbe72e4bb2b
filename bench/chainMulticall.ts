import { type Address, createPublicClient, defineChain, http, parseAbi } from 'viem'
import { POOL_ABI } from '../test/sandbox/aaveAbi.ts'
import type { ChainJob, Read } from './chainWays.ts'

/** @see UiPoolDataProvider.sol */
const DATA_PROVIDER_ABI = parseAbi([
  'struct Reserve { address underlyingAsset; string name; string symbol; uint256 decimals; uint256 baseLTVasCollateral; uint256 reserveLiquidationThreshold; uint256 reserveLiquidationBonus; uint256 reserveFactor; bool usageAsCollateralEnabled; bool borrowingEnabled; bool isActive; bool isFrozen; uint128 liquidityIndex; uint128 variableBorrowIndex; uint128 liquidityRate; uint128 variableBorrowRate; uint40 lastUpdateTimestamp; address aTokenAddress; address variableDebtTokenAddress; address interestRateStrategyAddress; uint256 availableLiquidity; uint256 totalScaledVariableDebt; uint256 priceInMarketReferenceCurrency; address priceOracle; uint256 variableRateSlope1; uint256 variableRateSlope2; uint256 baseVariableBorrowRate; uint256 optimalUsageRatio; bool isPaused; bool isSiloedBorrowing; uint128 accruedToTreasury; uint128 isolationModeTotalDebt; bool flashLoanEnabled; uint256 debtCeiling; uint256 debtCeilingDecimals; uint256 borrowCap; uint256 supplyCap; bool borrowableInIsolation; uint128 virtualUnderlyingBalance; uint128 deficit; }',
  'struct Base { uint256 marketReferenceCurrencyUnit; int256 marketReferenceCurrencyPriceInUsd; int256 networkBaseTokenPriceInUsd; uint8 networkBaseTokenPriceDecimals; }',
  'struct UserReserve { address underlyingAsset; uint256 scaledATokenBalance; bool usageAsCollateralEnabledOnUser; uint256 scaledVariableDebt; }',
  'function getReservesData(address provider) view returns (Reserve[], Base)',
  'function getUserReservesData(address provider, address user) view returns (UserReserve[], uint8)',
])

/** viem's multicall of the data provider, and of the pool for the health, all in one batch: the fewest requests it can be brought to. */
export async function openMulticall({ url, chainId, provider, pool, dataProvider, multicall, wallets }: ChainJob): Promise<Read> {
  const chain = defineChain({
    id: chainId,
    name: 'Bench',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  })
  const client = createPublicClient({ chain, transport: http(url, { timeout: 60_000 }) })
  const reserves = { address: dataProvider, abi: DATA_PROVIDER_ABI, functionName: 'getReservesData', args: [provider] } as const
  const user = (wallet: Address) =>
    ({ address: dataProvider, abi: DATA_PROVIDER_ABI, functionName: 'getUserReservesData', args: [provider, wallet] }) as const
  const account = (wallet: Address) =>
    ({ address: pool, abi: POOL_ABI, functionName: 'getUserAccountData', args: [wallet] }) as const
  return async () => {
    const options = { batchSize: 0, allowFailure: false, multicallAddress: multicall } as const
    const contracts = [reserves, ...wallets.map(user), ...wallets.map(account)]
    const answers = await client.multicall({ ...options, contracts })
    return wallets.map((wallet, i) => [wallet, `${(answers[1 + wallets.length + i] as readonly bigint[])[5]}`])
  }
}
