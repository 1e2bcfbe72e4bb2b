import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { STORES } from '../../src/history/stores.ts'
import { storeContract } from './storeContract.ts'

storeContract('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hullmark-history-'))
  return {
    // Patient: a loaded machine may hold a write lock for longer than a watch would wait. Impatience is tested in sqliteLocked.
    open: (now) =>
      STORES.sqlite(join(folder, 'history.db'), { now, onNotice: () => undefined, busyMs: 60_000, deadlineMs: 60_000 }),
    remove: () => rm(folder, { recursive: true }),
  }
})
