import type { Worker } from 'node:worker_threads'
import { withinDeadline } from '../deadline.ts'
import { StoreError } from '../errors.ts'
import type { SqliteAnswer, SqliteCall, SqliteResult, SqliteSettings, SqliteWork } from './sqliteMessage.ts'
import { startWorker } from './startWorker.ts'

/** The thread that holds a file, seen from the event loop. */
export type SqliteThread = {
  /** @throws StoreError after the given time at the latest. */
  readonly ask: (work: SqliteWork, ms: number) => Promise<SqliteResult>
  /** Ends the thread; waits at most the given time for what it is at. Never rejects. */
  readonly end: (ms: number) => Promise<void>
}

/** What the thread needs from here. */
export type ThreadTools = { readonly now: () => number; readonly onNotice: (sentence: string) => void }

/** A call that was not answered yet. */
type Call = {
  readonly number: number
  readonly work: SqliteWork
  readonly keep: (result: SqliteResult) => void
  readonly refuse: (error: StoreError) => void
}

const HINT = 'Look at the disk, and at what else has the file open. Alerts go out all the same.'

/**
 * One call after the other, each with a deadline of its own. One that missed it is given up: it is never begun, or undone at its end
 * if that is still possible. Until the thread answers again every other one fails at once: waiting in line would only add up.
 */
export function sqliteThread(settings: Omit<SqliteSettings, 'abandoned'>, tools: ThreadTools): SqliteThread {
  const abandoned = new SharedArrayBuffer(4)
  const given = new Int32Array(abandoned)
  const waiting: Call[] = []
  let worker: Worker | null = null
  let current: Call | null = null
  let stuck = false
  let ended = false
  let count = 0
  const error = (what: string, hint = HINT): StoreError => new StoreError(`The history ${settings.path} ${what}.`, hint)

  const start = (): Worker => {
    const started = startWorker({ ...settings, abandoned })
    started.on('message', (message: SqliteAnswer) => {
      if ('notice' in message) return tools.onNotice(message.notice)
      const call = current
      if (call === null || call.number !== message.number) return
      if ('result' in message) call.keep(message.result)
      else call.refuse(new StoreError(message.fault.message, message.fault.hint))
      next()
    })
    const lost = (): void => {
      if (worker !== started) return
      worker = null
      current?.refuse(
        error('broke off: its thread ended', 'It is begun again with the next call. If it stays so, please report it.'),
      )
      next()
    }
    started.on('error', lost)
    started.on('exit', lost)
    return started
  }

  const next = (): void => {
    stuck = false
    current = waiting.shift() ?? null
    // Only a call that somebody waits for keeps the process alive.
    if (current === null) {
      worker?.unref()
      return
    }
    worker ??= start()
    worker.ref()
    worker.postMessage({ number: current.number, now: tools.now(), work: current.work } satisfies SqliteCall)
  }

  const giveUp = (call: Call, ms: number): void => {
    const place = waiting.indexOf(call)
    if (place >= 0) waiting.splice(place, 1)
    else if (current === call) {
      stuck = true
      Atomics.store(given, 0, call.number)
      for (const other of waiting.splice(0)) other.refuse(error('does not answer'))
    }
    const late = call.work.kind === 'write' && current === call ? '; in the worst case it still writes what it was given' : ''
    call.refuse(error(`did not answer within ${ms / 1000} s${late}`))
  }

  const ask = (work: SqliteWork, ms: number): Promise<SqliteResult> =>
    withinDeadline(
      ms,
      [],
      (signal) =>
        new Promise<SqliteResult>((keep, refuse) => {
          if (ended) return refuse(error('is closed', 'This is a bug: please report it.'))
          if (stuck) return refuse(error('still does not answer'))
          const call: Call = { number: ++count, work, keep, refuse }
          // An answer that came while this process was busy elsewhere is taken first.
          signal.addEventListener('abort', () => setImmediate(() => giveUp(call, ms)), { once: true })
          waiting.push(call)
          if (current === null) next()
        }),
    )

  return {
    ask,
    end: async (ms) => {
      if (ended) return
      const last = worker === null || stuck ? Promise.resolve(null) : ask({ kind: 'close' }, ms)
      ended = true
      await last.catch(() => null)
      const leaving = worker
      worker = null
      // One that hangs in the disk ends when the disk lets go: not waited for.
      const gone = leaving?.terminate()
      if (!stuck) await gone
      leaving?.unref()
    },
  }
}
