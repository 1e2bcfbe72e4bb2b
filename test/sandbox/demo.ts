import { runCli } from '../../src/commands/runCli.ts'
import { openSandbox } from './openSandbox.ts'

/** `npm run demo`: the book of the documentation, opened on loopback and read by the ordinary `report` command. */

const interrupt = new AbortController()
process.once('SIGINT', () => interrupt.abort())

const sandbox = await openSandbox().catch((error: unknown) => {
  process.stderr.write(`The demo could not start: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
let code: number
try {
  code = await runCli(['report', ...process.argv.slice(2)], {
    env: { ...process.env, ...sandbox.env },
    cwd: sandbox.folder,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
    watched: process.stderr.isTTY === true,
    signal: interrupt.signal,
    input: () => ({ stream: process.stdin, typed: false, columns: 80 }),
    now: Date.now,
  })
} finally {
  await sandbox.stop()
}
process.exit(code)
