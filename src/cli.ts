#!/usr/bin/env node
import { unwrittenExitCode } from './commands/exitCodes.ts'
import { runCli } from './commands/runCli.ts'

/** The process around the commands: argv, environment, streams, signals and the exit code. */

const interrupt = new AbortController()
process.once('SIGINT', () => interrupt.abort())
process.once('SIGTERM', () => interrupt.abort())
/** Why stdout took nothing, by the system's own code; null: it took everything. */
let refused: string | null = null
const note = ({ code }: NodeJS.ErrnoException): void => {
  refused ??= code ?? 'unexpected error'
}
process.stdout.on('error', note)
// Nobody is left to be told of it.
process.stderr.on('error', () => undefined)

const argv = process.argv.slice(2)
const code = await runCli(argv, {
  env: process.env,
  cwd: process.cwd(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
  watched: process.stderr.isTTY === true,
  signal: interrupt.signal,
  input: () => ({
    stream: process.stdin,
    typed: process.stdin.isTTY === true,
    // Some terminals say 0 where they do not know.
    columns: process.stderr.columns || Number.POSITIVE_INFINITY,
  }),
  now: Date.now,
})
// Sockets that a venue keeps open would hold the process: end it once everything is written.
process.stdout.write('', (error) => {
  if (error) note(error)
  // A reader that has gone (as in `hullmark report | head -1`) has what it wanted; a full disk has nothing.
  const unwritten = refused !== null && refused !== 'EPIPE'
  const told = unwritten ? `The result could not be written to its output (${refused}): free the disk, or write elsewhere.\n` : ''
  process.stderr.write(told, () => process.exit(unwritten ? unwrittenExitCode(argv[0], code) : code))
})
