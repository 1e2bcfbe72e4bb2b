import { IncompleteAnswerError, TrackerError } from '../../errors.ts'
import { gapOf } from '../../risk/gap.ts'
import type { Gap } from '../../risk/leg.ts'
import type { MarginAccount } from '../../risk/marginAccount.ts'
import type { Source } from '../../risk/source.ts'
import type { AccountReading } from '../exchange.ts'
import { decimalOrNull, missing, type Row } from '../row.ts'
import type { CircumstanceReading } from './circumstances.ts'
import type { Index } from './markets.ts'
import { disagreements, type Held, isIsolated, type Ledger, type PositionTerms, positionOf } from './rows.ts'

const BINANCE = 'Binance'
export const MULTI = 'multi-assets'

/** All that the legs of an account are made of. */
export type AccountView = PositionTerms & {
  /** The user's name of the account. */
  readonly name: string
  readonly ledger: Ledger
  readonly hedgeMode: boolean
  /** USD rates of margin assets; null in single-asset mode. */
  readonly index: ReadonlyMap<string, () => Index> | null
  /** The assets that count as margin in multi-assets mode; null in single-asset mode. */
  readonly backing: ReadonlySet<string> | null
  readonly circumstances: CircumstanceReading
  readonly source: Source
}

/** The rows of one pool, or why they cannot be used. */
export type Draft = { readonly held: Held[]; readonly rows: Row[]; fault: TrackerError | null }

/** How the rows of one product fall into pools. */
export type Sorting = {
  readonly ledger: Ledger
  /** The name of the cross pool that an asset backs. */
  readonly crossPool: (margin: string) => string
  /** The pool a row belongs to. @throws IncompleteAnswerError where that cannot be told: then nothing of the account can be */
  readonly poolOf: (row: Row) => string
  /** The asset that a row is margined in. */
  readonly marginOf: (row: Row) => unknown
  readonly positionOf: (row: Row) => Held
}

/** Sorts what was read of a USDⓈ-M account into pools. */
export function draftPools(view: AccountView): Map<string, Draft> {
  return sortRows({
    ledger: view.ledger,
    crossPool: (margin) => crossPool(view, margin),
    poolOf: (row) => poolOf(view, row),
    marginOf: (row) => marginOf(view, row),
    positionOf: (row) => positionOf(row, view),
  })
}

/** A row that cannot be read spoils its own pool alone. */
export function sortRows(sorting: Sorting): Map<string, Draft> {
  const { ledger, poolOf: pool } = sorting
  const drafts = new Map<string, Draft>()
  const draft = (pool: string): Draft => {
    const found = drafts.get(pool) ?? { held: [], rows: [], fault: null }
    drafts.set(pool, found)
    return found
  }
  for (const row of ledger.assets) if (isLive(row)) draft(sorting.crossPool(row.label))
  for (const row of ledger.risks.values()) {
    const into = draft(pool(row))
    try {
      into.held.push(sorting.positionOf(row))
      into.rows.push(row)
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error
      into.fault ??= error
    }
  }
  for (const key of disagreements(ledger)) {
    const row = ledger.risks.get(key) ?? (ledger.held.get(key) as Row)
    draft(pool(row)).fault ??= new IncompleteAnswerError(BINANCE, `position of ${row.label}`, {
      what: `gave two answers that differ in the position of ${row.label}, twice`,
      hint: 'Which of them is true cannot be told, so the leg is unknown. Run it again: a trade in between looks like this.',
    })
  }
  const told = new Set([...ledger.risks.values()].map(sorting.marginOf))
  for (const row of ledger.assets) {
    const fault = emptyButMargined(row, told)
    if (fault !== null) draft(sorting.crossPool(row.label)).fault ??= fault
  }
  return drafts
}

/** Builds a leg of each pool; what is wrong with one of them is a gap beside the others. */
export function buildPools(
  drafts: ReadonlyMap<string, Draft>,
  idOf: (pool: string) => string,
  build: (pool: string, draft: Draft) => MarginAccount,
): Pick<AccountReading, 'accounts' | 'gaps'> {
  const accounts: MarginAccount[] = []
  const gaps: Gap[] = []
  for (const [pool, draft] of drafts) {
    try {
      if (draft.fault !== null) throw draft.fault
      accounts.push(build(pool, draft))
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error
      gaps.push(gapOf(idOf(pool), error))
    }
  }
  return { accounts, gaps }
}

/** A cross pool is a leg when it holds margin for orders, or owes. Positions make it one anyway. */
export function isLive(row: Row): boolean {
  const [orders, wallet] = [decimalOrNull(row, 'openOrderInitialMargin'), decimalOrNull(row, 'crossWalletBalance')]
  return orders === null || wallet === null || !orders.isZero() || wallet.lt(0)
}

/** The name of the cross pool that an asset backs. */
export function crossPool({ index }: AccountView, margin: string): string {
  return `${index === null ? margin : MULTI}-cross`
}

/** The market decides: a row that names another coin must spoil the pool it is missing from. */
function marginOf({ markets }: AccountView, row: Row): unknown {
  return markets[row.label]?.margin ?? row.fields.marginAsset
}

/** The pool a row belongs to. Where that cannot be told, nothing of the account can be. */
function poolOf(view: AccountView, row: Row): string {
  const margin = marginOf(view, row)
  if (typeof margin !== 'string') throw new IncompleteAnswerError(BINANCE, `marginAsset of ${row.label}`)
  const told = decimalOrNull(row, 'isolatedMargin') !== null && decimalOrNull(row, 'isolatedWallet') !== null
  return !told || !isIsolated(row) ? crossPool(view, margin) : isolatedPool(row)
}

/** The name of an isolated position's pool. */
export function isolatedPool(row: Row): string {
  const short = row.fields.positionSide === 'SHORT' || decimalOrNull(row, 'positionAmt')?.lt(0)
  return `${row.label}-${short ? 'short' : 'long'}`
}

/** Margin is held in an asset while no position in it is told: empty is not zero. */
export function emptyButMargined(row: Row, told: ReadonlySet<unknown>): TrackerError | null {
  for (const field of ['maintMargin', 'positionInitialMargin']) {
    const margin = decimalOrNull(row, field)
    if (margin === null) return missing(row, field)
    if (margin.gt(0) && !told.has(row.label)) {
      return new IncompleteAnswerError(BINANCE, 'positionRisk', {
        what: `holds margin in ${row.label} for positions, but lists no position in it`,
      })
    }
  }
  return null
}
