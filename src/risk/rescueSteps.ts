import { type Decimal, fromUnits, sum, toUnits } from './decimal.ts'
import { exchangeOf } from './exchangeOf.ts'
import { loanOfSupply } from './idleSupplies.ts'
import type { Cash, Leg } from './leg.ts'
import type { AaveV3Position, CompoundV3Position } from './lendingPosition.ts'
import type { ByHand, Payment, PaymentPart, RescueStep, Withdrawal } from './payment.ts'
import type { Move } from './rescueMove.ts'

/** The first revision of the Aave pool without debt at a stable rate (v3.2). */
const NO_STABLE_DEBT = 5
/** An amount that is a whole number of base units may come out of a division some last digits off it. */
const SPARE_DIGITS = 10
/**
 * Pools keep debts as shares of a growing index, rounded against the borrower: of what is paid, so many base units may not come off.
 * Enough for every index up to 3.
 *
 * @see aave-v3-origin `TokenMath.getVTokenBurnScaledAmount`, comet `CometCore.principalValue`
 */
const LOST_IN_SHARES = 3n
/** Of a debt that is paid whole, what may be taken for interest: a year at 10 % brings it in four days, at 100 % in nine hours. */
const INTEREST_SHARE = 1000n
const TOKEN = /^eip155:(\d+)\/(0x[0-9a-f]{40})$/
/** Cash in a wallet is called after it. */
const IN_WALLET = /^cash\/(0x[0-9a-f]{40})\//

/** The book that the moves belong to; its cash with what lies idle in the markets. */
type Known = { readonly legs: readonly Leg[]; readonly cash: readonly Cash[] }

/**
 * The moves of a plan, each with the payment that does it, or with why no transaction does. Pure.
 *
 * A repayment is rounded up to base units, with what the pool's own rounding may swallow; one of a whole debt may take a thousandth
 * more for the interest until it is mined. Both only as far as the wallet has it to spare, for nothing is beyond what it holds.
 */
export function rescueSteps(moves: readonly Move[], known: Known): readonly RescueStep[] {
  const held = new Map(known.cash.map(({ id, amount }) => [id, amount]))
  const owed = new Map<string, Debts>()
  return moves.flatMap((move, i): RescueStep[] => {
    const left = held.get(move.from)
    const found = payable(move, known)
    if (typeof found === 'string') {
      if (left !== undefined) held.set(move.from, left.minus(move.amount))
      return [{ move, withdrawal: withdrawalOf(move, known, null), payment: null, byHand: found }]
    }
    const { debtKey, decimals } = found
    const debts = owed.get(debtKey) ?? found.debts
    const kept = sum(moves.slice(i + 1).flatMap(({ from, amount }) => (from === move.from ? [amount] : [])))
    const purse = toUnits(left as Decimal, decimals, 'down')
    const parts = partsOf(units(move.arrives, decimals), debts, { purse, spare: purse - units(kept, decimals) })
    owed.set(debtKey, lessened(debts, parts))
    held.set(move.from, (left as Decimal).minus(sum(parts.map(({ amount }) => fromUnits(amount, decimals)))))
    // Less than one base unit is nothing to send.
    if (parts.length === 0) return []
    const total = parts.reduce((all, { amount }) => all + amount, 0n)
    return [{ move, withdrawal: withdrawalOf(move, known, total), payment: { ...found.payment, decimals, parts } }]
  })
}

/** What is owed in one token, by the kind of rate. */
type Debts = readonly (readonly [PaymentPart['rate'], bigint])[]

type Found = {
  readonly debtKey: string
  readonly decimals: number
  readonly debts: Debts
  readonly payment: Omit<Payment, 'parts' | 'decimals'>
}

/** The loan and the wallet that a move joins; or why no transaction can. */
function payable(move: Move, { legs, cash }: Known): Found | ByHand {
  const loan = legs.find(({ id }) => id === move.to)
  const own = cash.find(({ id }) => id === move.from)
  if (loan === undefined || loan.kind === 'futures') return 'to-exchange'
  if (own === undefined || exchangeOf(own) !== null) return 'from-exchange'
  if (move.conversion !== null) return 'swap'
  const { key } = move.accepts
  const [, chain, token] = TOKEN.exec(key) ?? []
  // A stablecoin is the same to a plan wherever it lies; to a contract it is not.
  if (move.asset.key !== key || !isAddress(token)) return 'other-token'
  if (loan.protocol === 'aave-v4') return 'protocol'
  const { contract, wallet, protocol, id } = loan
  const debt = debtIn(loan, key)
  if (!isAddress(contract) || debt === null) return 'contract-unknown'
  const supplied = loanOfSupply(own.id, legs)
  const payer = supplied?.kind === 'lending' ? supplied.wallet.toLowerCase() : IN_WALLET.exec(own.id)?.[1]
  const borrower = wallet.toLowerCase()
  if (!isAddress(payer) || !isAddress(borrower)) return 'payer-unknown'
  // Ids of loans are `aave-v3/ethereum-core/0xab..`.
  const market = id.split('/')[1] ?? ''
  const where = { protocol, chainId: Number(chain), market, contract, token }
  return { ...debt, debtKey: `${id} ${key}`, payment: { ...where, payer, borrower } }
}

