import { affinePool, type PoolAxes } from './affinePool.ts'
import { type Decimal, ONE, sum, ZERO } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { LendingPosition } from './lendingPosition.ts'
import type { MarginAccount } from './marginAccount.ts'
import { alongOne, type PriceRef } from './path.ts'
import { lendingRule } from './rules/lending.ts'
import type { Profile } from './tierProfile.ts'

/** USD on each axis: the first stands still, entry f is multiplied by the f-th multiplier. */
export type Form = readonly Decimal[]

/**
 * A leg as a function of the multipliers m (m_0 = 1): every figure is a sum of {@link Form}s and of profiles,
 *
 *     cover(m)    = cover . m + (settled . m, times `ownedShare` where it is above 0)
 *     required(m) = required . m + sum of profiles
 *     slack(m)    = cover(m) - required(m)
 *
 * @see RISK 0, theorem 1
 */
export type AffineLeg = {
  readonly id: string
  /** False for a loan without debt and a pool without positions: they never die, and such a loan is not weighed at all. */
  readonly requires: boolean
  readonly cover: Form
  readonly required: Form
  /** Balance and profit in the settle coin where what is owned counts for less than what is owed costs; null: in `cover`. */
  readonly settled: { readonly usd: Form; readonly ownedShare: Decimal } | null
  /** Maintenance that depends on two multipliers by their ratio. */
  readonly profiles: readonly Profile[]
  /** Why the slack is not concave, in the user's words; null where it is, so that survival is convex. */
  readonly bent: string | null
}

/** Which multiplier moves a price: 0 for none, null where more than one does, so that the price is not affine. */
export type AxisOf = (ref: PriceRef) => number | null

/** A leg that cannot be written so, with the reason in the user's words. */
export type NotAffine = { readonly reason: string }

/**
 * The affine model of a leg over some multipliers.
 *
 * @param axes - How many multipliers there are.
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 0, 2.2
 */
export function affineLeg(leg: Leg, axisOf: AxisOf, axes: number): AffineLeg | NotAffine {
  return leg.kind === 'lending' ? affineLoan(leg, axisOf, axes) : poolLeg(leg, axisOf, axes)
}

const several = (leg: Leg, name: string): NotAffine => ({
  reason: `${leg.venue}: ${name} depends on more than one of the factors at once.`,
})

function affineLoan(leg: LendingPosition, axisOf: AxisOf, axes: number): AffineLeg | NotAffine {
  const rule = lendingRule(leg)
  const holdings = rule.holdings(leg)
  const requires = holdings.some(({ usd }) => usd.lt(0))
  const cover = zeros(axes)
  const required = zeros(axes)
  for (const { key, symbol, factor, basis } of new Map(holdings.map(({ asset }) => [asset.key, asset])).values()) {
    const line = rule.slackLine(leg, alongOne(key))
    if (line === null) continue
    const owed = sum(holdings.filter(({ asset, usd }) => asset.key === key && usd.lt(0)).map(({ usd }) => usd)).neg()
    // The slack is affine in each price: what it loses when the price goes to nothing is the price's share of it.
    const share = line.at(ONE).minus(line.at(ZERO))
    if (owed.isZero() && share.isZero()) continue
    const axis = axisOf({ factor, basis, key })
    if (axis === null) return several(leg, symbol)
    addTo(cover, axis, share.plus(owed))
    addTo(required, axis, owed)
  }
  return { id: leg.id, requires, cover, required, settled: null, profiles: [], bent: null }
}

function poolLeg(account: MarginAccount, axisOf: AxisOf, axes: number): AffineLeg | NotAffine {
  const found = poolAxes(account, axisOf, axes)
  if ('reason' in found) return found
  const { cover, settled, ownedShare, required, profiles, jumps } = affinePool(account, found)
  const plain = ownedShare.eq(ONE)
  return {
    id: account.id,
    requires: account.positions.length > 0,
    cover: plain ? cover.map((usd, axis) => usd.plus(settled[axis] as Decimal)) : cover,
    required,
    settled: plain ? null : { usd: settled, ownedShare },
    profiles,
    bent: jumps ? `${account.venue}: its maintenance jumps where a bracket ends.` : bentBySettle(account, ownedShare),
  }
}

function poolAxes(account: MarginAccount, axisOf: AxisOf, count: number): PoolAxes | NotAffine {
  const marks = new Map(account.positions.map((p) => [p, axisOf({ factor: p.factor, basis: p.basis, key: p.symbol })]))
  const held = new Map(account.wallet.map((one) => [one, axisOf(one.asset)]))
  const settle = axisOf(account.settle)
  if (settle === null) return several(account, account.settle.symbol)
  for (const [{ asset }, axis] of held) if (axis === null) return several(account, asset.symbol)
  for (const [{ symbol, contract }, axis] of marks) {
    if (axis === null) return several(account, symbol)
    if (contract === 'inverse' && axis !== 0 && axis !== settle) {
      return { reason: `${account.venue}: the mark of ${symbol} and its coin move apart.` }
    }
  }
  return { settle, count, held: (one) => held.get(one) as number, mark: (one) => marks.get(one) as number }
}

function bentBySettle({ venue, settle }: MarginAccount, ownedShare: Decimal): string | null {
  return ownedShare.lte(ONE) ? null : `${venue}: ${settle.symbol} counts for more when owned than it costs when owed.`
}

/** A form of so many axes that is 0 everywhere, to be filled. */
function zeros(axes: number): Decimal[] {
  return new Array<Decimal>(axes + 1).fill(ZERO)
}

function addTo(form: Decimal[], axis: number, usd: Decimal): void {
  form[axis] = (form[axis] as Decimal).plus(usd)
}
