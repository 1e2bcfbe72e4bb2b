import { growthOf } from './accrued.ts'
import { NOTHING } from './band.ts'
import { type Decimal, fromUnits, toUnits, ZERO } from './decimal.ts'
import type { Amount, LegKind, Term } from './legKind.ts'
import type {
  AaveV3Position,
  AaveV3Reserve,
  AaveV4Position,
  AaveV4Reserve,
  CompoundV3Collateral,
  CompoundV3Position,
} from './lendingPosition.ts'
import { pairedRows } from './pairedRows.ts'
import { rayOfSecond } from './rates.ts'

/** How the loans of each protocol go from one reading to the next. */

const bps = (value: bigint): string => fromUnits(value, 4).toFixed()
/** What a liquidator is paid on top; the Aave v3 pool holds 0 in place of 10,000 where a reserve is no collateral. */
const bonusOf = (value: bigint): string => (value === 0n ? '0' : bps(value - 10_000n))
const e18 = (value: bigint): string => fromUnits(value, 18).toFixed()
/** A balance is a share of a pool: the contract rounds it by a unit or two. */
const twoUnits = (decimals: number): Decimal => fromUnits(2n, decimals)
const added = (by: Decimal | undefined, decimals: number): bigint => (by === undefined ? 0n : toUnits(by, decimals, 'down'))

type Reserve = AaveV3Reserve | AaveV4Reserve

const reserveKey = ({ id, asset }: Reserve): string => `${id}/${asset.key}`

/** Supplied and owed of one reserve, where there is any; debts may be counted in finer units. */
function both(key: string, label: string, { supplied, debt }: { supplied: Decimal; debt: Decimal }): Amount[] {
  return [
    ...(supplied.isZero() ? [] : [{ key: `supplied/${key}`, what: 'supplied' as const, label, value: supplied }]),
    ...(debt.isZero() ? [] : [{ key: `debt/${key}`, what: 'debt' as const, label, value: debt }]),
  ]
}

function decimalsOf(rows: readonly Reserve[], { key }: Amount): number {
  return rows.find((row) => key.endsWith(`/${reserveKey(row)}`))?.decimals ?? 0
}

/** Aave v3: its rates tell what of a change is interest. */
export const AAVE_V3_KIND: LegKind<AaveV3Position> = {
  amounts: ({ reserves }) =>
    reserves.flatMap((row) =>
      both(reserveKey(row), row.asset.symbol, {
        supplied: fromUnits(row.supplied, row.decimals),
        debt: fromUnits(row.debt, row.decimals),
      }),
    ),
  terms: ({ reserves, eModeCategory, revision }) => [
    { key: 'e-mode', what: 'e-mode', label: null, value: String(eModeCategory) },
    { key: 'revision', what: 'revision', label: null, value: String(revision) },
    ...reserves.flatMap((row): Term[] => {
      const [key, label] = [reserveKey(row), row.asset.symbol]
      return [
        { key: `threshold/${key}`, what: 'threshold', label, value: bps(row.liquidationThreshold) },
        { key: `ltv/${key}`, what: 'ltv', label, value: bps(row.ltv) },
        { key: `bonus/${key}`, what: 'bonus', label, value: bonusOf(row.liquidationBonus) },
        { key: `e-mode/${key}`, what: 'e-mode', label, value: row.inEMode ? 'in' : 'out' },
        { key: `state/${key}`, what: 'state', label, value: stateOf(row) },
        { key: `collateral/${key}`, what: 'collateral', label, value: row.collateral ? 'on' : 'off' },
      ]
    }),
  ],
  priced: ({ before, now }) => {
    const later = pairedRows(before.reserves, now.reserves, reserveKey)
    const reserves = before.reserves.map((row) => ({ ...row, price: later.get(row)?.price ?? row.price }))
    return { ...before, baseUnit: now.baseUnit, reserves }
  },
  expected: ({ before, now }, { key, what, value }, seconds) => {
    const rate = what === 'debt' ? 'borrowRate' : 'supplyRate'
    const rates = [before, now].flatMap(({ reserves }) =>
      reserves.filter((row) => key === `${what}/${reserveKey(row)}`).map((row) => row[rate]),
    )
    return growthOf(value, rates, seconds)
  },
  rounding: ({ reserves }, amount) => twoUnits(decimalsOf(reserves, amount)),
  grown: (leg, by) => ({
    ...leg,
    reserves: leg.reserves.map((row) => ({
      ...row,
      supplied: row.supplied + added(by.get(`supplied/${reserveKey(row)}`), row.decimals),
      debt: row.debt + added(by.get(`debt/${reserveKey(row)}`), row.decimals),
    })),
  }),
  moved: ({ before, now }) => {
    const earlier = pairedRows(now.reserves, before.reserves, reserveKey)
    const reserves = now.reserves.map((row) => {
      const { asset, price, supplied, collateral, debt } = row
      return { ...(earlier.get(row) ?? row), asset, price, supplied, collateral, debt }
    })
    const { revision, eModeCategory } = before
    return { ...now, revision, eModeCategory, reserves }
  },
  bare: (leg) => ({ ...leg, reported: { totalCollateral: 0n, totalDebt: 0n, healthFactor: null } }),
}

function stateOf({ active, frozen, paused }: AaveV3Reserve): string {
  const flags = [...(active ? [] : ['inactive']), ...(frozen ? ['frozen'] : []), ...(paused ? ['paused'] : [])]
  return flags.length === 0 ? 'open' : flags.join(' and ')
}

