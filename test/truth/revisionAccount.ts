import { CATEGORIES } from '../contracts/aave/listings.ts'
import type { Reserve } from '../contracts/aave/planMarkets.ts'
import type { Randomness } from './randomness.ts'

/** What an account holds in one reserve, base units; balances as they are kept, scaled. */
export type RevisionHolding = {
  readonly reserve: Reserve
  readonly scaledSupply: bigint
  readonly collateral: boolean
  readonly scaledDebt: bigint
  readonly stableDebt: bigint
  readonly discountPercent: bigint
  readonly previousIndex: bigint
}

export type RevisionAccount = { readonly mode: number; readonly holdings: readonly RevisionHolding[] }

const RAY = 10n ** 27n
const none = { scaledSupply: 0n, collateral: false, scaledDebt: 0n, stableDebt: 0n, discountPercent: 0n, previousIndex: 0n }

/** Base units of so many US dollars, with random digits behind. */
function worth(random: Randomness, { decimals, price }: Reserve, usd: number): bigint {
  const exact = (BigInt(Math.round(usd * 1e8)) * 10n ** BigInt(decimals)) / price
  return exact === 0n ? random.between(1n, 10n ** BigInt(decimals - 6)) : random.between((exact * 999n) / 1000n + 1n, exact + 1n)
}

/**
 * An account of a kind that the revision allows: in or out of a category, collateral switched on or off, dust, debts of every
 * sort. Nine of ten could pay today; the others are under water.
 */
export function randomRevisionAccount(random: Randomness, revision: number, reserves: readonly Reserve[]): RevisionAccount {
  const mode = random.chance(0.55) ? random.pick(CATEGORIES).id : 0
  const category = CATEGORIES.find(({ id }) => id === mode)
  const inside = ({ symbol, category: own }: Reserve): boolean =>
    revision < 5 ? mode !== 0 && own === BigInt(mode) : (category?.takes.includes(symbol) ?? false)
  const holdings = new Map<string, RevisionHolding>()
  const change = (reserve: Reserve, to: Partial<RevisionHolding>): void => {
    holdings.set(reserve.symbol, { reserve, ...none, ...holdings.get(reserve.symbol), ...to })
  }
  const supplied = reserves.filter((reserve) => random.chance(inside(reserve) ? 0.65 : 0.3))
  let capacity = 0
  for (const reserve of supplied.length > 0 ? supplied : reserves.slice(0, 1)) {
    const usd = random.chance(0.25) ? 0 : 10 ** (1 + 4.3 * random.share())
    const collateral = random.chance(0.85)
    change(reserve, { scaledSupply: (worth(random, reserve, usd) * RAY) / reserve.liquidityIndex + 1n, collateral })
    const own = inside(reserve) && (revision >= 10 || reserve.threshold > 0n) ? category?.threshold : reserve.threshold
    if (collateral) capacity += (usd * Number(own ?? 0n)) / 10_000
  }
  // Before v3.2 an account in a category owes only what is in it.
  const owable = reserves.filter((reserve) => (revision < 5 && mode !== 0 ? inside(reserve) : true))
  if (random.chance(0.95) && owable.length > 0) {
    const health = random.chance(0.1) ? 0.9 + 0.12 * random.share() : 1.002 + 2 * random.share() ** 3
    const chosen = [...new Set(Array.from({ length: 1 + Math.floor(3 * random.share()) }, () => random.pick(owable)))]
    for (const reserve of chosen) {
      const usd = random.chance(0.08) ? 0 : (capacity === 0 ? 0.01 : capacity / health) / chosen.length
      change(reserve, owedOf(random, revision, reserve, worth(random, reserve, usd)))
    }
  }
  return { mode, holdings: [...holdings.values()] }
}

function owedOf(random: Randomness, revision: number, reserve: Reserve, amount: bigint): Partial<RevisionHolding> {
  const stable = revision < 5 && random.chance(0.3) ? (amount * random.between(1n, 10n)) / 10n : 0n
  const scaledDebt = ((amount - stable) * RAY) / reserve.borrowIndex + (stable === amount ? 0n : 1n)
  const discounted = reserve.facilitated === true && revision < 8 && random.chance(0.6)
  return {
    scaledDebt,
    // From v3.2 on nothing counts that still stands there.
    stableDebt: revision < 5 ? stable : 12_345n,
    discountPercent: discounted ? 3000n : 0n,
    previousIndex: discounted ? random.between(RAY, reserve.borrowIndex) : 0n,
  }
}

/** The user's bitmap: two bits a reserve, borrowed below, collateral above. */
export function configurationBits({ holdings }: RevisionAccount, revision: number): bigint {
  return holdings.reduce((bits, { reserve, collateral, scaledDebt, stableDebt }) => {
    const owes = scaledDebt > 0n || (revision < 5 && stableDebt > 0n)
    const pair = (owes ? 1n : 0n) | (collateral ? 2n : 0n)
    return bits | (pair << BigInt(reserve.id * 2))
  }, 0n)
}