/**
 * What has to be taken out of a market for a move.
 *
 * @param amount - Base units; null: what the move takes, cut to whole ones.
 * @returns null: nothing, or the market's contract is not known.
 */
function withdrawalOf({ from, amount: wanted, asset }: Move, { legs }: Known, amount: bigint | null): Withdrawal | null {
  const loan = loanOfSupply(from, legs)
  if (loan?.kind !== 'lending' || loan.protocol === 'aave-v4') return null
  const [, chain, token] = TOKEN.exec(asset.key) ?? []
  const decimals = decimalsIn(loan, asset.key)
  const owner = loan.wallet.toLowerCase()
  const { id: leg, contract, protocol } = loan
  if (!isAddress(token) || !isAddress(contract) || !isAddress(owner) || decimals === null) return null
  const units = amount ?? toUnits(wanted.toDecimalPlaces(decimals + SPARE_DIGITS), decimals, 'down')
  const where = { protocol, leg, chainId: Number(chain), market: leg.split('/')[1] ?? '', contract, token, decimals, owner }
  return units === 0n ? null : { ...where, amount: units }
}

function decimalsIn(loan: AaveV3Position | CompoundV3Position, key: string): number | null {
  const held = loan.protocol === 'aave-v3' ? loan.reserves : [loan.base, ...loan.collateral]
  return held.find(({ asset }) => asset.key === key)?.decimals ?? null
}

function isAddress(text: string | null | undefined): text is Payment['token'] {
  return /^0x[0-9a-f]{40}$/.test(text ?? '')
}

/** null: what of it is owed at a stable rate is not known. */
function debtIn(loan: AaveV3Position | CompoundV3Position, key: string): Pick<Found, 'debts' | 'decimals'> | null {
  if (loan.protocol === 'compound-v3') {
    const { baseBalance, base } = loan
    return { decimals: base.decimals, debts: [['variable', -baseBalance]] }
  }
  const reserve = loan.reserves.find(({ asset }) => asset.key === key)
  if (reserve === undefined) return null
  const { debt, decimals } = reserve
  const stable = loan.revision >= NO_STABLE_DEBT ? 0n : reserve.stableDebt
  if (stable === null) return null
  return {
    decimals,
    debts: [
      ['variable', debt - stable],
      ['stable', stable],
    ],
  }
}

type Purse = {
  /** What is there. */
  readonly purse: bigint
  /** What is there once every later move has had its own. */
  readonly spare: bigint
}

/** Shares a payment out among the debts of a token. */
function partsOf(wanted: bigint, debts: Debts, { purse, spare }: Purse): readonly PaymentPart[] {
  const open = debts.filter(([, debt]) => debt > 0n)
  const pays = least(wanted, purse) + least(LOST_IN_SHARES, most(0n, spare - wanted))
  const interest = ([, debt]: Debts[number]): bigint => debt / INTEREST_SHARE + 1n
  const total = open.reduce((all, [, debt]) => all + debt, 0n)
  const whole = pays >= total && open.reduce((all, debt) => all + interest(debt), total) <= spare
  let rest = pays
  return open.flatMap((one): PaymentPart[] => {
    const [rate, debt] = one
    const amount = least(rest, debt)
    rest -= amount
    if (amount === 0n) return []
    if (whole) return [{ rate, amount: amount + interest(one), pays: 'all' }]
    return [{ rate, amount, pays: amount === debt ? 'all-but-interest' : 'part' }]
  })
}

/** What is still owed, so that another move of the plan does not pay it again. */
function lessened(debts: Debts, parts: readonly PaymentPart[]): Debts {
  return debts.map(([rate, debt]) => {
    const paid = parts.find((part) => part.rate === rate)?.amount ?? 0n
    return [rate, debt - least(paid, debt)]
  })
}

function units(amount: Decimal, decimals: number): bigint {
  return toUnits(amount.toDecimalPlaces(decimals + SPARE_DIGITS), decimals, 'up')
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
