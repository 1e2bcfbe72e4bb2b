import { type Abi, type Address, encodeDeployData, encodeFunctionData, getAddress, getContractAddress, zeroAddress } from 'viem'
import type { Call } from '../../sandbox/miner.ts'
import type { CompiledContract } from './compileAave.ts'
import { CATEGORIES, LISTINGS, type Listing } from './listings.ts'

type Placed = { readonly address: Address; readonly abi: Abi }

/** A reserve of every market: its token and its feed are the same in all of them. */
export type Reserve = Listing & { readonly id: number; readonly token: Address; readonly feed: Address }

/** One market double of one pool revision. */
export type RevisionMarket = { readonly revision: number; readonly provider: Address; readonly pool: Address }

/** Market doubles beside each other on one chain, over the same tokens, feeds and oracle. */
export type Markets = {
  readonly reserves: readonly Reserve[]
  /** Price feeds of categories that have one, by category. */
  readonly categoryFeeds: ReadonlyMap<number, Address>
  readonly sentinel: Address
  readonly markets: readonly RevisionMarket[]
  readonly poolAbi: Abi
  readonly providerAbi: Abi
  readonly sentinelAbi: Abi
}

const DEPLOYER: Address = getAddress(`0x${'ade'.padStart(40, '0')}`)
const RAY = 10n ** 27n
/** The id follows from the place in the list. */
const EMPTY = { id: 0n, supplyRate: RAY / 50n, borrowRate: RAY / 25n, graceUntil: 0n, deficit: 0n, virtualBalance: 10n ** 30n }
const NO_TOKENS = { aToken: zeroAddress, stableDebt: zeroAddress, variableDebt: zeroAddress }

const USUAL_RATES = [8000n, 100n, 400n, 6000n] as const

/** Writes down transactions of one fresh sender: addresses follow from their order, so nothing has to be waited for. */
function openPlan(contracts: ReadonlyMap<string, CompiledContract>) {
  const calls: Call[] = []
  const contractOf = (name: string): CompiledContract => {
    const contract = contracts.get(name)
    if (contract === undefined) throw new RangeError(`no contract ${name}`)
    return contract
  }
  const create = (name: string, ...args: readonly unknown[]): Placed => {
    const contract = contractOf(name)
    const address = getContractAddress({ from: DEPLOYER, nonce: BigInt(calls.length) })
    calls.push({ from: DEPLOYER, data: encodeDeployData({ ...contract, args: [...args] }) })
    return { address, abi: contract.abi }
  }
  const call = ({ address, abi }: Placed, functionName: string, ...args: readonly unknown[]): void => {
    calls.push({ from: DEPLOYER, to: address, data: encodeFunctionData({ abi, functionName, args: [...args] }) })
  }
  return { calls, contractOf, create, call }
}

type Plan = ReturnType<typeof openPlan>

/** A category's price source is an address that the oracle knows as if it were an asset. */
const sourceOf = (id: number): Address => getAddress(`0x${(0xca7e0000 + id).toString(16).padStart(40, '0')}`)

/**
 * Plans the deployment of one market a revision.
 *
 * @returns The calls, to be sent in this order to a fresh chain, and where everything will stand.
 */
export function planMarkets(contracts: ReadonlyMap<string, CompiledContract>, revisions: readonly number[]) {
  const plan = openPlan(contracts)
  const { create } = plan
  const reserves = LISTINGS.flatMap((listing, id): readonly Reserve[] => {
    if (listing === null) return []
    const token = create('Token', listing.symbol, listing.decimals).address
    return [{ ...listing, id, token, feed: create('Feed', listing.price, 1_700_000_000n + BigInt(id)).address }]
  })
  const sources = CATEGORIES.flatMap(({ id, price }) =>
    price === undefined ? [] : [{ id, feed: create('Feed', price, 0n).address }],
  )
  const oracle = create(
    'Oracle',
    [...reserves.map(({ token }) => token), ...sources.map(({ id }) => sourceOf(id))],
    [...reserves.map(({ feed }) => feed), ...sources.map(({ feed }) => feed)],
  )
  const placed: Markets = {
    ...{ reserves, categoryFeeds: new Map(sources.map(({ id, feed }) => [id, feed])), sentinel: create('Sentinel').address },
    markets: revisions.map((revision) => planMarket(plan, { revision, oracle: oracle.address, reserves })),
    poolAbi: plan.contractOf('Pool').abi,
    providerAbi: plan.contractOf('Provider').abi,
    sentinelAbi: plan.contractOf('Sentinel').abi,
  }
  return { calls: plan.calls, placed }
}

