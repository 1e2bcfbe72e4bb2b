import { IncompleteAnswerError } from '../../errors.ts'
import type { CompoundV3Position } from '../lendingPosition.ts'
import type { Direction } from '../slackLine.ts'
import { ceilDiv } from './ceilDiv.ts'
import { type PriceTrigger, walkTo } from './priceTrigger.ts'

/** 1e18 = 100 %. */
const FACTOR_SCALE = 10n ** 18n

/** How a Compound III market weighs an account, in the contract's own integers: 8 decimals of its quote unit. */
export type CompoundV3Account = {
  readonly collateral: bigint
  /** Collateral times the factors that limit borrowing. */
  readonly borrowable: bigint
  /** Collateral times the factors that cover the debt. */
  readonly weighted: bigint
  readonly debt: bigint
  /** 1e18 is 1, rounded down: below 1e18 exactly where an absorption succeeds. Null where nothing worth a unit is owed. */
  readonly healthFactor: bigint | null
}

/**
 * Totals and health of an account, digit for digit as its market weighs it with interest accrued to the block.
 *
 * The contract has no health of its own: `weighted < debt` is what makes an absorption succeed.
 *
 * @throws IncompleteAnswerError for a price that is missing or not above 0.
 * @see Comet `isLiquidatable`, `isBorrowCollateralized`, after `accrueAccount`; RISK 1.3
 */
export function accountOf(position: CompoundV3Position): CompoundV3Account {
  let collateral = 0n
  let borrowable = 0n
  let weighted = 0n
  for (const held of position.collateral) {
    if (held.balance === 0n) continue
    const value = (held.balance * priceOf(position, held)) / 10n ** BigInt(held.decimals)
    collateral += value
    borrowable += (value * held.borrowFactor) / FACTOR_SCALE
    weighted += (value * held.liquidateFactor) / FACTOR_SCALE
  }
  const { base } = position
  const owed = owedBy(position)
  const debt = owed === 0n ? 0n : (owed * priceOf(position, base)) / 10n ** BigInt(base.decimals)
  return { collateral, borrowable, weighted, debt, healthFactor: debt === 0n ? null : (weighted * FACTOR_SCALE) / debt }
}

/** What the account owes, base units of the base token; 0n for one that supplies. */
export function owedBy({ baseBalance }: CompoundV3Position): bigint {
  return baseBalance < 0n ? -baseBalance : 0n
}

/**
 * What an absorption credits for all collateral, base units of the base token.
 *
 * @throws IncompleteAnswerError for a price that is missing or not above 0.
 * @see Comet `absorbInternal`
 */
export function creditOf(position: CompoundV3Position): bigint {
  const { base } = position
  let credit = 0n
  for (const held of position.collateral) {
    if (held.balance === 0n) continue
    const value = (held.balance * priceOf(position, held)) / 10n ** BigInt(held.decimals)
    credit += (value * held.liquidationFactor) / FACTOR_SCALE
  }
  return (credit * 10n ** BigInt(base.decimals)) / priceOf(position, base)
}

type Priced = { readonly asset: { readonly symbol: string }; readonly price: bigint | null }

function priceOf(position: CompoundV3Position, { asset, price }: Priced): bigint {
  if (price === null || price <= 0n) throw new IncompleteAnswerError(position.venue, `oracle price of ${asset.symbol}`)
  return price
}

/**
 * Whether the account can be absorbed.
 *
 * @throws IncompleteAnswerError for a price that is missing or not above 0.
 */
export function trips(position: CompoundV3Position): boolean {
  const { weighted, debt } = accountOf(position)
  return weighted < debt
}

/**
 * The last safe oracle price of one asset, in 8 decimals of the quote unit, all other prices still, walking from today's price
 * to 1 or to a million times today's. A collateral kills on its way down, the base asset on its way up.
 *
 * @param key - The asset's key.
 * @returns `liquidatable` if the account is so today; `none` if no price in that direction liquidates it.
 * @throws IncompleteAnswerError for an asset that is not in the position, or a price that is missing or not above 0.
 */
export function trigger(position: CompoundV3Position, key: string, direction: Direction): PriceTrigger {
  const { base } = position
  const held = position.collateral.find(({ asset }) => asset.key === key)
  if (held === undefined && base.asset.key !== key) throw new IncompleteAnswerError(position.venue, `asset ${key}`)
  const { weighted, debt } = accountOf(position)
  if (weighted < debt) return { kind: 'liquidatable' }
  const owed = owedBy(position)
  if (held === undefined) {
    if (direction === 'down' || owed === 0n) return { kind: 'none' }
    // floor(owed x price / scale) <= weighted
    const lastSafe = ((weighted + 1n) * 10n ** BigInt(base.decimals) - 1n) / owed
    return walkTo(lastSafe, priceOf(position, base), 'up')
  }
  const others = accountOf({ ...position, collateral: position.collateral.filter((one) => one !== held) }).weighted
  if (direction === 'up' || others >= debt) return { kind: 'none' }
  // floor(floor(balance x price / scale) x factor / 1e18) >= what the others leave open
  const value = ceilDiv((debt - others) * FACTOR_SCALE, held.liquidateFactor)
  return walkTo(ceilDiv(value * 10n ** BigInt(held.decimals), held.balance), priceOf(position, held), 'down')
}
