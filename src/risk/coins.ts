import type { Asset } from './asset.ts'
import { Decimal, dec, fromUnits, ONE, toUnits, ZERO } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { AaveV4Position, LendingPosition } from './lendingPosition.ts'
import type { MarginAccount } from './marginAccount.ts'
import type { Path } from './path.ts'

/** A coin that helps a leg: its debt, to be repaid, or what counts as its margin. */
export type Coin = {
  readonly asset: Asset
  /** USD of one whole unit, as the leg's venue prices it. */
  readonly price: Decimal
  /** What one USD of it adds to the leg's slack. */
  readonly counts: Decimal
  /** The most that can be placed, USD: the debt. Null: no limit. */
  readonly cap: Decimal | null
  /** The least that can be placed, USD: one base unit of the coin. Null: any amount, as exchanges book it. */
  readonly unit: Decimal | null
  /** Why it cannot be placed now, in the user's words; null where it can. */
  readonly closed: string | null
}

const ORACLE_UNIT = dec('1e-8')
const RAY_DIGITS = 27
const SPARE_DIGITS = 10

/**
 * The coins that help a leg, the one that others are converted to first. They all move alike under the reference paths, so that
 * a dollar of one is worth a dollar of another in every shock; of debts that do not, the larger group is taken.
 *
 * @returns empty for a leg that nothing can help: it owes nothing, or it holds nothing.
 * @see RISK 3: repay beats supplying; the coin that the leg accepts
 */
export function coinsOf(leg: Leg, paths: readonly Path[]): readonly Coin[] {
  if (leg.kind === 'futures') return leg.positions.length === 0 ? [] : marginCoins(leg, paths)
  const groups = new Map<string, Debt[]>()
  for (const coin of debtsOf(leg)) {
    const key = paths.map((path) => (path.moves(coin.asset) ? '1' : '0')).join('')
    groups.set(key, [...(groups.get(key) ?? []), coin])
  }
  const open = ({ cap, closed }: Debt): Decimal => (closed === null ? cap : ZERO)
  const weight = (coins: readonly Debt[]): Decimal => coins.reduce((total, coin) => total.plus(open(coin)), ZERO)
  const best = [...groups.values()].toSorted((a, b) => weight(b).comparedTo(weight(a)))[0] ?? []
  return best.toSorted((a, b) => open(b).comparedTo(open(a)))
}

const anyAmount = { cap: null, unit: null, closed: null }

/** The settle coin, and what else in the wallet counts and moves alike. */
function marginCoins({ settle, settlePrice, wallet }: MarginAccount, paths: readonly Path[]): readonly Coin[] {
  const own = wallet.find(({ asset }) => asset.key === settle.key)
  // Where the balance is below 0 a dollar counts in full until it is filled; it is never counted for more than it surely adds.
  const counts = own === undefined ? ONE : Decimal.min(ONE, own.price.times(own.ratio).div(settlePrice))
  const alike = wallet.filter(({ asset }) => paths.every((path) => path.moves(asset) === path.moves(settle)))
  const others = alike.filter(({ asset, ratio, amount }) => asset.key !== settle.key && ratio.gt(0) && amount.gt(0))
  return [
    { asset: settle, price: settlePrice, counts, ...anyAmount },
    ...others.map(({ asset, price, ratio }) => ({ asset, price, counts: Decimal.min(ONE, ratio), ...anyAmount })),
  ]
}

/** A debt is never without a limit: no more can be repaid than is owed. */
type Debt = Coin & { readonly cap: Decimal }

type Owed = { readonly amount: Decimal; readonly decimals: number; readonly price: Decimal; readonly closed?: string | null }

function debtCoin(asset: Asset, { amount, decimals, price, closed = null }: Owed): Debt {
  return { asset, price, counts: ONE, cap: amount.times(price), unit: fromUnits(1n, decimals).times(price), closed }
}

