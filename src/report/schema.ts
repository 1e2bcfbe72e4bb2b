import { z } from 'zod'
import { GRADES } from '../risk/grade.ts'
import { changes } from './changesSchema.ts'
import { decimal, liquidation, maybe, side } from './figures.ts'
import { anchoring, carry, end, firstDeath, frontier, odds, projection, rescue, stress } from './outlookSchema.ts'

/** The JSON report's shape: `json.ts` is typed by it, `hullmark schema` prints it as JSON Schema. */

const grade = z.enum(GRADES)
const time = z.iso.datetime()

const first = z.strictObject({
  legs: z.array(z.string()).describe('ids of the legs that are liquidated first; several when they tie'),
  factor: z.string().describe('what moves: ETH, USD:USDC, wstETH/ETH, or ALL for all market factors together'),
  direction: side,
  move: decimal.describe('share of 1 with its sign: -0.2 is a fall of 20 %'),
  price: maybe.describe('the last price at which nothing is liquidated, where one price alone decides'),
  priceOf: z.string().nullable().describe("whose price that is, by its venue's label"),
  ambiguous: z.boolean().describe('several die together, or whose price is right decides which is the first'),
})

const check = z.strictObject({
  figure: z.string(),
  ours: maybe,
  venue: maybe,
  drift: maybe.describe('how far apart, as a share'),
  class: z.enum(['agree', 'drift', 'disputed', 'venue-only', 'ours-only', 'none']),
  by: z.string().nullable().describe("the node whose word `venue` is, where two nodes differ; null: the venue's own"),
})

const leg = z.strictObject({
  id: z.string(),
  venue: z.string(),
  kind: z.enum(['lending', 'futures']),
  grade,
  revision: z.number().int().nullable().describe("the contract's own version (POOL_REVISION), where it tells one"),
  health: maybe.describe("a loan's health factor, or equity over maintenance; null when nothing is required"),
  marginRatio: maybe.describe('maintenance over equity; null for loans and when no equity is left'),
  cover: decimal.describe('USD that counts for the leg'),
  required: decimal.describe('USD it must have'),
  slack: decimal,
  equity: decimal,
  modelGap: decimal.describe("USD by which the affine model's slack exceeds that of the venue's own rounding"),
  liquidation: z.array(liquidation),
  liquidationCost: end,
  projection,
  reported: z.array(check).describe("our figures against the venue's own"),
  class: check.shape.class.describe('the worst of them'),
  source: z.strictObject({
    name: z.string(),
    readAt: time,
    ageSeconds: z.number().int().nullable(),
    operators: z.array(z.string()).describe('who told it; none for an exchange, which is its own'),
    confirmed: z.boolean().describe('whether a second, independent operator gave the same answer'),
    chainId: z.number().int().nullable(),
    block: z.string().nullable(),
    hash: z.string().nullable(),
    timestamp: time.nullable(),
  }),
  circumstances: z
    .strictObject({
      stops: z
        .array(
          z.strictObject({
            ...{ symbol: z.string(), side: z.enum(['long', 'short']), kind: z.enum(['stop', 'take-profit']) },
            trigger: decimal,
            triggerBy: z.enum(['mark', 'last', 'index']).nullable(),
            size: maybe.describe("units of the position's size; null: all of it"),
            reduceOnly: z.boolean(),
          }),
        )
        .nullable(),
      fundingPaid: z
        .array(z.strictObject({ symbol: z.string(), days: z.number().int(), amount: decimal }))
        .nullable()
        .describe('received less paid, settle units'),
      adl: z
        .array(
          z.strictObject({
            ...{ symbol: z.string(), side: z.enum(['long', 'short']) },
            ...{ rank: z.number().int(), of: z.number().int() },
          }),
        )
        .nullable()
        .describe('place in the queue of auto-deleveraging: rank = of is closed first'),
    })
    .nullable()
    .describe('what decides no liquidation; null: the venue was not asked, or did not tell'),
  stopFaults: z
    .array(
      z.strictObject({
        ...{ symbol: z.string(), side: z.enum(['long', 'short']), fault: z.enum(['beyond-liquidation', 'may-flip']) },
        ...{ trigger: maybe, liquidation: maybe },
      }),
    )
    .describe('open orders that do not do what their owner may think'),
  notes: z.array(z.string()),
})

const wall = z
  .strictObject({ at: decimal.describe('multiplier: 0.8 is -20 %'), move: decimal, legs: z.array(z.string()) })
  .nullable()

export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  book: z.string(),
  at: time,
  banners: z.array(z.string()).describe('what the reader must know first: a demo, a sandbox'),
  verdict: z.strictObject({
    grade,
    complete: z.boolean().describe('false when anything could not be read or a figure is disputed'),
    sentence: z.string(),
    room: maybe.describe('move to the first liquidation by market factors; null when incomplete or when there is none'),
    atMost: maybe.describe('the bound that the known legs prove, when incomplete'),
    firstLiquidation: first.nullable(),
    firstPeg: first.nullable(),
    days: maybe.describe('until interest and funding alone liquidate something, prices still; null: never, or not known'),
    daysAtMost: maybe.describe('the bound that the known rates prove, where some are not known'),
  }),
  legs: z.array(leg),
  corridors: z.array(
    z.strictObject({ factor: z.string(), kind: z.enum(['market', 'all', 'peg', 'single']), floor: wall, ceiling: wall }),
  ),
  ladder: z.strictObject({
    safetyFactor: maybe.describe('hands off: min over market shocks of min(1/floor, ceiling)'),
    withCash: maybe.describe('with the free cash placed as the rescue plan says'),
    withdrawalsBlocked: maybe.describe('the same while no exchange lets anything out'),
    pooled: maybe.describe('with money moving freely between all legs at every price'),
    pooledUnknown: z.string().nullable().describe('why the last one is not known'),
  }),
  anchoring,
  rescue,
  firstDeath,
  stress,
  carry,
  odds,
  frontier,
  totals: z.strictObject({
    equity: maybe.describe('USD, no haircut; null when a leg is unknown'),
    netDelta: z.record(z.string(), decimal).nullable().describe('USD by market factor'),
    grossLeverage: maybe,
    netLeverage: maybe,
  }),
  cash: z.array(
    z.strictObject({ id: z.string(), place: z.string(), asset: z.string(), key: z.string(), amount: decimal, usd: maybe }),
  ),
  notKnown: z.array(z.strictObject({ part: z.string(), reason: z.string() })).describe('what could not be worked out'),
  gaps: z.array(
    z.strictObject({ leg: z.string(), code: z.string(), reason: z.string(), hint: z.string(), retryable: z.boolean() }),
  ),
  notes: z.array(z.string()),
  changes,
})

/** The JSON report. */
export type ReportJson = z.infer<typeof reportSchema>

/** The report's JSON Schema (draft 2020-12). */
export function reportJsonSchema(): object {
  return { title: 'hullmark report', ...z.toJSONSchema(reportSchema) }
}
