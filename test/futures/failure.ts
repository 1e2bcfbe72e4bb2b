import type { TrackerError } from '../../src/errors.ts'
import type { Change, Opened } from './openAccount.ts'

/** The error of a reading that must fail. */
export function failure(opened: Opened, change?: Change): Promise<TrackerError> {
  return opened.read(change).then(
    () => {
      throw new Error('it was read')
    },
    (error: TrackerError) => error,
  )
}

/** Everything an error could show, however it is written out. */
export function shown(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? shown(error.cause) : ''
  return [String(error), JSON.stringify(error), (error as Error).stack, cause].join('\n')
}
