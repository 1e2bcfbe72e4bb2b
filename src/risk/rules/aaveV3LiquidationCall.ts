import { type Decimal, dec, fromUnits, sum } from '../decimal.ts'
import type { AaveV3Position, AaveV3Reserve } from '../lendingPosition.ts'
import { type AaveV3Account, accountOf } from './aaveV3.ts'
import { roundingOf } from './aaveV3Revisions.ts'
import { ceilDiv } from './ceilDiv.ts'

const WAD = 10n ** 18n
const BPS = 10_000n
const HALF = 5_000n
/** Above this health only half of a debt may be repaid at once. */
const CLOSE_FACTOR_HEALTH = (95n * WAD) / 100n
/** Base currency units, whatever the pool's own unit is: the contract has it so. */
const SMALL = 2_000n * 10n ** 8n
const LEFTOVER = SMALL / 2n

/** One liquidation of a loan by one pair of reserves, as far as its pool lets a liquidator go. */
export type AaveV3Call = {
  /** 1 is 1; below it. */
  readonly healthBefore: Decimal
  /** Reserve ids. */
  readonly collateral: number
  readonly debt: number
  /** Base units of the debt. */
  readonly repaid: bigint
  /** Base units of the collateral, the protocol's share of the bonus included. */
  readonly seized: bigint
  readonly repaidUsd: Decimal
  readonly seizedUsd: Decimal
  /** Seized less repaid: what the loan loses beyond the price move. */
  readonly lossUsd: Decimal
  /** Debt that the pool writes off because no collateral is left (from v3.3 on), USD. */
  readonly badDebtUsd: Decimal
  readonly after: AaveV3Position
}

/** How a revision liquidates. Facts of its code, as data. */
type Terms = {
  /** true: close factor on the total debt, none for small reserves, no dust left behind, bad debt written off. */
  readonly cleansUp: boolean
  /** Which way collateral for a debt is rounded, and debt for all of a collateral. */
  readonly seized: 'half-up' | 'down'
  readonly repaid: 'half-up' | 'up'
}

const HALVING: Terms = { cleansUp: false, seized: 'half-up', repaid: 'half-up' }
const CLEANING: Terms = { ...HALVING, cleansUp: true }

/**
 * The terms of a pool revision.
 *
 * @see `LiquidationLogic.executeLiquidationCall`: revisions 1 to 6 (v3.0 to v3.2.1) are alike, 7 is v3.3, 9 is v3.5, 11 is v3.7
 */
function termsOf(revision: number): Terms {
  if (revision < 7) return HALVING
  if (revision < 9) return CLEANING
  return { ...CLEANING, seized: revision < 11 ? 'half-up' : 'down', repaid: 'up' }
}

type Scene = {
  readonly position: AaveV3Position
  readonly account: AaveV3Account
  readonly terms: Terms
  /** Base currency units of a balance, rounded as the revision rounds a collateral and a debt. */
  readonly worth: (reserve: AaveV3Reserve, raw: bigint) => bigint
  readonly cost: (reserve: AaveV3Reserve, raw: bigint) => bigint
}

type Pair = { readonly collateral: AaveV3Reserve; readonly debt: AaveV3Reserve }
type Taken = { readonly repaid: bigint; readonly seized: bigint }

/**
 * Every liquidation that a pool accepts at the position's prices: for each pair of a collateral and a debt the largest one, to the
 * last base unit. Where the largest would leave dust, which a pool refuses from v3.3 on, the largest that leaves none.
 *
 * @returns None when health is not below 1. A pause or grace period is not looked at: it can be lifted.
 * @throws UnsupportedError for an unknown pool revision.
 * @throws IncompleteAnswerError for a needed price that is missing or not above 0.
 * @see Aave v3 `LiquidationLogic.executeLiquidationCall`, `ValidationLogic.validateLiquidationCall`; RISK 2.5
 */
export function liquidationCalls(position: AaveV3Position): readonly AaveV3Call[] {
  const { countsZeroThreshold, debt: debtSide } = roundingOf(position.revision, position.venue)
  const account = accountOf(position)
  if (account.healthFactor === null || account.healthFactor >= WAD) return []
  const worth = (reserve: AaveV3Reserve, raw: bigint): bigint => (raw * priceOf(reserve)) / unitOf(reserve)
  const cost: Scene['cost'] = debtSide === 'down' ? worth : (reserve, raw) => ceilDiv(raw * priceOf(reserve), unitOf(reserve))
  const scene = { position, account, terms: termsOf(position.revision), worth, cost }
  const backs = ({ collateral, supplied, liquidationThreshold }: AaveV3Reserve): boolean =>
    collateral && supplied > 0n && (liquidationThreshold > 0n || countsZeroThreshold)
  return position.reserves.filter(backs).flatMap((collateral) =>
    position.reserves
      .filter(({ debt }) => debt > 0n)
      .flatMap((debt) => {
        const pair = { collateral, debt }
        const taken = largest(scene, pair)
        // The tokens refuse to burn nothing.
        return taken.repaid === 0n || taken.seized === 0n ? [] : [callOf(scene, pair, taken)]
      }),
  )
}

