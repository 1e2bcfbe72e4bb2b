import { Decimal, dec, fromUnits, ONE, ZERO } from '../decimal.ts'
import type { AaveV3Position } from '../lendingPosition.ts'
import { divided } from '../whole.ts'
import { accountOf, blockedUntil, floorsAverageThreshold, trigger, trips } from './aaveV3.ts'
import { flooredDeath, loanSlack } from './aaveV3Slack.ts'
import { type Balance, sumsOf, usdOf } from './balances.ts'
import { type LendingRule, movedPrice, type OraclePrice } from './lendingRule.ts'

const WAD = dec('1e18')
const WAD_DIGITS = 18
/** 1 is 10,000 basis points. */
const BPS_DIGITS = 4

/** Aave v3 in the terms of the risk view. @see RISK 1.2 */
export const AAVE_V3: LendingRule<AaveV3Position> = {
  accountOf: (position) => {
    // Also for a balance that is no collateral: without its price the loan's equity would be a guess.
    const sums = sumsOf(balancesOf(position))
    const { totalDebt, healthFactor } = accountOf(position)
    const health = healthFactor === null ? null : fromUnits(healthFactor, WAD_DIGITS)
    return {
      ...sums,
      exactSlackUsd: health === null ? null : dec(totalDebt).times(unitUsd(position)).times(health.minus(1)),
      health,
      healthRaw: healthFactor,
      tripped: trips(position),
    }
  },
  holdings: balancesOf,
  slackLine: loanSlack,
  roundedDeath: (position, path, direction) =>
    floorsAverageThreshold(position.revision) ? flooredDeath(position, path, direction) : null,
  prices: ({ reserves }) => reserves.map(({ asset }) => asset),
  oraclePrices,
  shocked: (position, multiplier) => {
    const reserves = position.reserves.map((r) => ({ ...r, price: movedPrice(r.price, multiplier(r.asset)) }))
    return { ...position, reserves }
  },
  reported: ({ reported: { healthFactor } }) => {
    const health = healthFactor === null ? null : fromUnits(healthFactor, WAD_DIGITS)
    return { health, tripped: health?.lt(1) ?? false }
  },
  figures: (position) => {
    const ours = accountOf(position)
    const { reported } = position
    const unit = dec(position.baseUnit)
    return [
      { figure: 'health', ours: ours.healthFactor, venue: reported.healthFactor, scale: WAD },
      { figure: 'collateral', ours: ours.totalCollateral, venue: reported.totalCollateral, scale: unit },
      { figure: 'debt', ours: ours.totalDebt, venue: reported.totalDebt, scale: unit },
    ]
  },
  notes,
}

/** USD of one base currency unit. */
function unitUsd({ baseUnit }: AaveV3Position): Decimal {
  return divided(ONE, dec(baseUnit))
}

/** Asked for along every path. */
const ORACLE_PRICES = new WeakMap<AaveV3Position, readonly OraclePrice[]>()

function oraclePrices(position: AaveV3Position): readonly OraclePrice[] {
  const known = ORACLE_PRICES.get(position)
  if (known !== undefined) return known
  const usd = unitUsd(position)
  const found = position.reserves.flatMap(({ id, asset, price, supplied, debt }): OraclePrice[] =>
    price === null || (supplied === 0n && debt === 0n)
      ? []
      : [{ asset, price, unitUsd: usd, trigger: (direction) => trigger(position, id, direction) }],
  )
  ORACLE_PRICES.set(position, found)
  return found
}

/** Snapshots never change, and the balances of one are asked for by its sums, its equity and its exposure. */
const BALANCES = new WeakMap<AaveV3Position, readonly Balance[]>()

function balancesOf(position: AaveV3Position): readonly Balance[] {
  const known = BALANCES.get(position)
  if (known !== undefined) return known
  const unit = unitUsd(position)
  const found = position.reserves.flatMap((reserve) => {
    const { asset, supplied, debt, ltv, liquidationThreshold } = reserve
    // A threshold of 0 covers nothing; such collateral cannot be borrowed against either.
    const counts = reserve.collateral && liquidationThreshold > 0n
    const priced = { ...reserve, unitUsd: unit }
    const [cover, borrow] = counts ? [fromUnits(liquidationThreshold, BPS_DIGITS), fromUnits(ltv, BPS_DIGITS)] : [ZERO, ZERO]
    return [
      { asset, usd: usdOf(supplied, priced, position.venue), cover, borrow },
      { asset, usd: usdOf(-debt, priced, position.venue), cover: ZERO, borrow: ZERO },
    ]
  })
  BALANCES.set(position, found)
  return found
}

function notes(position: AaveV3Position): readonly string[] {
  const found: string[] = []
  if (position.eModeCategory !== 0) found.push(`e-mode category ${position.eModeCategory}`)
  const { paused, graceUntil } = blockedUntil(position)
  const names = position.reserves.filter(({ id }) => paused.includes(id)).map(({ asset }) => asset.symbol)
  if (names.length > 0) found.push(`${names.join(', ')} paused: neither liquidation nor repayment is possible while it lasts`)
  if (position.sentinel === 'bars') {
    found.push('the sequencer is down or was lately: no liquidation while health is 0.95 or more')
  }
  if (position.sentinel === 'silent') found.push('whether the sequencer bars liquidations could not be read')
  if (graceUntil !== null) found.push(`no liquidation before ${new Date(Number(graceUntil) * 1000).toISOString()} (grace period)`)
  const frozen = position.reserves.filter((reserve) => reserve.frozen).map(({ asset }) => asset.symbol)
  if (frozen.length > 0) found.push(`${frozen.join(', ')} frozen: it can still be liquidated`)
  return [...found, ...position.reserves.flatMap((reserve) => capNote(position, reserve))]
}

/** Headroom below this share is told: a capped feed stops there, so the loan does not follow the market any further. */
const LITTLE_HEADROOM = dec('0.01')

function capNote(position: AaveV3Position, { asset, price, priceCap }: AaveV3Position['reserves'][number]): readonly string[] {
  if (price === null || priceCap === null) return []
  const headroom = divided(dec(priceCap), dec(price)).minus(ONE)
  if (headroom.gte(LITTLE_HEADROOM)) return []
  const cap = dec(priceCap).times(unitUsd(position)).toSignificantDigits(6).toFixed()
  if (!headroom.gt(0)) return [`${asset.symbol}: its feed stands at its cap, ${cap} USD: the loan does not see a higher price`]
  const percent = headroom.times(100).toDecimalPlaces(2, Decimal.ROUND_UP).toFixed()
  return [`${asset.symbol}: its feed is capped at ${cap} USD, ${percent} % from here: the loan does not see a higher price`]
}
