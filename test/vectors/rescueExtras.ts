import { ONE, sum } from '../../src/risk/decimal.ts'
import { keepFraction } from '../../src/risk/keepFraction.ts'
import { leastCash } from '../../src/risk/leastCash.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import type { FuturesPosition, MarginAccount } from '../../src/risk/marginAccount.ts'
import { alongFactor } from '../../src/risk/path.ts'
import { type RescuePlan, rescuePlan } from '../../src/risk/rescue.ts'
import type { Room } from '../../src/risk/room.ts'
import { openRoutes } from '../../src/risk/routes.ts'
import { marginState } from '../../src/risk/rules/margin.ts'
import { type Entry, EntryError, figure, given, group, texts } from './entry.ts'
import { bookOf } from './freeCash.ts'

/** The entries of `extra` that speak of moving money. The worked books swap without cost. */

/** `allocationDown`: the best split of free cash for a fall, beside the usual guesses. */
export function allocationDown(snapshot: Snapshot, entry: Entry): unknown {
  const plan = rescuePlan({ ...bookOf(snapshot, entry), sides: ['down'] })
  const { allToLoan, allToMargin, half } = plan.naive
  return {
    ...given(entry, ['cash']),
    before: multiplier(plan.before),
    bestS: multiplier(plan.after),
    perLeg: arriving(snapshot, plan),
    unspent: plan.unspent,
    naiveAllLoan: allToLoan === null ? null : multiplier(allToLoan.room),
    naiveAllMargin: allToMargin === null ? null : multiplier(allToMargin.room),
    naiveHalf: half === null ? null : multiplier(half.room),
  }
}

/** `allocationTwoSided`: the same for falls and rises alike. */
export function allocationTwoSided(snapshot: Snapshot, entry: Entry): unknown {
  const plan = rescuePlan(bookOf(snapshot, entry))
  return {
    ...given(entry, ['cash']),
    before: plan.before?.distance ?? null,
    bestH: plan.after?.distance ?? null,
    perLeg: arriving(snapshot, plan),
    unspent: plan.unspent,
  }
}

/** `routedAllocation`: `allowed` says which cash reaches which leg in time. */
export function routedAllocation(snapshot: Snapshot, entry: Entry): unknown {
  const allowed = group(entry, 'allowed')
  const book = { ...bookOf(snapshot, entry), sides: ['down' as const] }
  const reached = new Map(Object.keys(allowed).map((from) => [from, texts(allowed, from)]))
  const routes = openRoutes(book.cash, book.legs).filter(({ from, to }) => reached.get(from)?.includes(to))
  const plan = rescuePlan({ ...book, routes })
  return {
    ...given(entry, ['allowed', 'cash']),
    before: multiplier(plan.before),
    bestS: multiplier(plan.after),
    perLeg: arriving(snapshot, plan),
    unspent: plan.unspent,
    pooledBestS: multiplier(rescuePlan(book).after),
  }
}

/** `transfer`: margin that a venue lets go, moved to where it is needed; `fromBybit` and `toAave` by the ids of the legs. */
export function transfer(snapshot: Snapshot, entry: Entry): unknown {
  const withdrawable = group(entry, 'withdrawable')
  const donors = Object.keys(withdrawable).map((leg) => ({ leg, withdrawable: figure(withdrawable, leg) }))
  const plan = rescuePlan({ ...bookOf(snapshot, entry), donors, sides: ['down'] })
  const taken = (id: string) => sum(plan.moves.filter(({ from }) => from === id).map(({ usd }) => usd))
  const sides = snapshot.legs.flatMap(({ id }) => [
    ...namesOf('from', id).map((name) => [name, taken(id)] as const),
    ...namesOf('to', id).map((name) => [name, arriving(snapshot, plan)[id]] as const),
  ])
  return {
    ...given(entry, ['withdrawable', 'cash']),
    before: multiplier(plan.before),
    bestS: multiplier(plan.after),
    perLeg: arriving(snapshot, plan),
    ...Object.fromEntries(sides),
  }
}

/** `minCashForTarget`: to survive a fall to `s` below 1 or a rise to `s` above it, or both ends of [1/h, h]. */
export function minCashForTarget(snapshot: Snapshot, entry: Entry): unknown {
  const twoSided = entry.h !== undefined
  const s = figure(entry, twoSided ? 'h' : 's')
  const fall = ONE.minus(s.gt(1) ? ONE.div(s) : s)
  const sides = twoSided ? (['down', 'up'] as const) : s.gt(1) ? (['up'] as const) : (['down'] as const)
  const least = leastCash({ ...bookOf(snapshot, entry), sides }, fall)
  const needed = (id: string) => sum(least.perLeg.filter(({ leg }) => leg === id).map(({ usd }) => usd))
  return {
    ...given(entry, ['s', 'h', 'cash']),
    total: least.totalUsd,
    perLeg: Object.fromEntries(snapshot.legs.map(({ id }) => [id, needed(id)])),
    short: least.shortUsd,
  }
}

/** `minReductionFutures`: the share of a position that may stay so that its pool survives `s`. */
export function minReductionFutures(snapshot: Snapshot, entry: Entry): unknown {
  const at = figure(entry, 's')
  const { account, position } = reduced(snapshot, entry)
  const moves = [{ path: alongFactor(position.factor), at }]
  const keep = keepFraction(account, position, { moves, feeRate: figure(entry, 'feeRate', '0') })
  return { ...given(entry, ['s', 'feeRate', 'leg', 'symbol', 'side']), keepFraction: keep }
}

/** The position that an entry names; else the first one that its pool cannot keep whole at `s`; else the first one. */
function reduced({ legs }: Snapshot, entry: Entry): { account: MarginAccount; position: FuturesPosition } {
  const { leg, symbol, side } = entry
  const all = legs.flatMap((account) =>
    account.kind === 'futures' ? account.positions.map((position) => ({ account, position })) : [],
  )
  const named = all.filter(
    ({ account, position }) =>
      (leg === undefined || leg === account.id) &&
      (symbol === undefined || symbol === position.symbol) &&
      (side === undefined || side === position.side),
  )
  const at = figure(entry, 's')
  const dying = named.find(({ account, position }) => {
    const { equity, maintenance } = marginState(account, alongFactor(position.factor), at)
    return equity.lte(maintenance)
  })
  const found = dying ?? named[0]
  if (found === undefined) throw new EntryError('the book has no such position')
  return found
}

function arriving({ legs }: Snapshot, { moves }: RescuePlan) {
  return Object.fromEntries(
    legs.map(({ id }) => [id, sum(moves.filter(({ to, from }) => to === id && from !== id).map(({ usd }) => usd))]),
  )
}

const multiplier = (room: Room | null) => room?.move.plus(1) ?? null

/** `toAave` of `aave`; an id of several words is spelled as it is and joined. */
function namesOf(side: 'from' | 'to', id: string): readonly string[] {
  const words = id.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
  return [`${side}${capital(id)}`, `${side}${words.map(capital).join('')}`]
}
