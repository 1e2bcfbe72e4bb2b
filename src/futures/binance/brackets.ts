import { IncompleteAnswerError } from '../../errors.ts'
import { type Decimal, dec, ONE, ZERO } from '../../risk/decimal.ts'
import type { MarginTier } from '../../risk/marginAccount.ts'
import { decimalOrNull, rowOf, rowsOf, textField } from '../row.ts'
import { acceptTable, isNumberText } from './markets.ts'

const BINANCE = 'Binance'

/** A bracket as text: floor, cap, rate, cum. */
export type Bracket = readonly [string, string, string, string]
export type Brackets = Readonly<Record<string, { readonly multiplier: string | null; readonly rows: readonly Bracket[] }>>

/** How a product writes its maintenance tables. */
export type BracketForm = {
  /** By which names it says where a bracket begins; the first that is there counts. */
  readonly floor: readonly string[]
  readonly cap: string
  /** How far apart two brackets may be where they meet: the last digit that is written, settle units. */
  readonly digit: Decimal
}

/** USDⓈ-M: notionals and deductions in stablecoins, to the cent. */
export const USDM_BRACKETS: BracketForm = { floor: ['notionalFloor'], cap: 'notionalCap', digit: dec('0.01') }

/** The slim form of leverageBracket. A symbol whose table is garbled is left out. */
export function slimBrackets(answer: unknown, form: BracketForm): Brackets {
  const brackets: Record<string, Brackets[string]> = Object.create(null)
  for (const row of rowsOf(BINANCE, 'leverageBracket', answer)) {
    const table = row.fields.brackets
    if (typeof row.fields.symbol !== 'string' || !Array.isArray(table)) continue
    const rows = table.map((one: unknown) => slimBracket(one, form))
    if (rows.some((one) => one === null)) continue
    brackets[textField(row, 'symbol')] = {
      multiplier: decimalOrNull(row, 'notionalCoef')?.toFixed() ?? null,
      rows: rows.filter((one) => one !== null),
    }
  }
  return brackets
}

function slimBracket(value: unknown, form: BracketForm): Bracket | null {
  if (typeof value !== 'object' || value === null) return null
  const row = rowOf(BINANCE, 'bracket', value)
  const begins = form.floor.find((name) => name in row.fields)
  if (begins === undefined) return null
  const [floor, cap, rate, cum] = [begins, form.cap, 'maintMarginRatio', 'cum'].map((field) => decimalOrNull(row, field))
  return floor && cap && rate && cum ? [floor.toFixed(), cap.toFixed(), rate.toFixed(), cum.toFixed()] : null
}

/** Cached brackets, if every one of them is whole. */
export function acceptBrackets(cached: unknown): Brackets | null {
  return acceptTable<Brackets[string]>(cached, ({ multiplier, rows }) => {
    const whole = Array.isArray(rows) && rows.every((row) => Array.isArray(row) && row.length === 4 && row.every(isNumberText))
    return whole && (multiplier === null || isNumberText(multiplier))
  })
}

/** The maintenance table of a symbol, and what the reader of its figures must know of it. */
export type Tiers = { readonly tiers: readonly MarginTier[]; readonly notes: readonly string[] }

/** COIN-M ends its last bracket at 9223372036854775807, the largest number of 64 bits: no position comes near either. */
const NO_END = dec('1e15')

/**
 * Checks and orders a maintenance table. A hole makes it unusable; brackets that overlap or do not meet are noted.
 *
 * @throws IncompleteAnswerError for a table that is missing, garbled, or has a hole
 * @see Binance "Notional and Leverage Brackets"; RISK 1.4
 */
export function tiersOf(symbol: string, brackets: Brackets, { digit }: BracketForm): Tiers {
  const table = brackets[symbol]
  const broken = (what: string): IncompleteAnswerError =>
    new IncompleteAnswerError(BINANCE, `leverageBracket of ${symbol}${what}`)
  if (table === undefined || table.rows.length === 0) throw broken('')
  const tiers = table.rows.map(readTier(broken)).sort((a, b) => a.floor.cmp(b.floor))
  const notes: string[] = []
  if (table.multiplier !== null && table.multiplier !== '1') {
    notes.push(`${symbol}: Binance names a bracket multiplier of ${table.multiplier}; the table is used as it was sent`)
  }
  let reached: Decimal | null = ZERO
  let meets = true
  tiers.forEach((tier, k) => {
    if (reached?.lt(tier.floor)) throw broken(` between ${reached.toFixed()} and ${tier.floor.toFixed()}`)
    const before = tiers[k - 1]
    if (before !== undefined && !joined(before, tier, digit)) meets = false
    reached = reached === null || tier.cap === null ? null : tier.cap.gt(reached) ? tier.cap : reached
  })
  if (!meets) notes.push(`${symbol}: the brackets of its maintenance table do not meet; the larger maintenance is used`)
  return { tiers, notes }
}

function readTier(broken: (what: string) => IncompleteAnswerError): (row: Bracket) => MarginTier {
  return ([floor, end, rate, cum]) => {
    const cap = dec(end)
    const tier = { floor: dec(floor), cap: cap.gte(NO_END) ? null : cap, rate: dec(rate), deduction: dec(cum) }
    if (!tier.rate.gt(0) || tier.rate.gt(ONE) || tier.floor.lt(0) || cap.lte(tier.floor) || tier.deduction.lt(0)) throw broken('')
    return tier
  }
}

/** Whether two brackets ask the same maintenance where one ends and the next begins, to the last digit. */
function joined(before: MarginTier, tier: MarginTier, digit: Decimal): boolean {
  if (before.cap === null || !before.cap.eq(tier.floor) || tier.rate.lt(before.rate)) return false
  const ends = tier.floor.times(before.rate).minus(before.deduction)
  const begins = tier.floor.times(tier.rate).minus(tier.deduction)
  return ends.minus(begins).abs().lte(digit)
}
