import { type Num, num, ZERO } from './num.ts'

/** One step of a maintenance table, as `GET /fapi/v1/leverageBracket` lists it. */
export type Bracket = {
  readonly floor: Num
  readonly cap: Num
  readonly rate: Num
  /** What makes the maintenance continuous where two steps meet. */
  readonly cum: Num
  readonly leverage: number
}

/** Cap of notional, maintenance rate, highest leverage. */
export type BracketRow = readonly [cap: string, rate: string, leverage: number]

/**
 * Builds a table from its published caps and rates: each step starts where the one before ends, and
 * `cum` grows by `floor x (rate - rate before)`.
 *
 * @see Binance FAQ "Leverage and Margin of USDⓈ-M Futures"
 */
export function bracketTable(rows: readonly BracketRow[]): readonly Bracket[] {
  const table: Bracket[] = []
  for (const [cap, rate, leverage] of rows) {
    const before = table.at(-1)
    const floor = before === undefined ? ZERO : before.cap
    const cum = before === undefined ? ZERO : before.cum.plus(floor.times(num(rate).minus(before.rate)))
    table.push({ floor, cap: num(cap), rate: num(rate), cum, leverage })
  }
  return table
}

/** The step a notional stands in. Above the last cap the last step goes on: a mark may carry a position there. */
export function bracketAt(table: readonly Bracket[], notional: Num): Bracket {
  const found = table.find((bracket) => notional.lte(bracket.cap)) ?? table.at(-1)
  if (found === undefined) throw new Error('an empty bracket table')
  return found
}

/** Maintenance margin of a notional: `notional x rate - cum`. */
export function maintenance(table: readonly Bracket[], notional: Num): Num {
  const bracket = bracketAt(table, notional)
  return notional.times(bracket.rate).minus(bracket.cum)
}

const ETH: readonly BracketRow[] = [
  ['50000', '0.004', 125],
  ['600000', '0.005', 100],
  ['3000000', '0.01', 50],
  ['12000000', '0.02', 25],
  ['50000000', '0.05', 10],
  ['65000000', '0.1', 5],
  ['80000000', '0.125', 4],
  ['100000000', '0.15', 3],
  ['150000000', '0.25', 2],
  ['300000000', '0.5', 1],
]

const BTC: readonly BracketRow[] = [
  ['300000', '0.004', 150],
  ['800000', '0.005', 100],
  ['3000000', '0.0065', 75],
  ['12000000', '0.01', 50],
  ['70000000', '0.02', 25],
  ['100000000', '0.025', 20],
  ['230000000', '0.05', 10],
  ['480000000', '0.1', 5],
  ['600000000', '0.125', 4],
  ['800000000', '0.15', 3],
  ['1200000000', '0.25', 2],
  ['1800000000', '0.5', 1],
]

const SOL: readonly BracketRow[] = [
  ['50000', '0.005', 100],
  ['200000', '0.0065', 75],
  ['1000000', '0.01', 50],
  ['5000000', '0.02', 25],
  ['20000000', '0.05', 10],
  ['40000000', '0.1', 5],
  ['60000000', '0.125', 4],
  ['120000000', '0.25', 2],
  ['200000000', '0.5', 1],
]

/** The tables the sandbox opens with: steps of the size Binance publishes, always with a finite last cap. */
export const presentBrackets: Readonly<Record<string, readonly Bracket[]>> = {
  BTCUSDT: bracketTable(BTC),
  ETHUSDT: bracketTable(ETH),
  SOLUSDT: bracketTable(SOL),
  BTCUSDC: bracketTable(BTC),
  ETHUSDC: bracketTable(ETH),
  BTCUSDT_301227: bracketTable(BTC),
}
