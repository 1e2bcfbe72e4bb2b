type Flight = { readonly answer: Promise<unknown>; readonly signal: AbortSignal }

const FLIGHTS = new Map<string, Flight>()

/**
 * Runs what is asked for under a name once for all who ask while it is under way: the accounts of one venue want the same tables at the
 * same moment. A failure is everybody's, unless it is only that whoever asked first no longer waits.
 *
 * @param name - Names what is asked and where; everything under one name has one type.
 */
export async function oneFlight<T>(name: string, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  const under = FLIGHTS.get(name)
  if (under !== undefined) {
    try {
      return (await under.answer) as T
    } catch (error) {
      if (!under.signal.aborted) throw error
      return ask()
    }
  }
  const answer = ask()
  const flight = { answer, signal }
  FLIGHTS.set(name, flight)
  try {
    return await answer
  } finally {
    FLIGHTS.delete(name)
  }
}
