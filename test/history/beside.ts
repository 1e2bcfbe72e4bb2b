import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach } from 'vitest'

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url))

/** A process beside the test. */
export type Beside = {
  /** What it said so far, line by line. */
  readonly said: readonly string[]
  /** Resolves with the first line that begins so; rejects when it ended without one. */
  readonly heard: (beginning: string) => Promise<string>
  /** Lets go of what waits for its stdin. */
  readonly letGo: () => void
  readonly kill: () => void
  /** The exit code, or null when it was killed. */
  readonly gone: Promise<number | null>
}

/** Starts processes of `child.ts`; those that still run are killed after each test. */
export function processesBeside(): (task: string, path: string, other?: { name?: string; mostBlocks?: number }) => Beside {
  const started: ChildProcess[] = []
  afterEach(async () => {
    for (const child of started.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  })
  return (task, path, { name = 'a', mostBlocks } = {}) => {
    const words = [process.execPath, '--import', 'tsx', CHILD, task, path, name]
    const limit = mostBlocks === undefined ? '' : `ulimit -S -f ${mostBlocks}; `
    const child = spawn('bash', ['-c', `${limit}exec "$@"`, 'bash', ...words], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TSX_DISABLE_CACHE: '1' },
    })
    started.push(child)
    return besides(child)
  }
}

function besides(child: ChildProcess): Beside {
  const said: string[] = []
  const asked: (() => void)[] = []
  const tell = (): void => {
    for (const each of asked) each()
  }
  if (child.stdout === null) throw new TypeError('no stdout')
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line)
    tell()
  })
  let over = false
  const gone = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      over = true
      tell()
      resolve(code)
    })
  })
  const heard = (beginning: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = said.find((line) => line.startsWith(beginning))
        if (found !== undefined) resolve(found)
        else if (over) reject(new RangeError(`never said "${beginning}": ${said.join(' | ')}`))
      }
      asked.push(look)
      look()
    })
  return { said, heard, letGo: () => child.stdin?.end(), kill: () => child.kill('SIGKILL'), gone }
}
