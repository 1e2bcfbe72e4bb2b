import type { Delivery } from './allocate.ts'
import type { Asset } from './asset.ts'
import type { Decimal } from './decimal.ts'
import type { RescueDesk } from './rescueDesk.ts'

/** One thing to do. Nothing is ever done by the program itself. */
export type Move = {
  /** The id of the cash, or of the leg whose margin is moved. */
  readonly from: string
  readonly to: string
  readonly what: 'repay' | 'add-margin'
  /** USD taken from there. */
  readonly usd: Decimal
  /** The same in units of the coin that is there. */
  readonly amount: Decimal
  readonly asset: Asset
  /** The coin that the leg takes, and the units of it that arrive. */
  readonly accepts: Asset
  readonly arrives: Decimal
  readonly conversion: { readonly from: Asset; readonly to: Asset; readonly costUsd: Decimal } | null
  /** How long it takes; null: not known. */
  readonly minutes: Decimal | null
  /** Whether the wallet that has to send its transaction holds none of its chain's own coin; null: nobody has to, or it is not known who. */
  readonly lacksGas: boolean | null
}

/** Deliveries in the words of the user: what is known to be quick first, then by size. */
export function movesOf({ book, ward }: RescueDesk, deliveries: readonly Delivery[]): readonly Move[] {
  const moves = deliveries.map(({ purse, leg, coin, usd, lands, converted }): Move => {
    const kind = book.legs.find(({ id }) => id === leg)?.kind
    const minutes = ward.routes.find(({ from, to }) => from === purse.id && to === leg)?.minutes ?? null
    return {
      from: purse.id,
      to: leg,
      what: kind === 'lending' ? 'repay' : 'add-margin',
      usd,
      amount: usd.div(purse.price),
      asset: purse.asset,
      accepts: coin.asset,
      arrives: lands.div(coin.price),
      conversion: converted ? { from: purse.asset, to: coin.asset, costUsd: usd.minus(lands) } : null,
      minutes,
      lacksGas: book.lacksGas?.(purse.id, leg) ?? null,
    }
  })
  return moves.toSorted((a, b) => quicker(a, b) || b.usd.comparedTo(a.usd))
}

/** What is known to be quick first, what is not known last. */
function quicker(a: Move, b: Move): number {
  if (a.minutes === null || b.minutes === null) return (a.minutes === null ? 1 : 0) - (b.minutes === null ? 1 : 0)
  return a.minutes.comparedTo(b.minutes)
}
