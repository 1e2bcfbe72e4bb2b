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
  /** The coin of an inverse market: sizes are USD of face value, and everything settles in the coin. Left out: linear, in the main coin. */
  readonly inverse?: string
}

/** A position as a test states it. All figures are decimal text. */
export type HeldInput = {
  readonly symbol: string
  /** Signed: a short is negative. A long and a short of one symbol make a hedge. */
  readonly amount: string
  readonly entry: string
  readonly leverage?: number
  /** Margin set aside for this position alone, profit not counted; left out: it shares the cross pool. */
  readonly isolated?: string
}

/** One account of any venue. */
export type AccountInput = {
  /** Wallet of the cross pool of the main coin: what is set aside for isolated positions is not in it. */
  readonly wallet: string
  readonly positions: readonly HeldInput[]
  /** Wallets of the cross pools of other coins, where inverse markets settle. */
  readonly coins?: Readonly<Record<string, string>>
  /** Margin that open orders hold in the main coin. */
  readonly orderMargin?: string
  /** Whether longs and shorts of one symbol are held apart. */
  readonly hedge?: boolean
}

export type Held = {
  readonly symbol: string
  readonly amount: Num
  readonly entry: Num
  readonly leverage: number
  readonly isolated: Num | null
  readonly brackets: readonly Bracket[]
  /** The coin of an inverse market; null: linear. */
  readonly inverse: string | null
}

/** How a venue decides. Its own words, as data: written from its documentation, without a look at hullmark. */
export type DeathRule = {
  /** Whether equity that equals what is required is dead already. */
  readonly atEquality: boolean
  /** Share of notional that is required besides. */
  readonly fee: Num
  /** What else is required of one position as a share of its notional: where the fee depends on it. Left out: nothing. */
  readonly feeOf?: (held: Held) => Num
  /** Whether what open orders hold does not count for a cross pool. Left out: it counts. */
  readonly holdsOrderMargin?: boolean
  /** Maintenance of a position. Left out: by its brackets, on the notional at the mark. */
  readonly maintenance?: (held: Held, marks: Marks) => Num
}

/** The one state that every answer of a venue is made from. */
export type VenueState = {
  wallet: Num
  coins: ReadonlyMap<string, Num>
  orderMargin: Num
  hedge: boolean
  positions: readonly Held[]
  readonly marks: Map<string, Num>
  readonly markets: readonly VenueMarket[]
}

export function openState(markets: readonly VenueMarket[]): VenueState {
  return {
    wallet: ZERO,
    coins: new Map(),
    orderMargin: ZERO,
    hedge: false,
    positions: [],
    markets,
    marks: new Map(markets.map(({ symbol, mark }) => [symbol, num(mark)])),
  }
}

/** Replaces the account whole. */
export function hold(state: VenueState, { wallet, positions, coins = {}, orderMargin = '0', hedge = false }: AccountInput): void {
  state.wallet = num(wallet)
  state.coins = new Map(Object.entries(coins).map(([coin, amount]) => [coin, num(amount)]))
  state.orderMargin = num(orderMargin)
  state.hedge = hedge
  state.positions = positions.map(({ symbol, amount, entry, leverage = 20, isolated }) => ({
    ...{ symbol, amount: num(amount), entry: num(entry), leverage, brackets: marketOf(state, symbol).brackets },
    isolated: isolated === undefined ? null : num(isolated),
    inverse: marketOf(state, symbol).inverse ?? null,
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

/** Signed value at the mark, in the coin it settles in. */
export const notionalOf = ({ amount, symbol, inverse }: Held, marks: Marks): Num =>
  inverse === null ? amount.times(markOf(marks, symbol)) : amount.div(markOf(marks, symbol))
export const profitOf = ({ amount, entry, symbol, inverse }: Held, marks: Marks): Num =>
  inverse === null
    ? amount.times(markOf(marks, symbol).minus(entry))
    : amount.times(
        num(1)
          .div(entry)
          .minus(num(1).div(markOf(marks, symbol))),
      )
export const maintenanceOf = (held: Held, marks: Marks): Num => maintenance(held.brackets, notionalOf(held, marks).abs())

/** What dies together: a cross pool (`cross`, `cross ETH`), or an isolated position (`ETHUSDT long`). */
export type HeldPool = {
  readonly name: string
  readonly wallet: Num
  readonly orderMargin: Num
  readonly positions: readonly Held[]
}

export function poolsOf({ wallet, coins, orderMargin, positions }: VenueState): readonly HeldPool[] {
  const isolated = positions.flatMap((one): HeldPool[] =>
    one.isolated === null ? [] : [{ name: isolatedName(one), wallet: one.isolated, orderMargin: ZERO, positions: [one] }],
  )
  const cross = [null, ...coins.keys()].flatMap((coin): HeldPool[] => {
    const held = positions.filter((one) => one.isolated === null && one.inverse === coin)
    if (held.length === 0) return []
    return coin === null
      ? [{ name: 'cross', wallet, orderMargin, positions: held }]
      : [{ name: `cross ${coin}`, wallet: coins.get(coin) ?? ZERO, orderMargin: ZERO, positions: held }]
  })
  return [...cross, ...isolated]
}

export const isolatedName = ({ symbol, amount }: Pick<Held, 'symbol' | 'amount'>): string =>
  `${symbol} ${amount.gt(0) ? 'long' : 'short'}`

export const equityOf = ({ wallet, positions }: HeldPool, marks: Marks): Num =>
  wallet.plus(sum(positions.map((one) => profitOf(one, marks))))

/** Whether the venue liquidates a pool at these marks. */
export function isDead(pool: HeldPool, marks: Marks, rule: DeathRule): boolean {
  const { atEquality, fee, feeOf = () => ZERO, holdsOrderMargin = false, maintenance: own = maintenanceOf } = rule
  const required = sum(
    pool.positions.map((one) => own(one, marks).plus(fee.plus(feeOf(one)).times(notionalOf(one, marks).abs()))),
  )
  const equity = equityOf(pool, marks).minus(holdsOrderMargin ? pool.orderMargin : ZERO)
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
