import type { HistoryLine } from '../history/store.ts'
import { historyCsv } from './historyCsv.ts'
import type { Rhythm } from './historyGap.ts'
import { historyJson } from './historyJson.ts'
import { historyTable } from './historyTable.ts'

/** Every way to write a book's passes down, by its name. */
export const HISTORY_FORMATS = { table: historyTable, csv: historyCsv, json: historyJson } as const satisfies Record<
  string,
  (lines: readonly HistoryLine[], rhythm: Rhythm) => string
>

export type HistoryFormatName = keyof typeof HISTORY_FORMATS
