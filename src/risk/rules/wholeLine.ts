import type { MarginAccount } from '../marginAccount.ts'
import type { Path } from '../path.ts'
import type { WholeLine, WholePiece } from '../slackLine.ts'
import type { Ratio } from '../whole.ts'
import { largest, type WholePool, type WholePosition, wholePool } from './wholePool.ts'

/**
 * The slack along a path, USD: exact, and concave.
 *
 * A notional moves with its mark and what stands in settle units with the coin. Where both move or both stand still a position
 * is what it is now, times the coin's multiplier: only the others have to be looked at.
 *
 * @returns null for a pool that is not of the common kind.
 */
export function wholeLine(account: MarginAccount, path: Path): WholeLine | null {
  const pool = wholePool(account)
  if (pool === null) return null
  const { usd } = pool
  const coinMoves = path.moves(account.settle)
  const apart = pool.each.filter(
    ({ position: { factor, basis, symbol } }) => path.moves({ factor, basis, key: symbol }) !== coinMoves,
  )
  // A market's own price and its factor mostly move the same one position.
  const [only] = apart
  const alone = apart.length === 1 && !coinMoves && !usd.others.some(({ held }) => path.moves(held.asset)) ? only : undefined
  const known = alone && LINES.get(alone)
  if (known !== undefined) return known
  const byMark = account.rules.basis === 'mark'
  let [settled, required, marked, fees] = [pool.settled, pool.maintenance, 0n, 0n]
  for (const { atMark, fee, required: now } of apart) {
    settled -= atMark
    marked += atMark
    required -= byMark ? now : fee
    fees += fee
  }
  const [still, moving] = coinsOf(pool, path)
  const at = ({ over, under }: Ratio): WholePiece => {
    const [coin, mark] = coinMoves ? [over, under] : [under, over]
    const rate = settled * coin + marked * mark > 0n ? usd.owned : usd.owed
    let withCoin = settled * rate - (required + usd.orderMargin) * usd.owed
    let withMark = marked * rate - fees * usd.owed
    if (byMark) {
      for (const { claims } of apart) {
        const { rise, start } = largest(claims, mark, coin)
        withCoin -= start * usd.owed
        withMark -= rise * usd.owed
      }
    }
    return coinMoves ? { base: withMark + still, slope: withCoin + moving } : { base: withCoin + still, slope: withMark + moving }
  }
  const line = { alive: pool.slack > 0n, at }
  if (alone !== undefined) LINES.set(alone, line)
  return line
}

/** The lines along which one position moves and nothing else does. */
const LINES = new WeakMap<WholePosition, WholeLine>()

/** What the other balances count for: those that stand still, and those that move along. */
function coinsOf({ usd }: WholePool, path: Path): readonly [bigint, bigint] {
  let [still, moving] = [0n, 0n]
  for (const { held, counted } of usd.others) {
    if (path.moves(held.asset)) moving += counted
    else still += counted
  }
  return [still, moving]
}
