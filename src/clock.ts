/** Time, as an argument: the machine's, or a simulated one. */
export type Clock = {
  /** The time of day, milliseconds since 1970. It may step, forwards and backwards. */
  readonly now: () => number
  /** Milliseconds that never step backwards, from an arbitrary beginning. It may stand while the machine sleeps. */
  readonly steady: () => number
  /** Resolves after so many milliseconds, or at once when the signal ends; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** The machine's own clock. */
export const CLOCK: Clock = { now: Date.now, steady: () => performance.now(), sleep }

/** The longest wait of one Node timer. */
const LONGEST_MS = 2 ** 31 - 1

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(end, Math.min(Math.max(0, ms), LONGEST_MS))
    signal.addEventListener('abort', end, { once: true })
    function end(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
  })
}
