import { parentPort, workerData } from 'node:worker_threads'
import { sqliteFault } from './sqliteFault.ts'
import type { SqliteAnswer, SqliteCall, SqliteResult, SqliteSettings } from './sqliteMessage.ts'
import { type SqliteTurn, sqliteSession } from './sqliteSession.ts'

/** The entry of the thread that holds the file: SQLite waits for locks and disks here, and nobody else waits with it. */

const settings = workerData as SqliteSettings
const abandoned = new Int32Array(settings.abandoned)
const answer = (message: SqliteAnswer): void => parentPort?.postMessage(message)
const session = sqliteSession(settings, (notice) => answer({ notice }))

parentPort?.on('message', ({ number, now, work }: SqliteCall) => {
  const turn: SqliteTurn = { now, abandoned: () => Atomics.load(abandoned, 0) >= number }
  try {
    answer({ number, result: resultOf(turn, work) })
  } catch (error) {
    const { message, hint } = sqliteFault(settings.path, error)
    answer({ number, fault: { message, hint } })
  }
})

function resultOf(turn: SqliteTurn, work: SqliteCall['work']): SqliteResult {
  if (work.kind === 'rows') return session.rows(turn, work.statement)
  if (work.kind === 'write') return session.write(turn, work.steps)
  if (work.kind === 'open') session.open(turn)
  else session.close()
  return null
}
