import { type Decimal, sum, ZERO } from '../decimal.ts'
import type { CompoundV3Position } from '../lendingPosition.ts'
import { accountOf, creditOf, owedBy } from './compoundV3.ts'
import { COMPOUND_V3 } from './compoundV3Lending.ts'

/** What an absorption does to an account, USD at the position's prices. */
export type CompoundV3Absorption = {
  /** The account afterwards: no collateral, and what the credit leaves over as base supply. */
  readonly after: CompoundV3Position
  /** All collateral is taken. */
  readonly seizedUsd: Decimal
  /** What it is credited for: each value times its liquidation factor. */
  readonly creditUsd: Decimal
  /** Debt beyond the credit: the market's reserves bear it. */
  readonly forgivenUsd: Decimal
  readonly equityBeforeUsd: Decimal
  readonly equityAfterUsd: Decimal
  /** Equity before less equity after; below 0 where more is forgiven than the discount takes. */
  readonly lossUsd: Decimal
}

/**
 * An absorption of the whole account, in the contract's own integers. The contract may cut the base supply that is left by one
 * base unit more, where its supply index does not divide it.
 *
 * @returns null when the account cannot be absorbed at these prices. A pause of absorptions is not looked at: it can be lifted.
 * @throws IncompleteAnswerError for a price that is missing or not above 0.
 * @see Comet `absorbInternal`; RISK 2.5
 */
export function absorb(position: CompoundV3Position): CompoundV3Absorption | null {
  const { weighted, debt } = accountOf(position)
  if (weighted >= debt) return null
  const credit = creditOf(position)
  const left = credit - owedBy(position)
  const after: CompoundV3Position = {
    ...position,
    collateral: [],
    baseBalance: left > 0n ? left : 0n,
    reported: { liquidatable: false },
  }
  const [equityBeforeUsd, equityAfterUsd] = [equityOf(position), equityOf(after)]
  const worth = (baseBalance: bigint): Decimal => equityOf({ ...after, baseBalance })
  return {
    after,
    seizedUsd: equityOf({ ...position, baseBalance: 0n }),
    creditUsd: worth(credit),
    forgivenUsd: left < 0n ? worth(-left) : ZERO,
    equityBeforeUsd,
    equityAfterUsd,
    lossUsd: equityBeforeUsd.minus(equityAfterUsd),
  }
}

function equityOf(position: CompoundV3Position): Decimal {
  return sum(COMPOUND_V3.holdings(position).map(({ usd }) => usd))
}
