import { type Decimal, ONE, ZERO } from './decimal.ts'
import type { FuturesPosition, MarginAccount } from './marginAccount.ts'
import type { Path } from './path.ts'
import { marginState, notionalAt, profit } from './rules/margin.ts'

/** A move that has to be survived: a path at a multiplier. */
export type Shocked = { readonly path: Path; readonly at: Decimal }

const BISECTIONS = 60
/** What 60 digits may lose of a slack that is 0 by design. */
const ROUNDING = '1e-40'

/**
 * The largest share of a position with which its pool survives every move; the rest is closed at today's mark. Null where even
 * closing all of it does not help: closing a hedge makes the other side worse, so every move is weighed again.
 *
 * Exact for piecewise affine maintenance: the ends of the brackets are walked from 1 downwards.
 *
 * @param feeRate - What closing costs, share of the notional closed.
 * @see RISK 3 A4
 */
export function keepFraction(
  account: MarginAccount,
  position: FuturesPosition,
  { moves, feeRate }: { readonly moves: readonly Shocked[]; readonly feeRate: Decimal },
): Decimal | null {
  let keep = ONE
  // A smaller share may be dead in a move that the larger one survived, so it is asked again until all agree.
  for (let changed = true; changed; ) {
    changed = false
    for (const move of moves) {
      const slack = (k: Decimal): Decimal => slackWith(kept(account, position, { k, feeRate }), move)
      const most = mostAlive(slack, bracketEnds(position, account, move), keep)
      if (most === null) return null
      changed ||= most.lt(keep.minus(ROUNDING))
      keep = most
    }
  }
  return keep
}

function slackWith(account: MarginAccount, { path, at }: Shocked): Decimal {
  const { equity, maintenance } = marginState(account, path, at)
  return equity.minus(maintenance)
}

/** The pool after a part of a position was closed: its profit is realised, its fee paid. */
function kept(
  account: MarginAccount,
  position: FuturesPosition,
  { k, feeRate }: { readonly k: Decimal; readonly feeRate: Decimal },
): MarginAccount {
  const gone = ONE.minus(k)
  const realised = profit(position, position.mark).minus(notionalAt(position, position.mark).times(feeRate)).times(gone)
  const { settle: asset, settlePrice: price, settlePriceFrom: priceFrom } = account
  const own = account.wallet.find((held) => held.asset.key === asset.key)
  const balance = own ?? { asset, amount: ZERO, price, priceFrom, ratio: ONE }
  const others = account.wallet.filter((held) => held !== own)
  const positions = account.positions.map((one) => (one === position ? { ...one, size: one.size.times(k) } : one))
  return { ...account, positions, wallet: [{ ...balance, amount: balance.amount.plus(realised) }, ...others] }
}

/** The shares at which the notional passes from one bracket, or from one line of the envelope, to the next. */
function bracketEnds(position: FuturesPosition, { settle, rules }: MarginAccount, { path, at }: Shocked): readonly Decimal[] {
  const { factor, basis, symbol, contract, tiers } = position
  const moved = path.moves({ factor, basis, key: symbol }) ? at : ONE
  const mark = position.mark.times(moved).div(contract === 'linear' && path.moves(settle) ? at : ONE)
  const notional = notionalAt(position, rules.basis === 'mark' ? mark : position.entry)
  const meetings = tiers.flatMap((a, i) =>
    tiers.slice(i + 1).flatMap((b) => (a.rate.eq(b.rate) ? [] : [b.deduction.minus(a.deduction).div(b.rate.minus(a.rate))])),
  )
  const ends = [...tiers.flatMap(({ cap }) => (cap === null ? [] : [cap])), ...meetings]
  return ends.map((end) => end.div(notional))
}

/** The largest share up to `from` at which the slack is not below 0. */
function mostAlive(slack: (k: Decimal) => Decimal, edges: readonly Decimal[], from: Decimal): Decimal | null {
  const limit = slack(from)
  if (limit.gte(0) || limit.abs().lte(ROUNDING)) return from
  const inside = edges.filter((edge) => edge.gt(0) && edge.lt(from)).toSorted((a, b) => b.comparedTo(a))
  let near = from
  for (const far of [...inside, ZERO]) {
    const third = far.minus(near).div(3)
    if (third.isZero()) continue
    const first = slack(near.plus(third))
    const step = slack(near.plus(third.times(2))).minus(first)
    const [atNear, atFar] = [first.minus(step), first.plus(step.times(2))]
    // Alive right behind an edge at which it is dead: a flat bracket ends there.
    if (atNear.gt(0)) return near
    if (atFar.gte(0)) return settled(slack, near.plus(far.minus(near).times(atNear).div(atNear.minus(atFar))), far)
    near = far
  }
  return null
}

/** The root; where the coin's balance changes from owned to owed in between it is only near, and is bisected towards `safe`. */
function settled(slack: (k: Decimal) => Decimal, root: Decimal, safe: Decimal): Decimal {
  if (slack(root).gte(`-${ROUNDING}`)) return root
  let [dead, alive] = [root, safe]
  for (let i = 0; i < BISECTIONS; i++) {
    const mid = dead.plus(alive).div(2)
    if (slack(mid).gte(0)) alive = mid
    else dead = mid
  }
  return alive
}
