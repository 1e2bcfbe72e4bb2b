import { join } from 'node:path'
import { openVariables } from '../config/variables.ts'
import { type Config, loadConfig } from '../config.ts'
import { CHANNELS } from '../deliver/channels.ts'
import { AnswerError, StoreError } from '../errors.ts'
import { EXCHANGES } from '../futures/exchanges.ts'
import { protocols } from '../lending/protocols.ts'
import { plain } from '../report/words.ts'
import { bookText } from './bookText.ts'
import { envSettings, envText, type Setting } from './envText.ts'
import { EXIT } from './exitCodes.ts'
import { type Answers, initAnswers } from './initAnswers.ts'
import { type Draft, draftFiles, isTaken } from './newFiles.ts'
import { interrupted, openQuestions } from './openQuestions.ts'
import { readBook } from './readBook.ts'
import type { World } from './world.ts'

const ENV_FILE = '.env'
const BOOK_FILE = 'hullmark.yaml'

/**
 * Asks for wallets, chains, nodes and exchanges, and writes `.env`, and a book file where one is wanted. Asks nothing of the network,
 * changes nothing that is there, and leaves nothing behind that `loadConfig` does not read as it was answered.
 *
 * @throws AnswerError, StoreError; ConfigError where the environment sets what does not fit.
 */
export async function init(world: World): Promise<number> {
  refuseWhatIsThere(world)
  const answers = await asked(world)
  const settings = envSettings(answers)
  const draft = drafted(answers, settings, world)
  try {
    await proveDraft(draft, answers, settings)
    if (world.signal.aborted) throw interrupted()
    draft.publish()
  } finally {
    draft.discard()
  }
  world.out(`Written: ${[ENV_FILE, ...(answers.book ? [BOOK_FILE] : [])].join(' and ')}, which only you can read.\n`)
  tellOverruled(settings, world)
  // As the next command does it: what the environment sets counts there, too.
  const { book } = await readBook(undefined, world)
  const legs = [
    ...book.chains.map(({ endpoint }) => endpoint.title),
    ...book.accounts.map(({ exchange, name }) => `${exchange}/${name}`),
  ]
  world.out(`It reads: ${legs.map((leg) => plain(leg)).join(', ')}.\n${NEXT}`)
  return EXIT.complete
}

const NEXT = `
Next, from the source with "npm start --" in place of "hullmark":
  hullmark doctor   proves the set-up: every chain answers, every key can only read
  hullmark report   says what is liquidated first
  hullmark watch    goes on by itself; channels and schedule: README, "Let it run by itself"
`

/** Before anything is asked: nobody shall answer in vain, and nobody's settings be changed. */
function refuseWhatIsThere({ cwd, env, input, watched }: World): void {
  for (const name of [ENV_FILE, BOOK_FILE])
    if (isTaken(join(cwd, name)))
      throw new StoreError(
        `${name} is here already: nothing is asked, and nothing was changed.`,
        'Edit it by hand (README and .env.example say what can stand there), or move it away and run "hullmark init" again.',
      )
  if ((env.HULLMARK_BOOK?.trim() ?? '') !== '' || (env.HULLMARK_BOOK_FILE?.trim() ?? '') !== '')
    throw new StoreError(
      'HULLMARK_BOOK in the environment names a book file already, and what is written here would not be read.',
      'Edit that book file, or take HULLMARK_BOOK out of the environment and run "hullmark init" again.',
    )
  if (input().typed && !watched)
    throw new AnswerError(
      'The questions go to stderr, which is not a terminal here, while you type on one: nobody would see them.',
      'Run it without sending stderr elsewhere.',
    )
  // A folder that takes nothing is told now, not after the last question.
  draftFiles(cwd, []).discard()
}

async function asked(world: World): Promise<Answers> {
  world.err(
    'Nothing is written before the last question, and nothing is asked of the network. Enter takes what stands in [ ].\n' +
      'hullmark only reads. It never needs a private key or a seed phrase: type none.\n',
  )
  const questions = openQuestions(world)
  try {
    return await initAnswers({ questions, world })
  } finally {
    questions.close()
  }
}

function drafted(answers: Answers, settings: readonly Setting[], { cwd }: World): Draft {
  const env = envText(settings)
  if ('unquotable' in env) throw unkept(env.unquotable)
  const book = answers.book ? [{ name: BOOK_FILE, text: bookText(answers) }] : []
  return draftFiles(cwd, [{ name: ENV_FILE, text: env.text }, ...book])
}

/** Reads the drafts as any command would, and holds what comes out against what was answered. */
async function proveDraft({ folder }: Draft, answers: Answers, settings: readonly Setting[]): Promise<void> {
  const variables = await openVariables({ env: {}, envFile: null, cwd: folder }, () => undefined)
  for (const [name, value] of settings) {
    const read = await variables.read(name)
    if (read?.text !== value) throw unkept(name)
  }
  const config = await loadConfig({ env: {}, cwd: folder, exchanges: EXCHANGES, protocols, channels: CHANNELS })
  const lost = lostOf(config, answers)
  if (lost !== null) throw unkept(lost)
}

/** What was answered and does not come out of the files; null: nothing. */
function lostOf({ book }: Config, { wallets, chains, accounts }: Answers): string | null {
  for (const { chain } of chains) {
    const query = book.chains.find(({ endpoint }) => endpoint.name === chain.name)
    if (query === undefined || wallets.some((wallet) => !query.wallets.includes(wallet))) return chain.name
  }
  return accounts.find(({ exchange }) => !book.accounts.some((one) => one.exchange === exchange))?.exchange ?? null
}

function unkept(name: string): AnswerError {
  return new AnswerError(
    `What you wrote for ${name} can not be kept in ${ENV_FILE}: nothing was written.`,
    `Write it into a file of its own that only you can read (chmod 600), and its path after ${name}_FILE= in ${ENV_FILE}; .env.example has the rest.`,
  )
}

/** What is set in the environment is not taken from the file: unsaid, another account would be watched than the one just named. */
function tellOverruled(settings: readonly Setting[], { env, err }: World): void {
  const set = (name: string): boolean => (env[name]?.trim() ?? '') !== ''
  for (const [name] of settings)
    if (set(name) || set(`${name}_FILE`))
      err(`${name} is set in the environment, too, and that is what counts, not ${ENV_FILE}.\n`)
}
