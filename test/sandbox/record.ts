import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCli } from '../../src/commands/runCli.ts'
import { loadSnapshot, snapshotText } from '../../src/snapshot.ts'
import { openSandbox } from './openSandbox.ts'

/** `npm run demo:record`: records the snapshot that `hullmark demo` shows to whoever has only the published package. */

const sandbox = await openSandbox()
try {
  const file = join(sandbox.folder, 'snapshot.json')
  const sink = (): void => undefined
  const code = await runCli(['report', '--save-snapshot', file], {
    env: sandbox.env,
    cwd: sandbox.folder,
    out: sink,
    err: (text) => process.stderr.write(text),
    colour: false,
    watched: false,
    signal: new AbortController().signal,
    input: () => ({ stream: process.stdin, typed: false, columns: 80 }),
    now: Date.now,
  })
  if (code !== 0) throw new RangeError(`the sandbox's report ended with ${code}`)
  const read = await loadSnapshot(file)
  // The sandbox's own port is nobody's name.
  const nameless = read.legs.map((leg) => ({ ...leg, source: { ...leg.source, operators: [] } }))
  const text = snapshotText({ ...read, legs: nameless })
  const target = new URL('../../src/commands/demoSnapshot.ts', import.meta.url)
  const lines = [
    '/** Recorded from the sandbox by `npm run demo:record`: what `hullmark demo` shows. */',
    `export const DEMO_SNAPSHOT = ${JSON.stringify(JSON.stringify(JSON.parse(text)))}`,
    '',
  ]
  await writeFile(target, lines.join('\n'))
} finally {
  await sandbox.stop()
}
