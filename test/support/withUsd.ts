import type { Asset } from '../../src/risk/asset.ts'
import { Decimal, dec, toUnits } from '../../src/risk/decimal.ts'
import type { LeastCash } from '../../src/risk/leastCash.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { LendingPosition } from '../../src/risk/lendingPosition.ts'
import type { Path } from '../../src/risk/path.ts'

/** What a leg is said to want. */
type Wanted = LeastCash['perLeg'][number]

/**
 * A leg after the wanted USD arrived: posted as margin, or repaid in whole units of the token. Beyond the debt in the wanted coin,
 * the debts that move alike are repaid.
 */
export function withUsd(leg: Leg, { usd, accepts }: Wanted, paths: readonly Path[]): Leg {
  if (leg.kind === 'lending') return repaid(leg, { usd, accepts }, paths)
  const more = usd.div(leg.settlePrice)
  const wallet = leg.wallet.map((held) => (held.asset.key === accepts.key ? { ...held, amount: held.amount.plus(more) } : held))
  return { ...leg, wallet }
}

function repaid(leg: LendingPosition, { usd, accepts }: Omit<Wanted, 'leg'>, paths: readonly Path[]): LendingPosition {
  let left = usd
  /** What is owed after paying from what is left; sixty digits may end a hair below a whole token unit. */
  const pay = (debt: bigint, { price, decimals }: { price: bigint | null; decimals: number }, quote = dec(1)): bigint => {
    const unit = dec(price as bigint)
      .times(`1e-${8 + decimals}`)
      .times(quote)
    const part = Decimal.min(left, unit.times(dec(debt)))
    left = left.minus(part)
    return debt - toUnits(part.div(unit).plus('1e-10'), 0, 'down')
  }
  if (leg.protocol === 'compound-v3') return { ...leg, baseBalance: -pay(-leg.baseBalance, leg.base, leg.quoteUsd) }
  const moves = (asset: Asset): string => paths.map((path) => path.moves(asset)).join()
  const wanted = (asset: Asset): boolean => asset.key === accepts.key
  const alike = (asset: Asset): boolean => !wanted(asset) && moves(asset) === moves(accepts)
  let now = leg
  for (const takes of [wanted, alike]) {
    now =
      now.protocol === 'aave-v3'
        ? { ...now, reserves: now.reserves.map((r) => (takes(r.asset) ? { ...r, debt: pay(r.debt, r) } : r)) }
        : {
            ...now,
            // Debts of random books are whole token units here: no interest has run yet.
            reserves: now.reserves.map((r) => (takes(r.asset) ? { ...r, debtRay: pay(r.debtRay / RAY, r) * RAY } : r)),
          }
  }
  return now
}

const RAY = 10n ** 27n
