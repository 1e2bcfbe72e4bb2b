import { Decimal, fromUnits } from '../risk/decimal.ts'
import type { Leg } from '../risk/leg.ts'
import type { AaveV3Position, AaveV4Position, CompoundV3Position, LendingPosition } from '../risk/lendingPosition.ts'
import type { MarginAccount } from '../risk/marginAccount.ts'

/** What a leg held, and on which terms, when it was last read: what the next reading is compared with. All figures are decimal text. */
export type Stand = {
  readonly venue: string
  /** The source's name: `Ethereum`. */
  readonly source: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** By `debt/<asset>`, `collateral/<asset>`, `position/<symbol>/<side>`. */
  readonly holdings: Readonly<Record<string, Holding>>
  /** By `<what>/<of>`: `threshold/eip155:1/0xc0..`. */
  readonly terms: Readonly<Record<string, Term>>
}

export type Holding = {
  readonly kind: 'debt' | 'collateral' | 'position'
  /** A label, foreign text as it came. */
  readonly label: string
  /** Whole units, above 0. */
  readonly amount: string
  /** The yearly rate at which it grows by itself, a share; null: not known. */
  readonly rate: string | null
}

export type Term = {
  /** As people say it, foreign text as it came: `liquidation threshold of WETH`. */
  readonly label: string
  readonly value: string
  /** Where a change is for the worse: when it falls, when it rises, always, or never by itself. */
  readonly worse: 'down' | 'up' | 'always' | 'never'
  /** How the value reads: a share of 1, or the text itself; null: it does not read at all, as a table. */
  readonly shown: 'share' | 'text' | null
}

/** What the passes until now read. */
export type Stands = {
  /** By leg, as each was last read. */
  readonly legs: Readonly<Record<string, Stand>>
  /** What the last pass could not read, as its gaps name it: a leg that appears there then may have been there all along. */
  readonly unread: readonly string[]
}

/** What a leg holds and on which terms. */
export function standOf(leg: Leg): Stand {
  const { holdings, terms } = leg.kind === 'futures' ? ofAccount(leg) : ofLoan(leg)
  return {
    venue: leg.venue,
    source: leg.source.name,
    at: leg.source.readAt,
    holdings: Object.fromEntries(holdings.filter(([, { amount }]) => new Decimal(amount).gt(0))),
    terms: Object.fromEntries(terms),
  }
}

type Parts = { readonly holdings: readonly (readonly [string, Holding])[]; readonly terms: readonly (readonly [string, Term])[] }

function ofLoan(leg: LendingPosition): Parts {
  if (leg.protocol === 'aave-v3') return ofAaveV3(leg)
  return leg.protocol === 'aave-v4' ? ofAaveV4(leg) : ofComet(leg)
}

const bps = (value: bigint): string => fromUnits(value, 4).toFixed()
const ray = (value: bigint): string => fromUnits(value, 27).toFixed()
const flag = (on: boolean, words: string): string => (on ? words : `not ${words}`)

function ofAaveV3({ reserves, eModeCategory, revision }: AaveV3Position): Parts {
  return {
    holdings: reserves.flatMap(({ asset: { key, symbol: label }, decimals, supplied, debt, supplyRate, borrowRate }) => [
      [
        `collateral/${key}`,
        { kind: 'collateral', label, amount: fromUnits(supplied, decimals).toFixed(), rate: ray(supplyRate) },
      ] as const,
      [`debt/${key}`, { kind: 'debt', label, amount: fromUnits(debt, decimals).toFixed(), rate: ray(borrowRate) }] as const,
    ]),
    terms: [
      ['e-mode/', { label: 'the e-mode', value: String(eModeCategory), worse: 'never', shown: 'text' }],
      ['revision/', { label: "the pool's revision", value: String(revision), worse: 'never', shown: 'text' }],
      ...reserves.flatMap(({ asset: { key, symbol }, ...terms }): [string, Term][] => [
        // What is only owed is not weighed by them.
        ...(terms.supplied > 0n ? weightsOf(key, symbol, terms) : []),
        ...(terms.priceSource === null
          ? []
          : ([
              [
                `price source/${key}`,
                { label: `the price source of ${symbol}`, value: terms.priceSource, worse: 'always', shown: null },
              ],
            ] satisfies [string, Term][])),
        [`frozen/${key}`, { label: symbol, value: flag(terms.frozen, 'frozen'), worse: 'never', shown: 'text' }],
        [`paused/${key}`, { label: symbol, value: flag(terms.paused, 'paused'), worse: 'always', shown: 'text' }],
        [`active/${key}`, { label: symbol, value: flag(terms.active, 'active'), worse: 'always', shown: 'text' }],
      ]),
    ],
  }
}

