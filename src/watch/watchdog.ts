import { Worker } from 'node:worker_threads'

/** Steps of a second in which the watched thread has not moved before the process is ended. */
const DEFAULT_STEPS = 120

/**
 * The dog runs in a thread of its own, so that it sees what nothing in the watched thread can: a loop that never pauses. It counts its
 * own steps instead of reading a clock: a machine that sleeps stops both.
 */
const DOG = `
const { workerData } = process.getBuiltinModule('node:worker_threads')
const { writeSync } = process.getBuiltinModule('node:fs')
const beats = new Int32Array(workerData.beats)
let seen = Atomics.load(beats, 0)
let still = 0
setInterval(() => {
  const now = Atomics.load(beats, 0)
  still = now === seen ? still + 1 : 0
  seen = now
  if (still < workerData.steps) return
  writeSync(2, workerData.last)
  process.kill(process.pid, 'SIGKILL')
}, workerData.stepMs)
`

/**
 * Ends the process, loudly, when its main thread has not paused for so many steps: whoever started it starts it again, and the
 * dead-man's switch is heard meanwhile.
 *
 * @param tell - Told when there is no dog any more: the watch goes on without one.
 * @returns Calls the dog off.
 */
export function watchdog(tell: (sentence: string) => void, { steps = DEFAULT_STEPS, stepMs = 1_000 } = {}): () => Promise<void> {
  const beats = new SharedArrayBuffer(4)
  const counter = new Int32Array(beats)
  const last = `hullmark has been busy for ${Math.round((steps * stepMs) / 1000)} s without a pause, which is a bug of ours: it ends itself, so that it can be started again.\n`
  const dog = new Worker(DOG, { eval: true, workerData: { beats, steps, stepMs, last }, stdout: false, stderr: false })
  dog.on('error', () => tell('The watchdog is gone: a loop that never pauses would not be noticed any more.'))
  dog.unref()
  const beat = setInterval(() => Atomics.add(counter, 0, 1), stepMs / 2)
  beat.unref()
  return async () => {
    clearInterval(beat)
    await dog.terminate()
  }
}
