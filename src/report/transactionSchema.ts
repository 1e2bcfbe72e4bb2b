import { z } from 'zod'

/** The shape of `transactions` in `rescue --tx --format json`. */

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/)
const wei = z.string().regex(/^\d+$/)

const transaction = z.strictObject({
  what: z.enum(['withdraw', 'reset', 'approve', 'repay']),
  sentence: z.string(),
  chainId: z.number().int(),
  from: address,
  to: address,
  value: wei.describe('wei'),
  data: z.string().regex(/^0x([0-9a-f]{2})+$/),
  call: z.strictObject({
    signature: z.string(),
    arguments: z.array(z.strictObject({ name: z.string(), value: z.string() })).describe('decoded from data'),
  }),
})

export const transactionsSchema = z
  .strictObject({
    withheld: z.array(z.string()).describe('why none is built at all; empty where they are'),
    cautions: z.array(z.string()),
    steps: z
      .array(
        z.strictObject({
          from: z.string().describe('id of the cash, or of the leg whose margin is moved'),
          to: z.string().describe('id of the leg'),
          byHand: z.string().nullable().describe('why there is none but that of a withdrawal, if at all; null where there is'),
          sentence: z.string().nullable().describe('what to do by hand'),
          contractBy: z
            .enum(['published', 'settings', 'node'])
            .nullable()
            .describe("who says that the contract is the market's: the Aave address book, the settings, or the node alone"),
          transactions: z.array(transaction).describe('unsigned, in the order in which they are sent'),
        }),
      )
      .describe('in the order of the moves'),
  })
  .nullable()
  .describe('null: not asked for')

export type TransactionsJson = z.infer<typeof transactionsSchema>
