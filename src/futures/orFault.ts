import { TrackerError } from '../errors.ts'

/** The value, or the typed error in its place: for what costs no leg when it is missing. Any other error is thrown. */
export async function orFault<T>(reading: Promise<T>): Promise<T | TrackerError> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof TrackerError) return error
    throw error
  }
}