type MarketPlan = { readonly revision: number; readonly oracle: Address; readonly reserves: readonly Reserve[] }

function planMarket({ create, call }: Plan, { revision, oracle, reserves }: MarketPlan): RevisionMarket {
  const provider = create('Provider', oracle)
  const pool = create('Pool', BigInt(revision), provider.address)
  call(provider, 'setPool', pool.address)
  const shared = revision < 4 ? null : create('SharedStrategy')
  for (const { token, rates } of shared === null ? [] : reserves) call(shared as Placed, 'set', token, rates ?? USUAL_RATES)
  const nothing = { configuration: 0n, liquidityIndex: 0n, borrowIndex: 0n, ...EMPTY, ...NO_TOKENS, strategy: zeroAddress }
  for (const id of LISTINGS.keys()) {
    const reserve = reserves.find((other) => other.id === id)
    if (reserve === undefined) {
      call(pool, 'listReserve', zeroAddress, nothing)
      continue
    }
    const scaled = (owed: boolean): Address => create('ScaledToken', pool.address, reserve.token, owed, BigInt(revision)).address
    const { liquidityIndex, borrowIndex } = reserve
    const tokens = { aToken: scaled(false), stableDebt: create('StableDebt').address, variableDebt: scaled(true) }
    const configuration = configurationOf(reserve, revision)
    const { address: strategy } = shared ?? create('OwnStrategy', reserve.rates ?? USUAL_RATES)
    call(pool, 'listReserve', reserve.token, { configuration, liquidityIndex, borrowIndex, ...EMPTY, ...tokens, strategy })
  }
  for (const { id, ltv, threshold, bonus, takes, withoutLtv, isolated, price } of CATEGORIES) {
    call(pool, 'setCategory', BigInt(id), {
      ...{ ltv, liquidationThreshold: threshold, liquidationBonus: bonus },
      priceSource: price === undefined ? zeroAddress : sourceOf(id),
      collateralBitmap: bitmapOf(takes),
      ltvzeroBitmap: bitmapOf(withoutLtv ?? []),
      isolated: isolated === true,
    })
  }
  return { revision, provider: provider.address, pool: pool.address }
}

/** The bits of ReserveConfiguration; changes come on top. */
export function configurationOf(
  { ltv, threshold, bonus, decimals, category, frozen, facilitated }: Listing,
  revision: number,
  { paused = false, active = true } = {},
): bigint {
  const bit = (on: boolean, at: bigint): bigint => (on ? 1n << at : 0n)
  // The protocol takes a tenth of the bonus.
  const share = 1000n << 152n
  return (
    ltv |
    (threshold << 16n) |
    (bonus << 32n) |
    (BigInt(decimals) << 48n) |
    bit(active, 56n) |
    bit(frozen === true, 57n) |
    bit(paused, 60n) |
    share |
    // From v3.2 on the category stands elsewhere, and here may be anything.
    ((revision < 5 ? category : (category + 1n) % 5n) << 168n) |
    // Virtual balances: asked for from v3.1 on, for all reserves alike from v3.4 on.
    bit(revision >= 8 || (revision >= 4 && facilitated !== true), 252n)
  )
}

function bitmapOf(symbols: readonly string[]): bigint {
  return symbols.reduce((bits, symbol) => bits | (1n << BigInt(LISTINGS.findIndex((listing) => listing?.symbol === symbol))), 0n)
}
