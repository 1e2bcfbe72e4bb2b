import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ground, hasStrace, type KillPoint } from './killPoint.ts'
import { type Program, program } from './program.ts'
import { openReceiver, type Receiver } from './receiver.ts'
import { STORIES } from './stories.ts'
import { prepared, tryKill } from './tryKill.ts'

/** Some of the points at which `npm run kill` kills, from the beginning to the end of a pass. */

/** Calls of the file's thread and of the main thread where strace counts them; changes seen from outside where it is missing. */
const COUNTED: readonly KillPoint[] = hasStrace()
  ? [...[4, 40, 90].map((n) => ({ by: 'file', n }) as const), ...[20, 27].map((n) => ({ by: 'socket', n }) as const)]
  : [2, 10, 25, 40].map((n) => ({ by: 'folder', n }) as const)

const POINTS: readonly KillPoint[] = [
  ...COUNTED,
  { by: 'connected', n: 1 },
  { by: 'arrived', n: 1 },
  { by: 'answered', n: 1 },
  { by: 'line', n: 1 },
]

let built: Program
let receiver: Receiver
let ground: Ground
beforeAll(async () => {
  built = await program()
  receiver = await openReceiver()
  ground = { program: built.path, receiver }
})
afterAll(async () => {
  await receiver.close()
  built.remove()
})

describe.each(STORIES)('$name', (story) => {
  test('killed anywhere: nothing told as stored is missing, no alarm is lost, and what comes twice says so', async () => {
    const ready = await prepared(story, ground)
    let killed = 0
    for (const point of POINTS) {
      const tried = await tryKill(ready, point, ground)
      expect(tried.problems, `${point.by} ${point.n}`).toEqual([])
      if (tried.killed) killed++
    }
    ready.remove()
    // Were the points beyond the end of a pass, nothing would have been proven.
    expect(killed).toBeGreaterThanOrEqual(POINTS.length - 2)
  })

  test('let be, it tells once what is due', async () => {
    const ready = await prepared(story, ground)
    const never: KillPoint = { by: 'line', n: 1_000 }
    expect(await tryKill(ready, never, ground)).toEqual({ killed: false, repeats: 0, stored: 1, problems: [] })
    ready.remove()
  })
})
