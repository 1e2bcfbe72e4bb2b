import type { Decimal } from '../decimal.ts'
import type { Collateral, FuturesPosition, MarginAccount } from '../marginAccount.ts'
import { decimalOf, unitOf, wholeOf, wordsOf } from '../whole.ts'
import { wholeTier } from './wholeTier.ts'

/**
 * The affine model of the common pool in whole numbers: linear contracts, brackets by the upper envelope. All of its figures are
 * finite decimals and nothing is divided, so every sum is exact, and the slack of a path is put together from what the positions
 * are worth now less the few that move.
 *
 * @see RISK 0, theorem 1; 1.4
 */
export type WholePool = {
  /** Amounts are settle units, whole numbers of 10^(-7 x words). */
  readonly words: number
  readonly each: readonly WholePosition[]
  /** Balance in the settle coin and profits: one amount. */
  readonly settled: bigint
  /** The balance alone. */
  readonly balance: bigint
  readonly maintenance: bigint
  /** Sum of notionals. */
  readonly notional: bigint
  readonly usd: Usd
  /** Now, USD, whole numbers of 10^(-7 x usd.words). */
  readonly slack: bigint
}

/** Maintenance `rise x p + start x q`, p the multiplier of the notional and q that of the settle coin. */
type Claim = { readonly rise: bigint; readonly start: bigint }

export type WholePosition = {
  readonly position: FuturesPosition
  /** What it is worth at the mark: below 0 for a short. */
  readonly atMark: bigint
  /** Profit at the mark. */
  readonly profit: bigint
  readonly fee: bigint
  /** One for each bracket: the largest counts, and 0 at least. */
  readonly claims: readonly Claim[]
  /** What its maintenance and its fee come to now. */
  readonly required: bigint
}

/** What turns settle units into USD: whole numbers of 10^(-7 x words) once multiplied by an amount. */
type Usd = {
  readonly words: number
  /** USD of a unit of the settle coin that is owed, or required. */
  readonly owed: bigint
  /** USD that an owned unit counts for. */
  readonly owned: bigint
  /** What other balances count for, and margin of open orders where the venue holds it back (settle units). */
  readonly others: readonly { readonly held: Collateral; readonly counted: bigint }[]
  readonly orderMargin: bigint
}

/** Snapshots never change, so what was worked out once for an account holds. */
const POOLS = new WeakMap<MarginAccount, WholePool | null>()

/** @returns null for a pool of another kind: inverse contracts divide, flat brackets and a dearer owned coin are not concave. */
export function wholePool(account: MarginAccount): WholePool | null {
  const known = POOLS.get(account)
  if (known !== undefined) return known
  const found = isCommon(account) ? poolOf(account) : null
  POOLS.set(account, found)
  return found
}

function isCommon({ positions, rules, settle, settlePrice, wallet }: MarginAccount): boolean {
  if (rules.tiers !== 'marginal') return false
  const linear = positions.every(
    ({ contract, size, entry, mark, tick }) =>
      contract === 'linear' && size.isFinite() && entry.isFinite() && isPrice(mark) && isPrice(tick),
  )
  const own = wallet.find(({ asset }) => asset.key === settle.key)
  return linear && isPrice(settlePrice) && (own === undefined || own.price.times(own.ratio).lte(settlePrice))
}

const isPrice = (price: Decimal): boolean => price.isFinite() && price.gt(0)

function poolOf(account: MarginAccount): WholePool {
  const { positions, rules, wallet, settle } = account
  const own = wallet.find(({ asset }) => asset.key === settle.key)
  let [sizes, prices, rates, deductions] = [0, 0, wordsOf(rules.closeFeeRate), wordsOf(account.orderMargin)]
  for (const { size, mark, entry, tiers } of positions) {
    sizes = Math.max(sizes, wordsOf(size))
    prices = Math.max(prices, wordsOf(mark), wordsOf(entry))
    for (const tier of tiers) {
      const { rate, deduction } = wholeTier(tier)
      rates = Math.max(rates, rate.words)
      deductions = Math.max(deductions, deduction.words)
    }
  }
  const words = Math.max(sizes + prices + rates, deductions, own === undefined ? 0 : wordsOf(own.amount))
  const scale = { sizes, prices, rates, words, lift: unitOf(words - sizes - prices - rates) }
  const each = positions.map((position) => positionOf(position, account, scale))
  const balance = own === undefined ? 0n : wholeOf(own.amount, words)
  let [settled, maintenance, notional] = [balance, 0n, 0n]
  for (const { profit, required, atMark } of each) {
    settled += profit
    maintenance += required
    notional += atMark < 0n ? -atMark : atMark
  }
  const usd = usdOf(account, own, words)
  const coins = usd.others.reduce((all, { counted }) => all + counted, 0n)
  const slack = coins + settled * (settled > 0n ? usd.owned : usd.owed) - (maintenance + usd.orderMargin) * usd.owed
  return { words, each, settled, balance, maintenance, notional, usd, slack }
}

