import { chmod, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { StoreError } from './errors.ts'
import { dec, isDecimalText } from './risk/decimal.ts'
import type { Snapshot } from './risk/leg.ts'

/** A snapshot file: what one pass read, as JSON with every figure as text. Read back it gives the same report. */

const MAX_BYTES = 10 * 1024 * 1024
const shortText = z.string().max(500)

const whole = z
  .string()
  .regex(/^\d{1,78}$/, 'must be a whole number as text')
  .transform(BigInt)
const number = z
  .string()
  .max(210)
  .refine(isDecimalText, 'must be a decimal number as text')
  .transform((text) => dec(text))
const positive = number.refine((value) => value.gt(0), 'must be above 0')
const notNegative = number.refine((value) => value.gte(0), 'must not be negative')
const share = number.refine((value) => value.gte(0) && value.lte(1), 'must lie between 0 and 1')
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
  block: z.strictObject({ chainId: z.number().int().positive(), number: whole, hash: shortText, timestamp: whole }).nullable(),
  confirmed: z.boolean(),
  notes: z.array(shortText),
})

const bps = whole.refine((value) => value <= 65_535n, 'must be basis points')
const reserve = z.strictObject({
  asset,
  id: z.number().int().min(0).max(127),
  decimals: z.number().int().min(0).max(36),
  price: whole.refine((value) => value > 0n, 'must be above 0; null where the feed gives none').nullable(),
  priceUpdatedAt: whole.nullable(),
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
  graceUntil: whole,
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
  reserves: z.array(reserve),
  reported: z.strictObject({ totalCollateral: whole, totalDebt: whole, healthFactor: whole.nullable() }),
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
  tiers: z.array(tier).min(1),
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
  wallet: z.array(z.strictObject({ asset, amount: number, price: positive, priceFrom: z.enum(['venue', 'par']), ratio: share })),
  orderMargin: notNegative,
  positions: z.array(position),
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

const snapshotSchema = z.strictObject({
  hullmark: z.literal('snapshot'),
  version: z.literal(1),
  book: shortText,
  at: milliseconds,
  legs: z.array(z.discriminatedUnion('kind', [aaveV3, account])),
  cash: z.array(z.strictObject({ id: shortText, place: shortText, asset, amount: notNegative, price: positive.nullable() })),
  gaps: z.array(
    z.strictObject({
      leg: shortText,
      code: shortText,
      reason: z.string().max(2000),
      hint: z.string().max(2000),
      retryable: z.boolean(),
    }),
  ),
  notes: z.array(z.string().max(2000)),
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
    const problems = parsed.error.issues.slice(0, 10).map(({ path, message }) => `  ${path.join('.') || '(file)'}: ${message}`)
    throw new StoreError(`${name} is not a snapshot that can be trusted:\n${problems.join('\n')}`, hint)
  }
  const { hullmark, version, ...snapshot } = parsed.data
  return snapshot
}

/** @throws StoreError when the file cannot be read or is no snapshot. */
export async function loadSnapshot(path: string): Promise<Snapshot> {
  let text: string
  try {
    if ((await stat(path)).size > MAX_BYTES)
      throw new StoreError(`${path} is larger than 10 MB: not a hullmark snapshot.`, 'Name another file.')
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof StoreError) throw error
    throw new StoreError(`${path} cannot be read (${reasonOf(error)}).`, 'Check the path and its permissions.')
  }
  return parseSnapshot(text, path)
}

/** Writes a snapshot whole or not at all, readable by its owner alone. @throws StoreError */
export async function saveSnapshot(path: string, snapshot: Snapshot): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, snapshotText(snapshot), { mode: 0o600 })
    await chmod(temporary, 0o600)
    await rename(temporary, path)
  } catch (error) {
    throw new StoreError(
      `The snapshot could not be saved to ${path} (${reasonOf(error)}).`,
      'Check that the folder exists and can be written.',
    )
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unexpected error'
}
