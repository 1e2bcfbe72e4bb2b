/** What a child is sent to do: passes of a watch, one after the other. */
export type Errand = {
  /** The file of the history. */
  readonly history: string
  /** Where messages go. */
  readonly url: string
  /** What its clock says as it begins, milliseconds since 1970. */
  readonly at: number
  /** The price that it reads, whole dollars. */
  readonly eth: number
  /** A minute apart by its clock; `due` is a report where one is due by then, else a look. */
  readonly turns: readonly ('look' | 'report' | 'due')[]
  /** How long it waits for its history, milliseconds. */
  readonly patienceMs: number
  /** Whose passes it counts at its end; null: it counts none. */
  readonly count: { readonly from: number; readonly to: number } | null
}

/** What a child says, a line each. All else that it says is its log. */
export const SAYS = {
  /** Something unexpected, which is a bug. */
  bug: 'bug ',
  /** What its history did by itself. */
  notice: 'notice ',
  /** How its last turn went, as JSON of `TurnOutcome`'s `how`, `notStored`, `untold`. */
  over: 'over ',
  /** How many passes the history holds of those asked for. */
  passes: 'passes ',
} as const

/** A line of the log that tells a pass as stored. */
export function tellsStored(line: string): boolean {
  return /^(look|report): .*, stored(,|$)/.test(line)
}
