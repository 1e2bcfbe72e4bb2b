import { IncompleteAnswerError, type TrackerError } from '../../errors.ts'
import { ONE, ZERO } from '../../risk/decimal.ts'
import type { MarginRules } from '../../risk/marginAccount.ts'
import type { Source } from '../../risk/source.ts'
import { positiveField } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import type { Ratios } from './collateral.ts'
import type { Doubt, Doubts, Ledger, Listed } from './ledger.ts'
import { assetOf } from './markets.ts'
import { BYBIT } from './pages.ts'
import type { Held, PositionTerms } from './rows.ts'

/** How Bybit decides on a liquidation: where the maintenance margin rate reaches 100 %. */
export const BYBIT_RULES: MarginRules = {
  trigger: 'at-or-below',
  maintenanceFrom: 'table',
  basis: 'mark',
  tiers: 'marginal',
  // It depends on the leverage of the position, so it stands in its tiers.
  closeFeeRate: ZERO,
  // The position is taken over where nothing is left, or the book takes it before that.
  liquidationFeeRate: null,
  // Orders are cancelled before anything is liquidated.
  holdsOrderMargin: false,
  source: 'https://www.bybit.com/en/help-center/article/Glossary-Unified-Trading-Account',
  asOf: '2026-11-23',
}

/** All that the legs of an account are made of. */
export type AccountView = PositionTerms & {
  /** `bybit/main`. */
  readonly account: string
  readonly ledger: Ledger
  /** Null where no pool needs them. */
  readonly ratios: Ratios | TrackerError | null
  /** Coins in which the wallet and the list of positions do not tell the same, after both were asked twice. */
  readonly doubts: Doubts
  readonly source: Source
}

/** Why a coin's positions are not believed. */
export function doubt(coin: string, kind: Doubt): IncompleteAnswerError {
  const what = {
    none: `holds maintenance margin in ${coin} for positions, but lists no position in it`,
    differ: `gave two answers that differ in the maintenance margin in ${coin}, twice`,
    untold: `lists positions in ${coin}, but does not tell its maintenance margin`,
  }[kind]
  return new IncompleteAnswerError(BYBIT, `totalPositionMM of ${coin}`, { what })
}

/** The coin that a listed position settles in; null: its market is not known. */
export function settleOf({ row, settle }: Listed, { markets }: Pick<PositionTerms, 'markets'>): string | null {
  return settle ?? markets[row.label]?.settle ?? null
}

/** The coins that the positions settle in. */
export const settlesIn = (view: AccountView): readonly (string | null)[] => [
  ...new Set(view.ledger.positions.map((one) => settleOf(one, view))),
]

/** The leg of a cross account's pool: by the coin that all positions settle in. */
export function crossId(view: AccountView): string {
  const settles = settlesIn(view)
  const [only] = settles
  return settles.length === 1 && only !== null ? `${view.account}/${only}-cross` : `${view.account}/cross`
}

/** What pools of both kinds have in common. @throws IncompleteAnswerError */
export function common(view: AccountView, held: readonly Held[], settle: string) {
  const own = view.ledger.coins.get(settle)
  if (own === undefined) throw new IncompleteAnswerError(BYBIT, `balance of ${settle}`)
  const stable = isStable(settle)
  return {
    kind: 'futures' as const,
    hedgeMode: held.some(({ hedged }) => hedged),
    settle: assetOf(settle),
    settlePrice: stable ? ONE : positiveField(own, 'usdValue').div(positiveField(own, 'equity')),
    settlePriceFrom: stable ? ('par' as const) : ('venue' as const),
    positions: held.map(({ position }) => position),
    rules: BYBIT_RULES,
    circumstances: null,
    source: { ...view.source, notes: [...view.source.notes, ...new Set(held.flatMap(({ notes }) => notes))] },
  }
}
