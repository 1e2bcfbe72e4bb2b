import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { AnswerError, ConfigError, TrackerError } from '../errors.ts'
import { FORMATS, type FormatName } from '../report/formats.ts'
import { HISTORY_FORMATS } from '../report/historyFormats.ts'
import type { Grade } from '../risk/grade.ts'
import { type Scrubber, scrubber } from '../scrub.ts'
import { EXIT } from './exitCodes.ts'
import { FAIL_ON } from './printReport.ts'
import { shareOption, shockOption } from './shockOption.ts'
import { backOption, quietOption } from './timeOption.ts'
import { VERSION } from './version.ts'
import type { World } from './world.ts'

/** The world before its output is scrubbed. */
export type OpenWorld = Omit<World, 'hide' | 'scrub'>

/**
 * Runs one command line and returns its exit code. Never throws: whatever happens is one clear sentence on stderr.
 *
 * @param hiding - What scrubs the output; the tests switch it off once, to see that their search for secrets finds one.
 */
export async function runCli(argv: readonly string[], open: OpenWorld, hiding: Scrubber = scrubber()): Promise<number> {
  const world: World = {
    ...open,
    ...{ hide: hiding.hide, scrub: hiding.scrub },
    // Once interrupted, a pass that ends late has nothing more to say.
    out: (text) => (open.signal.aborted ? undefined : open.out(hiding.scrub(text))),
    err: (text) => open.err(hiding.scrub(text)),
  }
  // For monitoring systems 1 and 2 are grades, so everything that goes wrong in `check` is 3.
  const failure = (code: number): number => (argv[0] === 'check' && code !== EXIT.interrupted ? 3 : code)
  let done: number = EXIT.complete
  const program = commands(world, (code) => {
    done = code
  })
  try {
    const work = program.parseAsync([...argv], { from: 'user' })
    // A watch brings home what it has, and questions leave no half of a file behind.
    const ended = await (argv[0] === 'watch' || argv[0] === 'init' ? work : Promise.race([work, interrupted(world.signal)]))
    if (ended === 'interrupted') {
      world.err(
        `Interrupted: ${argv.includes('--deliver') ? 'what was stored and sent by now stays so' : 'nothing was stored'}.\n`,
      )
      return EXIT.interrupted
    }
    return done
  } catch (error) {
    return failure(told(error, world))
  }
}

function interrupted(signal: AbortSignal): Promise<'interrupted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('interrupted')
    else signal.addEventListener('abort', () => resolve('interrupted'), { once: true })
  })
}

