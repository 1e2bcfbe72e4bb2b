import type { World } from './world.ts'

/** Nobody is told of what takes less. */
const PATIENCE_MS = 1000

/** Does the work, and says on stderr what is going on when it takes longer than a second and somebody watches. */
export async function withProgress<T>(what: string, work: () => Promise<T>, { watched, err }: World): Promise<T> {
  const timer = watched ? setTimeout(() => err(`${what} ...\n`), PATIENCE_MS) : null
  try {
    return await work()
  } finally {
    if (timer !== null) clearTimeout(timer)
  }
}
