import { IncompleteAnswerError, TrackerError, UnsupportedError } from '../../errors.ts'
import { type Decimal, dec, ONE, sum, ZERO } from '../../risk/decimal.ts'
import { gapOf } from '../../risk/gap.ts'
import type { Cash, Gap } from '../../risk/leg.ts'
import type { FuturesPosition, MarginAccount, MarginRules, MarginTier } from '../../risk/marginAccount.ts'
import type { Source } from '../../risk/source.ts'
import type { AccountReading } from '../exchange.ts'
import { decimalField, decimalOrNull, positiveField, type Row } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { BINGX } from './answers.ts'
import type { CircumstancesOf } from './circumstances.ts'
import { assetOf, factorOf, type Markets, marketOf } from './markets.ts'
import { fundingIn, type Marks, markOf } from './marks.ts'
import { checkRisk, type Held } from './risk.ts'
import { disagreements, frozenIn, isIsolated, type Ledger, poolsOf, postedOf, settleIn, sideOf } from './rows.ts'

/**
 * How BingX decides on a liquidation: at a risk of 100 % or more, the risk being maintenance and closing fees over what backs the pool;
 * the fee is the account's own for takers. It also waits until the last price has reached the liquidation price: by the mark alone we are
 * earlier, never later.
 */
export const BINGX_RULES: Omit<MarginRules, 'closeFeeRate'> = {
  trigger: 'at-or-below',
  maintenanceFrom: 'table',
  basis: 'mark',
  tiers: 'marginal',
  // A position is taken over at its bankruptcy price; what that leaves is not told.
  liquidationFeeRate: null,
  holdsOrderMargin: true,
  source: 'https://bingx.pro/en/support/articles/11263299509391',
  asOf: '2026-11-23',
}

/** An account as it was read, and what its pools are told with. */
export type AccountView = {
  /** `main`. */
  readonly name: string
  readonly ledger: Ledger
  readonly hedgeMode: boolean
  readonly markets: Markets
  /** By symbol; a fault where its table could not be read. */
  readonly tiers: ReadonlyMap<string, readonly MarginTier[] | TrackerError>
  readonly marks: Marks
  /** What closing costs, of a market; and whether it is the account's own rate. */
  readonly fee: (symbol: string) => { readonly rate: Decimal; readonly own: boolean }
  readonly circumstancesOf: CircumstancesOf
  readonly source: Source
}

/** The legs of an account, its idle balances, and a gap for each pool that cannot be told. */
export function readPools(view: AccountView): AccountReading {
  const pools = new Map<string, Row[]>()
  for (const [row, pool] of poolsOf(view.ledger.positions)) pools.set(pool, [...(pools.get(pool) ?? []), row])
  const faults = new Map([...disagreements(view.ledger)].map(([coin, fault]) => [`${coin}-cross`, fault]))
  for (const pool of faults.keys()) if (!pools.has(pool)) pools.set(pool, [])
  const accounts: MarginAccount[] = []
  const gaps: Gap[] = []
  for (const [pool, rows] of pools) {
    try {
      const fault = faults.get(pool)
      if (fault !== undefined) throw fault
      accounts.push(buildPool(view, pool, rows))
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error
      gaps.push(gapOf(`bingx/${view.name}/${pool}`, error))
    }
  }
  return { accounts, gaps, cash: idleCash(view, pools), notes: [] }
}

