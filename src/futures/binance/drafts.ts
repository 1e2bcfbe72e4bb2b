import { IncompleteAnswerError, TrackerError } from '../../errors.ts'
import type { Source } from '../../risk/source.ts'
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

/** Sorts what was read into pools. A row that cannot be read spoils its own pool alone. */
export function draftPools(view: AccountView): Map<string, Draft> {
  const { ledger } = view
  const drafts = new Map<string, Draft>()
  const draft = (pool: string): Draft => {
    const found = drafts.get(pool) ?? { held: [], rows: [], fault: null }
    drafts.set(pool, found)
    return found
  }
  for (const row of ledger.assets) if (isLive(row)) draft(crossPool(view, row.label))
  for (const row of ledger.risks.values()) {
    const into = draft(poolOf(view, row))
    try {
      into.held.push(positionOf(row, view))
      into.rows.push(row)
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error
      into.fault ??= error
    }
  }
  for (const key of disagreements(ledger)) {
    const row = ledger.risks.get(key) ?? (ledger.held.get(key) as Row)
    draft(poolOf(view, row)).fault ??= new IncompleteAnswerError(BINANCE, `position of ${row.label}`, {
      what: `gave two answers that differ in the position of ${row.label}, twice`,
      hint: 'Which of them is true cannot be told, so the leg is unknown. Run it again: a trade in between looks like this.',
    })
  }
  const told = new Set([...ledger.risks.values()].map((row) => marginOf(view, row)))
  for (const row of ledger.assets) {
    const fault = emptyButMargined(row, told)
    if (fault !== null) draft(crossPool(view, row.label)).fault ??= fault
  }
  return drafts
}

/** A cross pool is a leg when it holds margin for orders, or owes. Positions make it one anyway. */
function isLive(row: Row): boolean {
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
  if (!told || !isIsolated(row)) return crossPool(view, margin)
  const short = row.fields.positionSide === 'SHORT' || decimalOrNull(row, 'positionAmt')?.lt(0)
  return `${row.label}-${short ? 'short' : 'long'}`
}

/** Margin is held in an asset while no position in it is told: empty is not zero. */
function emptyButMargined(row: Row, told: ReadonlySet<unknown>): TrackerError | null {
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
