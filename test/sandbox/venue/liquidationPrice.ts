import type { Bracket } from './brackets.ts'
import { type Num, sum, ZERO } from './num.ts'
import {
  assetEquity,
  equity,
  type Marks,
  maintenanceOf,
  markOf,
  type Pool,
  type Position,
  profitOf,
  ratesFor,
  required,
} from './pool.ts'

/**
 * The mark of one symbol at which its pool's margin balance meets its maintenance margin, all else unmoved; null where
 * no positive mark does.
 *
 * One-way: `LP = (WB - TMM1 + UPNL1 + cumB - s Q EP) / (Q MMR - s Q)`; in hedge mode both sides of the symbol stand in it
 * and share the price. MMR and cum are those of the bracket in which the notional stands AT that price, so every bracket is
 * tried and the one that claims its own result is taken. Of two prices (a hedged pair can die both ways) the nearer one.
 *
 * In multi-assets mode WB - TMM1 + UPNL1 are USD, and the symbol's own terms carry its asset's rates.
 *
 * @see Binance FAQ b3c689c1f50a44cabb3a84e663b81d93 "How to Calculate Liquidation Price of USDⓈ-M Futures Contracts"
 */
export function liquidationPrice(pool: Pool, symbol: string, marks: Marks): Num | null {
  const own = pool.positions.filter((position) => position.symbol === symbol)
  const first = own[0]
  if (first === undefined) return null
  const mark = markOf(marks, symbol)
  const { bid, ask } = ratesFor(pool, first.marginAsset)
  const rest = restOf(pool, own, marks)
  const found: Num[] = []
  for (const rate of bid.eq(ask) ? [bid] : [bid, ask]) {
    for (const brackets of choices(own)) {
      const price = meeting({ own, brackets, rest, rate, ask })
      if (price === null || !price.gt(0) || !claimed(own, brackets, price)) continue
      // An asset in credit counts at the bid, one in debt at the ask: the price must leave it on the side it was computed for.
      const left = rest.wallet.plus(sum(own.map(({ amount, entry }) => amount.times(price.minus(entry)))))
      if (bid.eq(ask) || (rate.eq(bid) ? left.gte(0) : left.lte(0))) found.push(price)
    }
  }
  const distance = (price: Num) => price.div(mark).ln().abs()
  return found.sort((a, b) => distance(a).cmp(distance(b)))[0] ?? null
}

type Rest = {
  /** Balance of the symbol's margin asset with the profit of its other positions, in that asset. */
  readonly wallet: Num
  /** Maintenance of those other positions, in that asset. */
  readonly maintenance: Num
  /** What all other assets leave over, in USD. */
  readonly others: Num
}

function restOf(pool: Pool, own: readonly Position[], marks: Marks): Rest {
  const asset = own[0]?.marginAsset ?? ''
  const siblings = pool.positions.filter((position) => position.marginAsset === asset && !own.includes(position))
  const foreign: Pool = {
    ...pool,
    positions: pool.positions.filter((position) => position.marginAsset !== asset),
    wallets: new Map([...pool.wallets].filter(([name]) => name !== asset)),
  }
  return {
    wallet: assetEquity(pool, asset, marks).minus(sum(own.map((position) => profitOf(position, marks)))),
    maintenance: sum(siblings.map((position) => maintenanceOf(position, marks))),
    others: equity(foreign, marks).minus(required(foreign, marks)),
  }
}

/** Every way to give each of the symbol's positions one bracket. */
function choices(own: readonly Position[]): readonly (readonly Bracket[])[] {
  return own.reduce<readonly (readonly Bracket[])[]>(
    (before, position) => before.flatMap((chosen) => position.brackets.map((bracket) => [...chosen, bracket])),
    [[]],
  )
}

type Equation = {
  readonly own: readonly Position[]
  readonly brackets: readonly Bracket[]
  readonly rest: Rest
  readonly rate: Num
  readonly ask: Num
}

function meeting({ own, brackets, rest, rate, ask }: Equation): Num | null {
  const fixed = rest.wallet.minus(sum(own.map(({ amount, entry }) => amount.times(entry))))
  const fixedMaintenance = rest.maintenance.minus(sum(brackets.map(({ cum }) => cum)))
  const slope = rate.times(sum(own.map(({ amount }) => amount)))
  const maintenanceSlope = ask.times(sum(own.map(({ amount }, i) => amount.abs().times(brackets[i]?.rate ?? ZERO))))
  const fall = maintenanceSlope.minus(slope)
  return fall.isZero() ? null : rest.others.plus(rate.times(fixed)).minus(ask.times(fixedMaintenance)).div(fall)
}

function claimed(own: readonly Position[], brackets: readonly Bracket[], price: Num): boolean {
  return own.every((position, i) => {
    const bracket = brackets[i]
    if (bracket === undefined) return false
    const notional = position.amount.abs().times(price)
    return notional.gte(bracket.floor) && (notional.lte(bracket.cap) || bracket === position.brackets.at(-1))
  })
}
