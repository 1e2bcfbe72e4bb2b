import type { Clock } from '../../src/clock.ts'

type Sleeper = { readonly at: number; readonly wake: () => void }

/** A clock that moves only when it is told to, and wakes whoever slept until then in the right order. */
export type SimulatedClock = Clock & {
  /** Lets time pass, from one sleeper to the next; what wakes may work (real sockets, real files) before time goes on. */
  readonly pass: (ms: number) => Promise<void>
  /** The time of day is set, as by a user or a time server; steady time is not. */
  readonly step: (ms: number) => void
  /** The machine sleeps: the time of day goes on, steady time and all timers stand. */
  readonly suspend: (ms: number) => void
  /** Marks work, during which time stands unless it waits for nothing but the clock. */
  readonly during: <T>(work: Promise<T>) => Promise<T>
}

/** Real milliseconds after which work that did not end is taken to wait for the clock alone. */
const PATIENCE_MS = 250

/** @param patienceMs - Long where all that is marked works for real and none of it waits for the clock: then no machine is too slow. */
export function simulatedClock(start: number, patienceMs = PATIENCE_MS): SimulatedClock {
  let steady = 0
  let offset = start
  let working = 0
  const sleepers = new Set<Sleeper>()

  const settled = async (): Promise<void> => {
    const began = performance.now()
    // What was just woken gets its turns of the event loop before anybody looks whether it works.
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
    while (working > 0 && performance.now() - began < patienceMs) await new Promise((resolve) => setTimeout(resolve, 1))
  }

  return {
    now: () => offset + steady,
    steady: () => steady,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const sleeper: Sleeper = { at: steady + Math.max(0, ms), wake }
        function wake(): void {
          sleepers.delete(sleeper)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        sleepers.add(sleeper)
        signal.addEventListener('abort', wake, { once: true })
      }),
    pass: async (ms) => {
      const end = steady + ms
      for (;;) {
        await settled()
        const next = [...sleepers].sort((a, b) => a.at - b.at)[0]
        if (next === undefined || next.at > end) break
        steady = Math.max(steady, next.at)
        next.wake()
      }
      steady = end
      await settled()
    },
    step: (ms) => {
      offset += ms
    },
    suspend: (ms) => {
      offset += ms
    },
    during: async (work) => {
      working++
      try {
        return await work
      } finally {
        working--
      }
    },
  }
}
