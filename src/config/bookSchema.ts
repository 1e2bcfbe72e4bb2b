import { z } from 'zod'
import { RULES } from '../alerts/rule.ts'
import { type Decimal, dec, isDecimalText } from '../risk/decimal.ts'
import { cronProblem } from '../schedule.ts'
import { type Figure, type Range, readDuration, readShare } from './units.ts'
import { PING_KINDS } from './watchDraft.ts'

/**
 * The shape of the book file, one schema for each part, so that a fault in one does not hide those of the others.
 * All scalars arrive as text, exactly as written. What must fit the rest of the book is checked in book.ts.
 */
type Issue = { readonly input: unknown; readonly code?: string }

/** Every sentence follows the name of the setting. */
function expects(what: string) {
  return ({ input }: Issue): string => (input === undefined ? 'is missing' : input === '' ? 'is empty' : `must be ${what}`)
}

/** A group of settings. For an unknown one the message is the list of those that exist: bookFile.ts makes the sentence. */
function section<T extends z.ZodRawShape>(shape: T) {
  const wrong = expects('a group of settings, one on each line')
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : wrong(issue)),
  })
}

function text(what = 'a text') {
  const wrong = expects(what)
  return z.string({ error: wrong }).trim().min(1, { error: wrong })
}

function list<T extends z.ZodType>(of: T, what: string) {
  const wrong = expects(what)
  return z.array(of, { error: wrong }).min(1, { error: () => 'is empty' })
}

/** One text, or a list of them. */
function oneOrMore(what: string) {
  return z.preprocess((value) => (typeof value === 'string' ? [value] : value), list(text(what), `${what}, or a list of them`))
}

function figure<T>(read: (text: string) => Figure<T>) {
  return text().transform((value, context) => {
    const got = read(value)
    if (got.ok) return got.value
    context.issues.push({ code: 'custom', message: got.problem, input: value })
    return z.NEVER
  })
}

function share(range?: Range<Decimal>) {
  return figure((value) => readShare(value, range))
}

/** How long money is on its way. */
const wait = figure((value) =>
  readDuration(value, {
    holds: (ms) => ms >= 1_000 && ms <= 604_800_000,
    words: 'between 1 s and 7 d',
    example: '"5 min", "90 s" or "2 h"',
  }),
)

/** A long word without a line in it is a key that somebody pasted, and is never shown again. */
const VARIABLE = /^(?=.{1,20}$|.*_)[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/

function variable(example: string) {
  const problem = `must be the name of an environment variable, as ${example}; what it holds never stands in this file`
  return text(`the name of an environment variable, as ${example}`).regex(VARIABLE, { error: () => problem })
}

const yesNo = text('true or false')
  .refine((value) => value === 'true' || value === 'false', { error: () => 'must be true or false' })
  .transform((value) => value === 'true')

const health = figure((value) =>
  isDecimalText(value) && dec(value).gte(1) && dec(value).lt(10)
    ? { ok: true, value: dec(value) }
    : { ok: false, problem: 'must be a health factor from 1 up to 10, as 1.05' },
)

const chainId = text('a chain id, as 31337')
  .regex(/^[1-9]\d{0,14}$/, { error: () => 'must be a chain id, as 31337' })
  .transform(Number)

const days = figure((value) =>
  isDecimalText(value) && dec(value).gt(0) && dec(value).lte(3650)
    ? { ok: true, value: dec(value) }
    : { ok: false, problem: 'must be a number of days above 0 and up to 3650, without a unit, as 30 or 0.5' },
)

const limits = section({ notice: share().optional(), warning: share().optional(), critical: share().optional() })

const daysLeft = section({ notice: days.optional(), warning: days.optional(), critical: days.optional() })

const name = text().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/, {
  error: () => 'must be made of letters, digits, - and _, 40 at most',
})

export const title = text().regex(/^[\x20-\x7e]{1,40}$/, { error: () => 'must be plain text, 40 characters at most' })

export const bookName = name

export const chain = section({
  rpc: variable('ETHEREUM_RPC_URL').optional(),
  id: chainId.optional(),
  title: title.optional(),
})

/** A production market by its name, or one of the user's own by name and address. */
const market = section({ name, address: text('an address').optional(), title: title.optional() })

export const loan = section({
  protocol: text(),
  chain: text(),
  wallet: oneOrMore('an address'),
  markets: list(
    z.preprocess((value) => (typeof value === 'string' ? { name: value } : value), market),
    'a list of names, or of { name, address }',
  ).optional(),
})

