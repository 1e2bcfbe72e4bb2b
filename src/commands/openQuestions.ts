import { createInterface, type Interface } from 'node:readline'
import { Writable } from 'node:stream'
import { AnswerError } from '../errors.ts'
import type { World } from './world.ts'

/** One question, in one line. */
export type Question = {
  readonly text: string
  /** Whether what is typed is kept off the screen. */
  readonly hidden?: boolean
}

/** Somebody, or something, that answers. */
export type Questions = {
  /**
   * Asks, and gives the line that comes back, without blanks at its ends.
   *
   * @throws AnswerError where the input ends, or the user interrupts.
   */
  readonly ask: (question: Question) => Promise<string>
  /** Whether a person can mend an answer; a script that was wrong once would go on with the answers to other questions. */
  readonly patient: boolean
  /** Drops the lines that came ahead of their questions: behind a refused answer nobody knows what they were meant for. */
  readonly forget: () => void
  /** Takes the last question and its answer off the screen. */
  readonly erase: () => void
  readonly close: () => void
}

/** Opens the terminal, or the pipe in its place. The questions go to stderr, each on a line of its own. */
export function openQuestions({ input, err, signal }: Pick<World, 'input' | 'err' | 'signal'>): Questions {
  const { stream, typed, columns } = input()
  const screen = { muted: false }
  const lines = createInterface({
    input: stream,
    ...(typed ? { output: echo(err, columns, screen) } : {}),
    terminal: typed,
    historySize: 0,
  })
  const answers = openLines(lines, signal)
  let rows = 0
  return {
    patient: typed,
    forget: answers.forget,
    close: () => lines.close(),
    // Up by the rows that question and answer took, to the first column, and everything below is cleared.
    erase: () => (typed && rows > 0 ? err(`\x1b[${rows}A\r\x1b[J`) : undefined),
    ask: async ({ text, hidden = false }) => {
      const prompt = `${text}: `
      // What was pasted behind a hidden answer shows up no more than the answer itself.
      const open = typed && !answers.over()
      if (open && screen.muted && !hidden) lines.write(null, { ctrl: true, name: 'u' })
      screen.muted = hidden
      if (!typed || hidden) err(typed ? prompt : `${prompt}\n`)
      if (open) {
        lines.setPrompt(hidden ? '' : prompt)
        lines.prompt(true)
      }
      try {
        const line = await answers.next()
        rows = Math.max(1, Math.ceil((prompt.length + line.length) / columns))
        return line.trim()
      } finally {
        if (typed && (hidden || answers.over())) err('\n')
      }
    },
  }
}

/** The terminal as readline writes to it: what is typed shows up by this alone. */
function echo(err: World['err'], columns: number, screen: { readonly muted: boolean }): Writable {
  const output = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      if (!screen.muted) err(String(chunk))
      done()
    },
  })
  return Object.assign(output, { columns })
}

type Lines = {
  readonly next: () => Promise<string>
  readonly forget: () => void
  /** Whether no line comes any more, but for those that wait. */
  readonly over: () => boolean
}

/** The lines one by one, as they are asked for; those that come earlier wait. */
function openLines(lines: Interface, signal: AbortSignal): Lines {
  const waiting: string[] = []
  let over: AnswerError | null = null
  let asked: { readonly give: (line: string) => void; readonly fail: (error: AnswerError) => void } | null = null
  const end = (error: AnswerError): void => {
    over ??= error
    asked?.fail(over)
  }
  lines.on('line', (line) => {
    const { give } = asked ?? { give: (early: string) => waiting.push(early) }
    // At once: of two lines that come together the second answers the next question.
    asked = null
    give(line)
  })
  lines.on('close', () => end(ended()))
  lines.on('SIGINT', () => end(interrupted()))
  const stop = (): void => end(interrupted())
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  return {
    forget: () => {
      waiting.length = 0
    },
    next: () =>
      new Promise<string>((give, fail) => {
        if (over?.interrupted) return fail(over)
        const line = waiting.shift()
        if (line !== undefined) return give(line)
        if (over !== null) return fail(over)
        asked = { give, fail }
      }),
    over: () => over !== null,
  }
}

function ended(): AnswerError {
  return new AnswerError(
    'The input ended before every question was answered: nothing was written.',
    'Run "hullmark init" on a terminal, or give it one line for each question.',
  )
}

/** The user does not want to go on. */
export function interrupted(): AnswerError {
  return new AnswerError('Interrupted: nothing was written.', 'Run "hullmark init" again when you like.', { interrupted: true })
}
