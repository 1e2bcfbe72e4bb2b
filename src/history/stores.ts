import { openSqlite } from './sqlite.ts'
import type { OpenStore } from './store.ts'

/** Every kind of store, by its name in the book file. */
export const STORES = {
  sqlite: openSqlite,
} as const satisfies Record<string, OpenStore>
