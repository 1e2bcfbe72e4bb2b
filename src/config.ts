import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { AlertPolicy } from './alerts/policy.ts'
import type { BookPath } from './config/bookFile.ts'
import { openChains } from './config/chainBook.ts'
import {
  type BookDraft,
  type CredentialDraft,
  type ExchangeKinds,
  openingVariables,
  type ProtocolKinds,
  rpcVariable,
  variablesOf,
} from './config/draft.ts'
import { resolveAccounts, resolveLoans } from './config/resolveBook.ts'
import { resolveChannels, resolvePing } from './config/resolveChannels.ts'
import type { Tell } from './config/sentence.ts'
import { simpleAccounts, simpleBook, simpleLoans, unusedVariables } from './config/simpleBook.ts'
import { labelOf, openVariables, type Variables } from './config/variables.ts'
import { type ChannelKinds, DEFAULT_WATCH, type PingKind, type WatchDraft } from './config/watchDraft.ts'
import type { ChannelSettings } from './deliver/channel.ts'
import { ConfigError, type ConfigProblem } from './errors.ts'
import type { ExchangeAccount } from './futures/exchange.ts'
import { CHAINS } from './lending/chains.ts'
import type { ChainQuery } from './lending/protocol.ts'
import type { Policy } from './risk/grade.ts'
import type { Means } from './risk/means.ts'
import type { Schedule } from './schedule.ts'
import { Secret } from './secret.ts'

/** Where the configuration is looked for, and the names it may use. */
export type ConfigSources = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Paths are relative to this folder, as is a `.env` or `hullmark.yaml` that nobody named. */
  readonly cwd: string
  /** As given on the command line; null or left out: `.env` in the folder, if there is one. */
  readonly envFile?: string | null
  /**
   * As given on the command line; null or left out: `HULLMARK_BOOK`, else `hullmark.yaml` in the folder, if there is one; false: none,
   * whatever is there.
   */
  readonly bookPath?: string | null | false
  /** The exchange registry. */
  readonly exchanges: ExchangeKinds
  /** The protocol registry. */
  readonly protocols: ProtocolKinds
  /** The registry of channels. */
  readonly channels: ChannelKinds
}

/** All that a run needs to know beforehand. */
export type Config = {
  /** What is watched. Each chain stands once, with every wallet and market named on it. */
  readonly book: {
    readonly name: string
    readonly chains: readonly ChainQuery[]
    readonly accounts: readonly ExchangeAccount[]
    readonly policy: Policy
    readonly means: Means
    /** Deadline of one request, milliseconds. */
    readonly requestMs: number
    /** Deadline of a whole pass, milliseconds. */
    readonly passMs: number
  }
  /** What only matters when hullmark runs by itself. */
  readonly watch: {
    readonly schedule: Schedule
    /** Whether the book file says when: what is run by hand has no schedule else. */
    readonly scheduled: boolean
    readonly alerts: AlertPolicy
    readonly channels: readonly ChannelSettings[]
    /** Absolute; it need not exist. */
    readonly historyFile: string
    /** How long single passes are kept, milliseconds. */
    readonly keepMs: number
    /** The dead-man's switch; null: none. */
    readonly ping: { readonly kind: PingKind; readonly url: Secret } | null
    /** Names for addresses, by the address in lower case. */
    readonly aliases: ReadonlyMap<string, string>
  }
  /** The book file as the user would name it; null: variables alone made the book. */
  readonly bookFile: string | null
  /** Absolute; it need not exist. */
  readonly cacheDir: string
  /** Everything to be scrubbed from all output: keys, and URLs of the user's nodes whole and in parts. */
  readonly secrets: readonly Secret[]
  /** Whole sentences on what is allowed but was probably not meant. */
  readonly warnings: readonly string[]
}

const DEFAULT_BOOK = 'hullmark.yaml'

/** Every variable that is read without a book file, in the order in which they are read: the order of `.env.example`. */
export function variableNames(exchanges: ExchangeKinds): readonly string[] {
  const keys = Object.entries(exchanges).flatMap(([name, kind]) => variablesOf(name, kind))
  return ['HULLMARK_BOOK', 'WALLET', 'CHAINS', ...CHAINS.map(({ name }) => rpcVariable(name)), ...keys, 'HULLMARK_CACHE_DIR']
}

/**
 * Reads the configuration: the environment, the `.env` file and the book file.
 *
 * @throws ConfigError with every problem and its place; no value that could be a key stands in it.
 */
