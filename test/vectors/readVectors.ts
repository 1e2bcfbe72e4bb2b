import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { isDecimalText } from '../../src/risk/decimal.ts'
import type { Vector } from './checkBook.ts'
import { isExact, RATIONAL } from './comparison.ts'

/** A file that cannot be read as worked books: one sentence that names the file and the place. */
export class VectorFileError extends Error {
  override readonly name = 'VectorFileError'
}

const number = z.string('must be a decimal number as text').refine(isDecimalText, 'must be a decimal number as text')
const notNegative = number.refine((text) => !text.startsWith('-'), 'must not be negative')
/** What a leg needs: without it the leg is unknown, not the file broken. */
const perhaps = notNegative.nullish()
const name = z.string().min(1)
const supply = z.object({
  ...{ asset: name, amount: perhaps, lt: perhaps, ltv: notNegative, bonus: notNegative.optional() },
  collateral: z.boolean().optional(),
})
const collateral = z.object({
  ...{ asset: name, amount: notNegative, borrowCF: notNegative, liquidateCF: notNegative, liquidationFactor: notNegative },
})
const held = z.object({ asset: name, amount: number, ratio: notNegative.optional() })
const owed = z.object({ asset: name, amount: perhaps })
const position = z
  .object({
    ...{ symbol: name, factor: name, contract: z.enum(['linear', 'inverse']), side: z.enum(['long', 'short']) },
    ...{ qty: perhaps, entry: perhaps, mark: perhaps },
    tiers: z
      .array(z.object({ cap: notNegative.nullable(), mmr: notNegative, cum: number.optional() }))
      .min(1)
      .nullish(),
    ...{ margin: z.enum(['cross', 'isolated']).optional(), isoMargin: number.optional() },
  })
  .refine(({ margin, isoMargin }) => margin !== 'isolated' || isoMargin !== undefined, 'is isolated and has no isoMargin')
const shared = { id: name, status: z.literal('missing').optional() }
const aave = {
  ...shared,
  ...{ supplies: z.array(supply).optional(), borrows: z.array(owed).optional() },
  eMode: z.object({ lt: notNegative, ltv: notNegative, bonus: notNegative.optional(), collateral: z.array(name) }).nullish(),
}
const futures = {
  ...shared,
  ...{ settle: name.optional(), wallet: z.array(held).optional(), positions: z.array(position).optional() },
  ...{ coinMark: notNegative.optional(), openOrderMargin: notNegative.optional(), hedgeMode: z.boolean().optional() },
  ...{ closeFeeRate: notNegative.optional(), liquidationFeeRate: notNegative.optional() },
  ...{ mmBasis: z.enum(['mark', 'entry']).optional(), tierKind: z.enum(['marginal', 'flat']).optional() },
}
const leg = z.discriminatedUnion('type', [
  z.object({ type: z.literal('aave-v3'), ...aave }),
  z.object({ type: z.literal('aave-v4'), ...aave }),
  z
    .object({
      type: z.literal('compound-v3'),
      ...shared,
      base: name,
      baseBalance: number,
      collateral: z.array(collateral).optional(),
    })
    .refine(
      ({ base, baseBalance, status }) => (base !== undefined && baseBalance !== undefined) || status === 'missing',
      'has no base or no baseBalance',
    ),
  z
    .object({ type: z.literal('futures'), ...futures })
    .refine(({ settle, status }) => settle !== undefined || status === 'missing', 'has no settle'),
])
const asset = z.object({ price: notNegative.nullish(), factor: name.nullish(), basis: name.nullish() })
const expected = z.looseObject({
  positions: z.array(z.looseObject({ leg: name, symbol: name, side: name })).nullish(),
  shocks: z.record(z.string(), z.record(z.string(), z.unknown())).nullish(),
})
const vector = z.object({
  ...{ id: name, title: z.string().default('') },
  book: z.object({
    assets: z.record(z.string(), asset),
    legs: z.array(leg),
    cash: z.array(z.object({ id: name, asset: name, amount: number })).optional(),
  }),
  ...{ expect: expected, extra: z.record(z.string(), z.unknown()).nullish() },
})
const form = z.object({ vectors: z.array(vector).min(1, 'holds no book') })

/**
 * The worked books of a file.
 *
 * @throws VectorFileError for a file that is not there, is no JSON, or has another form.
 */
export function readVectors(file: string): readonly Vector[] {
  const read = form.safeParse(jsonOf(file))
  if (!read.success) {
    const [issue] = read.error.issues
    throw new VectorFileError(`${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'has another form'}`)
  }
  const vectors = read.data.vectors
  for (const [i, { id, expect, extra }] of vectors.entries()) {
    const broken = brokenFigure({ expect, extra }, `vectors.${i}`)
    if (broken !== null) throw new VectorFileError(`${file}: ${broken} (${id}): not a fraction of whole numbers and its decimal`)
  }
  // What may be null here stands for a leg that is unknown, which the snapshot finds.
  return vectors as unknown as readonly Vector[]
}

function jsonOf(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given'
    throw new VectorFileError(`${file}: cannot be read (${code})`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new VectorFileError(`${file}: is not JSON`)
  }
}

/** The place of an expected number that is none; null: all are. */
function brokenFigure(value: unknown, path: string): string | null {
  if (typeof value !== 'object' || value === null) return null
  if (isExact(value)) return RATIONAL.test(value.exact) && isDecimalText(value.dec) ? null : path
  for (const [key, inner] of Object.entries(value)) {
    const found = brokenFigure(inner, `${path}.${key}`)
    if (found !== null) return found
  }
  return null
}
