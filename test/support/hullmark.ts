import { Readable } from 'node:stream'
import { runCli } from '../../src/commands/runCli.ts'
import type { Input } from '../../src/commands/world.ts'
import type { ReportJson } from '../../src/report/schema.ts'
import type { Scrubber } from '../../src/scrub.ts'

/** What one call of hullmark said. */
export type Said = { readonly code: number; readonly out: string; readonly err: string }

type Call = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  readonly signal?: AbortSignal
  readonly now?: () => number
  /** What is typed, or comes through a pipe. Default: nothing, and the end. */
  readonly input?: Input
  /** Hears each text on stderr when it comes, to answer what is asked there. */
  readonly heard?: (text: string) => void
  /** Whether stderr is a terminal. */
  readonly watched?: boolean
  /** In place of the ordinary scrubber: the control of the search for secrets. */
  readonly scrubber?: Scrubber
}

/** Runs one command line as the program does, and keeps what it says. Everything behind it is real: files, sockets, contracts. */
export async function hullmark(
  args: readonly string[],
  { env, cwd, signal, now, input, heard, watched, scrubber }: Call,
): Promise<Said> {
  let out = ''
  let err = ''
  const world = {
    env,
    cwd: cwd ?? env.HULLMARK_CACHE_DIR ?? '/',
    out: (text: string) => {
      out += text
    },
    err: (text: string) => {
      err += text
      heard?.(text)
    },
    colour: false,
    watched: watched ?? false,
    signal: signal ?? new AbortController().signal,
    input: () => input ?? { stream: Readable.from([]), typed: false, columns: 80 },
    now: now ?? Date.now,
  }
  const code = scrubber === undefined ? await runCli(args, world) : await runCli(args, world, scrubber)
  return { code, out, err }
}

/** The JSON report of a book. */
export async function reportOf(
  env: Call['env'],
  args: readonly string[] = [],
): Promise<{ readonly code: number; readonly report: ReportJson; readonly err: string }> {
  const { code, out, err } = await hullmark(['report', '--format', 'json', ...args], { env })
  return { code, report: JSON.parse(out) as ReportJson, err }
}
