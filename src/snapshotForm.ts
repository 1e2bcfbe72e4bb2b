import { z } from 'zod'
import { dec, isDecimalText } from './risk/decimal.ts'

/**
 * The version that is written. Version 1 knows neither funding nor initial and withdrawable margin, 1 and 2 no source of a loan's price,
 * 1 to 3 no stops, funding paid or places in a queue, 1 to 4 no second node, no contract of a loan, no debt at a stable rate and nobody who
 * watches over a loan's chain, 1 to 5 no cap of a price and no way in which a rate follows use, and of Compound III no rates, no times of
 * prices, and not what is paused and how much lies in a market.
 */
export const SNAPSHOT_VERSION = 6

type Version = 1 | 2 | 3 | 4 | 5 | typeof SNAPSHOT_VERSION

/** What an older version has no place for is null there: null says "not known". From `since` on it has to be said. */
function told<T extends z.ZodType>({ version, since }: { version: Version; since: Version }, of: T, ...names: readonly string[]) {
  const unknown = Object.fromEntries(names.map((name) => [name, null]))
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
  return version < since ? z.preprocess((value) => (isObject(value) ? { ...unknown, ...(value as object) } : value), of) : of
}

const shortText = z.string().max(500)

/** Counted before its members are looked at: of millions of wrong ones each would cost a complaint. */
const list = <T extends z.ZodType>(of: T, most = 1000) =>
  z.array(z.unknown()).max(most, `must not hold more than ${most}`).pipe(z.array(of))

const whole = z
  .string()
  .regex(/^\d{1,78}$/, 'must be a whole number as text')
  .transform(BigInt)
const signedWhole = z
  .string()
  .regex(/^-?\d{1,78}$/, 'must be a whole number as text')
  .transform(BigInt)
const number = z
  .string()
  .max(210)
  .refine(isDecimalText, 'must be a decimal number as text')
  .transform((text) => dec(text))
const positive = number.refine((value) => value.gt(0), 'must be above 0')
const notNegative = number.refine((value) => value.gte(0), 'must not be negative')
const share = number.refine((value) => value.gte(0) && value.lte(1), 'must lie between 0 and 1')
const seconds = whole.refine((value) => value <= 2n ** 40n, 'must be a time in seconds')
const milliseconds = z.number().int().min(0).max(8_640_000_000_000_000)

const asset = z.strictObject({
  key: shortText.min(1),
  symbol: shortText,
  factor: shortText.min(1),
  basis: shortText.min(1).nullable(),
})

/** What an older version has no list for is an empty one: nobody was named, and nobody was asked twice. */
const since5 = <T extends z.ZodType>(version: Version, of: T) => (version < 5 ? z.array(of).length(0).default([]) : list(of))

/** Null says "not known": what version 6 has to say, and those before it may. */
const since6 = <T extends z.ZodType>(version: Version, of: T) => {
  const known = of.nullable()
  return version < 6 ? known.default(null) : known
}

const sourceOf = (version: Version) =>
  z.strictObject({
    name: shortText,
    readAt: milliseconds,
    venueTime: milliseconds.nullable(),
    block: z
      .strictObject({ chainId: z.number().int().positive(), number: whole, hash: shortText, timestamp: seconds })
      .nullable(),
    operators: since5(version, shortText),
    confirmed: z.boolean(),
    notes: list(shortText),
  })

const bps = whole.refine((value) => value <= 65_535n, 'must be basis points')
const share18 = whole.refine((value) => value <= 10n ** 18n, 'must be a share of 1e18')
const oraclePrice = whole.refine((value) => value > 0n, 'must be above 0; null where the feed gives none').nullable()
const curve = z.strictObject({ kink: whole, rateAtKink: whole, rateAtFull: whole }).nullable()
const reserve = z.strictObject({
  asset,
  id: z.number().int().min(0).max(127),
  decimals: z.number().int().min(0).max(36),
  price: oraclePrice,
  priceUpdatedAt: seconds.nullable(),
  priceSource: shortText.min(1).nullable(),
  priceCap: oraclePrice,
  supplied: whole,
  collateral: z.boolean(),
  debt: whole,
  stableDebt: whole.nullable(),
  inEMode: z.boolean(),
  ltv: bps,
  liquidationThreshold: bps,
  liquidationBonus: bps,
  supplyRate: whole,
  borrowRate: whole,
  utilization: whole.nullable(),
  curve,
  active: z.boolean(),
  frozen: z.boolean(),
  paused: z.boolean(),
  graceUntil: seconds,
  availableLiquidity: whole,
})

