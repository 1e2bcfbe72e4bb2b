import { z } from 'zod'
import { isDecimalText } from '../risk/decimal.ts'
import { LEVELS, RULES } from './rule.ts'

const time = z.number().int().min(-8_640_000_000_000_000).max(8_640_000_000_000_000)
const count = z.number().int().min(0)
const figure = z.string().max(210).refine(isDecimalText, 'must be a decimal number as text')
const level = z.enum(LEVELS)
const text = z.string().max(4000)
/** `__proto__` as a name would be lost on the way through an object. */
const name = z
  .string()
  .max(1000)
  .refine((key) => key !== '__proto__')
const byName = <T extends z.ZodType>(of: T) => z.record(name, of)

const attempt = z.strictObject({
  id: text,
  failures: count,
  nextAt: time.nullable(),
  sendingAt: time.nullable(),
  maybe: z.boolean(),
})

const telling = z.strictObject({
  told: z.strictObject({ level, revision: count, at: time, figure: figure.nullable(), what: text }).nullable(),
  changes: z.array(time),
  count,
  attempt: attempt.nullable(),
})

const earlier = z.strictObject({ figure, at: time }).nullable()

const alert = z.strictObject({
  rule: z.enum(RULES),
  subject: text,
  kind: z.enum(['state', 'event']),
  level: level.nullable(),
  revision: count,
  bad: z.strictObject({ notice: count, warning: count }),
  good: z.strictObject({ passes: count, level: level.nullable() }),
  born: text,
  since: time.nullable(),
  roseAt: time.nullable(),
  changedAt: time,
  at: time,
  what: text,
  figure: figure.nullable(),
  earlier,
  began: earlier,
  quietUntil: time.nullable(),
  channels: byName(telling),
})

const post = z.strictObject({ id: text, at: time, attempt: attempt.nullable() }).nullable()

const channel = z.strictObject({
  failingSince: time.nullable(),
  reason: text.nullable(),
  notBefore: time.nullable(),
  brokenAt: time.nullable(),
  triedAt: time.nullable(),
  digest: attempt.nullable(),
  maybeDigests: z.array(text),
  report: post,
  test: post,
})

const holding = z.strictObject({
  kind: z.enum(['debt', 'collateral', 'position']),
  label: text,
  amount: figure,
  rate: figure.nullable(),
})

const term = z.strictObject({
  label: text,
  value: z.string().max(100_000),
  worse: z.enum(['down', 'up', 'always', 'never']),
  shown: z.enum(['share', 'text']).nullable(),
})

const stand = z.strictObject({ venue: text, source: text, at: time, holdings: byName(holding), terms: byName(term) })

/** The form of the alerts' memory. */
export const memorySchema = z.strictObject({
  version: z.literal(1),
  revision: count,
  alerts: byName(alert),
  channels: byName(channel),
  stands: z.strictObject({ legs: byName(stand), unread: z.array(text) }).nullable(),
})
