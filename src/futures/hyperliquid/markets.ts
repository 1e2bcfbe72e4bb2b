import { IncompleteAnswerError } from '../../errors.ts'
import { type Decimal, dec, ONE, ZERO } from '../../risk/decimal.ts'
import type { FactorRef } from '../../risk/factors.ts'
import type { MarginTier } from '../../risk/marginAccount.ts'
import { decimalField, decimalOrNull, missing, named, positiveField, type Row, rowOf, rowsOf, textField } from '../row.ts'

export const HYPERLIQUID = 'Hyperliquid'

/** A market of one dex, with what moves from moment to moment. */
export type Market = {
  readonly coin: string
  readonly mark: Decimal
  /** The smallest step of a price: six decimals less those of the size. */
  readonly tick: Decimal
  /** Share of notional, paid each hour; null: not told. */
  readonly fundingRate: Decimal | null
  /** @throws IncompleteAnswerError for a table that is missing or garbled */
  readonly tiers: () => readonly MarginTier[]
}

/** What one dex lists. */
export type Dex = {
  /** Empty: Hyperliquid's own. */
  readonly name: string
  /** In which of the spot tokens it settles; 0: USDC. */
  readonly collateral: number
  /** A market that is garbled is an error where it is used, hence the functions. */
  readonly markets: ReadonlyMap<string, () => Market>
}

/**
 * Reads the answer to `metaAndAssetCtxs`: what is listed, and beside it, in the same order, what each market stands at.
 *
 * @throws IncompleteAnswerError
 * @see Hyperliquid docs, info endpoint, "Retrieve perpetuals asset contexts"
 */
export function dexOf(name: string, answer: unknown): Dex {
  const what = name === '' ? 'metaAndAssetCtxs' : `metaAndAssetCtxs of ${name}`
  if (!Array.isArray(answer) || answer.length < 2) throw new IncompleteAnswerError(HYPERLIQUID, what)
  const meta = rowOf(HYPERLIQUID, what, answer[0])
  const universe = rowsOf(HYPERLIQUID, `universe of ${what}`, meta.fields.universe)
  const contexts = rowsOf(HYPERLIQUID, `contexts of ${what}`, answer[1])
  // Only their order says which belongs to which.
  if (universe.length !== contexts.length) throw new IncompleteAnswerError(HYPERLIQUID, what)
  const markets = new Map(
    universe.map((row, i) => {
      const coin = textField(row, 'name')
      return [coin, () => marketOf(coin, { row: named(row, coin), context: named(contexts[i] as Row, coin), meta })] as const
    }),
  )
  return { name, collateral: name === '' ? 0 : whole(meta, 'collateralToken'), markets }
}

type MarketRows = { readonly row: Row; readonly context: Row; readonly meta: Row }

function marketOf(coin: string, { row, context, meta }: MarketRows): Market {
  const sizeDecimals = whole(row, 'szDecimals')
  if (sizeDecimals > 6) throw missing(row, 'szDecimals')
  const rate = decimalOrNull(context, 'funding')
  return {
    coin,
    mark: positiveField(context, 'markPx'),
    tick: dec(10).pow(sizeDecimals - 6),
    fundingRate: rate?.abs().lt(ONE) ? rate : null,
    tiers: () => tiersOf(row, meta),
  }
}

/** A whole number. As text where another number of the same answer is beyond a float: ccxt then gives all of them as text. */
export function whole(row: Row, field: string): number {
  const value = row.fields[field]
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number
  throw missing(row, field)
}

/** Below this, the number of a margin table that is not listed is the highest leverage of its only tier. */
const FIRST_TABLE = 50

/**
 * The maintenance table of a market: half of what the highest leverage of each tier asks for at first, continuous where tiers meet.
 *
 * @see Hyperliquid docs, "Margin tiers": maintenance_deduction at tier n = that at n - 1 + lower bound x (rate - rate before)
 */
function tiersOf(row: Row, meta: Row): readonly MarginTier[] {
  const id = whole(row, 'marginTableId')
  const steps = stepsOf(id, meta)
  if (steps === null) throw missing(row, 'marginTableId')
  const tiers: MarginTier[] = []
  for (const [i, { floor, leverage }] of steps.entries()) {
    const rate = ONE.div(leverage.times(2))
    const before = tiers.at(-1)
    const broken = before === undefined ? !floor.isZero() : floor.lte(before.floor) || rate.lt(before.rate)
    if (broken) throw missing(row, 'marginTableId')
    const deduction = before === undefined ? ZERO : before.deduction.plus(floor.times(rate.minus(before.rate)))
    tiers.push({ floor, cap: steps[i + 1]?.floor ?? null, rate, deduction })
  }
  return tiers
}

type Step = { readonly floor: Decimal; readonly leverage: Decimal }

function stepsOf(id: number, { venue, fields }: Row): readonly Step[] | null {
  const tables: readonly unknown[] = Array.isArray(fields.marginTables) ? fields.marginTables : []
  const table = tables.find((one): one is readonly [unknown, unknown] => Array.isArray(one) && Number(one[0]) === id)
  if (table === undefined) return id > 0 && id < FIRST_TABLE ? [{ floor: ZERO, leverage: dec(id) }] : null
  const rows = rowsOf(venue, `margin table ${id}`, rowOf(venue, `margin table ${id}`, table[1]).fields.marginTiers)
  const steps = rows.map((row) => ({ floor: decimalField(row, 'lowerBound'), leverage: positiveField(row, 'maxLeverage') }))
  return steps.length === 0 ? null : steps
}

/**
 * What moves a market. Hyperliquid's own markets have the names of coins (`kPEPE` is a thousand of them); what somebody else has
 * deployed may carry any name, and is its own factor.
 */
export function factorOf(coin: string): FactorRef {
  if (coin.includes(':')) return { factor: `OWN:hyperliquid/${coin}`, basis: null }
  return { factor: /^k[A-Z]/.test(coin) ? coin.slice(1) : coin, basis: null }
}
