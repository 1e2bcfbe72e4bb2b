import type { Band } from './band.ts'
import type { Decimal } from './decimal.ts'

/** A leg that was read twice. */
export type LegPair<Leg> = { readonly before: Leg; readonly now: Leg }

/** An amount that a leg holds or owes, whole units. */
export type Amount = {
  /** Unique in the leg, and the same in every reading. */
  readonly key: string
  readonly what: 'supplied' | 'debt' | 'margin' | 'order-margin' | 'position'
  /** The asset's or market's label: foreign text. */
  readonly label: string
  /** Above 0 for all but margin. */
  readonly value: Decimal
}

/** What decides, besides prices and amounts, when the leg dies: the venue's terms, and the account's own switches. */
export type Term = {
  /** Unique in the leg, and the same in every reading. */
  readonly key: string
  readonly what:
    | 'threshold'
    | 'ltv'
    | 'bonus'
    | 'e-mode'
    | 'revision'
    | 'state'
    | 'collateral'
    | 'factor'
    | 'tiers'
    | 'haircut'
    | 'rules'
    | 'liquidation'
  /** The asset's or market's label, foreign text; null: of the leg as a whole. */
  readonly label: string | null
  /** A share of 1 as decimal text, or a text that can only be compared. */
  readonly value: string
}

/** How a kind of leg goes from one reading to the next, cause by cause. Pure: every function gives a new leg. */
export type LegKind<Leg> = {
  readonly amounts: (leg: Leg) => readonly Amount[]
  readonly terms: (leg: Leg) => readonly Term[]
  /** As it was before, at the prices of now. What is gone keeps the price it had. */
  readonly priced: (pair: LegPair<Leg>) => Leg
  /** What the rates let an amount grow by; null: not known. @param seconds - Not below 0. */
  readonly expected: (pair: LegPair<Leg>, amount: Amount, seconds: bigint) => Band | null
  /** What the venue's own rounding may add to an amount or take from it. */
  readonly rounding: (leg: Leg, amount: Amount) => Decimal
  /** With amounts grown by what the map says of their keys. */
  readonly grown: (leg: Leg, by: ReadonlyMap<string, Decimal>) => Leg
  /** As it is now, on the terms of before; what is new has its own. */
  readonly moved: (pair: LegPair<Leg>) => Leg
  /** Without the venue's own figures, which are of one reading alone. */
  readonly bare: (leg: Leg) => Leg
}
