import { type Memory, memoryText, parseMemory } from '../alerts/memory.ts'
import { StoreError } from '../errors.ts'

/** Everything a watch carries from turn to turn, in the process and, as one text, in the store. */
export type Recollection = {
  /** Counts commits, stored or not: of two recollections the one with more of them is the newer. */
  readonly turns: number
  readonly memory: Memory
  /** When the last report was made, milliseconds since 1970, or when the first pass was: reports are promised since. null: none yet. */
  readonly lastReportAt: number | null
}

/** The text that the store keeps. */
export function recollectionText({ turns, memory, lastReportAt }: Recollection): string {
  return JSON.stringify({ turns, lastReportAt, memory: memoryText(memory) })
}

/** @throws StoreError when the text is none of ours. */
export function parseRecollection(text: string): Recollection {
  const { turns, memory, lastReportAt } = fieldsOf(text)
  const whole = (value: unknown): value is number => Number.isSafeInteger(value)
  if (!whole(turns) || typeof memory !== 'string' || !(lastReportAt === null || whole(lastReportAt))) throw unreadable()
  return { turns, memory: parseMemory(memory), lastReportAt }
}

function fieldsOf(text: string): { readonly turns?: unknown; readonly memory?: unknown; readonly lastReportAt?: unknown } {
  try {
    const raw: unknown = JSON.parse(text)
    if (typeof raw === 'object' && raw !== null) return raw
  } catch {
    // Said below.
  }
  throw unreadable()
}

function unreadable(): StoreError {
  return new StoreError('What the watch remembers cannot be read.', 'It begins anew: what still stands is told again.')
}