function debtsOf(position: LendingPosition): readonly Debt[] {
  if (position.protocol === 'compound-v3') {
    const { baseBalance, quoteUsd, supplyPaused } = position
    const { asset, price, decimals } = position.base
    if (price === null || baseBalance >= 0n) return []
    const amount = fromUnits(-baseBalance, decimals)
    const closed = supplyPaused === true ? `${asset.symbol} cannot be repaid: supplying is paused` : null
    return [debtCoin(asset, { amount, decimals, price: dec(price).times(ORACLE_UNIT).times(quoteUsd), closed })]
  }
  if (position.protocol === 'aave-v4') {
    return position.reserves.flatMap(({ asset, price, debtRay, decimals, paused }) => {
      if (price === null || debtRay <= 0n) return []
      const closed = paused ? `${asset.symbol} is paused: it cannot be repaid` : null
      const amount = fromUnits(debtRay, decimals + RAY_DIGITS)
      return [debtCoin(asset, { amount, decimals, price: dec(price).times(ORACLE_UNIT), closed })]
    })
  }
  return position.reserves.flatMap(({ asset, price, debt: owed, decimals, paused, active }) => {
    if (price === null || owed <= 0n) return []
    const closed = paused || !active ? `${asset.symbol} is ${paused ? 'paused' : 'not active'}: it cannot be repaid` : null
    const amount = fromUnits(owed, decimals)
    return [debtCoin(asset, { amount, decimals, price: dec(price).div(dec(position.baseUnit)), closed })]
  })
}

/**
 * The leg after some of a coin was repaid or posted; below 0: after it was borrowed or withdrawn. Rounded to the worse side.
 *
 * @param amount - Whole units of the coin.
 */
export function placed(leg: Leg, asset: Asset, amount: Decimal): Leg {
  if (leg.kind === 'futures') return withMargin(leg, asset, amount)
  const repaid = (owed: bigint, decimals: number): bigint => {
    // An amount that is a whole number of units may come out of a division a last digit short of it.
    const whole = amount.abs().toDecimalPlaces(decimals + SPARE_DIGITS)
    const less = amount.gt(0) ? toUnits(whole, decimals, 'down') : -toUnits(whole, decimals, 'up')
    return less > owed ? 0n : owed - less
  }
  if (leg.protocol === 'compound-v3') return { ...leg, baseBalance: -repaid(-leg.baseBalance, leg.base.decimals) }
  if (leg.protocol === 'aave-v4') return { ...leg, reserves: inTurn(leg, asset, amount) }
  const reserves = leg.reserves.map((r) => (r.asset.key === asset.key ? { ...r, debt: repaid(r.debt, r.decimals) } : r))
  return { ...leg, reserves }
}

/** One asset may stand in a spoke twice: what the first debt does not take is left for the next one. */
function inTurn({ reserves }: AaveV4Position, asset: Asset, amount: Decimal): AaveV4Position['reserves'] {
  const token = 10n ** BigInt(RAY_DIGITS)
  let left: bigint | null = null
  return reserves.map((reserve) => {
    const { debtRay, decimals } = reserve
    if (reserve.asset.key !== asset.key || debtRay === 0n) return reserve
    const digits = decimals + RAY_DIGITS
    left ??= toUnits(amount.toDecimalPlaces(digits + SPARE_DIGITS), digits, 'down')
    const part: bigint = left < debtRay ? left : debtRay
    left -= part
    // All of a debt, or whole units of the token; what is borrowed counts to the last digit.
    return { ...reserve, debtRay: part === debtRay ? 0n : debtRay - (part > 0n ? (part / token) * token : part) }
  })
}

function withMargin(account: MarginAccount, asset: Asset, amount: Decimal): MarginAccount {
  const own = account.wallet.some((held) => held.asset.key === asset.key)
  const wallet = account.wallet.map((held) =>
    held.asset.key === asset.key ? { ...held, amount: held.amount.plus(amount) } : held,
  )
  if (own) return { ...account, wallet }
  const { settlePrice: price, settlePriceFrom: priceFrom } = account
  return { ...account, wallet: [...wallet, { asset, amount, price, priceFrom, ratio: ONE }] }
}
