import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What a watch had met and what it held after so many passes. */
export type Held = {
  readonly passes: number
  readonly gaps: number
  readonly failures: number
  readonly refused: number
  readonly endless: number
  /** All of the four. */
  readonly faults: number
  readonly bugs: number
  /** Bytes after collection. */
  readonly heapUsed: number
  readonly rss: number
}

/**
 * Watches in a process of its own, on a simulated clock.
 *
 * @param passes - After how many passes it is looked at, rising.
 */
export async function memoryAfter(passes: readonly number[]): Promise<readonly Held[]> {
  const script = fileURLToPath(new URL('./manyPasses.ts', import.meta.url))
  // What V8 compiles to run faster is counted as heap, and grows for thousands of passes: nothing that the watch holds.
  const words = ['--expose-gc', '--no-opt', '--import', import.meta.resolve('tsx'), script, ...passes.map(String)]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const code = await new Promise<number | null>((resolve) => {
    child.on('close', resolve)
  })
  if (code !== 0) throw new RangeError(`the watch ended with ${code}`)
  return out
    .trimEnd()
    .split('\n')
    .map((line) => {
      const held = JSON.parse(line) as Omit<Held, 'faults'>
      return { ...held, faults: held.gaps + held.failures + held.refused + held.endless }
    })
}
