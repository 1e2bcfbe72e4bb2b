import { z } from 'zod'
import { GRADES } from '../risk/grade.ts'
import { decimal, liquidation, maybe, side } from './figures.ts'

/** The shape of what the JSON report says of the outlook: rescue, deaths, replays, carry, odds. */

const usd = decimal.describe('USD')
const range = z.strictObject({ best: usd, worst: usd })
const band = z.strictObject({ low: decimal, high: decimal }).nullable().describe('null: a rate is not known')

const room = z
  .strictObject({
    distance: decimal.describe('1/s or s, at least 1'),
    move: decimal,
    factor: z.string(),
    direction: side,
    legs: z.array(z.string()),
  })
  .nullable()
  .describe('the first liquidation by market factors; null where there is none')

const move = z.strictObject({
  from: z.string().describe('id of the cash, or of the leg whose margin is moved'),
  to: z.string(),
  what: z.enum(['repay', 'add-margin']),
  usd,
  amount: decimal.describe('units of the coin that is taken'),
  asset: z.string(),
  accepts: z.string().describe('the coin that the leg takes'),
  arrives: decimal.describe('units of that coin'),
  swapCostUsd: maybe.describe('null: nothing is swapped'),
  minutes: maybe,
  lacksGas: z
    .boolean()
    .nullable()
    .describe(
      'whether the wallet that has to send it holds nothing to pay the chain with; null: nobody has to, or it is not known who',
    ),
})

const naive = z
  .strictObject({ room })
  .nullable()
  .describe('null where the book has no such leg; its room null: no trigger is left')

const plan = z
  .strictObject({
    before: room,
    after: room,
    moves: z.array(move),
    unspentUsd: usd,
    instead: z.strictObject({ allToLoan: naive, allToMargin: naive, half: naive }),
    exact: z.boolean(),
    limits: z.array(z.string()),
  })
  .nullable()

const reduction = z.strictObject({
  what: z.enum(['close', 'sell-collateral']),
  leg: z.string(),
  symbol: z.string(),
  side: z.enum(['long', 'short']).nullable(),
  keep: maybe.describe('share of the position that stays'),
  repays: z.string().nullable(),
  usd,
})

export const target = z
  .strictObject({
    fall: decimal.describe('0.2: survive a fall to 0.8 and a rise to 1/0.8'),
    totalUsd: usd,
    perLeg: z.array(z.strictObject({ leg: z.string(), usd, accepts: z.string() })),
    moves: z.array(move).describe('what of it the cash of the book can do'),
    shortUsd: usd.describe('what is missing after those'),
    reductions: z.array(reduction).describe('without cash; each is enough by itself for its leg'),
    limits: z.array(z.string()),
  })
  .nullable()

export const rescue = z.strictObject({
  plan: plan.describe('the best use of the free cash'),
  withMargin: plan.describe('the same with what exchanges would let go, where that reaches further'),
  target: target.describe('what it takes to get back over the limit of room that was crossed'),
})

const netDelta = z.record(z.string(), decimal).nullable()

export const firstDeath = z
  .strictObject({
    factor: z.string(),
    move: decimal,
    legs: z.array(z.string()),
    equityBefore: usd,
    equityAfter: range,
    debt: range.describe('stablecoins that the loans owe afterwards'),
    stable: range.describe('stablecoins left outside of the loans'),
    orphanDebt: range.describe('debt for which no stablecoin is left'),
    netDelta: z.strictObject({ before: netDelta, after: netDelta }),
    safetyFactor: z.strictObject({ before: maybe, after: maybe }),
  })
  .nullable()
  .describe('the book after its first liquidation, at the prices of that; null also where a leg is not known')

const flows = { supply: band, borrow: band, funding: band, net: band }
const days = z
  .strictObject({ soonest: maybe, latest: maybe })
  .nullable()
  .describe('until interest and funding alone liquidate, prices still; null inside: never')

const rate = z.strictObject({
  asset: z.string().describe('a label'),
  key: z.string(),
  side: z.enum(['supply', 'borrow']),
  apy: band.describe('yearly, compounded: 0.065 is 6.5 %; null: not known'),
})

