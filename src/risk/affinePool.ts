import { type Decimal, ONE, sum, ZERO } from './decimal.ts'
import type { Collateral, FuturesPosition, MarginAccount } from './marginAccount.ts'
import { type Bracket, jumpsIn, nowOf, type Piece, type Profile, piecesOf, profileOf } from './tierProfile.ts'

/** Which multiplier moves each price of a pool; 0 for none. An inverse mark stands still or moves with its coin. */
export type PoolAxes = {
  readonly settle: number
  readonly held: (of: Collateral) => number
  readonly mark: (of: FuturesPosition) => number
  /** How many multipliers there are. */
  readonly count: number
}

/** A pool's figures as sums over multipliers, USD: entry 0 stands still, entry f is multiplied by the f-th multiplier. */
export type PoolForms = {
  /** What counts besides the settle coin. */
  readonly cover: Decimal[]
  /** Balance and profit in the settle coin: one amount, times `ownedShare` where it is above 0. */
  readonly settled: Decimal[]
  readonly ownedShare: Decimal
  readonly required: Decimal[]
  /** Maintenance that depends on two multipliers by their ratio. */
  readonly profiles: readonly Profile[]
  /** Whether a profile jumps at the end of a bracket. */
  readonly jumps: boolean
}

/**
 * The affine model of a pool.
 *
 * @see RISK 0, theorem 1; 1.4
 */
export function affinePool(account: MarginAccount, axes: PoolAxes): PoolForms {
  const forms = { cover: zeros(axes.count), settled: zeros(axes.count), required: zeros(axes.count) }
  const own = ownOf(account)
  for (const held of account.wallet) {
    if (held !== own)
      addTo(forms.cover, axes.held(held), held.amount.times(held.price).times(held.amount.gt(0) ? held.ratio : ONE))
  }
  if (account.rules.holdsOrderMargin) addTo(forms.cover, axes.settle, account.orderMargin.times(account.settlePrice).neg())
  if (own !== undefined) addTo(forms.settled, axes.settle, own.amount.times(account.settlePrice))
  const moved = axes.settle === 0 ? addStill(account, axes, forms) : stillOf(account).each
  const brackets = moved.map((one): Bracket => {
    const { position, atMark, atEntry, fee, pieces, jumps } = one
    const mark = axes.mark(position)
    // The notional: with the mark; an inverse one stands still in USD, or where the mark alone stands still, in coins.
    const notional = position.contract === 'linear' ? mark : mark === axes.settle ? 0 : axes.settle
    addTo(forms.settled, notional, atMark)
    addTo(forms.settled, axes.settle, atEntry)
    if (!fee.isZero()) addTo(forms.required, notional, fee)
    // At the entry it stands still in settle units: the ratio is 1.
    return { p: account.rules.basis === 'entry' ? axes.settle : notional, q: axes.settle, pieces, jumps }
  })
  const ownedShare = own === undefined ? ONE : own.price.times(own.ratio).div(account.settlePrice)
  return { ...forms, ownedShare, ...profileOf(brackets, forms.required) }
}

/** The balance in the settle coin. */
function ownOf({ wallet, settle }: MarginAccount): Collateral | undefined {
  return wallet.find(({ asset }) => asset.key === settle.key)
}

/**
 * One position, USD at today's prices. Its profit is `atMark + atEntry`, the two ends of the trade: linear size x (mark - entry),
 * inverse face x (1 / entry - 1 / mark). Where mark and coin move together, the former's mark moves and the latter's entry does.
 */
type Part = {
  readonly position: FuturesPosition
  readonly atMark: Decimal
  readonly atEntry: Decimal
  readonly fee: Decimal
  readonly pieces: readonly Piece[]
  readonly jumps: boolean
  readonly required: Decimal
}

type Still = { readonly each: readonly Part[]; readonly settled: Decimal; readonly required: Decimal }

/** Snapshots never change, so what was worked out once for an account holds. */
const STILL = new WeakMap<MarginAccount, Still>()

function stillOf(account: MarginAccount): Still {
  const known = STILL.get(account)
  if (known !== undefined) return known
  const each = account.positions.map((position) => partOf(position, account))
  const settled = sum(each.flatMap(({ atMark, atEntry }) => [atMark, atEntry]))
  const still = { each, settled, required: sum(each.map(({ required }) => required)) }
  STILL.set(account, still)
  return still
}

function partOf(position: FuturesPosition, account: MarginAccount): Part {
  const { contract, side, size, mark, entry } = position
  const usd = size.times(account.settlePrice)
  const [marked, entered] = contract === 'linear' ? [usd.times(mark), usd.times(entry)] : [usd.div(mark), usd.div(entry)]
  const gains = (side === 'long') === (contract === 'linear')
  const pieces = piecesOf(position, account)
  const fee = marked.times(account.rules.closeFeeRate)
  return {
    position,
    atMark: gains ? marked : marked.neg(),
    atEntry: gains ? entered.neg() : entered,
    fee,
    pieces,
    jumps: jumpsIn(position, account),
    required: nowOf(pieces).plus(fee),
  }
}

/** Adds the positions whose mark and coin stand still. @returns the others. */
function addStill(
  account: MarginAccount,
  { mark }: PoolAxes,
  forms: { readonly settled: Decimal[]; readonly required: Decimal[] },
): readonly Part[] {
  const still = stillOf(account)
  const moved = still.each.filter(({ position }) => mark(position) !== 0)
  const less = (total: Decimal, of: (part: Part) => readonly Decimal[]): Decimal => total.minus(sum(moved.flatMap(of)))
  addTo(
    forms.settled,
    0,
    less(still.settled, ({ atMark, atEntry }) => [atMark, atEntry]),
  )
  addTo(
    forms.required,
    0,
    less(still.required, ({ required }) => [required]),
  )
  return moved
}

function zeros(axes: number): Decimal[] {
  return new Array<Decimal>(axes + 1).fill(ZERO)
}

function addTo(form: Decimal[], axis: number, usd: Decimal): void {
  form[axis] = (form[axis] as Decimal).plus(usd)
}