/** Says what went wrong and returns the exit code. */
function told(error: unknown, world: World): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.complete : EXIT.usage
  if (error instanceof TrackerError) {
    world.err(`${error.message}\n${error.hint}\n`)
    if (error instanceof AnswerError) return error.interrupted ? EXIT.interrupted : EXIT.usage
    return error instanceof ConfigError || error.code === 'store' ? EXIT.usage : EXIT.incomplete
  }
  world.err(
    `hullmark failed, which is a bug of ours; please report it:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  return EXIT.bug
}

function commands(world: World, done: (code: number) => void): Command {
  const program = new Command('hullmark')
    .description(
      'Which of your legs is liquidated first? One risk view over on-chain loans and futures accounts. Only ever reads.',
    )
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: world.out, writeErr: world.err })
    .showSuggestionAfterError()
    .addHelpText('after', EXIT_CODES)
  const book = (): Option =>
    new Option('-b, --book <file>', 'book file (default: HULLMARK_BOOK, or hullmark.yaml here; else .env alone)')
  const format = (): Option =>
    new Option('-f, --format <format>', 'how to write it').choices(Object.keys(FORMATS)).default('terminal' satisfies FormatName)
  const failOn = (): Option =>
    new Option('--fail-on <grade>', 'exit with 5 from this grade on').argParser((value: string): Grade => {
      const grade = FAIL_ON.find((one) => one === value)
      if (grade === undefined) throw new InvalidArgumentError(`Choose one of ${FAIL_ON.join(', ')}.`)
      return grade
    })

  const since = (): Option => new Option('--since <file>', 'tell what changed since an earlier snapshot, and why the room did')

  program
    .command('init')
    .description(
      'asks for wallets, chains, nodes and exchanges, and writes .env, and hullmark.yaml if you like; overwrites nothing',
    )
    .action(async () => done(await (await import('./init.ts')).init(world)))
  program
    .command('report')
    .description('one pass: read every leg, print what is liquidated first')
    .addOption(book())
    .addOption(format())
    .addOption(failOn())
    .option('--save-snapshot <file>', 'also save what was read, for "hullmark assess"')
    .addOption(since())
    .option('--deliver', 'also store it in the history, and send it and what it warns of to the channels of the book file')
    .action(async (options) => done(await (await import('./report.ts')).report({ failOn: null, ...options }, world)))
  program
    .command('check')
    .description('one line for monitoring systems; exit 0 fine, 1 warning, 2 critical, 3 not known')
    .addOption(book())
    .option('--stored', 'tell the last pass of the history, not a new one; 3 when that is older than two cadences')
    .option('--deliver', 'also store it in the history, and tell the channels what is new')
    .action(async (options) => done(await (await import('./check.ts')).check(options, world)))
  program
    .command('doctor')
    .description('prove the set-up: chains, clocks, what the keys may do, cache, history, channels')
    .addOption(book())
    .option('--send-test', "send a test message to every channel, and a ping to the dead-man's switch")
    .action(async (options) => done(await (await import('./doctor.ts')).doctor(options, world)))
  program
    .command('demo')
    .description('the report of a recorded sandbox book; needs no key and no network')
    .addOption(format())
    .addOption(failOn())
    .action(async (options) => done(await (await import('./demo.ts')).demo({ failOn: null, ...options }, world)))
  program
    .command('assess')
    .description('the report of a saved snapshot, as of its time')
    .argument('<file>', 'written by "hullmark report --save-snapshot"')
    .addOption(since())
    .addOption(new Option('-b, --book <file>', 'take the policy of this book file (default: the built-in policy)'))
    .addOption(format())
    .addOption(failOn())
    .action(async (file, options) => done(await (await import('./assess.ts')).assess({ failOn: null, ...options, file }, world)))
  program
    .command('whatif')
    .description('what a shock of your own does: who is liquidated, what it costs, what is left')
    .argument('[file]', 'a saved snapshot; without one the book is read now')
    .requiredOption('-s, --shock <factor=move>', 'as ETH=-20%, USD:USDC=-3% or ALL=-10%; may be given several times', shockOption)
    .addOption(book())
    .addOption(format())
    .action(async (file, options) => done(await (await import('./whatif.ts')).whatif({ ...options, file }, world)))
  program
    .command('rescue')
    .description(
      'the least cash, or the smallest reduction, with which the book survives a wanted fall (and the rise that mirrors it)',
    )
    .argument('[file]', 'a saved snapshot; without one the book is read now')
    .option('-t, --target <fall>', 'as 30%: survive -30 % and its mirror, +42.8 %', shareOption)
    .option(
      '--tx',
      'also print the transactions that repay a loan from a wallet, unsigned, for your own wallet to check and sign; without --target those of the best use of the cash',
    )
    .addOption(book())
    .addOption(format())
    .action(async (file, options) => done(await (await import('./rescue.ts')).rescue({ ...options, file }, world)))
  program
    .command('watch')
    .description('run until stopped: look at every leg each minute, report at the times of the book file, warn')
    .addOption(book())
    .action(async (options) => done(await (await import('./watch.ts')).watch(options, world)))
  program
    .command('history')
    .description('what the passes found, gaps as gaps')
    .addOption(book())
    .addOption(new Option('-f, --format <format>', 'how to write it').choices(Object.keys(HISTORY_FORMATS)).default('table'))
    .option('--last <time>', 'how far back, as 12h or 30d', backOption, 7 * 86_400_000)
    .action(async (options) => done(await (await import('./history.ts')).history(options, world)))
  for (const [kind, says] of [
    ['ack', 'you know of an alert: it is told again only when it gets worse, or when the time is over'],
    ['silence', 'not to be told of an alert at all for a time, but of what can be liquidated now'],
  ] as const)
    program
      .command(kind)
      .description(says)
      .argument('<alert>', 'its name (one that does not exist lists those that do), or "all"')
      .addOption(book())
      .requiredOption('--for <time>', 'how long: 30 min, 8 h, 7 d at most', quietOption)
      .option('--note <text>', 'who or why')
      .action(async (alert, options) => done(await (await import('./hush.ts')).hush({ ...options, alert, kind }, world)))
  program
    .command('discover')
    .description(
      'find the loans of a wallet and of its contract accounts on every chain and market that is known, for a book file',
    )
    .argument('[wallets...]', 'addresses (default: WALLET, or those of the book file)')
    .addOption(
      new Option(
        '-c, --chains <names>',
        'with commas between them (default: every chain that is known, and those of the book file)',
      ),
    )
    .addOption(book())
    .option('-w, --write <file>', 'make a book file of what is found; it must not exist')
    .action(async (wallets, options) => done(await (await import('./discover.ts')).discover({ ...options, wallets }, world)))
  program
    .command('schema')
    .description('the JSON Schema of "report --format json"')
    .action(async () => done(await (await import('./schema.ts')).schema(world)))
  program
    .command('venues')
    .description('what is supported, and what may be asked of each venue')
    .addOption(format())
    .action(async (options) => done(await (await import('./venues.ts')).venues(options, world)))
  return program
}

const EXIT_CODES = `
Exit codes: 0 complete, 1 a bug of ours, 2 usage or configuration, 3 something is unknown, 4 not stored or not delivered,
5 the grade asked for by --fail-on, 130 interrupted. "check" has its own: 0 fine, 1 warning, 2 critical, 3 not known.

Settings: "hullmark init" asks for them; .env.example has them all; the simplest is WALLET=0x... in .env. hullmark never needs a private key or seed phrase.`
