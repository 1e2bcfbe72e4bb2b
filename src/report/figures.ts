import { z } from 'zod'

/** The smallest parts of the JSON report's schema. */

export const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('a plain decimal number as text')
export const maybe = decimal.nullable()
export const side = z.enum(['down', 'up'])

export const liquidation = z.strictObject({
  symbol: z.string().nullable().describe('the market of a futures leg whose price moves alone'),
  asset: z.string().nullable().describe('the label of the asset of a loan whose oracle price moves alone'),
  key: z.string().nullable().describe('the identity of that asset'),
  factor: z.string().nullable().describe('the factor that moves, with everything that depends on it'),
  side,
  price: maybe,
  move: decimal,
  exact: z.boolean().describe('false where the price is only proven safe and the true end may lie further'),
})