function largest(scene: Scene, pair: Pair): Taken {
  const most = closable(scene, pair)
  const all = takenFor(scene, pair, most)
  if (!scene.terms.cleansUp || !leavesDust(scene, pair, all)) return all
  // Whoever repays less leaves more of both sides, so the last amount that leaves no dust is found by halving.
  let [clean, dusty] = [0n, most]
  while (dusty - clean > 1n) {
    const middle = (clean + dusty) / 2n
    if (leavesDust(scene, pair, takenFor(scene, pair, middle))) dusty = middle
    else clean = middle
  }
  return takenFor(scene, pair, clean)
}

/** Base units of the debt that may be repaid at once. */
function closable({ account, terms, worth, cost }: Scene, { collateral, debt }: Pair): bigint {
  const healthy = (account.healthFactor as bigint) > CLOSE_FACTOR_HEALTH
  if (!terms.cleansUp) return healthy ? percentMul(debt.debt, HALF, 'half-up') : debt.debt
  const owed = cost(debt, debt.debt)
  if (!healthy || worth(collateral, collateral.supplied) < SMALL || owed < SMALL) return debt.debt
  const half = percentMul(account.totalDebt, HALF, 'half-up')
  return owed > half ? (half * unitOf(debt)) / priceOf(debt) : debt.debt
}

/** What a liquidator takes and pays who offers to repay so much. */
function takenFor({ terms }: Scene, { collateral, debt }: Pair, cover: bigint): Taken {
  const { supplied, liquidationBonus: bonus } = collateral
  const [ours, theirs] = [priceOf(collateral) * unitOf(debt), priceOf(debt) * unitOf(collateral)]
  const wanted = percentMul((cover * theirs) / ours, bonus, terms.seized)
  if (wanted <= supplied) return { repaid: cover, seized: wanted }
  return { repaid: percentDiv((supplied * ours) / theirs, bonus, terms.repaid), seized: supplied }
}

function leavesDust({ worth, cost }: Scene, { collateral, debt }: Pair, { repaid, seized }: Taken): boolean {
  const [owed, held] = [debt.debt - repaid, collateral.supplied - seized]
  return owed > 0n && held > 0n && (cost(debt, owed) < LEFTOVER || worth(collateral, held) < LEFTOVER)
}

function callOf(scene: Scene, { collateral, debt }: Pair, { repaid, seized }: Taken): AaveV3Call {
  const { position, account, terms } = scene
  const left = position.reserves.map((reserve) => ({
    ...reserve,
    supplied: reserve.supplied - (reserve.id === collateral.id ? seized : 0n),
    collateral: reserve.collateral && !(reserve.id === collateral.id && seized === reserve.supplied),
    debt: reserve.debt - (reserve.id === debt.id ? repaid : 0n),
  }))
  // By value: collateral that is worth less than a base currency unit counts as none.
  const written = terms.cleansUp && scene.worth(collateral, seized) === account.totalCollateral
  const burnt = (reserve: AaveV3Reserve): boolean => written && (reserve.active || reserve.id === debt.id)
  const [repaidUsd, seizedUsd] = [usdOf(position, debt, repaid), usdOf(position, collateral, seized)]
  return {
    healthBefore: fromUnits(account.healthFactor as bigint, 18),
    ...{ collateral: collateral.id, debt: debt.id, repaid, seized, repaidUsd, seizedUsd },
    lossUsd: seizedUsd.minus(repaidUsd),
    badDebtUsd: sum(left.filter((r) => r.debt > 0n && burnt(r)).map((reserve) => usdOf(position, reserve, reserve.debt))),
    after: withReserves(
      position,
      left.map((reserve) => (burnt(reserve) ? { ...reserve, debt: 0n } : reserve)),
    ),
  }
}

/** The account with other balances, and what the pool would say of it. */
function withReserves(position: AaveV3Position, reserves: readonly AaveV3Reserve[]): AaveV3Position {
  const after = { ...position, reserves }
  const { totalCollateral, totalDebt, healthFactor } = accountOf(after)
  return { ...after, reported: { totalCollateral, totalDebt, healthFactor } }
}

function percentMul(value: bigint, bps: bigint, side: Terms['seized']): bigint {
  return (value * bps + (side === 'half-up' ? HALF : 0n)) / BPS
}

function percentDiv(value: bigint, bps: bigint, side: Terms['repaid']): bigint {
  return side === 'half-up' ? (value * BPS + bps / 2n) / bps : ceilDiv(value * BPS, bps)
}

/** That the price is known was made sure when health was taken. */
const priceOf = ({ price }: AaveV3Reserve): bigint => price as bigint

const unitOf = ({ decimals }: AaveV3Reserve): bigint => 10n ** BigInt(decimals)

function usdOf({ baseUnit }: AaveV3Position, reserve: AaveV3Reserve, raw: bigint): Decimal {
  return fromUnits(raw, reserve.decimals)
    .times(dec(priceOf(reserve)))
    .div(dec(baseUnit))
}