const debt = z.strictObject({
  asset: z.string().describe('a label'),
  key: z.string(),
  used: maybe.describe('share of what can be borrowed that is, as the market counts it; may be above 1; null: not known'),
  climb: z
    .strictObject({
      kink: decimal.describe('the share used from which on the rate climbs steeply'),
      apyAtKink: decimal.describe('yearly, compounded'),
      apyAtFull: decimal.describe('at a share of 1'),
      morePerDay: maybe.describe('USD a day that this debt would cost more at a share of 1 than now; null: not known'),
      days,
    })
    .nullable()
    .describe('what this debt would cost if all of the asset were borrowed; null: not known, or the rate does not follow use'),
})

export const carry = z.strictObject({
  ...flows,
  legs: z.array(
    z.strictObject({
      leg: z.string(),
      rates: z.array(rate).describe('of a loan; rewards are not counted'),
      ...flows,
      days,
      debts: z.array(debt).describe('of a loan: a scenario, which grades nothing'),
    }),
  ),
  ofEquity: band,
  days,
  complete: z.boolean().describe('whether the rates of all legs are known'),
  breakEvenDrift: band.describe('share by which all market prices must move a day to pay for it'),
  breakEvenReturn: band.describe('share of the notional that the futures must earn a day to pay the interest'),
})

export const end = z
  .strictObject({ bill: range, lost: range, writtenOff: range })
  .nullable()
  .describe('at the nearest death: what the venue takes beyond the price move, and of the equity now what is gone')

const grown = {
  seconds: z.number().int().describe('after the block it was read at'),
  debt: usd,
  health: maybe,
  tripped: z.boolean(),
  liquidation: z.array(liquidation),
}

export const projection = z
  .strictObject({
    ...grown,
    nextReport: z
      .strictObject({
        at: z.iso.datetime(),
        ...grown,
        grade: z.enum(GRADES).describe('by its health and room then, not better than now'),
      })
      .nullable()
      .describe(
        'when the next report falls due, by interest alone: debt grows, prices stand still; null: nobody said when, or no debt',
      ),
  })
  .nullable()
  .describe('at the next block, from the rates as read; nothing else in the report is advanced')

const outcome = z.strictObject({
  survived: z.boolean().nullable().describe('null: nothing that is known died, and of something nothing is known'),
  unknown: z.array(z.strictObject({ leg: z.string(), why: z.string() })),
  stages: z.array(
    z.strictObject({
      stage: z.number().int().nullable().describe('from 0; null: today, where something is dead already'),
      dead: z.array(z.strictObject({ leg: z.string(), bill: range, writtenOff: range })),
      bill: range,
      equity: range.nullable(),
    }),
  ),
  bill: range.describe('what the venues take in all'),
  writtenOff: range,
  equity: z.strictObject({ before: usd, after: range }).nullable(),
})

export const stress = z.array(
  z.strictObject({
    name: z.string(),
    kind: z.enum(['replay', 'gap', 'rise', 'peg', 'venue', 'parameters', 'custom']),
    hours: z.number().nullable(),
    today: outcome,
    afterMove: outcome.nullable(),
  }),
)

export const odds = z.array(
  z.strictObject({
    factor: z.string(),
    horizons: z.array(
      z.strictObject({
        hours: z.number().int(),
        low: decimal,
        high: decimal,
        seed: z.number().int(),
        methods: z.array(z.strictObject({ name: z.string(), low: decimal, high: decimal })),
        missing: z.array(z.strictObject({ method: z.string(), reason: z.string() })),
      }),
    ),
  }),
)

export const frontier = z
  .strictObject({
    x: z.string(),
    y: z.string(),
    box: decimal,
    vertices: z.array(z.strictObject({ x: decimal, y: decimal, legs: z.array(z.string()) })).nullable(),
    reason: z.string().nullable(),
  })
  .nullable()
  .describe('multipliers of two factors in which no leg dies; null also where a leg is not known')

export const anchoring = z.array(
  z.strictObject({
    factor: z.string(),
    divergence: decimal.describe('how far the dearest own price stands above the cheapest, as a share'),
    floor: maybe,
    ceiling: maybe,
    ambiguous: z.boolean().describe('whether the order of death depends on whose price is right'),
    legs: z.array(
      z.strictObject({
        leg: z.string(),
        price: maybe,
        own: z.strictObject({ down: maybe, up: maybe }),
        anchored: z.strictObject({ down: maybe, up: maybe }),
        widened: z.strictObject({ down: maybe, up: maybe }),
      }),
    ),
  }),
)