/** Unlike in {@link told}, for a member of a union told apart by one of its fields is no preprocessed object. */
const contractOf = (version: Version) => {
  const contract = z
    .string()
    .regex(/^0x[0-9a-f]{40}$/, 'must be an address in lower case')
    .nullable()
  return version < 5 ? contract.default(null) : contract
}

/** Each version tells what those before do, and more. */
const reserveOf = (version: Version) =>
  told(
    { version, since: 6 },
    told({ version, since: 5 }, told({ version, since: 3 }, reserve, 'priceSource'), 'stableDebt'),
    'priceCap',
    'utilization',
    'curve',
  )

const aaveV3Of = (version: Version) =>
  z.strictObject({
    kind: z.literal('lending'),
    protocol: z.literal('aave-v3'),
    id: shortText.min(1),
    venue: shortText,
    wallet: shortText,
    contract: contractOf(version),
    revision: z.number().int().min(0),
    baseUnit: whole.refine((value) => value > 0n, 'must be above 0'),
    eModeCategory: z.number().int().min(0).max(255),
    sentinel: version < 5 ? z.null().default(null) : z.enum(['lets', 'bars', 'silent']).nullable(),
    reserves: list(reserveOf(version)),
    reported: z.strictObject({ totalCollateral: whole, totalDebt: whole, healthFactor: whole.nullable() }),
    source: sourceOf(version),
  })

const cometAsset = { asset, decimals: z.number().int().min(0).max(36), price: oraclePrice }
/** As many bits as the contract's own. */
const rateASecond = whole.refine((value) => value < 2n ** 64n, 'must be a rate a second')
const cometRates = z.strictObject({ utilization: whole, supply: rateASecond, borrow: rateASecond, curve }).nullable()

const compoundV3Of = (version: Version) =>
  z.strictObject({
    kind: z.literal('lending'),
    protocol: z.literal('compound-v3'),
    id: shortText.min(1),
    venue: shortText,
    wallet: shortText,
    contract: contractOf(version),
    base: z.strictObject({ ...cometAsset, priceUpdatedAt: since6(version, seconds) }),
    baseBalance: signedWhole,
    rates: version < 6 ? z.null().default(null) : cometRates,
    collateral: list(
      z.strictObject({
        ...cometAsset,
        priceUpdatedAt: since6(version, seconds),
        balance: whole,
        borrowFactor: share18,
        liquidateFactor: share18,
        liquidationFactor: share18,
      }),
    ),
    quote: asset.nullable(),
    quoteUsd: positive,
    absorbPaused: z.boolean(),
    supplyPaused: since6(version, z.boolean()),
    withdrawPaused: since6(version, z.boolean()),
    baseAvailable: since6(version, whole),
    reported: z.strictObject({ liquidatable: z.boolean() }),
    source: sourceOf(version),
  })

const spokeReserve = z.strictObject({
  asset,
  id: z.number().int().min(0),
  decimals: z.number().int().min(0).max(18),
  price: oraclePrice,
  supplied: whole,
  collateral: z.boolean(),
  debtRay: whole,
  collateralFactor: bps,
  latestCollateralFactor: bps,
  maxLiquidationBonus: whole.refine((value) => value >= 10_000n && value < 2n ** 32n, 'must be basis points from 10000 up'),
  frozen: z.boolean(),
  paused: z.boolean(),
})

const aaveV4Of = (version: Version) =>
  z.strictObject({
    kind: z.literal('lending'),
    protocol: z.literal('aave-v4'),
    id: shortText.min(1),
    venue: shortText,
    wallet: shortText,
    reserves: list(spokeReserve),
    liquidation: z.strictObject({
      targetHealthFactor: whole.refine((value) => value >= 10n ** 18n, 'must be at least 1e18'),
      healthFactorForMaxBonus: whole.refine((value) => value < 10n ** 18n, 'must be below 1e18'),
      liquidationBonusFactor: whole.refine((value) => value <= 10_000n, 'must be at most 10000 basis points'),
      dust: whole,
    }),
    reported: z.strictObject({ totalCollateralValue: whole, totalDebtValueRay: whole, healthFactor: whole.nullable() }),
    source: sourceOf(version),
  })

const tier = z.strictObject({ floor: notNegative, cap: positive.nullable(), rate: share, deduction: number })

