import { createReadStream } from 'node:fs'
import { chmod, rename, rm, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { StoreError } from './errors.ts'
import { plain } from './report/words.ts'
import { dec, isDecimalText } from './risk/decimal.ts'
import type { Snapshot } from './risk/leg.ts'

/** A snapshot file: what one pass read, as JSON with every figure as text. Read back it gives the same report. */

const MAX_BYTES = 10 * 1024 * 1024
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

const source = z.strictObject({
  name: shortText,
  readAt: milliseconds,
  venueTime: milliseconds.nullable(),
  block: z.strictObject({ chainId: z.number().int().positive(), number: whole, hash: shortText, timestamp: seconds }).nullable(),
  confirmed: z.boolean(),
  notes: list(shortText),
})

const bps = whole.refine((value) => value <= 65_535n, 'must be basis points')
const share18 = whole.refine((value) => value <= 10n ** 18n, 'must be a share of 1e18')
const oraclePrice = whole.refine((value) => value > 0n, 'must be above 0; null where the feed gives none').nullable()
const reserve = z.strictObject({
  asset,
  id: z.number().int().min(0).max(127),
  decimals: z.number().int().min(0).max(36),
  price: oraclePrice,
  priceUpdatedAt: seconds.nullable(),
  supplied: whole,
  collateral: z.boolean(),
  debt: whole,
  inEMode: z.boolean(),
  ltv: bps,
  liquidationThreshold: bps,
  liquidationBonus: bps,
  supplyRate: whole,
  borrowRate: whole,
  active: z.boolean(),
  frozen: z.boolean(),
  paused: z.boolean(),
  graceUntil: seconds,
  availableLiquidity: whole,
})

const aaveV3 = z.strictObject({
  kind: z.literal('lending'),
  protocol: z.literal('aave-v3'),
  id: shortText.min(1),
  venue: shortText,
  wallet: shortText,
  revision: z.number().int().min(0),
  baseUnit: whole.refine((value) => value > 0n, 'must be above 0'),
  eModeCategory: z.number().int().min(0).max(255),
  reserves: list(reserve),
  reported: z.strictObject({ totalCollateral: whole, totalDebt: whole, healthFactor: whole.nullable() }),
  source,
})

const compoundV3 = z.strictObject({
  kind: z.literal('lending'),
  protocol: z.literal('compound-v3'),
  id: shortText.min(1),
  venue: shortText,
  wallet: shortText,
  base: z.strictObject({ asset, decimals: z.number().int().min(0).max(36), price: oraclePrice }),
  baseBalance: signedWhole,
  collateral: list(
    z.strictObject({
      asset,
      decimals: z.number().int().min(0).max(36),
      balance: whole,
      price: oraclePrice,
      borrowFactor: share18,
      liquidateFactor: share18,
      liquidationFactor: share18,
    }),
  ),
  quote: asset.nullable(),
  quoteUsd: positive,
  absorbPaused: z.boolean(),
  reported: z.strictObject({ liquidatable: z.boolean() }),
  source,
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

const aaveV4 = z.strictObject({
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
  source,
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
  reported: z.strictObject({
    liquidationPrice: positive.nullable(),
    maintenance: notNegative.nullable(),
    unrealized: number.nullable(),
  }),
})

const account = z.strictObject({
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
  positions: list(position),
  rules: z.strictObject({
    trigger: z.enum(['below', 'at-or-below']),
    basis: z.enum(['mark', 'entry']),
    tiers: z.enum(['marginal', 'flat']),
    closeFeeRate: share,
    liquidationFeeRate: share.nullable(),
    holdsOrderMargin: z.boolean(),
    source: shortText,
    asOf: shortText,
  }),
  reported: z.strictObject({ equity: number.nullable(), maintenance: notNegative.nullable() }),
  source,
})

const leg = z.discriminatedUnion('kind', [z.discriminatedUnion('protocol', [aaveV3, compoundV3, aaveV4]), account])
const haveOwnIds = (all: readonly { readonly id: string }[]): boolean => new Set(all.map(({ id }) => id)).size === all.length

const snapshotSchema = z.strictObject({
  hullmark: z.literal('snapshot'),
  version: z.literal(1),
  book: shortText,
  at: milliseconds,
  legs: list(leg, 200).refine(haveOwnIds, 'must have an id each of their own'),
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
  notes: list(z.string().max(2000)),
})

/** A snapshot as the text of its file. */
export function snapshotText(snapshot: Snapshot): string {
  const plainly = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)
  return `${JSON.stringify({ hullmark: 'snapshot', version: 1, ...snapshot }, plainly, 1)}\n`
}

/**
 * Reads the text of a snapshot file. Nothing is filled in: a field that is missing or garbled refuses the whole file.
 *
 * @throws StoreError naming the path of every field that is wrong (the first ten).
 */
export function parseSnapshot(text: string, name: string): Snapshot {
  const hint = 'Save one with "hullmark report --save-snapshot FILE".'
  if (text.length > MAX_BYTES) throw new StoreError(`${name} is larger than 10 MB: not a hullmark snapshot.`, hint)
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    throw new StoreError(`${name} is not JSON, so it is not a hullmark snapshot.`, hint)
  }
  const parsed = snapshotSchema.safeParse(raw)
  if (!parsed.success) {
    // The names in it are foreign text, too.
    const problems = parsed.error.issues
      .slice(0, 10)
      .map(({ path, message }) => `  ${plain(path.join('.')) || '(file)'}: ${plain(message, 200)}`)
    throw new StoreError(`${name} is not a snapshot that can be trusted:\n${problems.join('\n')}`, hint)
  }
  const { hullmark, version, ...snapshot } = parsed.data
  return snapshot
}

/** @throws StoreError when the file cannot be read or is no snapshot. */
export async function loadSnapshot(path: string): Promise<Snapshot> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    // What is read is counted, not what the file says of its size: a device or a pipe says 0.
    for await (const chunk of createReadStream(path)) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > MAX_BYTES) break
    }
  } catch (error) {
    throw new StoreError(`${path} cannot be read (${reasonOf(error)}).`, 'Check the path and its permissions.')
  }
  return parseSnapshot(Buffer.concat(chunks).toString('utf8'), path)
}

/**
 * Writes a snapshot whole or not at all, readable by its owner alone.
 *
 * @param scrub - Takes secrets out of the text: a name that the user chose may hold one. Default: it is written as it is.
 * @throws StoreError
 */
export async function saveSnapshot(path: string, snapshot: Snapshot, scrub = (text: string): string => text): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, scrub(snapshotText(snapshot)), { mode: 0o600 })
    await chmod(temporary, 0o600)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new StoreError(
      `The snapshot could not be saved to ${path} (${reasonOf(error)}).`,
      'Check that the folder exists and can be written.',
    )
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unexpected error'
}
