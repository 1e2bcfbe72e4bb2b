import { setMaxListeners } from 'node:events'

/**
 * A signal that ends with any of the given ones, or after a time.
 *
 * In place of `AbortSignal.any` and `AbortSignal.timeout`: Node holds those that depend on each other weakly, and once memory is
 * cleared they may never end. Here the timer and the listeners hold what they end.
 *
 * @param ms - null: no time of its own. The timer does not keep the process alive.
 */
export function deadline(ms: number | null, ...signals: readonly AbortSignal[]): AbortSignal {
  return opened(ms, signals).signal
}

/** Work under a deadline of its own; once it is done, nothing of the deadline is left behind. */
export async function withinDeadline<T>(
  ms: number,
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = opened(ms, signals)
  try {
    return await work(own.signal)
  } finally {
    own.close()
  }
}

function opened(
  ms: number | null,
  signals: readonly AbortSignal[],
): { readonly signal: AbortSignal; readonly close: () => void } {
  const [controller, listening] = [new AbortController(), new AbortController()]
  // Every request of a pass listens to the signal of the pass.
  setMaxListeners(0, controller.signal)
  const timer = ms === null ? undefined : setTimeout(() => end(new DOMException('Out of time.', 'TimeoutError')), ms)
  timer?.unref()
  const close = (): void => {
    clearTimeout(timer)
    listening.abort()
  }
  const end = (reason: unknown): void => {
    close()
    controller.abort(reason)
  }
  for (const signal of signals) {
    if (signal.aborted) end(signal.reason)
    else signal.addEventListener('abort', () => end(signal.reason), { once: true, signal: listening.signal })
  }
  return { signal: controller.signal, close }
}