export async function loadConfig(sources: ConfigSources): Promise<Config> {
  const problems: ConfigProblem[] = []
  const tell: Tell = (place, problem) => {
    if (!problems.some((known) => known.place === place && known.problem === problem)) problems.push({ place, problem })
  }
  const { env, cwd, exchanges } = sources
  const variables = await openVariables({ env, cwd, envFile: sources.envFile ?? null }, tell)
  const file = await bookFileOf(sources, variables)
  // In the order of .env.example: wallets, chains and their nodes, then the exchanges.
  const draft = file === null ? simpleBook(await simpleLoans(variables, tell)) : await draftFromFile(file, sources, tell)
  const chains = openChains(draft?.chains ?? [], variables, tell)
  const queries = draft === null ? [] : await resolveLoans(draft, { chains, protocols: sources.protocols }, tell)
  const accountDrafts = file === null ? await simpleAccounts(variables, exchanges, tell) : (draft?.accounts ?? [])
  const accounts = await resolveAccounts(accountDrafts, variables, tell)
  if (file === null && !anythingGiven(variables, exchanges)) tell(variables.home, NOTHING)
  const watched = draft?.watch ?? DEFAULT_WATCH
  const channels = await resolveChannels(watched.channels, { kinds: sources.channels, variables, tell })
  const ping = await resolvePing(watched.ping, { variables, tell })
  const cacheDir = await cacheDirOf(variables, env, cwd)
  const names = variableNames(exchanges)
  variables.tellStrangers([
    ...names,
    ...accountDrafts.flatMap(({ credential }) => keyNames(credential)),
    ...rpcNames(draft),
    ...watchNames(watched),
  ])
  if (draft === null || problems.length > 0) throw new ConfigError(inOrder(problems))
  const { name, policy, means, requestMs, passMs } = draft
  return {
    book: { name, chains: queries, accounts, policy, means, requestMs, passMs },
    bookFile: file?.label ?? null,
    cacheDir,
    watch: {
      schedule: watched.schedule,
      scheduled: watched.scheduled,
      alerts: watched.alerts,
      channels,
      historyFile: historyFileOf(watched, { name, env, folder: file === null ? cwd : dirname(file.path) }),
      keepMs: watched.keepMs,
      ping,
      aliases: watched.aliases,
    },
    secrets: [
      ...chains.secrets,
      ...accounts.flatMap(({ credential }) => Object.values(credential).filter((part) => part instanceof Secret)),
      ...channels.flatMap(({ options }) => Object.values(options).filter((one) => one instanceof Secret)),
      ...(ping === null ? [] : [ping.url]),
    ],
    warnings: [
      ...chains.warnings,
      ...unusedVariables({ ...draft, accounts: accountDrafts }, { variables, exchanges, fromFile: file?.label ?? null }),
      ...otherSpelling(file, cwd),
    ],
  }
}

async function bookFileOf({ bookPath = null, cwd }: ConfigSources, variables: Variables): Promise<BookPath | null> {
  const given = await variables.read('HULLMARK_BOOK')
  if (bookPath === false) return null
  const named = bookPath ?? given?.text ?? null
  if (named === null) return existsSync(join(cwd, DEFAULT_BOOK)) ? bookPathOf(DEFAULT_BOOK, DEFAULT_BOOK, cwd) : null
  return bookPathOf(named, bookPath === null ? (given?.place ?? variables.home) : 'command line', cwd)
}

function bookPathOf(name: string, place: string, cwd: string): BookPath {
  return { path: resolve(cwd, name), label: labelOf(name, cwd), place }
}

/** As a reader goes through the files: by file, then by line. */
function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const files = [...new Set(problems.map(({ place }) => fileOf(place)))]
  return [...problems].sort(
    (a, b) => files.indexOf(fileOf(a.place)) - files.indexOf(fileOf(b.place)) || lineOf(a.place) - lineOf(b.place),
  )
}

const AT_LINE = /:(\d+)$/

function fileOf(place: string): string {
  return place.replace(AT_LINE, '')
}

function lineOf(place: string): number {
  return Number(AT_LINE.exec(place)?.[1] ?? 0)
}

function anythingGiven(variables: Variables, exchanges: ExchangeKinds): boolean {
  return ['WALLET', ...Object.entries(exchanges).flatMap(([name, kind]) => openingVariables(name, kind))].some(variables.given)
}

function keyNames(credential: CredentialDraft): string[] {
  if (credential.kind === 'address') return []
  const { key, secret, passphrase } = credential
  return passphrase === null ? [key, secret] : [key, secret, passphrase]
}

const NOTHING =
  'there is nothing to watch. Copy .env.example to .env and write your wallet after WALLET=, or a read-only key after BINANCE_API_KEY= and ' +
  'BINANCE_API_SECRET=, or both; "hullmark init" asks for them. To see a report first, run "hullmark demo"'

async function draftFromFile(file: BookPath, registered: ConfigSources, tell: Tell): Promise<BookDraft | null> {
  // The reader of book files is large; who has none does not wait for it.
  const [{ openBook }, { fileBook }] = await Promise.all([import('./config/bookFile.ts'), import('./config/fileBook.ts')])
  const book = await openBook(file, tell)
  return book === null ? null : fileBook(book, registered, tell)
}

function rpcNames(draft: BookDraft | null): string[] {
  return (draft?.chains ?? []).flatMap(({ rpc }) => (rpc === null ? [] : [rpc.variable]))
}

function watchNames({ channels, ping }: WatchDraft): string[] {
  return [...channels.flatMap(({ variables }) => Object.values(variables)), ...(ping === null ? [] : [ping.variable])]
}

type HistoryPlace = { readonly name: string; readonly env: ConfigSources['env']; readonly folder: string }

/** As the book file says, beside it; else where programs of this user keep what they must not lose. */
function historyFileOf({ historyFile }: WatchDraft, { name, env, folder }: HistoryPlace): string {
  if (historyFile !== null) return resolve(folder, historyFile.replace(/^~(?=\/|$)/, homedir()))
  const state = env.XDG_STATE_HOME ?? ''
  // The XDG standard says to pass over a relative path.
  return join(isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'hullmark', `${name}.db`)
}

async function cacheDirOf(variables: Variables, env: ConfigSources['env'], cwd: string): Promise<string> {
  const given = await variables.read('HULLMARK_CACHE_DIR')
  if (given?.text != null) return resolve(cwd, given.text.replace(/^~(?=\/|$)/, homedir()))
  const shared = env.XDG_CACHE_HOME ?? ''
  // The XDG standard says to pass over a relative path.
  return join(isAbsolute(shared) ? shared : join(homedir(), '.cache'), 'hullmark')
}

function otherSpelling(file: BookPath | null, cwd: string): string[] {
  const unread = file === null && existsSync(join(cwd, 'hullmark.yml'))
  return unread ? ['hullmark.yml is not read; call it hullmark.yaml.'] : []
}
