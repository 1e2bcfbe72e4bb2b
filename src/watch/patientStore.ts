import type { Clock } from '../clock.ts'
import { StoreError } from '../errors.ts'
import type { Store } from '../history/store.ts'
import { atMost } from './atMost.ts'

/** What a call to the store came to. A fault is one sentence for the user. */
export type Stored<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: string }

/** The store as the watch uses it: opened when first needed and again after a fault, never waited for longer than its patience. */
export type PatientStore = {
  readonly ask: <T>(work: (store: Store) => Promise<T>) => Promise<Stored<T>>
  /** How many calls were not answered in their time so far. */
  readonly unanswered: () => number
  readonly close: () => Promise<void>
}

/** What a patient store needs. */
export type PatientTools = {
  readonly clock: Clock
  /** How long an alarm may wait for a disk, milliseconds. */
  readonly patienceMs: number
  readonly onBug: (error: unknown) => void
}

/** How long a call waits while an earlier one still has no answer: the waits of a turn must not add up before an alarm. */
const HASTE_MS = 1_000

/**
 * Wraps a store so that nothing waits for it: a call that fails, or does not answer in time, is a sentence. What was asked of it
 * may still be done later; calls are done in their order.
 *
 * @see RELIABILITY rule 2
 */
export function patientStore(open: () => Promise<Store>, { clock, patienceMs, onBug }: PatientTools): PatientStore {
  let opened: Promise<Store> | null = null
  let unanswered = 0
  let overdue = 0

  const faultOf = (error: unknown): string => {
    if (error instanceof StoreError) return `${error.message} ${error.hint}`
    onBug(error)
    return 'The history failed for a reason that nobody expected, which is a bug of ours.'
  }

  return {
    ask: async (work) => {
      opened ??= open()
      const mine = opened
      const done = mine.then(work).then(
        (value) => ({ ok: true as const, value }),
        (error: unknown) => {
          // A store that could not be opened is opened anew next time.
          mine.catch(() => {
            if (opened === mine) opened = null
          })
          return { ok: false as const, fault: faultOf(error) }
        },
      )
      const ms = overdue === 0 ? patienceMs : Math.min(HASTE_MS, patienceMs)
      const answer = await atMost(clock, ms, done)
      if (answer !== null) return answer.value
      unanswered++
      overdue++
      void done.then(() => {
        overdue--
      })
      return { ok: false, fault: 'The history did not answer in time.' }
    },
    unanswered: () => unanswered,
    close: async () => {
      const store = await opened?.catch(() => null)
      await store?.close().catch(onBug)
    },
  }
}