type Scale = {
  readonly sizes: number
  readonly prices: number
  readonly rates: number
  readonly words: number
  readonly lift: bigint
}

function positionOf(position: FuturesPosition, { rules }: MarginAccount, scale: Scale): WholePosition {
  const { side, size, mark, entry, tiers } = position
  const amount = wholeOf(size, scale.sizes)
  const [marked, entered] = [amount * wholeOf(mark, scale.prices), amount * wholeOf(entry, scale.prices)]
  const based = (rules.basis === 'mark' ? marked : entered) * scale.lift
  const claims = tiers.map((tier) => {
    const { rate, deduction } = wholeTier(tier)
    return {
      rise: based * rate.whole * unitOf(scale.rates - rate.words),
      start: -deduction.whole * unitOf(scale.words - deduction.words),
    }
  })
  const fee = marked * wholeOf(rules.closeFeeRate, scale.rates) * scale.lift
  const { rise, start } = largest(claims, 1n, 1n)
  const unit = unitOf(scale.rates) * scale.lift
  const [atMark, atEntry] = [marked * unit, entered * unit]
  return side === 'long'
    ? { position, atMark, profit: atMark - atEntry, fee, claims, required: rise + start + fee }
    : { position, atMark: -atMark, profit: atEntry - atMark, fee, claims, required: rise + start + fee }
}

function usdOf(account: MarginAccount, own: Collateral | undefined, amounts: number): Usd {
  const { settlePrice, wallet, rules, orderMargin } = account
  const others = wallet.filter((held) => held !== own)
  const sum = ({ amount, price, ratio }: Collateral): number => wordsOf(amount) + wordsOf(price) + wordsOf(ratio)
  const price = Math.max(wordsOf(settlePrice), own === undefined ? 0 : wordsOf(own.price) + wordsOf(own.ratio))
  const words = Math.max(amounts + price, ...others.map(sum))
  const lift = unitOf(words - amounts - price)
  const owed = wholeOf(settlePrice, price) * lift
  const owned =
    own === undefined ? owed : wholeOf(own.price, wordsOf(own.price)) * wholeOf(own.ratio, price - wordsOf(own.price)) * lift
  return {
    words,
    owed,
    owned,
    others: others.map((held) => {
      const value = wholeOf(held.amount, wordsOf(held.amount)) * wholeOf(held.price, wordsOf(held.price))
      const share = words - wordsOf(held.amount) - wordsOf(held.price)
      return { held, counted: value * (value > 0n ? wholeOf(held.ratio, share) : unitOf(share)) }
    }),
    orderMargin: rules.holdsOrderMargin ? wholeOf(orderMargin, amounts) : 0n,
  }
}

const NOTHING: Claim = { rise: 0n, start: 0n }

/** The claim that is largest at two multipliers. */
export function largest(claims: readonly Claim[], p: bigint, q: bigint): Claim {
  let found = NOTHING
  let top = 0n
  for (const claim of claims) {
    const value = claim.rise * p + claim.start * q
    if (value > top) {
      found = claim
      top = value
    }
  }
  return found
}

/** What the positions of an account come to as it was read, settle units. */
export type AsRead = {
  /** Balance in the settle coin and profits: one amount. */
  readonly settled: Decimal
  readonly unrealized: Decimal
  readonly notional: Decimal
  readonly maintenance: Decimal
  /** What the trigger asks of each position, in their order. */
  readonly each: readonly Decimal[]
}

/** A pool's sums as decimals. */
export function decimalsOf({ words, each, settled, balance, notional, maintenance }: WholePool): AsRead {
  return {
    settled: decimalOf(settled, words),
    unrealized: decimalOf(settled - balance, words),
    notional: decimalOf(notional, words),
    maintenance: decimalOf(maintenance, words),
    each: each.map(({ required }) => decimalOf(required, words)),
  }
}
