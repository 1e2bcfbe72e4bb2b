import { expect, test } from 'vitest'
import { judge } from './judge.ts'
import { play } from './play.ts'
import { storyOf } from './story.ts'

/** Plays the stories of some seeds, a test each: nothing is told wrongly, late, twice or never. */
export function judged(from: number, seeds: number): void {
  for (let seed = from; seed < from + seeds; seed++) {
    test(`seed ${seed}: three days, and all was told as it had to be`, { timeout: 120_000 }, async () => {
      const played = await play(storyOf(seed))
      expect(judge(played)).toEqual([])
      // A story in which nothing is told would prove nothing.
      expect(played.arrivals.length).toBeGreaterThan(9)
    })
  }
}
