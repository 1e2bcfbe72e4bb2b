import type { CompiledQuery } from 'kysely'

/** One step of a write. */
export type Step = {
  readonly query: CompiledQuery
  /** How many rows it must return or change; else nothing of the write stays. Absent: any number. */
  readonly expect?: number
}

/** What became of a write. */
export type Written = {
  /** The step that was not as expected: then nothing was written. null: all of it was. */
  readonly undone: number | null
  /** Rows returned or changed by each step that ran. */
  readonly counts: readonly number[]
}

/** What the store asks of a database: queries of its own dialect in, plain rows out. */
export type SqlDatabase = {
  /** @throws StoreError within the deadline. */
  readonly rows: <Row>(query: CompiledQuery<Row>) => Promise<readonly Row[]>
  /**
   * ONE transaction, which holds the right to write from its first step on.
   *
   * @throws StoreError within the deadline; then nothing was written, unless the message says that it may have been.
   */
  readonly write: (steps: readonly Step[]) => Promise<Written>
  /** Never rejects. */
  readonly close: () => Promise<void>
}