/** Aave v4: its reading holds no rates, so what of a change is interest is not known. */
export const AAVE_V4_KIND: LegKind<AaveV4Position> = {
  amounts: ({ reserves }) =>
    reserves.flatMap((row) =>
      both(reserveKey(row), row.asset.symbol, {
        supplied: fromUnits(row.supplied, row.decimals),
        debt: fromUnits(row.debtRay, row.decimals + 27),
      }),
    ),
  terms: ({ reserves, liquidation }) => [
    ...Object.entries(liquidation).map(
      ([name, value]): Term => ({ key: `liquidation/${name}`, what: 'liquidation', label: null, value: `${name} ${value}` }),
    ),
    ...reserves.flatMap((row): Term[] => {
      const [key, label] = [reserveKey(row), row.asset.symbol]
      const state = [...(row.frozen ? ['frozen'] : []), ...(row.paused ? ['paused'] : [])].join(' and ')
      return [
        { key: `threshold/${key}`, what: 'threshold', label, value: bps(row.collateralFactor) },
        { key: `ltv/${key}`, what: 'ltv', label, value: bps(row.latestCollateralFactor) },
        { key: `bonus/${key}`, what: 'bonus', label, value: bps(row.maxLiquidationBonus - 10_000n) },
        { key: `state/${key}`, what: 'state', label, value: state === '' ? 'open' : state },
        { key: `collateral/${key}`, what: 'collateral', label, value: row.collateral ? 'on' : 'off' },
      ]
    }),
  ],
  priced: ({ before, now }) => {
    const later = pairedRows(before.reserves, now.reserves, reserveKey)
    return { ...before, reserves: before.reserves.map((row) => ({ ...row, price: later.get(row)?.price ?? row.price })) }
  },
  expected: () => null,
  rounding: ({ reserves }, amount) => twoUnits(decimalsOf(reserves, amount)),
  grown: (leg) => leg,
  moved: ({ before, now }) => {
    const earlier = pairedRows(now.reserves, before.reserves, reserveKey)
    const reserves = now.reserves.map((row) => {
      const { asset, price, supplied, collateral, debtRay } = row
      return { ...(earlier.get(row) ?? row), asset, price, supplied, collateral, debtRay }
    })
    return { ...now, liquidation: before.liquidation, reserves }
  },
  bare: (leg) => ({ ...leg, reported: { totalCollateralValue: 0n, totalDebtValueRay: 0n, healthFactor: null } }),
}

const isBase = (key: string): boolean => key === 'supplied/base' || key === 'debt/base'
const heldKey = ({ asset }: CompoundV3Collateral): string => asset.key

/** Compound III: collateral earns nothing; the rates of the base tell what of its change is interest. */
export const COMPOUND_V3_KIND: LegKind<CompoundV3Position> = {
  amounts: ({ base, baseBalance, collateral }) => {
    const balance = fromUnits(baseBalance, base.decimals)
    const [supplied, debt] = balance.gt(0) ? [balance, ZERO] : [ZERO, balance.neg()]
    return [
      ...both('base', base.asset.symbol, { supplied, debt }),
      ...collateral.flatMap((held) =>
        both(held.asset.key, held.asset.symbol, { supplied: fromUnits(held.balance, held.decimals), debt: ZERO }),
      ),
    ]
  },
  terms: ({ collateral, absorbPaused }) => [
    { key: 'state', what: 'state', label: null, value: absorbPaused ? 'paused' : 'open' },
    ...collateral.flatMap(({ asset: { key, symbol: label }, ...held }): Term[] => [
      { key: `threshold/${key}`, what: 'threshold', label, value: e18(held.liquidateFactor) },
      { key: `ltv/${key}`, what: 'ltv', label, value: e18(held.borrowFactor) },
      { key: `factor/${key}`, what: 'factor', label, value: e18(held.liquidationFactor) },
    ]),
  ],
  priced: ({ before, now }) => {
    const later = pairedRows(before.collateral, now.collateral, heldKey)
    const collateral = before.collateral.map((held) => ({ ...held, price: later.get(held)?.price ?? held.price }))
    return { ...before, base: { ...before.base, price: now.base.price }, quoteUsd: now.quoteUsd, collateral }
  },
  expected: ({ before, now }, { key, what, value }, seconds) => {
    if (!isBase(key)) return NOTHING
    const side = what === 'debt' ? 'borrow' : 'supply'
    const rates = [before, now].flatMap((leg) => (leg.rates === null ? [] : [rayOfSecond(leg.rates[side])]))
    return rates.length === 0 ? null : growthOf(value, rates, seconds)
  },
  // The index has 15 digits behind its point.
  rounding: ({ base }, { key, value }) => (isBase(key) ? twoUnits(base.decimals).plus(value.times('1e-15')) : ZERO),
  grown: (leg, by) => ({
    ...leg,
    baseBalance:
      leg.baseBalance + added(by.get('supplied/base'), leg.base.decimals) - added(by.get('debt/base'), leg.base.decimals),
  }),
  moved: ({ before, now }) => {
    const earlier = pairedRows(now.collateral, before.collateral, heldKey)
    const collateral = now.collateral.map((held) => {
      const { asset, balance, price } = held
      return { ...(earlier.get(held) ?? held), asset, balance, price }
    })
    return { ...now, absorbPaused: before.absorbPaused, collateral }
  },
  bare: (leg) => ({ ...leg, reported: { liquidatable: false } }),
}
