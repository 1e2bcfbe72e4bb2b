import { StoreError } from '../errors.ts'
import type { PassRecord } from '../history/store.ts'
import type { Snapshot } from '../risk/leg.ts'
import { parseSnapshot } from '../snapshot.ts'

/** What was read then; null where a version before this one wrote it otherwise. */
export function storedSnapshot({ snapshot }: PassRecord): Snapshot | null {
  try {
    return parseSnapshot(snapshot, 'The last report')
  } catch (error) {
    if (error instanceof StoreError) return null
    throw error
  }
}
