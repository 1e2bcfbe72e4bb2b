import type { Changes } from '../risk/changes.ts'
import type { Findings } from '../risk/findings.ts'

/** What a format may know besides the findings. */
export type Surroundings = {
  /** Whether escape codes for colours may be used. */
  readonly colour: boolean
  /** Banners for the head of the report: a demo, a sandbox, a snapshot of another day. */
  readonly banners: readonly string[]
  /** What is different from the last report; null: there is none to compare with. Absent: not asked for. */
  readonly changes?: Changes | null | undefined
}

/** A way to write findings down. Pure: findings to a text. */
export type Format = {
  readonly name: string
  readonly render: (findings: Findings, surroundings: Surroundings) => string
}
