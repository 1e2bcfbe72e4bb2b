import type { Decimal } from './decimal.ts'

/** A value and the logarithm of its growth in a day. */
export type Growing = { readonly usd: Decimal; readonly log: Decimal }
