import { type Abi, type Address, encodeFunctionData, getContractAddress, type Hex, zeroAddress } from 'viem'
import { type AaveArtifact, aaveArtifact, deployData } from './aaveArtifact.ts'
import { ETH_CORRELATED, type ReserveSettings } from './aaveReserves.ts'
import type { Call } from './miner.ts'

/** Percent to ray (1e27 = 100 %). */
const percent = (value: bigint): bigint => value * 10n ** 25n

type Contract = { readonly address: Address; readonly abi: Abi }

/** Writes down transactions of one fresh sender; addresses follow from their order, so nothing has to be waited for. */
function openPlan(from: Address) {
  const calls: Call[] = []
  const libraries: Record<string, Address> = {}
  const create = (artifact: AaveArtifact, args: readonly unknown[]): Contract => {
    const address = getContractAddress({ from, nonce: BigInt(calls.length) })
    calls.push({ from, data: deployData(artifact, args, libraries) })
    return { address, abi: artifact.abi }
  }
  const deploy = (path: string, ...args: readonly unknown[]): Contract => create(aaveArtifact(path), args)
  const library = (name: string): void => {
    libraries[name] = deploy(`protocol/libraries/logic/${name}`).address
  }
  const call = (target: Contract, functionName: string, ...args: readonly unknown[]): void => {
    const data: Hex = encodeFunctionData({ abi: target.abi, functionName, args: [...args] })
    calls.push({ from, to: target.address, data })
  }
  return { calls, deploy, library, call }
}

type Plan = ReturnType<typeof openPlan>
type Market = { readonly provider: Contract; readonly pool: Address; readonly configurator: Contract }
type Listing = { readonly reserve: ReserveSettings; readonly token: Address; readonly aggregator: Address }

/**
 * The transactions that deploy a whole Aave v3.0 market, in order, from an account that sent none before. The first one creates the
 * PoolAddressesProvider: {@link providerAddress}.
 */
export function deployAave(deployer: Address, reserves: readonly ReserveSettings[]): readonly Call[] {
  const plan = openPlan(deployer)
  const provider = plan.deploy('protocol/configuration/PoolAddressesProvider', 'Hullmark Sandbox', deployer)
  const market = deployPool(plan, provider, deployer)
  const listings = reserves.map((reserve): Listing => {
    const name = `Sandbox ${reserve.symbol}`
    const { address: token } = plan.deploy('mocks/tokens/MintableERC20', name, reserve.symbol, reserve.decimals)
    const { address: aggregator } = plan.deploy('mocks/oracle/CLAggregators/MockAggregator', reserve.price)
    return { reserve, token, aggregator }
  })
  const tokens = listings.map(({ token }) => token)
  const feeds = listings.map(({ aggregator }) => aggregator)
  const oracle = plan.deploy('misc/AaveOracle', provider.address, tokens, feeds, zeroAddress, zeroAddress, 10n ** 8n)
  plan.call(provider, 'setPriceOracle', oracle.address)
  listReserves(plan, market, { listings, treasury: deployer })
  return plan.calls
}

/** Where {@link deployAave} puts the PoolAddressesProvider. */
export function providerAddress(deployer: Address): Address {
  return getContractAddress({ from: deployer, nonce: 0n })
}

function deployPool(plan: Plan, provider: Contract, admin: Address): Market {
  // BorrowLogic before FlashLoanLogic, which links it.
  const logics = ['Supply', 'Borrow', 'Liquidation', 'EMode', 'Bridge', 'Pool', 'Configurator', 'FlashLoan']
  for (const logic of logics) plan.library(`${logic}Logic`)
  plan.call(provider, 'setACLAdmin', admin)
  const acl = plan.deploy('protocol/configuration/ACLManager', provider.address)
  plan.call(provider, 'setACLManager', acl.address)
  plan.call(acl, 'addPoolAdmin', admin)
  const poolLogic = plan.deploy('protocol/pool/Pool', provider.address)
  const configuratorLogic = plan.deploy('protocol/pool/PoolConfigurator')
  const dataProvider = plan.deploy('misc/AaveProtocolDataProvider', provider.address)
  plan.call(provider, 'setPoolDataProvider', dataProvider.address)
  plan.call(provider, 'setPoolImpl', poolLogic.address)
  plan.call(provider, 'setPoolConfiguratorImpl', configuratorLogic.address)
  // The provider creates both proxies itself; a contract counts its creations from 1.
  const pool = getContractAddress({ from: provider.address, nonce: 1n })
  const configurator = { address: getContractAddress({ from: provider.address, nonce: 2n }), abi: configuratorLogic.abi }
  return { provider, pool, configurator }
}

function listReserves(
  plan: Plan,
  market: Market,
  { listings, treasury }: { listings: readonly Listing[]; treasury: Address },
): void {
  const { pool, configurator } = market
  const aTokenImpl = plan.deploy('protocol/tokenization/AToken', pool).address
  const stableDebtTokenImpl = plan.deploy('protocol/tokenization/StableDebtToken', pool).address
  const variableDebtTokenImpl = plan.deploy('protocol/tokenization/VariableDebtToken', pool).address
  const implementations = { aTokenImpl, stableDebtTokenImpl, variableDebtTokenImpl, treasury, incentivesController: zeroAddress }
  const strategies = listings.map(({ reserve }) => deployRates(plan, market.provider, reserve))
  listings.forEach(({ reserve, token }, index) => {
    const { symbol, decimals } = reserve
    const names = {
      aTokenName: `Sandbox a${symbol}`,
      aTokenSymbol: `a${symbol}`,
      variableDebtTokenName: `Sandbox variable debt ${symbol}`,
      variableDebtTokenSymbol: `variableDebt${symbol}`,
      stableDebtTokenName: `Sandbox stable debt ${symbol}`,
      stableDebtTokenSymbol: `stableDebt${symbol}`,
    }
    const rates = { interestRateStrategyAddress: strategies[index] as Address }
    const own = { underlyingAsset: token, underlyingAssetDecimals: decimals, params: '0x' }
    plan.call(configurator, 'initReserves', [{ ...implementations, ...names, ...rates, ...own }])
  })
  const { id, ltv, threshold, bonus, label } = ETH_CORRELATED
  plan.call(configurator, 'setEModeCategory', id, ltv, threshold, bonus, zeroAddress, label)
  for (const listing of listings) configure(plan, configurator, listing)
}

function deployRates(plan: Plan, provider: Contract, { rates }: ReserveSettings): Address {
  const variable = [percent(rates.optimal), percent(rates.base), percent(rates.slope), percent(60n)]
  const stable = [percent(1n), percent(60n), percent(1n), percent(8n), percent(20n)]
  return plan.deploy('protocol/pool/DefaultReserveInterestRateStrategy', provider.address, ...variable, ...stable).address
}

function configure(plan: Plan, configurator: Contract, { reserve, token }: Listing): void {
  plan.call(configurator, 'configureReserveAsCollateral', token, reserve.ltv, reserve.threshold, reserve.bonus)
  plan.call(configurator, 'setReserveBorrowing', token, true)
  plan.call(configurator, 'setReserveFactor', token, 1000n)
  plan.call(configurator, 'setLiquidationProtocolFee', token, 1000n)
  if (reserve.stableBorrowing) plan.call(configurator, 'setReserveStableRateBorrowing', token, true)
  if (reserve.eMode !== 0) plan.call(configurator, 'setAssetEModeCategory', token, reserve.eMode)
}