const position = z.strictObject({
  symbol: shortText.min(1),
  factor: shortText.min(1),
  basis: shortText.min(1).nullable(),
  contract: z.enum(['linear', 'inverse']),
  side: z.enum(['long', 'short']),
  size: positive,
  entry: positive,
  mark: positive,
  tick: positive,
  tiers: list(tier).refine((all) => all.length > 0, 'must hold a bracket'),
  funding: z
    .strictObject({
      rate: number,
      intervalHours: positive,
      window: z.strictObject({ low: number, high: number }).nullable(),
    })
    .nullable(),
  reported: z.strictObject({
    liquidationPrice: positive.nullable(),
    maintenance: notNegative.nullable(),
    unrealized: number.nullable(),
  }),
})

const reportedOfAccount = z.strictObject({
  equity: number.nullable(),
  maintenance: notNegative.nullable(),
  initialMargin: notNegative.nullable(),
  withdrawable: notNegative.nullable(),
})

const side = z.enum(['long', 'short'])
const circumstances = z.strictObject({
  stops: list(
    z.strictObject({
      symbol: shortText.min(1),
      side,
      kind: z.enum(['stop', 'take-profit']),
      trigger: positive,
      triggerBy: z.enum(['mark', 'last', 'index']).nullable(),
      size: positive.nullable(),
      reduceOnly: z.boolean(),
    }),
  ).nullable(),
  fundingPaid: list(z.strictObject({ symbol: shortText.min(1), days: z.int().positive(), amount: number })).nullable(),
  adl: list(z.strictObject({ symbol: shortText.min(1), side, rank: z.int().nonnegative(), of: z.int().positive() })).nullable(),
})

const accountOf = (version: Version) =>
  z.strictObject({
    kind: z.literal('futures'),
    id: shortText.min(1),
    venue: shortText,
    margin: z.enum(['cross', 'isolated']),
    hedgeMode: z.boolean(),
    settle: asset,
    settlePrice: positive,
    settlePriceFrom: z.enum(['venue', 'par']),
    wallet: list(z.strictObject({ asset, amount: number, price: positive, priceFrom: z.enum(['venue', 'par']), ratio: share })),
    orderMargin: notNegative,
    positions: list(told({ version, since: 2 }, position, 'funding')),
    rules: z.strictObject({
      trigger: z.enum(['below', 'at-or-below']),
      // Before version 4 every maintenance came from a table.
      maintenanceFrom: version < 4 ? z.literal('table').default('table') : z.enum(['table', 'liquidation-price']),
      basis: z.enum(['mark', 'entry']),
      tiers: z.enum(['marginal', 'flat']),
      closeFeeRate: share,
      liquidationFeeRate: share.nullable(),
      holdsOrderMargin: z.boolean(),
      source: shortText,
      asOf: shortText,
    }),
    reported: told({ version, since: 2 }, reportedOfAccount, 'initialMargin', 'withdrawable'),
    circumstances: version < 4 ? z.null().default(null) : circumstances.nullable(),
    source: sourceOf(version),
  })

const loanOf = (version: Version) =>
  z.discriminatedUnion('protocol', [aaveV3Of(version), compoundV3Of(version), aaveV4Of(version)])

const disputeOf = (version: Version) => z.strictObject({ leg: shortText, by: shortText, said: loanOf(version).nullable() })

const haveOwnIds = (all: readonly { readonly id: string }[]): boolean => new Set(all.map(({ id }) => id)).size === all.length

const formOf = (version: Version) =>
  z.strictObject({
    hullmark: z.literal('snapshot'),
    version: z.literal(version),
    book: shortText,
    at: milliseconds,
    legs: list(z.discriminatedUnion('kind', [loanOf(version), accountOf(version)]), 200).refine(
      haveOwnIds,
      'must have an id each of their own',
    ),
    cash: list(z.strictObject({ id: shortText, place: shortText, asset, amount: notNegative, price: positive.nullable() })),
    gaps: list(
      z.strictObject({
        leg: shortText,
        code: shortText,
        reason: z.string().max(2000),
        hint: z.string().max(2000),
        retryable: z.boolean(),
      }),
    ),
    disputes: since5(version, disputeOf(version)),
    oneSource: since5(version, z.strictObject({ name: shortText, missed: z.boolean() })),
    notes: list(z.string().max(2000)),
  })

/** The form of a snapshot file, of this version and of those before. */
export const snapshotSchema = z.discriminatedUnion('version', [formOf(1), formOf(2), formOf(3), formOf(4), formOf(5), formOf(6)])
