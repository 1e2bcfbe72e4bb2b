import { type Memory, memoryText, parseMemory } from '../alerts/memory.ts'
import { StoreError } from '../errors.ts'

/** Everything a watch carries from turn to turn, in the process and, as one text, in the store. */
export type Recollection = {
  /** Counts commits, stored or not: of two recollections the one with more of them is the newer. */
  readonly turns: number
  readonly memory: Memory
  /** When the last report was made, milliseconds since 1970, or when the first pass was: reports are promised since. null: none yet. */
  readonly lastReportAt: number | null
  /** Fingerprints of the book's wallets. Empty: it has none. */
  readonly places: readonly string[]
}

/** The text that the store keeps. */
export function recollectionText({ turns, memory, lastReportAt, places }: Recollection): string {
  return JSON.stringify({ turns, lastReportAt, places, memory: memoryText(memory) })
}

/** @throws StoreError when the text is none of ours. */
export function parseRecollection(text: string): Recollection {
  const { turns, memory, lastReportAt, places } = fieldsOf(text)
  const whole = (value: unknown): value is number => Number.isSafeInteger(value)
  const texts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string')
  if (!whole(turns) || typeof memory !== 'string' || !(lastReportAt === null || whole(lastReportAt)) || !texts(places))
    throw unreadable()
  return { turns, memory: parseMemory(memory), lastReportAt, places }
}

type Fields = { readonly [field in keyof Recollection]?: unknown }

function fieldsOf(text: string): Fields {
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
