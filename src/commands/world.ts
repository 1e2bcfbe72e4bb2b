import type { Secret } from '../secret.ts'

/** Where answers come from. */
export type Input = {
  readonly stream: NodeJS.ReadableStream
  /** Whether it is a terminal, where a person types; else a pipe or a file. */
  readonly typed: boolean
  /** How many characters a line of the terminal holds. */
  readonly columns: number
}

/** What a command may use of the process it runs in. */
export type World = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Results. */
  readonly out: (text: string) => void
  /** Everything else. */
  readonly err: (text: string) => void
  /** Whether results may be coloured. */
  readonly colour: boolean
  /** Whether a person watches stderr, so that progress is worth a line. */
  readonly watched: boolean
  /** The user's interrupt. */
  readonly signal: AbortSignal
  /** Opened by nobody but a command that asks: a pipe that was touched would have to be read. */
  readonly input: () => Input
  /** Our clock, milliseconds since 1970. */
  readonly now: () => number
  /** Makes secrets known, so that they are scrubbed from all output. */
  readonly hide: (secrets: readonly Secret[]) => void
  /** Takes known secrets out of a text that is not printed, but written to a file. */
  readonly scrub: (text: string) => string
}
