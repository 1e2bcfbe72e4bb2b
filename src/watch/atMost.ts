import type { Clock } from '../clock.ts'

/**
 * Waits for work, but no longer than it may take.
 *
 * @param ms - Milliseconds.
 * @returns null: it has not ended by then. Whatever comes of it later is nobody's business here.
 * @throws What the work throws in time.
 */
export async function atMost<T>(clock: Clock, ms: number, work: Promise<T>): Promise<{ readonly value: T } | null> {
  const timer = new AbortController()
  try {
    return await Promise.race([work.then((value) => ({ value })), clock.sleep(ms, timer.signal).then(() => null)])
  } finally {
    timer.abort()
  }
}
