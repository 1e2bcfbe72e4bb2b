import { benchChain } from './chain.ts'
import { benchRisk } from './risk.ts'
import { benchVenues } from './venues.ts'
import { benchMemory } from './watchMemory.ts'

/** `npm run bench -- NAME`: measures one part. Exit code 1 when what it measures is wrong, 2 for a part that does not exist. */

type Bench = (write: (text: string) => void) => boolean | Promise<boolean>

const BENCHES: ReadonlyMap<string, Bench> = new Map<string, Bench>([
  ['risk', benchRisk],
  ['memory', benchMemory],
  ['venues', benchVenues],
  ['chain', benchChain],
])

const write = (text: string): void => {
  process.stdout.write(text)
}
const name = process.argv[2] ?? ''
const bench = BENCHES.get(name)
if (bench === undefined) {
  process.stderr.write(`usage: npm run bench -- ${[...BENCHES.keys()].join(' | ')}\n`)
  process.exitCode = 2
} else if (!(await bench(write))) {
  process.stderr.write(`${name}: not as it must be\n`)
  process.exitCode = 1
}
