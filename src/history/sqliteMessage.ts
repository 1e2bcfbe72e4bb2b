import type { Written } from './sqlDatabase.ts'

/** What the store and the thread that holds the file say to each other: plain values only. */

/** A query in SQLite's dialect. */
export type Statement = { readonly sql: string; readonly parameters: readonly unknown[] }

export type StatementStep = Statement & { readonly expect: number | null }

/** How the thread is begun. */
export type SqliteSettings = {
  readonly path: string
  readonly busyMs: number
  /** Schema versions 1, 2, ... as statements. */
  readonly migrations: readonly (readonly Statement[])[]
  /** Holds the number of the newest call that nobody waits for any more. @see sqliteThread */
  readonly abandoned: SharedArrayBuffer
}

export type SqliteWork =
  | { readonly kind: 'open' | 'close' }
  | { readonly kind: 'rows'; readonly statement: Statement }
  | { readonly kind: 'write'; readonly steps: readonly StatementStep[] }

/** `now` is our clock, milliseconds since 1970. */
export type SqliteCall = { readonly number: number; readonly now: number; readonly work: SqliteWork }

export type SqliteResult = readonly unknown[] | Written | null

export type SqliteAnswer =
  | { readonly number: number; readonly result: SqliteResult }
  | { readonly number: number; readonly fault: { readonly message: string; readonly hint: string } }
  | { readonly notice: string }
