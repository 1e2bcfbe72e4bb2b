import { z } from 'zod'
import { GRADES } from '../risk/grade.ts'
import { decimal, maybe } from './figures.ts'

/** The shape of what the JSON report says of the changes since the last report. */

const time = z.iso.datetime()
const graded = z.strictObject({ grade: z.enum(GRADES), reason: z.string() })
const side = z.strictObject({
  known: z.boolean(),
  room: maybe.describe('null: not known, or no move of the markets liquidates anything'),
  atMost: maybe,
})
const part = maybe.describe('null: not known')
const gap = z.strictObject({ leg: z.string(), code: z.string(), reason: z.string() })

export const changes = z
  .strictObject({
    since: time.describe('when the last report was read'),
    grade: z.strictObject({ before: graded, now: graded }),
    room: z.strictObject({
      before: side,
      now: side,
      whole: part.describe('change of the fall that is survived, share of 1, below 0 is room lost; the sum of the parts'),
      parts: z
        .strictObject({
          price: decimal,
          interest: part,
          position: part,
          unsplit: maybe.describe('interest and position together where they are not known apart'),
          parameters: decimal,
        })
        .nullable(),
      unexplained: z
        .enum(['before', 'now', 'both', 'venue', 'between'])
        .nullable()
        .describe('why the parts are not known: the room of a side is not, a venue decides it, or a price is missing'),
    }),
    legs: z.array(
      z.strictObject({
        leg: z.string(),
        venue: z.string(),
        what: z.enum(['opened', 'closed', 'changed', 'unread', 'read-again']),
        amounts: z.array(
          z.strictObject({
            what: z.enum(['supplied', 'debt', 'margin', 'order-margin', 'position']),
            label: z.string(),
            before: decimal,
            now: decimal,
            interest: part.describe('how much of the change the rates explain; null: not known'),
          }),
        ),
        parameters: z.array(
          z.strictObject({ what: z.string(), label: z.string().nullable(), before: z.string(), now: z.string() }),
        ),
      }),
    ),
    prices: z.array(z.strictObject({ factor: z.string(), before: maybe, now: maybe, move: maybe })),
    cash: z.strictObject({
      before: maybe.describe('USD; null: not known'),
      now: maybe,
      changed: z.array(z.strictObject({ id: z.string(), place: z.string(), asset: z.string(), before: maybe, now: maybe })),
    }),
    gaps: z.strictObject({ came: z.array(gap), went: z.array(gap) }),
  })
  .nullable()
  .describe('since the last report; null: there is none to compare with')
