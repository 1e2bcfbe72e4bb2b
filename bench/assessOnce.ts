import { assess } from '../src/risk/assess.ts'
import { DEFAULT_POLICY } from '../src/risk/grade.ts'
import { benchSnapshot } from './riskBook.ts'

/** One assess in a fresh process: nothing compiled, nothing warm. Prints its milliseconds. */
const snapshot = benchSnapshot()
const begin = performance.now()
const view = assess(snapshot, DEFAULT_POLICY)
const took = performance.now() - begin
if (view.legs.length !== 2)
  throw new RangeError(`the bench's book is not assessed: ${view.gaps.map(({ reason }) => reason).join(' ')}`)
process.stdout.write(`${took}\n`)
