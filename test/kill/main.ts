import { hasStrace, type KillPoint, waysToKill } from './killPoint.ts'
import { program } from './program.ts'
import { openReceiver } from './receiver.ts'
import { STORIES } from './stories.ts'
import { prepared, tryKill } from './tryKill.ts'

/**
 * `npm run kill`: kills a pass of the watch at each of its points, one after the other, and looks after each kill whether anything was
 * lost. Ends 0 when nothing was.
 */

/** A child may make a call more or less than the one before it: so many must end by themselves before there are no more points. */
const ENDS = 3

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const strace = hasStrace()
if (!strace) say('strace is not installed: kills come when the folder changes, not before each write')
const built = await program()
const receiver = await openReceiver()
const ground = { program: built.path, receiver }
const sum = { points: 0, failed: 0, stored: 0, repeats: 0, most: 0 }
try {
  for (const story of STORIES) {
    const ready = await prepared(story, ground)
    for (const by of waysToKill(strace)) {
      let points = 0
      let ended = 0
      for (let n = 1; ended < ENDS; n++) {
        const point: KillPoint = { by, n }
        const { killed, repeats, stored, problems } = await tryKill(ready, point, ground)
        if (!killed) ended++
        else points++
        sum.stored += killed ? stored : 0
        sum.repeats += repeats
        sum.most = Math.max(sum.most, repeats)
        if (problems.length > 0) sum.failed++
        for (const problem of problems) say(`${story.name}, ${by} ${n}: ${problem}`)
      }
      say(`${story.name}: killed at ${points} points (${by})`)
      sum.points += points
    }
    ready.remove()
  }
} finally {
  await receiver.close()
  built.remove()
}
say(`${sum.stored} told as stored before their kill, ${sum.repeats} repeats, at most ${sum.most} a kill`)
say(`${sum.points - sum.failed} passed, ${sum.failed} failed`)
process.exitCode = sum.failed === 0 ? 0 : 1
