import { type Bracket, maintenance } from '../venue/brackets.ts'
import { type Num, num, sum, ZERO } from '../venue/num.ts'

/** A market of any venue: what its wire names it, and the facts by which the venue liquidates. */
export type VenueMarket = {
  readonly symbol: string
  readonly tick: string
  readonly mark: string
  readonly brackets: readonly Bracket[]
  /** Share of notional, each interval. */
  readonly funding: string
}

/** A position as a test states it. All figures are decimal text. */
export type HeldInput = {
  readonly symbol: string
  /** Signed: a short is negative. */
  readonly amount: string
  readonly entry: string
  readonly leverage?: number
  /** Margin set aside for this position alone, profit not counted; left out: it shares the cross pool. */
  readonly isolated?: string
}

/** One account of any venue, in one settle coin. */
export type AccountInput = {
  /** Wallet of the cross pool: what is set aside for isolated positions is not in it. */
  readonly wallet: string
  readonly positions: readonly HeldInput[]
}

export type Held = {
  readonly symbol: string
  readonly amount: Num
  readonly entry: Num
  readonly leverage: number
  readonly isolated: Num | null
  readonly brackets: readonly Bracket[]
}

/** How a venue decides. Its own words, as data: written from its documentation, without a look at hullmark. */
export type DeathRule = {
  /** Whether equity that equals what is required is dead already. */
  readonly atEquality: boolean
  /** Share of notional that is required besides. */
  readonly fee: Num
}

/** The one state that every answer of a venue is made from. */
export type VenueState = {
  wallet: Num
  positions: readonly Held[]
  readonly marks: Map<string, Num>
  readonly markets: readonly VenueMarket[]
}

export function openState(markets: readonly VenueMarket[]): VenueState {
  return { wallet: ZERO, positions: [], markets, marks: new Map(markets.map(({ symbol, mark }) => [symbol, num(mark)])) }
}

/** Replaces the account whole. */
export function hold(state: VenueState, { wallet, positions }: AccountInput): void {
  state.wallet = num(wallet)
  state.positions = positions.map(({ symbol, amount, entry, leverage = 20, isolated }) => ({
    ...{ symbol, amount: num(amount), entry: num(entry), leverage, brackets: marketOf(state, symbol).brackets },
    isolated: isolated === undefined ? null : num(isolated),
  }))
}

export function marketOf({ markets }: VenueState, symbol: string): VenueMarket {
  const market = markets.find((one) => one.symbol === symbol)
  if (market === undefined) throw new Error(`the sandbox does not list ${symbol}`)
  return market
}

export type Marks = ReadonlyMap<string, Num>

export function markOf(marks: Marks, symbol: string): Num {
  const mark = marks.get(symbol)
  if (mark === undefined) throw new Error(`the sandbox has no mark for ${symbol}`)
  return mark
}

/** Signed value at the mark. */
export const notionalOf = ({ amount, symbol }: Held, marks: Marks): Num => amount.times(markOf(marks, symbol))
export const profitOf = ({ amount, entry, symbol }: Held, marks: Marks): Num => amount.times(markOf(marks, symbol).minus(entry))
export const maintenanceOf = (held: Held, marks: Marks): Num => maintenance(held.brackets, notionalOf(held, marks).abs())

/** What dies together: the cross pool, or an isolated position. */
export type HeldPool = { readonly name: string; readonly wallet: Num; readonly positions: readonly Held[] }

export function poolsOf({ wallet, positions }: VenueState): readonly HeldPool[] {
  const isolated = positions.flatMap((one): HeldPool[] =>
    one.isolated === null ? [] : [{ name: one.symbol, wallet: one.isolated, positions: [one] }],
  )
  const cross = positions.filter((one) => one.isolated === null)
  return cross.length === 0 ? isolated : [{ name: 'cross', wallet, positions: cross }, ...isolated]
}

export const equityOf = ({ wallet, positions }: HeldPool, marks: Marks): Num =>
  wallet.plus(sum(positions.map((one) => profitOf(one, marks))))

/** Whether the venue liquidates a pool at these marks. */
export function isDead(pool: HeldPool, marks: Marks, { atEquality, fee }: DeathRule): boolean {
  const required = sum(pool.positions.map((one) => maintenanceOf(one, marks).plus(fee.times(notionalOf(one, marks).abs()))))
  const equity = equityOf(pool, marks)
  return atEquality ? equity.lte(required) : equity.lt(required)
}

/** The pools that die where one mark stands elsewhere. Nothing is changed. */
export function deadAt(
  state: VenueState,
  rule: DeathRule,
  at: { readonly symbol: string; readonly mark: string },
): readonly string[] {
  const marks: Marks = new Map([...state.marks, [at.symbol, num(at.mark)]])
  return poolsOf(state)
    .filter((pool) => isDead(pool, marks, rule))
    .map(({ name }) => name)
}
