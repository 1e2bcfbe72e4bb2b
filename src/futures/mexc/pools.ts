import { IncompleteAnswerError, TrackerError, UnsupportedError } from '../../errors.ts'
import { Decimal, dec, ONE, ZERO } from '../../risk/decimal.ts'
import { gapOf } from '../../risk/gap.ts'
import type { Cash, Gap } from '../../risk/leg.ts'
import type { MarginAccount, MarginRules } from '../../risk/marginAccount.ts'
import type { Source } from '../../risk/source.ts'
import type { AccountReading } from '../exchange.ts'
import { decimalOrNull, type Row } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { MEXC } from './answers.ts'
import { balanceNotes, crossParts, isolatedParts } from './balances.ts'
import type { CircumstancesOf } from './circumstances.ts'
import { assetOf } from './markets.ts'
import {
  emptyButMargined,
  type Held,
  isIsolated,
  isLive,
  type Ledger,
  type PositionTerms,
  placesOf,
  positionOf,
  sharesAssets,
  sideOf,
} from './rows.ts'

/**
 * How MEXC decides on a liquidation: "position margin + unrealized PnL ≤ maintenance margin + liquidation fees", and for a cross pool its
 * equity "excluding ... all order margin". It does not say on which value the two are taken. Its own figures do: six published
 * liquidation prices come out to the last digit with the maintenance on the entry value and the fee on the value at the price, and none of
 * them with the maintenance on the mark.
 */
export const MEXC_RULES: Omit<MarginRules, 'closeFeeRate'> = {
  trigger: 'at-or-below',
  maintenanceFrom: 'table',
  basis: 'entry',
  tiers: 'flat',
  // What is lost beyond the margin is not published.
  liquidationFeeRate: null,
  holdsOrderMargin: true,
  source: 'https://www.mexc.com/support/articles/360044646391',
  asOf: '2026-11-23',
}

/** All that the legs of an account are made of. */
export type AccountView = PositionTerms & {
  /** The user's name of the account. */
  readonly name: string
  readonly ledger: Ledger
  readonly hedgeMode: boolean
  readonly circumstancesOf: CircumstancesOf
  readonly source: Source
}

/** The positions of one pool, or why they cannot be used. */
type Draft = { readonly settle: string; readonly held: Held[]; fault: TrackerError | null }

/**
 * The legs of an account, its idle balances, and a gap for each pool that cannot be told.
 *
 * @throws UnsupportedError for an account in multi-asset mode
 */
export function readPools(view: AccountView): AccountReading {
  if (sharesAssets(view.ledger)) {
    throw new UnsupportedError(MEXC, 'runs this account in multi-asset mode, whose rates it does not tell')
  }
  const drafts = draftPools(view)
  const accounts: MarginAccount[] = []
  const gaps: Gap[] = []
  for (const [pool, draft] of drafts) {
    try {
      if (draft.fault !== null) throw draft.fault
      accounts.push(buildPool(view, pool, draft))
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error
      gaps.push(gapOf(`mexc/${view.name}/${pool}`, error))
    }
  }
  return { accounts, cash: idleCash(view, drafts), gaps, notes: [] }
}

const crossPool = (settle: string): string => `${settle}-cross`

/** Sorts what was read into pools. A row that cannot be read spoils its own pool alone. */
function draftPools(view: AccountView): Map<string, Draft> {
  const { ledger, markets } = view
  const drafts = new Map<string, Draft>()
  const draft = (pool: string, settle: string): Draft => {
    const found = drafts.get(pool) ?? { settle, held: [], fault: null }
    drafts.set(pool, found)
    return found
  }
  for (const row of ledger.assets) if (isLive(row)) draft(crossPool(row.label), row.label)
  for (const row of ledger.positions) {
    const settle = settleOf(view, row)
    const into = draft(isIsolated(row) ? `${row.label}-${sideOf(row)}` : crossPool(settle), settle)
    try {
      into.held.push(positionOf(row, view))
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error
      into.fault ??= error
    }
  }
  for (const settle of emptyButMargined(ledger, markets)) {
    draft(crossPool(settle), settle).fault ??= new IncompleteAnswerError(MEXC, 'open_positions', {
      what: `holds margin in ${settle} for positions, or does not say that it holds none, but lists no position in it`,
    })
  }
  return drafts
}

/** The coin a position settles in. Where that cannot be told, nothing of the account can be. */
function settleOf({ markets }: AccountView, { label }: Row): string {
  const market = markets[label]
  if (market === undefined) throw new IncompleteAnswerError(MEXC, `contract/detail of ${label}`)
  return market.settle
}

function buildPool(view: AccountView, pool: string, { settle, held }: Draft): MarginAccount {
  const { markets, source } = view
  const isolated = pool !== crossPool(settle)
  const asset = assetOf(settle, markets)
  const price = settlePrice(view, settle)
  const from = isStable(settle) ? ('par' as const) : ('venue' as const)
  const fees = held.map(({ terms }) => dec(terms.fee))
  const closeFeeRate = fees.reduce((most, fee) => Decimal.max(most, fee), ZERO)
  const { wallet, ...parts } = isolated ? isolatedParts(held) : crossParts(view, settle, held)
  const { circumstances, notes } = view.circumstancesOf(placesOf(held.map(({ row }) => row)))
  const feesApart = fees.some((fee) => !fee.eq(closeFeeRate))
    ? [`MEXC's liquidation fees differ among these markets: the largest, ${closeFeeRate.toFixed()}, is taken for all`]
    : []
  const said = [...held.flatMap((one) => one.notes), ...feesApart, ...balanceNotes(view, settle), ...notes]
  return {
    kind: 'futures',
    id: `mexc/${view.name}/${pool}`,
    venue: `${MEXC} ${isolated ? `${(held[0] as Held).position.symbol} isolated` : `${settle} cross`}`,
    margin: isolated ? 'isolated' : 'cross',
    hedgeMode: view.hedgeMode,
    settle: asset,
    settlePrice: price,
    settlePriceFrom: from,
    wallet: [{ asset, amount: wallet, price, priceFrom: from, ratio: ONE }],
    positions: held.map(({ position }) => position),
    rules: { ...MEXC_RULES, closeFeeRate },
    circumstances,
    source: { ...source, notes: [...source.notes, ...new Set(said)] },
    ...parts,
  }
}

/** USD of one unit of the settle coin. */
function settlePrice({ marks }: AccountView, settle: string): Decimal {
  if (isStable(settle)) return ONE
  const price = marks.get(`${settle}_USD`)
  if (price === undefined) throw new IncompleteAnswerError(MEXC, `fairPrice of ${settle}_USD`)
  return price
}

/** Balances that back no leg and can be moved out. */
function idleCash({ ledger, markets, name }: AccountView, drafts: ReadonlyMap<string, Draft>): readonly Cash[] {
  return ledger.assets.flatMap((row): Cash[] => {
    const amount = decimalOrNull(row, 'availableCash')
    if (drafts.has(crossPool(row.label)) || !amount?.gt(0)) return []
    const place = `mexc/${name} futures`
    const price = isStable(row.label) ? ONE : null
    return [{ id: `${place} ${row.label}`, place, asset: assetOf(row.label, markets), amount, price }]
  })
}
