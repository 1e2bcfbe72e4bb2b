import { type Decimal, ONE, sum, ZERO } from '../decimal.ts'
import type { Collateral, FuturesPosition, MarginAccount, MarginRules, MarginTier } from '../marginAccount.ts'
import { alongOne, type Path } from '../path.ts'
import { type Direction, firstDeath, type SlackLine } from '../slackLine.ts'
import { marginLine } from './marginLine.ts'
import { type AsRead, decimalsOf, wholePool } from './wholePool.ts'
import { type SymbolTrigger, wholeTrigger } from './wholeTrigger.ts'

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

const AS_READ: Multipliers = { settle: ONE, collateral: () => ONE, mark: () => ONE }

/** Equity and maintenance in USD along a path; without one, the account as it was read. */
export function marginState(account: MarginAccount, path?: Path, s: Decimal = ONE): MarginState {
  if (path === undefined) return stateOf(account, asRead(account), AS_READ)
  const by = multipliers(account, path, s)
  const marks = account.positions.map((p) => ({ position: p, mark: markAt(p, by) }))
  return stateOf(
    account,
    {
      settled: sum([walletOf(account).own?.amount ?? ZERO, ...marks.map(({ position, mark }) => profit(position, mark))]),
      maintenance: sum(marks.map(({ position, mark }) => requiredMargin(position, mark, account.rules))),
    },
    by,
  )
}

/** @param parts - Balance and profit in the settle coin, and maintenance of all positions, settle units. */
function stateOf(account: MarginAccount, parts: Pick<AsRead, 'settled' | 'maintenance'>, by: Multipliers): MarginState {
  const settleUsd = account.settlePrice.times(by.settle)
  const { own, others } = walletOf(account)
  const { settled } = parts
  // Balance and profit in the settle coin are one amount: what of it is owned may count for less than what is owed costs.
  const rate = settled.gt(0) ? ownedRate(account, own) : account.settlePrice
  let equity = sum([...others.map((held) => countedUsd(held, by.collateral(held))), settled.times(rate).times(by.settle)])
  if (account.rules.holdsOrderMargin) equity = equity.minus(account.orderMargin.times(settleUsd))
  return { equity, maintenance: parts.maintenance.times(settleUsd) }
}

/** Marks are quoted in USD for inverse contracts, in the settle coin for linear ones. */
function markAt(position: FuturesPosition, by: Multipliers): Decimal {
  return position.mark.times(by.mark(position)).div(position.contract === 'linear' ? by.settle : ONE)
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
    let largest = ZERO
    for (const { rate, deduction } of tiers) {
      const claim = notional.times(rate).minus(deduction)
      if (claim.gt(largest)) largest = claim
    }
    return largest
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
  return marginLine(account, path)
}

/**
 * The liquidation price of one symbol with everything else frozen, as the venue means it: the last tick, walking from today's
 * mark, at which the venue does not liquidate. Null where no price on that side does.
 *
 * @see RISK 1.4
 */
export function symbolTrigger(account: MarginAccount, symbol: string, direction: Direction): SymbolTrigger | null {
  const known = TRIGGERS.get(account) ?? new Map<string, SymbolTriggers>()
  TRIGGERS.set(account, known)
  const before = known.get(symbol)
  if (before !== undefined) return before[direction]
  const line = marginSlack(account, alongOne(symbol))
  const found = {
    down: findTrigger(account, symbol, { line, direction: 'down' }),
    up: findTrigger(account, symbol, { line, direction: 'up' }),
  }
  known.set(symbol, found)
  return found[direction]
}

type SymbolTriggers = { readonly [D in Direction]: SymbolTrigger | null }

/** Asked for by the table of liquidations and by the comparison with the venue's own price. */
const TRIGGERS = new WeakMap<MarginAccount, Map<string, SymbolTriggers>>()

function findTrigger(
  account: MarginAccount,
  symbol: string,
  { line, direction }: { readonly line: SlackLine; readonly direction: Direction },
): SymbolTrigger | null {
  const position = account.positions.find((p) => p.symbol === symbol)
  if (position === undefined) return null
  if (line.whole !== undefined) return wholeTrigger(account, position, { line: line.whole, direction })
  const death = firstDeath(line, direction)
  if (death === null) return null
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
  const { each, settled, maintenance } = asRead(account)
  const own = account.positions.flatMap((position, i) =>
    position.symbol !== symbol
      ? []
      : [
          {
            settled: profit(position, mark).minus(profit(position, position.mark)),
            maintenance: requiredMargin(position, mark, account.rules).minus(each[i] as Decimal),
          },
        ],
  )
  const parts = {
    settled: sum([settled, ...own.map((change) => change.settled)]),
    maintenance: sum([maintenance, ...own.map((change) => change.maintenance)]),
  }
  return trips(account, stateOf(account, parts, AS_READ))
}

/** Snapshots never change, so what the positions of an account add up to today is found once. */
const AS_READ_SUMS = new WeakMap<MarginAccount, AsRead>()

/** What an account comes to as it was read. */
export function asRead(account: MarginAccount): AsRead {
  const known = AS_READ_SUMS.get(account)
  if (known !== undefined) return known
  const pool = wholePool(account)
  const found = pool === null ? sumsOf(account) : decimalsOf(pool)
  AS_READ_SUMS.set(account, found)
  return found
}

function sumsOf(account: MarginAccount): AsRead {
  const { positions, rules } = account
  const each = positions.map((position) => requiredMargin(position, position.mark, rules))
  const unrealized = sum(positions.map((position) => profit(position, position.mark)))
  return {
    each,
    unrealized,
    settled: unrealized.plus(walletOf(account).own?.amount ?? ZERO),
    maintenance: sum(each),
    notional: sum(positions.map((position) => notionalAt(position, position.mark))),
  }
}
