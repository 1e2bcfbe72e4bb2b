import { plain } from '../report/words.ts'

/** One line of the log, whatever stands in it: a venue's words may hold line feeds and escapes, and end neither the line nor the terminal. */
export function logLine(line: string, now: number): string {
  return `${new Date(now).toISOString()} ${plain(line, MOST)}\n`
}

/** A title and a reason fit in; a page of HTML does not. */
const MOST = 1_000
