import { deathsOf } from './deaths.ts'
import { type Decimal, dec, ONE } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { LendingPosition } from './lendingPosition.ts'
import type { MarginAccount } from './marginAccount.ts'
import type { Path } from './path.ts'
import { lendingRule } from './rules/lending.ts'
import { symbolTrigger } from './rules/margin.ts'
import type { Direction } from './slackLine.ts'
import type { Liquidation } from './view.ts'
import { divided, quotientOf } from './whole.ts'

const SIDES: readonly Direction[] = ['down', 'up']

/** Every way a leg dies: each of its prices alone by the venue's exact rule, then each path. */
export function liquidationsOf(leg: Leg, paths: readonly Path[]): readonly Liquidation[] {
  const alone = leg.kind === 'lending' ? loanAlone(leg) : poolAlone(leg)
  return [...alone, ...paths.flatMap((path) => along(leg, path))]
}

function loanAlone(position: LendingPosition): Liquidation[] {
  const found: Liquidation[] = []
  for (const { asset, price, unitUsd, trigger } of lendingRule(position).oraclePrices(position)) {
    for (const side of SIDES) {
      const end = trigger(side)
      if (end.kind !== 'price') continue
      const move = quotientOf({ over: end.price, under: price }).minus(ONE)
      const usd = dec(end.price).times(unitUsd)
      found.push({ symbol: null, asset: asset.symbol, key: asset.key, factor: null, side, price: usd, move, exact: end.exact })
    }
  }
  return found
}

function poolAlone(account: MarginAccount): Liquidation[] {
  const found: Liquidation[] = []
  const symbols = new Map(account.positions.map((p) => [p.symbol, p.mark]))
  for (const [symbol, mark] of symbols) {
    for (const side of SIDES) {
      const price = symbolTrigger(account, symbol, side)?.lastSafe
      if (price === undefined) continue
      found.push({
        symbol,
        asset: null,
        key: null,
        factor: null,
        side,
        price,
        move: divided(price, mark).minus(ONE),
        exact: true,
      })
    }
  }
  return found
}

function along(leg: Leg, path: Path): Liquidation[] {
  const deaths = deathsOf(leg, path)
  return SIDES.flatMap((side) => {
    const s: Decimal | null = deaths[side]
    if (s === null) return []
    return [{ symbol: null, asset: null, key: null, factor: path.name, side, price: null, move: s.minus(ONE), exact: true }]
  })
}
