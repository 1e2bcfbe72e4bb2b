import type { RiskView } from '../risk/view.ts'

/** What a format may know besides the view. */
export type Surroundings = {
  /** Whether escape codes for colours may be used. */
  readonly colour: boolean
  /** Banners for the head of the report: a demo, a sandbox, a snapshot of another day. */
  readonly banners: readonly string[]
}

/** A way to write a risk view down. Pure: a view to a text. */
export type Format = {
  readonly name: string
  readonly render: (view: RiskView, surroundings: Surroundings) => string
}
