import { findKeys } from '../config/refuseKeys.ts'
import { AnswerError } from '../errors.ts'
import { Secret } from '../secret.ts'
import type { Question, Questions } from './openQuestions.ts'
import type { World } from './world.ts'

/** What an answer stands for, or one sentence on why it can not be taken, which shows nothing of it. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** Who is asked, and where it is said that an answer will not do. */
export type Asking = { readonly questions: Questions; readonly world: Pick<World, 'err' | 'hide'> }

/**
 * Asks until the answer can be taken; a pipe is asked once.
 *
 * @throws AnswerError where the input ends, the user interrupts, or a pipe gives what can not be taken.
 */
export async function askUntil<T>(question: Question, read: (text: string) => Reading<T>, asking: Asking): Promise<T> {
  const { questions, world } = asking
  for (;;) {
    const text = await answerTo(question, asking)
    const key = await keyIn(text)
    const reading = key === null ? read(text) : ({ ok: false, problem: key } as const)
    if (reading.ok) return reading.value
    if (key !== null) {
      world.hide([new Secret(text)])
      questions.erase()
    }
    if (!questions.patient) throw new AnswerError(reading.problem, 'Nothing was written: a script is not asked a second time.')
    questions.forget()
    world.err(`${reading.problem}\n`)
  }
}

/** One answer; a key of several lines, as exchanges give to whoever makes his own pair, goes on to its last one. */
async function answerTo(question: Question, { questions, world }: Asking): Promise<string> {
  const lines = [await questions.ask(question)]
  if (question.hidden && lines[0]?.startsWith('-----BEGIN'))
    while (!lines.at(-1)?.startsWith('-----END')) lines.push(await questions.ask({ text: 'its next line', hidden: true }))
  const text = lines.join('\n')
  // Known before anything is said of it.
  if (question.hidden && text !== '') world.hide(lines.map((line) => new Secret(line)))
  return text
}

async function keyIn(text: string): Promise<string | null> {
  const [key] = await findKeys(text)
  return key === undefined
    ? null
    : `That looks like ${key.what}. hullmark only reads and never needs one; nothing of it was kept. If anybody else could see it, move what it guards.`
}