function weightsOf(
  key: string,
  symbol: string,
  terms: Pick<AaveV3Position['reserves'][number], 'liquidationThreshold' | 'ltv' | 'liquidationBonus'>,
): [string, Term][] {
  return [
    [
      `threshold/${key}`,
      {
        label: `the liquidation threshold of ${symbol}`,
        value: bps(terms.liquidationThreshold),
        worse: 'down',
        shown: 'share',
      },
    ],
    [`ltv/${key}`, { label: `the loan-to-value of ${symbol}`, value: bps(terms.ltv), worse: 'never', shown: 'share' }],
    [
      `bonus/${key}`,
      {
        label: `the liquidation bonus of ${symbol}`,
        value: bps(terms.liquidationBonus - 10_000n),
        worse: 'up',
        shown: 'share',
      },
    ],
  ]
}

function ofAaveV4({ reserves }: AaveV4Position): Parts {
  return {
    holdings: reserves.flatMap(({ asset: { symbol: label }, id, decimals, supplied, debtRay }) => [
      [`collateral/${id}`, { kind: 'collateral', label, amount: fromUnits(supplied, decimals).toFixed(), rate: null }] as const,
      [`debt/${id}`, { kind: 'debt', label, amount: fromUnits(debtRay, decimals + 27).toFixed(), rate: null }] as const,
    ]),
    terms: reserves.flatMap(({ asset: { symbol }, id, ...terms }): [string, Term][] => [
      [
        `threshold/${id}`,
        { label: `the collateral factor of ${symbol}`, value: bps(terms.collateralFactor), worse: 'down', shown: 'share' },
      ],
      [
        `latest/${id}`,
        {
          label: `the collateral factor of ${symbol} that the next action brings into force`,
          value: bps(terms.latestCollateralFactor),
          worse: 'down',
          shown: 'share',
        },
      ],
      [
        `bonus/${id}`,
        {
          label: `the largest liquidation bonus of ${symbol}`,
          value: bps(terms.maxLiquidationBonus - 10_000n),
          worse: 'up',
          shown: 'share',
        },
      ],
      [`frozen/${id}`, { label: symbol, value: flag(terms.frozen, 'frozen'), worse: 'never', shown: 'text' }],
      [`paused/${id}`, { label: symbol, value: flag(terms.paused, 'paused'), worse: 'always', shown: 'text' }],
    ]),
  }
}

function ofComet({ base, baseBalance, collateral, absorbPaused }: CompoundV3Position): Parts {
  const owes = baseBalance < 0n
  const amount = fromUnits(owes ? -baseBalance : baseBalance, base.decimals).toFixed()
  const kind = owes ? 'debt' : 'collateral'
  const share = (value: bigint): string => fromUnits(value, 18).toFixed()
  return {
    holdings: [
      [`${kind}/${base.asset.key}`, { kind, label: base.asset.symbol, amount, rate: null }],
      ...collateral.map(({ asset: { key, symbol: label }, decimals, balance }): [string, Holding] => [
        `collateral/${key}`,
        // Collateral earns nothing in this market.
        { kind: 'collateral', label, amount: fromUnits(balance, decimals).toFixed(), rate: '0' },
      ]),
    ],
    terms: [
      ['absorb/', { label: 'liquidation', value: flag(absorbPaused, 'paused'), worse: 'never', shown: 'text' }],
      ...collateral.flatMap(({ asset: { key, symbol }, ...terms }): [string, Term][] => [
        [
          `threshold/${key}`,
          { label: `the liquidation factor of ${symbol}`, value: share(terms.liquidateFactor), worse: 'down', shown: 'share' },
        ],
        [
          `ltv/${key}`,
          { label: `the borrow factor of ${symbol}`, value: share(terms.borrowFactor), worse: 'never', shown: 'share' },
        ],
        [
          `credit/${key}`,
          {
            label: `what a liquidation credits of ${symbol}`,
            value: share(terms.liquidationFactor),
            worse: 'down',
            shown: 'share',
          },
        ],
      ]),
    ],
  }
}

function ofAccount({ positions, wallet }: MarginAccount): Parts {
  return {
    // Margin itself moves with funding, fees and profits at any time: only positions are compared.
    holdings: positions.map(({ symbol, side, size }) => [
      `position/${symbol}/${side}`,
      { kind: 'position', label: `${symbol} ${side}`, amount: size.toFixed(), rate: '0' },
    ]),
    terms: [
      ...positions.map(({ symbol, tiers }): [string, Term] => [
        `tiers/${symbol}`,
        {
          label: `the maintenance table of ${symbol}`,
          value: tiers
            .map(({ cap, rate, deduction }) => `${cap?.toFixed() ?? '-'}:${rate.toFixed()}:${deduction.toFixed()}`)
            .join(' '),
          worse: 'always',
          shown: null,
        },
      ]),
      ...wallet.map(({ asset: { key, symbol }, ratio }): [string, Term] => [
        `haircut/${key}`,
        { label: `the share of ${symbol} that counts as margin`, value: ratio.toFixed(), worse: 'down', shown: 'share' },
      ]),
    ],
  }
}
