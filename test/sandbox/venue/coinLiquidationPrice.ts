import { type Held, type HeldPool, type Marks, maintenanceOf, markOf, profitOf } from '../venues/held.ts'
import type { Bracket } from './brackets.ts'
import { type Num, num, sum } from './num.ts'

/**
 * The mark of one COIN-M symbol at which its pool's margin balance meets its maintenance, all else unmoved; null: no positive mark.
 *
 * With N the face value in USD and s = 1 for a long, -1 for a short:
 * `LP = sum of N (s + MMR) / (WB - TMM1 + UPNL1 + sum of cum + sum of s N / EP)`, over both sides of the symbol in hedge mode. MMR and cum
 * are those of the bracket in which N / LP stands, so every bracket is tried, and the one that claims its own result is taken; of two
 * prices the nearer one.
 *
 * @see Binance FAQ ceccfcfb4e3a45e3b48b0b1bb1a8ae46 "How to Calculate Liquidation Price of COIN-M Futures Contracts"
 */
export function coinLiquidationPrice({ wallet, positions }: HeldPool, symbol: string, marks: Marks): Num | null {
  const own = positions.filter((one) => one.symbol === symbol)
  const others = positions.filter((one) => one.symbol !== symbol)
  const rest = wallet.plus(sum(others.map((one) => profitOf(one, marks).minus(maintenanceOf(one, marks)))))
  const found = choices(own).flatMap((brackets) => {
    const above = sum(own.map(({ amount }, i) => amount.plus(amount.abs().times((brackets[i] as Bracket).rate))))
    const below = rest.plus(sum(own.map(({ amount, entry }, i) => amount.div(entry).plus((brackets[i] as Bracket).cum))))
    const price = below.isZero() ? num(0) : above.div(below)
    return price.gt(0) && own.every((one, i) => claims(brackets[i] as Bracket, one, price)) ? [price] : []
  })
  const distance = (price: Num) => price.div(markOf(marks, symbol)).ln().abs()
  return found.sort((a, b) => distance(a).cmp(distance(b)))[0] ?? null
}

/** Every way to give each of the positions one bracket. */
function choices(own: readonly Held[]): readonly (readonly Bracket[])[] {
  return own.reduce<readonly (readonly Bracket[])[]>(
    (before, { brackets }) => before.flatMap((chosen) => brackets.map((bracket) => [...chosen, bracket])),
    [[]],
  )
}

function claims({ floor, cap }: Bracket, { amount }: Held, price: Num): boolean {
  const notional = amount.abs().div(price)
  return notional.gte(floor) && notional.lte(cap)
}
