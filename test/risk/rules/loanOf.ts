import type { AaveV3Position, AaveV3Reserve } from '../../../src/risk/lendingPosition.ts'

/** What a test says of a reserve; amounts in base units of the token, the price in base currency units. */
export type ReserveSketch = {
  readonly symbol?: string
  readonly decimals: number
  readonly price: bigint | null
  readonly supplied?: bigint
  readonly collateral?: boolean
  readonly threshold?: bigint
  readonly debt?: bigint
  readonly paused?: boolean
  readonly active?: boolean
  readonly graceUntil?: bigint
}

const BLOCK = { chainId: 31337, number: 1n, hash: '0x00', timestamp: 1_800_000_000n }

/** A loan on a pool of the given revision; reserve ids are places in the list. */
export function loanOf(revision: number, sketches: readonly ReserveSketch[]): AaveV3Position {
  return {
    kind: 'lending',
    protocol: 'aave-v3',
    id: 'aave-v3/test/0x01',
    venue: 'Aave v3 Test',
    wallet: '0x01',
    contract: null,
    revision,
    baseUnit: 100_000_000n,
    eModeCategory: 0,
    sentinel: null,
    reserves: sketches.map(reserveOf),
    reported: { totalCollateral: 0n, totalDebt: 0n, healthFactor: null },
    source: { name: 'Test', readAt: 0, venueTime: null, block: BLOCK, operators: [], confirmed: false, notes: [] },
  }
}

function reserveOf(sketch: ReserveSketch, id: number): AaveV3Reserve {
  const symbol = sketch.symbol ?? `T${id}`
  return {
    asset: { key: `eip155:31337/0x${id}`, symbol, factor: symbol, basis: null },
    id,
    decimals: sketch.decimals,
    price: sketch.price,
    priceUpdatedAt: null,
    priceSource: null,
    priceCap: null,
    supplied: sketch.supplied ?? 0n,
    collateral: sketch.collateral ?? true,
    debt: sketch.debt ?? 0n,
    stableDebt: 0n,
    inEMode: false,
    ltv: 0n,
    liquidationThreshold: sketch.threshold ?? 0n,
    liquidationBonus: 10_500n,
    supplyRate: 0n,
    borrowRate: 0n,
    utilization: null,
    curve: null,
    active: sketch.active ?? true,
    frozen: false,
    paused: sketch.paused ?? false,
    graceUntil: sketch.graceUntil ?? 0n,
    availableLiquidity: 0n,
  }
}
