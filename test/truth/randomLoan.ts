import { ETH_CORRELATED, type MainSymbol, type ReserveSettings, sandboxReserves } from '../sandbox/aaveReserves.ts'
import type { Chain } from '../sandbox/connectChain.ts'
import { entriesOf, type LoanBook, type Pair } from './loanStage.ts'
import type { Randomness } from './randomness.ts'

const RESERVES = sandboxReserves(0)
const BPS = 10_000n

/** Oracle units of so many base units of the token. */
const worthOf = ({ price, decimals }: ReserveSettings, amount: bigint): bigint => (amount * price) / 10n ** BigInt(decimals)
/** Base units of the token worth so many oracle units. */
const amountOf = ({ price, decimals }: ReserveSettings, value: bigint): bigint => (value * 10n ** BigInt(decimals)) / price

type Part = { readonly reserve: ReserveSettings; readonly amount: bigint }

/**
 * A loan that the market allows at its opening prices: one to three collaterals of odd amounts, some with the switch off, some in
 * e-mode; one or two debts, variable, stable or both, that take between 30 % and 97 % of what may be borrowed.
 */
export function randomLoan(random: Randomness): LoanBook {
  const eMode = random.chance(0.3) ? ETH_CORRELATED.id : 0
  const takesStable = eMode === 0 && random.chance(0.25)
  // What is collateral cannot be borrowed at a stable rate.
  const supplied = some(random, takesStable ? RESERVES.filter(({ stableBorrowing }) => !stableBorrowing) : RESERVES, 3).map(
    // 1,000 to 300,000 USD, to the last base unit.
    (reserve): Part => ({ reserve, amount: amountOf(reserve, random.between(10n ** 11n, 3n * 10n ** 13n)) }),
  )
  // The first one stays on: without any collateral nothing can be borrowed.
  const off = supplied.slice(1).filter(() => random.chance(0.3))
  const power = powerOf(
    supplied.filter((one) => !off.includes(one)),
    eMode,
  )
  const wanted = (power * random.between(3000n, 9700n)) / BPS
  const lending = RESERVES.filter((reserve) => (takesStable ? reserve.stableBorrowing : eMode === 0 || reserve.eMode === eMode))
  const owing = some(random, lending, 2)
  const owed = owing.map((reserve): Part => ({ reserve, amount: amountOf(reserve, wanted / BigInt(owing.length)) }))
  const stable = takesStable ? owed.map(({ reserve, amount }) => ({ reserve, amount: random.between(amount / 4n, amount) })) : []
  const variable = owed.map(({ reserve, amount }, i) => ({ reserve, amount: amount - (stable[i]?.amount ?? 0n) }))
  return {
    eMode,
    supplied: recordOf(supplied),
    off: off.map(({ reserve }) => reserve.symbol as MainSymbol),
    owed: recordOf(variable.filter(({ amount }) => amount > 0n)),
    stable: recordOf(stable),
  }
}

function some(random: Randomness, from: readonly ReserveSettings[], most: number): readonly ReserveSettings[] {
  const chosen = from.filter(() => random.chance(0.5)).slice(0, most)
  return chosen.length > 0 ? chosen : [random.pick(from)]
}

/** What may be borrowed, oracle units; a basis point less, for the pool cuts the average to whole ones. */
function powerOf(collateral: readonly Part[], eMode: number): bigint {
  return collateral.reduce((sum, { reserve, amount }) => {
    const ltv = eMode !== 0 && reserve.eMode === eMode ? BigInt(ETH_CORRELATED.ltv) : reserve.ltv
    return sum + (worthOf(reserve, amount) * (ltv - 1n)) / BPS
  }, 0n)
}

const recordOf = (parts: readonly Part[]): Partial<Record<MainSymbol, bigint>> =>
  Object.fromEntries(parts.map(({ reserve, amount }) => [reserve.symbol, amount]))

/** Prices a little off those of the opening, to the last tick. */
export function randomPrices(random: Randomness, permille: bigint): ReadonlyMap<MainSymbol, bigint> {
  return new Map(
    RESERVES.map(({ symbol, price }) => {
      const most = (price * permille) / 1000n
      return [symbol as MainSymbol, price + random.between(-most, most)]
    }),
  )
}

/** What a liquidator would take and pay: the largest collateral and the largest debt at the prices of the head. */
export async function largestPair(chain: Chain, { supplied, off = [], owed, stable = {} }: LoanBook): Promise<Pair> {
  const largest = async (amounts: readonly (readonly [MainSymbol, bigint])[]): Promise<MainSymbol> => {
    const worth = amounts.map(async ([symbol, amount]) => {
      const unit = 10n ** BigInt(chain.tokens[symbol].decimals)
      return { symbol, value: (amount * (await chain.price(symbol))) / unit }
    })
    const [most] = (await Promise.all(worth)).sort((a, b) => (a.value > b.value ? -1 : 1))
    if (most === undefined) throw new RangeError('the loan is empty')
    return most.symbol
  }
  const backing = entriesOf(supplied).filter(([symbol]) => !off.includes(symbol))
  return { collateral: await largest(backing), debt: await largest([...entriesOf(owed), ...entriesOf(stable)]) }
}
