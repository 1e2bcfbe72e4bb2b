import { parseArgs } from 'node:util'
import { judge } from './judge.ts'
import { play } from './play.ts'
import { storyOf } from './story.ts'
import { transcript } from './transcript.ts'

/** `npm run simulate -- --seeds N [--from K] [--first] [--transcript]`: plays seeded stories of three days and judges what was told. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '50' },
    from: { type: 'string', default: '1' },
    /** Ends at the first story that fails. */
    first: { type: 'boolean', default: false },
    transcript: { type: 'boolean', default: false },
  },
})
const [from, seeds] = [Number(values.from), Number(values.seeds)]
let [passed, failed] = [0, 0]
for (let seed = from; seed < from + seeds; seed++) {
  const played = await play(storyOf(seed))
  if (values.transcript) console.log(transcript(played))
  const faults = judge(played)
  if (faults.length === 0) passed++
  else failed++
  for (const fault of faults.slice(0, 8)) console.log(`seed ${seed}: ${fault}`)
  if (failed > 0 && values.first) break
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