function buildPool(view: AccountView, pool: string, rows: readonly Row[]): MarginAccount {
  const [first] = rows as [Row]
  const settle = settleIn(first)
  if (!isStable(settle) && settle !== PLAY)
    throw new UnsupportedError(BINGX, `settles in ${settle}, for which it was not asked a price`)
  const held = rows.map((row): Held => ({ row, position: positionOf(row, view) }))
  const fees = rows.map((row) => view.fee(row.label))
  const closeFeeRate = fees.reduce((most, { rate }) => (rate.gt(most) ? rate : most), ZERO)
  const isolated = isIsolated(first)
  const backing = isolated ? isolatedBacking(first) : crossBacking(view, settle)
  const profit = sum(held.map(({ row }) => decimalField(row, 'unrealizedProfit')))
  const checked = checkRisk(held, backing.wallet.minus(backing.orderMargin).plus(profit), closeFeeRate)
  const { circumstances, notes: told } = view.circumstancesOf(held)
  const { markets, source, name } = view
  const asset = assetOf(settle, markets)
  const notes = [
    ...source.notes,
    ...held.flatMap(({ position }) => fundingIn(position.symbol, view.marks).note ?? []),
    ...(fees.every(({ own }) => own)
      ? []
      : ["the account's own fee is not told to this key: the market's, which is no smaller, is taken"]),
    ...(checked ? [] : ['BingX states no risk of it to hold our maintenance against']),
    ...told,
  ]
  return {
    ...{ kind: 'futures', id: `bingx/${name}/${pool}`, margin: isolated ? 'isolated' : 'cross' },
    venue: `${BINGX} ${isolated ? `${first.label} isolated` : `${settle} cross`}`,
    ...{ hedgeMode: view.hedgeMode, settle: asset, settlePrice: ONE, settlePriceFrom: 'par' },
    wallet: [{ asset, amount: backing.wallet, price: ONE, priceFrom: 'par', ratio: ONE }],
    orderMargin: backing.orderMargin,
    ...{ positions: held.map(({ position }) => position), rules: { ...BINGX_RULES, closeFeeRate } },
    reported: { equity: backing.equity, maintenance: null, initialMargin: backing.initialMargin, withdrawable: null },
    ...{ circumstances, source: { ...source, notes: [...new Set(notes)] } },
  }
}

/** The play money of its demo host. */
const PLAY = 'VST'

function positionOf(row: Row, view: AccountView): FuturesPosition {
  const market = marketOf(row.label, settleIn(row), view.markets)
  const tiers = view.tiers.get(row.label)
  if (tiers === undefined) throw new IncompleteAnswerError(BINGX, `maintMarginRatio of ${row.label}`)
  if (tiers instanceof TrackerError) throw tiers
  const price = decimalOrNull(row, 'liquidationPrice')
  return {
    symbol: row.label,
    ...factorOf(market.base, view.markets),
    contract: 'linear',
    side: sideOf(row),
    size: decimalField(row, 'positionAmt').abs(),
    entry: positiveField(row, 'avgPrice'),
    mark: markOf(row, market, view.marks),
    tick: dec(market.tick),
    tiers,
    funding: fundingIn(row.label, view.marks).funding,
    reported: {
      // 0 is none, and no statement that it is safe.
      liquidationPrice: price?.gt(0) ? price : null,
      maintenance: null,
      unrealized: decimalField(row, 'unrealizedProfit'),
    },
  }
}

type Backing = {
  readonly wallet: Decimal
  readonly orderMargin: Decimal
  readonly equity: Decimal
  readonly initialMargin: Decimal | null
}

function isolatedBacking(row: Row): Backing {
  return { wallet: postedOf(row), orderMargin: ZERO, equity: decimalField(row, 'margin'), initialMargin: null }
}

/** The balance of a coin counts what is set aside for isolated positions; what orders hold may be partly theirs. */
function crossBacking({ ledger }: AccountView, settle: string): Backing {
  const balance = ledger.balances.get(settle)
  if (balance === undefined) throw new IncompleteAnswerError(BINGX, `balance of ${settle}`)
  const apart = ledger.positions.filter((row) => isIsolated(row) && settleIn(row) === settle)
  const posted = sum(apart.map(postedOf))
  return {
    wallet: decimalField(balance, 'balance').minus(posted),
    orderMargin: frozenIn(balance),
    // What orders hold is in its equity, and not in what backs the pool.
    equity: decimalField(balance, 'equity')
      .minus(sum(apart.map((row) => decimalField(row, 'margin'))))
      .minus(frozenIn(balance)),
    initialMargin: apart.length === 0 ? decimalField(balance, 'usedMargin') : null,
  }
}

/** Balances that back no cross pool. */
function idleCash({ ledger, name, markets }: AccountView, pools: ReadonlyMap<string, unknown>): readonly Cash[] {
  return [...ledger.balances].flatMap(([coin, row]): Cash[] => {
    const amount = decimalOrNull(row, 'availableMargin')
    if (coin === PLAY || pools.has(`${coin}-cross`) || !amount?.gt(0)) return []
    const place = `bingx/${name} futures`
    return [{ id: `${place} ${coin}`, place, asset: assetOf(coin, markets), amount, price: isStable(coin) ? ONE : null }]
  })
}
