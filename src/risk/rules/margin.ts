import { Decimal, ONE, sum, ZERO } from '../decimal.ts'
import type { Collateral, FuturesPosition, MarginAccount, MarginRules, MarginTier } from '../leg.ts'
import { alongOne, type Path } from '../path.ts'
import { type Direction, firstDeath, type SlackLine } from '../slackLine.ts'

/** What a pool has and what it must have, settle units. Equity counts haircuts, as the venue does. */
export type MarginState = { readonly equity: Decimal; readonly maintenance: Decimal }

type Multipliers = {
  readonly settle: Decimal
  readonly collateral: (of: Collateral) => Decimal
  readonly mark: (of: FuturesPosition) => Decimal
}

function multipliers(account: MarginAccount, path: Path, s: Decimal): Multipliers {
  return {
    settle: path.moves(account.settle) ? s : ONE,
    collateral: ({ asset }) => (path.moves(asset) ? s : ONE),
    mark: ({ factor, basis, symbol }) => (path.moves({ factor, basis, key: symbol }) ? s : ONE),
  }
}

/** Equity and maintenance in USD along a path; at s = 1 the account as it was read. */
export function marginState(account: MarginAccount, path: Path = alongOne(''), s: Decimal = ONE): MarginState {
  const by = multipliers(account, path, s)
  const settleUsd = account.settlePrice.times(by.settle)
  const { rules } = account
  const { own, others } = walletOf(account)
  // Balance and profit in the settle coin are one amount: what of it is owned may count for less than what is owed costs.
  let settled = own?.amount ?? ZERO
  let maintenance = ZERO
  for (const position of account.positions) {
    // Marks are quoted in USD for inverse contracts, in the settle coin for linear ones.
    const quote = position.contract === 'linear' ? by.settle : ONE
    const mark = position.mark.times(by.mark(position)).div(quote)
    settled = settled.plus(profit(position, mark))
    maintenance = maintenance.plus(requiredMargin(position, mark, rules).times(settleUsd))
  }
  const rate = settled.gt(0) ? ownedRate(account, own) : account.settlePrice
  let equity = sum([...others.map((held) => countedUsd(held, by.collateral(held))), settled.times(rate).times(by.settle)])
  if (rules.holdsOrderMargin) equity = equity.minus(account.orderMargin.times(settleUsd))
  return { equity, maintenance }
}

/** The balance in the settle coin, and all others. */
function walletOf({ wallet, settle }: MarginAccount): {
  readonly own: Collateral | undefined
  readonly others: readonly Collateral[]
} {
  const own = wallet.find(({ asset }) => asset.key === settle.key)
  return { own, others: wallet.filter((held) => held !== own) }
}

/** USD that one owned unit of the settle coin counts for. */
function ownedRate({ settlePrice }: MarginAccount, own: Collateral | undefined): Decimal {
  return own === undefined ? settlePrice : own.price.times(own.ratio)
}

function countedUsd(held: Collateral, multiplier: Decimal): Decimal {
  const value = held.amount.times(held.price).times(multiplier)
  return value.gt(0) ? value.times(held.ratio) : value
}

/** Unrealised profit in settle units at a mark. */
export function profit(position: FuturesPosition, mark: Decimal): Decimal {
  const sign = position.side === 'long' ? 1 : -1
  const perUnit = position.contract === 'linear' ? mark.minus(position.entry) : ONE.div(position.entry).minus(ONE.div(mark))
  return perUnit.times(position.size).times(sign)
}

/** Notional in settle units at a mark: `size x mark`, or for an inverse contract `face / mark`. */
export function notionalAt(position: FuturesPosition, mark: Decimal): Decimal {
  return position.contract === 'linear' ? position.size.times(mark) : position.size.div(mark)
}

/**
 * Maintenance margin of a notional, settle units.
 * Marginal tables are the upper envelope of their lines; where brackets do not meet that is the larger claim.
 *
 * @see RISK 1.4
 */
export function maintenanceOf(notional: Decimal, tiers: readonly MarginTier[], kind: 'marginal' | 'flat'): Decimal {
  if (kind === 'marginal') {
    return Decimal.max(ZERO, ...tiers.map(({ rate, deduction }) => notional.times(rate).minus(deduction)))
  }
  const holds = tiers.find(({ cap }) => cap === null || notional.lte(cap)) ?? tiers.at(-1)
  return holds === undefined ? ZERO : notional.times(holds.rate)
}

/** What the venue's trigger asks of one position at a mark, settle units: its maintenance, and the fee of closing it there. */
export function requiredMargin(position: FuturesPosition, mark: Decimal, rules: MarginRules): Decimal {
  const based = notionalAt(position, rules.basis === 'mark' ? mark : position.entry)
  return maintenanceOf(based, position.tiers, rules.tiers).plus(notionalAt(position, mark).times(rules.closeFeeRate))
}

