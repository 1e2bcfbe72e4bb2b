import { IncompleteAnswerError, UnsupportedError } from '../../errors.ts'
import { type Decimal, dec, isDecimalText, ONE, sum, ZERO } from '../../risk/decimal.ts'
import type { Collateral } from '../../risk/marginAccount.ts'
import type { Rare, Reader } from '../ccxtReader.ts'
import { decimalField, decimalOrNull, flagField, positiveField, type Row, rowsOf } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { assetOf } from './markets.ts'
import { allRows, BYBIT } from './pages.ts'

const DAY = 86_400_000

/** From which amount on which share counts, as text. */
type Steps = readonly (readonly [from: string, ratio: string])[]
/** How much of each coin counts as margin. */
export type Ratios = Readonly<Record<string, Steps>>

/** @see https://bybit-exchange.github.io/docs/v5/spot-margin-uta/tier-collateral-ratio */
export function readRatios(reader: Reader): Promise<Ratios> {
  const rare: Rare<Ratios> = {
    key: reader.key('ratios', 'venue'),
    maxAgeMs: DAY,
    read: async () => {
      const rows = await allRows(reader, { call: 'publicGetV5SpotMarginTradeCollateral', params: {}, label: 'collateral' })
      const ratios: Record<string, Steps> = Object.create(null)
      for (const row of rows) {
        const steps = rowsOf(BYBIT, 'collateralRatioList', row.fields.collateralRatioList).map(
          (step) => [decimalField(step, 'minQty').toFixed(), decimalField(step, 'collateralRatio').toFixed()] as const,
        )
        if (typeof row.fields.currency === 'string') ratios[row.fields.currency] = steps
      }
      return ratios
    },
    accept: (cached) => {
      const isStep = (step: unknown): boolean =>
        Array.isArray(step) && step.length === 2 && step.every((one) => typeof one === 'string' && isDecimalText(one))
      const whole = (steps: unknown): boolean => Array.isArray(steps) && steps.every(isStep)
      return typeof cached === 'object' && cached !== null && Object.values(cached).every(whole)
        ? Object.assign(Object.create(null), cached)
        : null
    },
  }
  return reader.rare(rare)
}

/** The share of an amount that counts: each step counts what lies in it. @throws IncompleteAnswerError for a coin without steps */
export function ratioOf(coin: string, amount: Decimal, ratios: Ratios): Decimal {
  const steps = (ratios[coin] ?? []).map(([from, ratio]) => ({ from: dec(from), ratio: dec(ratio) }))
  steps.sort((a, b) => a.from.cmp(b.from))
  const [first] = steps
  if (!first?.from.isZero() || steps.some(({ ratio }) => ratio.lt(0) || ratio.gt(ONE))) {
    throw new IncompleteAnswerError(BYBIT, `collateral ratio of ${coin}`)
  }
  if (!amount.gt(0)) return first.ratio
  const counted = steps.map(({ from, ratio }, i) => {
    const to = steps[i + 1]?.from ?? amount
    const within = (to.lt(amount) ? to : amount).minus(from)
    return within.gt(0) ? within.times(ratio) : ZERO
  })
  return sum(counted).div(amount)
}

/** Whether the venue and the user let a coin count as margin. */
export function counts(row: Row): boolean {
  return flagField(row, 'marginCollateral') && flagField(row, 'collateralSwitch')
}

/** A coin that is owed; null: none is. */
export function debtIn(coins: ReadonlyMap<string, Row>): string | null {
  const owed = (row: Row): boolean =>
    ['borrowAmount', 'spotBorrow'].some((field) => decimalOrNull(row, field)?.gt(0)) ||
    decimalOrNull(row, 'equity')?.lt(0) === true
  return [...coins].find(([, row]) => owed(row))?.[0] ?? null
}

/** @throws UnsupportedError for a coin that is owed: a debt requires margin of its own */
export function refuseDebts(coins: ReadonlyMap<string, Row>): void {
  const coin = debtIn(coins)
  if (coin !== null)
    throw new UnsupportedError(BYBIT, `has lent ${coin} to this account, and what a debt requires in margin is not reckoned`)
  // What is not told is no debt of 0.
  for (const row of coins.values()) for (const field of ['borrowAmount', 'spotBorrow', 'equity']) decimalField(row, field)
}

/** What backs a pool besides the coin that it settles in. */
export function otherCollateral(coins: ReadonlyMap<string, Row>, settle: string, ratios: Ratios): readonly Collateral[] {
  return [...coins].flatMap(([coin, row]): Collateral[] => {
    const amount = decimalField(row, 'equity')
    if (coin === settle || !amount.gt(0) || !counts(row)) return []
    const ratio = ratioOf(coin, amount, ratios)
    if (ratio.isZero()) return []
    const price = isStable(coin) ? ONE : positiveField(row, 'usdValue').div(amount)
    return [{ asset: assetOf(coin), amount, price, priceFrom: isStable(coin) ? 'par' : 'venue', ratio }]
  })
}
