import type { Clock } from '../../src/clock.ts'

type Sleeper = { readonly at: number; readonly of: object; readonly wake: () => void }

/** Simulated time for processes whose work takes none of it: nothing but memory and promises. */
export type Time = {
  readonly now: () => number
  readonly steady: () => number
  /** The clock of one process, and how to end it: then nothing of it ever wakes again. */
  readonly process: () => { readonly clock: Clock; readonly kill: () => void }
  /** The time of day is set; steady time goes on. */
  readonly step: (ms: number) => void
  /** Lets steady time pass until a moment. */
  readonly until: (steady: number) => Promise<void>
}

export function timeFrom(start: number): Time {
  let steady = 0
  let offset = start
  let sleepers: Sleeper[] = []
  /** All that was woken has come to rest: it waits for time alone. */
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    now: () => offset + steady,
    steady: () => steady,
    process: () => {
      const of = {}
      let dead = false
      const sleep: Clock['sleep'] = (ms, signal) =>
        new Promise((resolve) => {
          if (dead) return
          if (signal.aborted) return resolve()
          const sleeper: Sleeper = { at: steady + Math.max(0, ms), of, wake }
          function wake(): void {
            sleepers = sleepers.filter((one) => one !== sleeper)
            signal.removeEventListener('abort', wake)
            if (!dead) resolve()
          }
          sleepers.push(sleeper)
          signal.addEventListener('abort', wake, { once: true })
        })
      return {
        clock: { now: () => offset + steady, steady: () => steady, sleep },
        kill: () => {
          dead = true
          sleepers = sleepers.filter((one) => one.of !== of)
        },
      }
    },
    step: (ms) => {
      offset += ms
    },
    until: async (end) => {
      await settled()
      for (;;) {
        const next = sleepers.reduce<Sleeper | null>((first, one) => (first === null || one.at < first.at ? one : first), null)
        if (next === null || next.at > end) break
        steady = Math.max(steady, next.at)
        next.wake()
        await settled()
      }
      steady = end
    },
  }
}
