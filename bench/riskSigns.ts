import { type Decimal, dec, ONE } from '../src/risk/decimal.ts'
import { type GridAxis, grid } from '../src/risk/grid.ts'
import { alongFactor } from '../src/risk/path.ts'
import { withWholeNumbers } from './plainWays.ts'
import { benchLegs } from './riskBook.ts'

/** What was compared: cells, those placed beside a threshold, how many the grid decided exactly, and how many it got wrong. */
export type Signs = { readonly cells: number; readonly adversarial: number; readonly rechecked: number; readonly wrong: number }

// Multipliers of so many decimals, so that whole numbers hold them.
const DIGITS = 32
const ROWS = 300

const UNIT = dec(10).pow(DIGITS)

/** Beside 1, in shares of the multiplier. */
const BESIDE = ['-1e-12', '-1e-15', '-1e-16', '-1e-20', '-1e-31', '0', '1e-31', '1e-20', '1e-16', '1e-15', '1e-12'].map((share) =>
  ONE.plus(share),
)

/**
 * Holds the grid against whole-number arithmetic: 100,000 cells of a coarse grid, then rows in each of which every place where a
 * leg turns stands with its neighbours at 1 +- 1e-12, 1e-15, 1e-16, 1e-20 and 1e-31.
 */
export function compareSigns(): Signs {
  const { loan, pool } = benchLegs()
  const exactly = withWholeNumbers({ loan, pool }, DIGITS)
  const whole = (s: Decimal): bigint => BigInt(s.times(UNIT).toFixed(0))
  let [cells, rechecked, wrong, adversarial] = [0, 0, 0, 0]
  const compare = (x: GridAxis, y: GridAxis): void => {
    const found = grid([loan, pool], x, y)
    if ('reason' in found) throw new RangeError(found.reason)
    rechecked += found.rechecked
    const [ETH, BTC] = [x.at.map(whole), y.at.map(whole)]
    found.dead.forEach((bits, cell) => {
      const truth = exactly({ ETH: ETH[cell % found.columns] as bigint, BTC: BTC[Math.floor(cell / found.columns)] as bigint })
      if (bits !== truth) wrong++
      cells++
    })
  }
  const along = (name: string, at: readonly Decimal[]): GridAxis => ({ path: alongFactor(name), at })
  const steps = (count: number): Decimal[] =>
    Array.from({ length: count }, (_, i) =>
      dec(i * 4)
        .div(count - 1)
        .toDecimalPlaces(DIGITS),
    )
  compare(along('ETH', steps(1000)), along('BTC', steps(100)))
  for (let row = 0; row < ROWS; row++) {
    const btc = dec(row * 3)
      .div(ROWS)
      .plus('0.2')
      .toDecimalPlaces(DIGITS)
    const turns = [1, 2].flatMap((bit) => turnOf((ETH) => (exactly({ ETH, BTC: whole(btc) }) & bit) !== 0))
    const beside = turns.flatMap((s) => BESIDE.map((share) => s.times(share).toDecimalPlaces(DIGITS)))
    if (beside.length === 0) continue
    adversarial += beside.length
    compare(along('ETH', beside), along('BTC', [btc]))
  }
  return { cells, adversarial, rechecked, wrong }
}

/** The multiplier from 0 to 4 at which an answer turns, to the last decimal, by halving; none where both ends agree. */
function turnOf(dead: (s: bigint) => boolean): Decimal[] {
  let [low, high] = [0n, 4n * 10n ** BigInt(DIGITS)]
  const atLow = dead(low)
  if (atLow === dead(high)) return []
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (dead(middle) === atLow) low = middle
    else high = middle
  }
  return [dec(low).div(UNIT)]
}
