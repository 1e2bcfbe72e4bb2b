#!/usr/bin/env node
import { runCli } from './commands/runCli.ts'

/** The process around the commands: argv, environment, streams, signals and the exit code. */

const interrupt = new AbortController()
process.once('SIGINT', () => interrupt.abort())
process.once('SIGTERM', () => interrupt.abort())
// A reader that has gone (as in `hullmark report | head -1`) is no failure of ours.
process.stdout.on('error', () => process.exit(0))

const code = await runCli(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
  watched: process.stderr.isTTY === true,
  signal: interrupt.signal,
  now: Date.now,
})
// Sockets that a venue keeps open would hold the process: end it once everything is written.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
