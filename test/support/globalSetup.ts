import { execFileSync } from 'node:child_process'
import { ensureAnvil } from '../sandbox/ensureAnvil.ts'

/** Before any test: the program as it is shipped, and the chain's program, fetched once. Without either there is nothing to test. */
export async function setup(): Promise<void> {
  execFileSync('npx', ['tsc', '-p', 'tsconfig.json'], { cwd: new URL('../..', import.meta.url), stdio: 'inherit' })
  await ensureAnvil()
}
