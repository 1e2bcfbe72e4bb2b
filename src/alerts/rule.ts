import type { Decimal } from '../risk/decimal.ts'

/** How bad something is, from bad to worst. `liquidatable` cannot be silenced. */
export const LEVELS = ['notice', 'warning', 'critical', 'liquidatable'] as const
export type Level = (typeof LEVELS)[number]

/** How bad a level is; null, nothing, is less than any. */
export function rankOf(level: Level | null): number {
  return level === null ? -1 : LEVELS.indexOf(level)
}

/** The worse of two levels. */
export function worseLevel(a: Level | null, b: Level | null): Level | null {
  return rankOf(a) >= rankOf(b) ? a : b
}

/** What an alert can be about. Each is looked for in every pass. */
export const RULES = [
  /** The book's first liquidation by market factors; the grade's own limits. */
  'room',
  /** One leg's own nearest death. */
  'leg',
  /** One factor's corridor, where the book file names limits for it. */
  'factor',
  /** A peg or basis: how far it may still move, or how far it has moved. */
  'peg',
  /** A loan's health. */
  'health',
  /** Days until interest and funding alone liquidate something. */
  'days',
  /** A leg or venue that could not be read. */
  'gap',
  /** Figures that are old though they were read: a frozen head, an old oracle. */
  'stale',
  /** Our figure against the venue's own. */
  'drift',
  /** A position or debt that is gone: liquidated or closed? */
  'vanished',
  /** A loan's oracle and a venue's mark far apart. */
  'divergence',
  /** Thresholds, brackets, an oracle's source or a key's rights changed. */
  'parameters',
  /** A position was opened, or its size, side or collateral changed. */
  'position',
  /** hullmark itself: passes missed, history not stored, a channel that fails for good. */
  'watch',
] as const
export type RuleName = (typeof RULES)[number]

/** Something that a pass found, told apart from everything else by its rule and subject. */
export type Condition = {
  readonly rule: RuleName
  /** What it is about: a leg's id, a factor, a channel's name; empty for the book as a whole. */
  readonly subject: string
  /** null: nothing by itself; it stands here because it `holds` an alert up, and for its figure. */
  readonly level: Level | null
  /**
   * The level that an alert may not fall below yet: the figure is better than that level's limit, but by less than the policy's
   * margin. Absent: `level`.
   */
  readonly holds?: Level
  /** One sentence without a full stop, foreign text already made plain: `futures 14.8 % from liquidation`. Its figures round to the worse side. */
  readonly what: string
  /** The figure that the level was taken from (a room, a health, days), for "was 21.0 %, 6 h ago"; null where there is none. */
  readonly figure: Decimal | null
  /** An event that happened once (a vanished position, a change): told once, never resolved. A state lasts from pass to pass. */
  readonly kind: 'state' | 'event'
  /** Raised in the first pass, whatever its level: what is certain needs no second look. Events always are. Absent: false. */
  readonly certain?: boolean
}

/** An alert's own name: `room`, `leg/binance/main/USDT-cross`. */
export type AlertKey = string

export function keyOf({ rule, subject }: Pick<Condition, 'rule' | 'subject'>): AlertKey {
  return subject === '' ? rule : `${rule}/${subject}`
}