/** Whether the venue liquidates the pool at these figures. A pool without positions requires nothing and never dies. */
export function trips(account: MarginAccount, state: MarginState): boolean {
  if (account.positions.length === 0) return false
  return account.rules.trigger === 'below' ? state.equity.lt(state.maintenance) : state.equity.lte(state.maintenance)
}

/** The pool's slack along a path. @see RISK 0, theorem 1 */
export function marginSlack(account: MarginAccount, path: Path): SlackLine {
  // With the coin's own price held still, an inverse pool is affine only after multiplying by the mark.
  const scaled =
    !path.moves(account.settle) &&
    account.positions.some((p) => p.contract === 'inverse' && path.moves({ factor: p.factor, basis: p.basis, key: p.symbol }))
  return {
    at: (s) => {
      const { equity, maintenance } = marginState(account, path, s)
      const slack = equity.minus(maintenance)
      return scaled ? slack.times(s) : slack
    },
    edges: [
      ...(account.rules.basis === 'entry' ? [] : account.positions.flatMap((position) => tierEdges(account, position, path))),
      ...settleEdges(account, path),
    ],
  }
}

/** The multiplier at which balance and profit in the settle coin change from owned to owed, where the two count differently. */
function settleEdges(account: MarginAccount, path: Path): Decimal[] {
  const { own } = walletOf(account)
  const linear = account.positions.filter(({ contract }) => contract === 'linear')
  if (own === undefined || linear.length < account.positions.length || ownedRate(account, own).eq(account.settlePrice)) return []
  // Times the settle coin's own multiplier, so that it is affine: at 0 everything that moves is gone.
  const at = (s: Decimal): Decimal => {
    const by = multipliers(account, path, s)
    const profits = linear.map((p) => {
      const perUnit = p.mark.times(by.mark(p)).minus(p.entry.times(by.settle))
      return perUnit.times(p.size).times(p.side === 'long' ? 1 : -1)
    })
    return sum([own.amount.times(by.settle), ...profits])
  }
  const [none, now] = [at(ZERO), at(ONE)]
  return none.eq(now) ? [] : [none.div(none.minus(now))]
}

/** The multipliers at which a position's notional reaches the end of a bracket. */
function tierEdges(account: MarginAccount, position: FuturesPosition, path: Path): Decimal[] {
  const marked = path.moves({ factor: position.factor, basis: position.basis, key: position.symbol })
  const settled = position.contract === 'linear' && path.moves(account.settle)
  if (marked === settled) return []
  const now = notionalAt(position, position.mark)
  // Linear notional grows with the mark and shrinks with the settle coin; inverse notional shrinks with the mark.
  const grows = position.contract === 'linear' && marked
  const edges: Decimal[] = []
  for (let k = 0; k < position.tiers.length; k++) {
    const tier = position.tiers[k] as MarginTier
    const ends = position.tiers.slice(k + 1).map((later) => meeting(tier, later))
    for (const end of [tier.cap, ...ends]) if (end?.gt(0)) edges.push(grows ? end.div(now) : now.div(end))
  }
  return edges
}

/** Where the lines of two brackets cross: the envelope bends there, also in a table whose caps say something else. */
function meeting(a: MarginTier, b: MarginTier): Decimal | null {
  return a.rate.eq(b.rate) ? null : b.deduction.minus(a.deduction).div(b.rate.minus(a.rate))
}

/**
 * The liquidation price of one symbol with everything else frozen, as the venue means it: the last tick, walking from today's
 * mark, at which the venue does not liquidate. Null where no price on that side does.
 *
 * @returns `exact`: the root of the rule; `lastSafe`: rounded to the symbol's tick towards today's mark.
 * @see RISK 1.4
 */
export function symbolTrigger(
  account: MarginAccount,
  symbol: string,
  direction: Direction,
): { readonly exact: Decimal; readonly lastSafe: Decimal } | null {
  const path = alongOne(symbol)
  const position = account.positions.find((p) => p.symbol === symbol)
  const death = firstDeath(marginSlack(account, path), direction)
  if (position === undefined || death === null) return null
  const exact = position.mark.times(death)
  const step = direction === 'down' ? position.tick : position.tick.neg()
  const ticks = exact.div(position.tick)
  let lastSafe = (direction === 'down' ? ticks.floor() : ticks.ceil()).times(position.tick)
  // At most two steps: the root lies within one tick, and equality is safe or not by the venue's own strictness.
  for (let i = 0; i < 2 && tripsAt(account, symbol, lastSafe); i++) lastSafe = lastSafe.plus(step)
  // No tick between the root and today's mark: the mark itself is the last price known to be safe.
  const past = direction === 'down' ? lastSafe.gt(position.mark) : lastSafe.lt(position.mark)
  return { exact, lastSafe: past ? position.mark : lastSafe }
}

/** Whether the venue liquidates at a mark of one symbol. By the mark itself: a multiplier would be cut to so many digits. */
function tripsAt(account: MarginAccount, symbol: string, mark: Decimal): boolean {
  const moved = { ...account, positions: account.positions.map((p) => (p.symbol === symbol ? { ...p, mark } : p)) }
  return trips(moved, marginState(moved))
}
