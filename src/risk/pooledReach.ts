import { Decimal, dec, ONE, sum, ZERO } from './decimal.ts'
import type { Cash, Leg } from './leg.ts'
import type { LendingPosition } from './lendingPosition.ts'
import type { MarginAccount } from './marginAccount.ts'
import { type Line, lineAt, type OneAxis, oneAxis, plusLine } from './oneAxis.ts'
import type { Path } from './path.ts'
import { FARTHEST } from './reachForm.ts'
import { lendingRule } from './rules/lending.ts'
import type { Direction } from './slackLine.ts'

/** Free cash, and the share of notional that an exchange wants before it lets margin go (its initial margin). */
export type Pool = { readonly legs: readonly Leg[]; readonly cash: readonly Cash[]; readonly initialMarginRate: Decimal }

/** A leg that gives or takes. */
type Giver = {
  readonly axis: OneAxis
  /** What its venue lets go of its cover. */
  readonly free: (cover: Line) => Line
}

const ROUNDING = dec('1e-40')

/**
 * Where a book dies along a path when money can be moved between all legs at every price, without loss or delay: it lives while
 * what the living legs can give away, and the cash, cover what the others lack.
 *
 * What can be given is never below 0, so the set is not convex: the stretches are walked from 1, and the first end counts.
 *
 * @returns `at` null: it never dies. Null where a leg's slack is not affine along the path.
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 2.3, SFpool
 */
export function pooledDeath(pool: Pool, path: Path, direction: Direction): { readonly at: Decimal | null } | null {
  const givers: Giver[] = []
  for (const leg of pool.legs) {
    const axis = oneAxis(leg, path)
    if ('reason' in axis) return null
    if (axis.requires) givers.push({ axis, free: freeOf(leg, path, pool.initialMarginRate) })
  }
  if (givers.length === 0) return { at: null }
  const cash = cashLine(pool.cash, path, direction)
  let near = ONE
  for (const far of stopsOf(
    givers.flatMap(({ axis }) => axis.edges),
    direction,
  )) {
    const lines = givers.map((giver) => linesOf(giver, near.plus(far).div(2)))
    for (const end of [...kinks(lines, near, far), far]) {
      const net = lines.reduce((total, one) => plusLine(total, netOf(one, near.plus(end).div(2))), cash)
      const death = firstBelow(net, near, end)
      if (death !== null) return { at: death.gt(0) ? death : null }
      near = end
    }
  }
  return { at: null }
}

/** Cash that moves along is exchanged before a fall, and kept in a rise: nothing is lost by a prudent holder. */
function cashLine(cash: readonly Cash[], path: Path, direction: Direction): Line {
  const held = cash.flatMap(({ asset, amount, price }) =>
    price === null || !amount.gt(0) ? [] : [{ kept: direction === 'up' && path.moves(asset), usd: amount.times(price) }],
  )
  const total = (kept: boolean): Decimal => sum(held.filter((one) => one.kept === kept).map(({ usd }) => usd))
  return { still: total(false), moving: total(true) }
}

/** A leg below its trigger lacks all of its slack; one above gives what is free, and never more than its slack. */
function netOf({ slack, free }: Lines, s: Decimal): Line {
  const [has, gives] = [lineAt(slack, s), lineAt(free, s)]
  if (has.lt(0)) return slack
  if (gives.lte(0)) return { still: ZERO, moving: ZERO }
  return gives.lt(has) ? free : slack
}

type Lines = { readonly slack: Line; readonly free: Line }

/** The lines that hold around a multiplier. */
function linesOf({ axis, free }: Giver, s: Decimal): Lines {
  const { cover, required } = axis.at(s)
  return { slack: plusLine(cover, required, ONE.neg()), free: free(cover) }
}

function freeOf(leg: Leg, path: Path, rate: Decimal): Giver['free'] {
  if (leg.kind === 'lending') {
    const line = headroom(leg, path)
    return () => line
  }
  const margin = initialMargin(leg, path, rate)
  return (cover) => plusLine(cover, margin, ONE.neg())
}

/** What could still be borrowed: what counts for borrowing less the debt. */
function headroom(position: LendingPosition, path: Path): Line {
  const rule = lendingRule(position)
  const at = (s: Decimal): Decimal => {
    const { borrowableUsd, debtUsd } = rule.accountOf(rule.shocked(position, (asset) => (path.moves(asset) ? s : ONE)))
    return borrowableUsd.minus(debtUsd)
  }
  // Prices are whole units of the oracle. Doubling one rounds nothing; where they are counted in a unit that moves, halving it does not.
  const quoted = position.protocol === 'compound-v3' && position.quote !== null && path.moves(position.quote)
  const far = quoted ? dec('0.5') : dec(2)
  const now = at(ONE)
  const moving = at(far).minus(now).div(far.minus(ONE))
  return { still: now.minus(moving), moving }
}

function initialMargin({ positions, settlePrice }: MarginAccount, path: Path, rate: Decimal): Line {
  const line = { still: ZERO, moving: ZERO }
  for (const { contract, size, mark, factor, basis, symbol } of positions) {
    // An inverse notional is its face value in USD, whatever its coin costs.
    const usd = (contract === 'linear' ? size.times(mark) : size.div(mark)).times(settlePrice).times(rate)
    const part = contract === 'linear' && path.moves({ factor, basis, key: symbol }) ? 'moving' : 'still'
    line[part] = line[part].plus(usd)
  }
  return line
}

function stopsOf(edges: readonly Decimal[], direction: Direction): readonly Decimal[] {
  const down = direction === 'down'
  const inside = edges.filter((edge) => (down ? edge.gt(0) && edge.lt(ONE) : edge.gt(ONE) && edge.lt(FARTHEST)))
  const end = down ? ZERO : FARTHEST
  return [...inside.toSorted((a, b) => (down ? b.comparedTo(a) : a.comparedTo(b))), end]
}

/** Where within a stretch a leg begins to lack or to give, in the order of the walk. */
function kinks(lines: readonly Lines[], near: Decimal, far: Decimal): readonly Decimal[] {
  const roots = lines.flatMap(({ slack, free }) => [slack, free, plusLine(slack, free, ONE.neg())].map(rootOf))
  const inside = roots.filter((s) => s !== null).filter((s) => s.minus(near).times(s.minus(far)).lt(0))
  return inside.toSorted((a, b) => (far.lt(near) ? b.comparedTo(a) : a.comparedTo(b)))
}

function rootOf({ still, moving }: Line): Decimal | null {
  return moving.isZero() ? null : still.div(moving).neg()
}

/** The first point of a stretch behind which the net is below 0; exactly 0 still lives. */
function firstBelow(net: Line, near: Decimal, far: Decimal): Decimal | null {
  // Two roots that are the same to 60 digits leave a stretch in which everything is rounding.
  const rounding = net.still
    .abs()
    .plus(net.moving.abs().times(Decimal.max(near, far)))
    .plus(1)
    .times(ROUNDING)
    .neg()
  if (lineAt(net, near).lt(rounding)) return near
  return lineAt(net, far).lt(rounding) ? rootOf(net) : null
}
