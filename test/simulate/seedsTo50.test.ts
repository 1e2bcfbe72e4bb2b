import { expect, test } from 'vitest'
import { judged } from './judged.ts'
import { play } from './play.ts'
import { storyOf } from './story.ts'
import { transcript } from './transcript.ts'

judged(26, 25)

test('the same seed gives the same transcript, to the last letter', { timeout: 120_000 }, async () => {
  const [once, again] = [await play(storyOf(7)), await play(storyOf(7))]
  expect(transcript(once).length).toBeGreaterThan(10_000)
  expect(transcript(again)).toBe(transcript(once))
})
