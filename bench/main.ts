import { benchRisk } from './risk.ts'

/** `npm run bench -- NAME`: measures one part. Exit code 1 when its answers are wrong, 2 for a part that does not exist. */

const BENCHES: ReadonlyMap<string, (write: (text: string) => void) => boolean> = new Map([['risk', benchRisk]])

const write = (text: string): void => {
  process.stdout.write(text)
}
const name = process.argv[2] ?? ''
const bench = BENCHES.get(name)
if (bench === undefined) {
  process.stderr.write(`usage: npm run bench -- ${[...BENCHES.keys()].join(' | ')}\n`)
  process.exitCode = 2
} else if (!bench(write)) {
  process.stderr.write(`${name}: the answers are not the exact ones\n`)
  process.exitCode = 1
}