export const account = section({
  exchange: text(),
  name: name.optional(),
  key: variable('BINANCE_API_KEY').optional(),
  secret: variable('BINANCE_API_SECRET').optional(),
  passphrase: variable('WEEX_API_PASSPHRASE').optional(),
  address: text('an address').optional(),
  environment: text('live, demo or testnet').optional(),
  allowTrading: yesNo.optional(),
  endpoint: text('a loopback URL').optional(),
})

export const FACTOR = /^((USD|EUR):)?[A-Za-z0-9.]{1,20}$/
export const BASIS = /^[A-Za-z0-9.]{1,20}\/[A-Za-z0-9.]{1,20}(@[a-z0-9-]{1,20})?$/

export const asset = section({
  factor: text('a factor, as ETH or USD:USDC').regex(FACTOR, {
    error: () => 'must be a factor, as ETH or USD:USDC',
  }),
  basis: text('a ratio, as wstETH/ETH')
    .regex(BASIS, { error: () => 'must be a ratio, as wstETH/ETH' })
    .optional(),
})

export const policy = section({
  room: limits.optional(),
  peg: limits.optional(),
  days: daysLeft.optional(),
  lowHealth: health.optional(),
  oracleDeviation: share({
    holds: (value) => !value.isNegative() && value.lt('0.2'),
    words: '0 % or more and less than 20 %',
    example: '"0.5 %" or 0.005',
  }).optional(),
})

export const money = section({
  topUp: wait.optional(),
  repay: wait.optional(),
  withdraw: wait.optional(),
  swapCost: share({
    holds: (value) => !value.isNegative() && value.lt('0.5'),
    words: '0 % or more and less than 50 %',
    example: '"0.1 %" or 0.001',
  }).optional(),
})

/** Of one factor, a year. */
export const volatility = share({
  holds: (value) => value.gt(0) && value.lte(5),
  words: 'more than 0 % and at most 500 %',
  example: '"60 %"',
})

export const deadlines = section({ request: figure(readDuration).optional(), pass: figure(readDuration).optional() })

const cronText = text('a cron text, as "0 8 * * *"').transform((value, context) => {
  const problem = cronProblem(value)
  if (problem === null) return value
  context.issues.push({ code: 'custom', message: problem, input: value })
  return z.NEVER
})

export const schedule = section({
  reports: z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), list(cronText, 'a cron text, or a list of them'))
    .optional(),
  timeZone: text('a time zone, as Europe/Berlin').optional(),
  look: figure((value) =>
    readDuration(value, { holds: (ms) => ms >= 5_000 && ms <= 60_000, words: 'between 5 s and 60 s', example: '"60 s"' }),
  ).optional(),
})

export const history = section({
  file: text('the path of a file').optional(),
  keep: figure((value) =>
    readDuration(value, {
      holds: (ms) => ms >= 86_400_000 && ms <= 3650 * 86_400_000,
      words: 'between 1 d and 3650 d',
      example: '"30 d"',
    }),
  ).optional(),
})

export const ping = section({
  kind: z.enum(PING_KINDS, { error: () => `must be one of ${PING_KINDS.join(', ')}` }).optional(),
  url: variable('PING_URL'),
})

export const channelText = text()
export const channelVariable = variable('TELEGRAM_TOKEN')
export const channelDetail = section({ amounts: yesNo.optional(), addresses: yesNo.optional(), reports: yesNo.optional() })

const passes = figure((value) =>
  /^([1-9]|10)$/.test(value)
    ? { ok: true, value: Number(value) }
    : { ok: false, problem: 'must be a number of passes from 1 to 10' },
)

const repeat = figure((value) =>
  readDuration(value, {
    holds: (ms) => ms >= 60_000 && ms <= 7 * 86_400_000,
    words: 'between 1 min and 7 d',
    example: '"30 min"',
  }),
)

/** What is never kept quiet: that something is about to be liquidated, and that hullmark cannot see or be heard. */
const MUTABLE = RULES.filter((rule) => !['room', 'gap', 'watch'].includes(rule))

export const alerts = section({
  badPasses: passes.optional(),
  goodPasses: passes.optional(),
  repeat: section({ warning: repeat.optional(), critical: repeat.optional(), liquidatable: repeat.optional() }).optional(),
  divergence: share().optional(),
  off: list(z.enum(MUTABLE, { error: () => `must be one of ${MUTABLE.join(', ')}` }), 'a list of rules').optional(),
})

/** Limits of room for one leg or factor: there is no default for what nobody asked to be watched by itself. */
export const ownLimits = section({ notice: share().optional(), warning: share(), critical: share() })
