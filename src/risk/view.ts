import type { Age } from './age.ts'
import type { Anchoring } from './anchoring.ts'
import type { Carry } from './carry.ts'
import type { Corridor } from './corridor.ts'
import type { Decimal } from './decimal.ts'
import type { Grade } from './grade.ts'
import type { Cash, Gap } from './leg.ts'
import type { Circumstances } from './marginAccount.ts'
import type { Agreement, Check } from './reconcile.ts'
import type { Direction } from './slackLine.ts'
import type { Solvency } from './solvency.ts'
import type { Source } from './source.ts'
import type { Totals } from './totals.ts'

/** One way for a leg to die: one price alone (exact, by the venue's rule), or a factor with all that depends on it. */
export type Liquidation = {
  /** The market's symbol, for futures. */
  readonly symbol: string | null
  /** The asset's symbol, for a loan. A label: the key is in `key`. */
  readonly asset: string | null
  readonly key: string | null
  /** The factor that moves; `ALL` for all market factors together; null where one price alone moves. */
  readonly factor: string | null
  readonly side: Direction
  /** USD (settle coin for futures), the last price at which the venue does not liquidate; null for a factor. */
  readonly price: Decimal | null
  /** -0.2 is a fall of 20 %. */
  readonly move: Decimal
  /** False where the price is only proven safe and the true end may lie further, never nearer. */
  readonly exact: boolean
}

/** An open order that does not do what its owner may think. */
export type StopFault = {
  readonly symbol: string
  readonly side: 'long' | 'short'
  /**
   * `beyond-liquidation`: the venue liquidates before the stop is reached. `may-flip`: what the orders close together is more than the
   * position, and they are not reduce-only, so the rest opens the other side.
   */
  readonly fault: 'beyond-liquidation' | 'may-flip'
  /** The price that sets the stop off; null for `may-flip`. */
  readonly trigger: Decimal | null
  /** The last price at which the venue does not liquidate, all other prices as they are; null for `may-flip`. */
  readonly liquidation: Decimal | null
}

/** A leg as the reader sees it. */
export type LegView = Solvency & {
  readonly id: string
  readonly venue: string
  readonly kind: 'lending' | 'futures'
  readonly grade: Grade
  /** The contract's own version, where it tells one: the rounding follows it. */
  readonly revision: number | null
  readonly liquidation: readonly Liquidation[]
  /** Whether a maintenance table does not meet: then the leg is `notice` at best. */
  readonly unmet: boolean
  readonly agreement: Agreement
  readonly checks: readonly Check[]
  readonly source: Source
  readonly age: Age
  /** The symbol of the coin that an exchange's pool settles in; null: a loan. */
  readonly settle: string | null
  /** Of an exchange's pool; null: the venue was not asked, or it is a loan. */
  readonly circumstances: Circumstances | null
  /** Open orders that do not do what their owner may think. */
  readonly stopFaults: readonly StopFault[]
  /** What the reader must know besides the numbers: paused reserves, e-mode, coins at par. */
  readonly notes: readonly string[]
}

/** The first liquidation of anything. */
export type FirstLiquidation = {
  readonly legs: readonly string[]
  readonly factor: string
  readonly direction: Direction
  readonly move: Decimal
  /** Of the one market or asset that the factor moves there; null where several prices move. */
  readonly price: Decimal | null
  /** Whose price that is, by its venue's label: `ETHUSDT`, `wstETH`; null without a price. */
  readonly priceOf: string | null
  /** Whether several legs die at the same point, or which of them is first depends on whose price is believed. */
  readonly ambiguous: boolean
}

/** Why the verdict has its grade: the measure that is worst. */
export type Reason = 'tripped' | 'market' | 'peg' | 'days' | 'tiers' | 'health' | 'unknown' | 'none'

export type Verdict = {
  readonly grade: Grade
  readonly reason: Reason
  /** False when anything could not be read, or a figure is disputed: then `room` is null and `atMost` a bound. */
  readonly complete: boolean
  /** The move to the first liquidation by market factors; null when incomplete or when there is none. */
  readonly room: Decimal | null
  /** The room that the known legs prove: the true one is not larger. Null when complete, or when they prove nothing. */
  readonly atMost: Decimal | null
  readonly firstLiquidation: FirstLiquidation | null
  /** The nearest peg or basis, when it is what decides the grade. */
  readonly firstPeg: FirstLiquidation | null
  /** Days until interest and funding alone liquidate something, prices still, at the worse end of the rates; null: never, or not known. */
  readonly days: Decimal | null
  /** What the legs whose rates are known prove where others are not: the true days are not more. Null when all are known, or never. */
  readonly daysAtMost: Decimal | null
}

/** Everything hullmark says of a book, in numbers; the report puts it into words. */
export type RiskView = {
  readonly book: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly verdict: Verdict
  readonly legs: readonly LegView[]
  readonly corridors: readonly Corridor[]
  /** min over market shocks of min(1/floor, ceiling); 1 when a leg is dead; null without a trigger or when incomplete. */
  readonly safetyFactor: Decimal | null
  readonly totals: Totals
  readonly carry: Carry
  /** Where the legs' own prices of a factor differ; empty where they agree. */
  readonly anchoring: readonly Anchoring[]
  readonly cash: readonly Cash[]
  readonly gaps: readonly Gap[]
  readonly notes: readonly string[]
}
