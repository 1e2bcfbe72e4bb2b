import { Decimal, dec, fromUnits, ZERO } from '../decimal.ts'
import type { AaveV4Position } from '../lendingPosition.ts'
import { accountOf, backing, refreshed, trigger, trips } from './aaveV4.ts'
import { type Balance, lineOf, sumsOf, usdOf } from './balances.ts'
import { type LendingRule, movedPrice } from './lendingRule.ts'

/** Digits of a debt in ray beyond those of its token. */
const RAY_DIGITS = 27
const WAD = dec('1e18')
/** USD of one unit of an oracle price. */
const PRICE_UNIT = dec('1e-8')
const BPS = 10_000

/** Aave v4 in the terms of the risk view: one spoke, one leg. @see RISK 1.2 */
export const AAVE_V4: LendingRule<AaveV4Position> = {
  accountOf: (position) => {
    const sums = sumsOf(balancesOf(position))
    const { weighted, totalDebtValueRay, healthFactor } = accountOf(position)
    const cover = fromUnits(weighted, 30)
    return {
      ...sums,
      exactSlackUsd: healthFactor === null ? null : cover.minus(fromUnits(totalDebtValueRay, 53)),
      health: healthFactor === null ? null : dec(healthFactor).div(WAD),
      healthRaw: healthFactor,
      tripped: trips(position),
    }
  },
  holdings: balancesOf,
  slackLine: (position, path) => lineOf(balancesOf(position), path),
  roundedDeath: () => null,
  prices: ({ reserves }) => reserves.map(({ asset }) => asset),
  oraclePrices: (position) =>
    position.reserves.flatMap(({ id, asset, price, supplied, debtRay }) =>
      price === null || (supplied === 0n && debtRay === 0n)
        ? []
        : [{ asset, price, unitUsd: PRICE_UNIT, trigger: (direction) => trigger(position, id, direction) }],
    ),
  shocked: (position, multiplier) => {
    const reserves = position.reserves.map((r) => ({ ...r, price: movedPrice(r.price, multiplier(r.asset)) }))
    return { ...position, reserves }
  },
  reported: ({ reported: { healthFactor } }) => {
    const health = healthFactor === null ? null : dec(healthFactor).div(WAD)
    return { health, tripped: health?.lt(1) ?? false }
  },
  figures: (position) => {
    const ours = accountOf(position)
    const { reported } = position
    return [
      { figure: 'health', ours: ours.healthFactor, venue: reported.healthFactor, scale: WAD },
      { figure: 'collateral', ours: ours.totalCollateralValue, venue: reported.totalCollateralValue, scale: dec('1e26') },
      { figure: 'debt', ours: ours.totalDebtValueRay, venue: reported.totalDebtValueRay, scale: dec('1e53') },
    ]
  },
  notes,
}

function balancesOf({ reserves, venue }: AaveV4Position): readonly Balance[] {
  return reserves.flatMap((reserve) => {
    const { asset, decimals, supplied, debtRay, collateral } = reserve
    const share = (bps: bigint): Decimal => (collateral ? dec(bps).div(BPS) : ZERO)
    const priced = { ...reserve, unitUsd: PRICE_UNIT }
    const cover = backing(reserve) > 0n ? share(reserve.collateralFactor) : ZERO
    // Borrowing brings the latest terms into force, so they limit it.
    const borrow = share(reserve.latestCollateralFactor)
    return [
      { asset, usd: usdOf(supplied, priced, venue), cover, borrow },
      { asset, usd: usdOf(-debtRay, { ...priced, decimals: decimals + RAY_DIGITS }, venue), cover: ZERO, borrow: ZERO },
    ]
  })
}

function notes(position: AaveV4Position): readonly string[] {
  const named = (test: (reserve: AaveV4Position['reserves'][number]) => boolean): string =>
    position.reserves
      .filter(test)
      .map(({ asset }) => asset.symbol)
      .join(', ')
  const found: string[] = []
  const paused = named((reserve) => reserve.paused)
  if (paused !== '') found.push(`${paused} paused: neither liquidation nor repayment is possible while it lasts`)
  const frozen = named((reserve) => reserve.frozen)
  if (frozen !== '') found.push(`${frozen} frozen: it can still be liquidated`)
  const now = accountOf(position).healthFactor
  const then = accountOf(refreshed(position)).healthFactor
  if (then !== null && then !== now) {
    const health = dec(then).div(WAD).toFixed(4, Decimal.ROUND_DOWN)
    found.push(`the risk terms have changed: the next borrow or withdrawal takes health to ${health}`)
  }
  return found
}
