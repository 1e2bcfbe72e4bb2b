import type { Address } from 'viem'
import type { z } from 'zod'
import type { Environment } from '../futures/exchange.ts'
import type { FactorRef } from '../risk/factors.ts'
import { readAddress } from './address.ts'
import { type BookFile, groupsIn, nameOf, type Path, readPart, unknownSetting } from './bookFile.ts'
import * as schema from './bookSchema.ts'
import {
  type AccountDraft,
  type BookDraft,
  type ChainDraft,
  type CredentialDraft,
  DEFAULT_NAME,
  DEFAULT_PASS_MS,
  DEFAULT_REQUEST_MS,
  type ExchangeKinds,
  exchangeVariables,
  type LoanDraft,
  type MarketDraft,
  type ProtocolKinds,
} from './draft.ts'
import { fileMeans } from './fileMeans.ts'
import { filePolicy } from './filePolicy.ts'
import { fileWatch } from './fileWatch.ts'
import { isLoopbackUrl } from './rpcUrl.ts'
import { didYouMean, shown, type Tell } from './sentence.ts'
import type { ChannelKinds } from './watchDraft.ts'

const SETTINGS = [
  ...['name', 'chains', 'loans', 'accounts', 'assets', 'policy', 'money', 'volatility', 'deadlines'],
  ...['schedule', 'alerts', 'legLimits', 'factorLimits', 'channels', 'history', 'ping', 'aliases'],
]

/** The names a book file may use, from the registries. */
export type Registered = {
  readonly exchanges: ExchangeKinds
  readonly protocols: ProtocolKinds
  readonly channels: ChannelKinds
}

/** The book that a file describes. Every part is checked for itself, so that all problems are told at once. */
export function fileBook(book: BookFile, registered: Registered, tell: Tell): BookDraft {
  for (const key of Object.keys(book.root)) if (!SETTINGS.includes(key)) tell(book.place([key]), unknownSetting([key], SETTINGS))
  const { name, loans, accounts, deadlines } = book.root
  const part = <T extends z.ZodType>(path: Path, value: unknown, of: T) => readPart(book, { path, value, schema: of }, tell)
  if (loans === undefined && accounts === undefined)
    tell(book.label, 'the book watches nothing: give it loans, or accounts, or both')
  const times = deadlinesOf(book, part(['deadlines'], deadlines, schema.deadlines), tell)
  return {
    name: part(['name'], name, schema.bookName) ?? DEFAULT_NAME,
    chains: groupsIn(book, 'chains', tell).flatMap(([key, value]) =>
      chainDraft(book, key, part(['chains', key], value, schema.chain)),
    ),
    loans: items(book, 'loans', tell).flatMap((value, index) =>
      loanDraft(book, index, { loan: part(['loans', index], value, schema.loan), registered, tell }),
    ),
    accounts: items(book, 'accounts', tell).flatMap((value, index) =>
      accountDraft(book, index, { account: part(['accounts', index], value, schema.account), registered, tell }),
    ),
    assets: new Map(
      groupsIn(book, 'assets', tell).flatMap(([key, value]) =>
        assetOf(book, key, { asset: part(['assets', key], value, schema.asset), tell }),
      ),
    ),
    policy: filePolicy(book, tell),
    means: fileMeans(book, tell),
    ...times,
    watch: fileWatch(book, { kinds: registered.channels, passMs: times.passMs, tell }),
  }
}

/** A list at the top of the file; empty where it is left out or no list, which is told. */
function items(book: BookFile, key: string, tell: Tell): readonly unknown[] {
  const value = book.root[key]
  if (value === undefined) return []
  if (Array.isArray(value) && value.length > 0) return value
  tell(book.place([key]), `${key} must be a list: each entry starts with "- "`)
  return []
}

function chainDraft(book: BookFile, name: string, chain: z.output<typeof schema.chain> | null): ChainDraft[] {
  if (chain === null) return []
  const rpc = chain.rpc === undefined ? null : { variable: chain.rpc, place: book.place(['chains', name, 'rpc']) }
  return [{ place: book.place(['chains', name]), name, id: chain.id ?? null, title: chain.title ?? null, rpc }]
}

type LoanPart = { readonly loan: z.output<typeof schema.loan> | null; readonly registered: Registered; readonly tell: Tell }

function loanDraft(book: BookFile, index: number, { loan, registered, tell }: LoanPart): LoanDraft[] {
  const path = ['loans', index]
  // Names are checked even where the rest does not fit, so that all problems are told at once.
  const protocol = wordOf(book, [...path, 'protocol'])
  if (protocol !== null && !Object.hasOwn(registered.protocols, protocol)) {
    tell(book.place([...path, 'protocol']), unknownName('protocol', protocol, Object.keys(registered.protocols)))
    return []
  }
  const chain = wordOf(book, [...path, 'chain'])
  const place = book.place([...path, 'chain'])
  if (loan === null) return chain === null ? [] : [{ place, protocol: protocol ?? '', chain, wallets: [], markets: [] }]
  const wallets = loan.wallet.flatMap((text, at) => address(book, [...path, 'wallet', at], { text, tell }))
  const markets = loan.markets?.flatMap(({ name, address: text, title }, at): MarketDraft[] => {
    const around = { place: book.place([...path, 'markets', at]), name, title: title ?? null }
    if (text === undefined) return [{ ...around, address: null }]
    return address(book, [...path, 'markets', at, 'address'], { text, tell }).map((own) => ({ ...around, address: own }))
  })
  return [{ place, protocol: loan.protocol, chain: loan.chain, wallets, markets: markets ?? null }]
}

/** A text in the file as it stands, whatever the schema says of its surroundings; null: there is none. */
function wordOf(book: BookFile, path: Path): string | null {
  let value: unknown = book.root
  for (const key of path)
    value = typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

function address(book: BookFile, path: Path, { text, tell }: { readonly text: string; readonly tell: Tell }): Address[] {
  const read = readAddress(text)
  if (read.ok) return [read.address]
  tell(book.place(path), `${nameOf(path)}: ${read.problem}`)
  return []
}

type AccountPart = {
  readonly account: z.output<typeof schema.account> | null
  readonly registered: Registered
  readonly tell: Tell
}

function accountDraft(book: BookFile, index: number, { account, registered, tell }: AccountPart): AccountDraft[] {
  const path = ['accounts', index]
  const named = wordOf(book, [...path, 'exchange'])
  const kind = named === null ? undefined : registered.exchanges[named]
  if (named !== null && kind === undefined) {
    tell(book.place([...path, 'exchange']), unknownName('exchange', named, Object.keys(registered.exchanges)))
    return []
  }
  if (account === null || kind === undefined) return []
  const { exchange, endpoint } = account
  if (endpoint !== undefined && !isLoopbackUrl(endpoint)) {
    tell(
      book.place([...path, 'endpoint']),
      `${nameOf(path)}.endpoint must be on this machine, as http://127.0.0.1:5000: it gets the account's key`,
    )
    return []
  }
  const environment = environmentOf(book, path, { account, kind, tell })
  const credential = credentialOf(book, path, { account, kind, tell })
  if (environment === null || credential === null) return []
  return [
    {
      place: book.place(path),
      exchange,
      name: account.name ?? DEFAULT_NAME,
      credential,
      environment,
      allowTrading: account.allowTrading ?? false,
      endpoint: endpoint === undefined ? null : new URL(endpoint).origin,
    },
  ]
}

type KindPart = {
  readonly account: z.output<typeof schema.account>
  readonly kind: ExchangeKinds[string]
  readonly tell: Tell
}

function environmentOf(book: BookFile, path: Path, { account, kind, tell }: KindPart): Environment | null {
  const { exchange, environment = 'live' } = account
  const known: readonly Environment[] = ['live', ...kind.environments]
  const found = known.find((one) => one === environment)
  if (found !== undefined) return found
  tell(
    book.place([...path, 'environment']),
    `${nameOf(path)}.environment: ${exchange} has no ${shown(environment)} that hullmark reads; it has ${known.join(', ')}`,
  )
  return null
}

/** A setting that an exchange does not take would be passed over in silence, and another account be read than was meant. */
function credentialOf(book: BookFile, path: Path, { account, kind, tell }: KindPart): CredentialDraft | null {
  const { exchange } = account
  const needless = (
    kind.opens === 'address'
      ? (['key', 'secret', 'passphrase', 'allowTrading'] as const)
      : kind.opens === 'key'
        ? (['passphrase', 'address'] as const)
        : (['address'] as const)
  ).filter((setting) => account[setting] !== undefined)
  const by = kind.opens === 'address' ? 'its address alone' : 'a key'
  for (const setting of needless)
    tell(book.place([...path, setting]), `${nameOf(path)}.${setting} is not taken: an account of ${exchange} is opened by ${by}`)
  if (needless.length > 0) return null
  if (kind.opens === 'address') {
    if (account.address === undefined) {
      tell(book.place(path), `${nameOf(path)}.address is missing: an account of ${exchange} is opened by its address`)
      return null
    }
    const [own] = address(book, [...path, 'address'], { text: account.address, tell })
    return own === undefined ? null : { kind: 'address', address: own }
  }
  const names = exchangeVariables(exchange)
  const passphrase = kind.opens === 'key' ? null : (account.passphrase ?? names.passphrase)
  return { kind: 'key', key: account.key ?? names.key, secret: account.secret ?? names.secret, passphrase }
}

function unknownName(kind: string, name: string, known: readonly string[]): string {
  const hint = didYouMean(name, known)
  return `unknown ${kind} ${shown(name)}${hint === '' ? '.' : hint} Known are ${known.join(', ')}`
}

type AssetPart = { readonly asset: z.output<typeof schema.asset> | null; readonly tell: Tell }

function assetOf(book: BookFile, key: string, { asset, tell }: AssetPart): (readonly [string, FactorRef])[] {
  const [, chainId, token = ''] = /^([1-9]\d{0,14})\/(.+)$/.exec(key) ?? []
  const place = book.place(['assets', key])
  if (chainId === undefined) {
    tell(place, `assets: ${shown(key)} must be a chain id and an address, as "31337/0x..."; a symbol would do for a forger`)
    return []
  }
  const read = readAddress(token)
  if (!read.ok) tell(place, `assets: ${read.problem}`)
  if (!read.ok || asset === null) return []
  return [[`${chainId}/${read.address.toLowerCase()}`, { factor: asset.factor, basis: asset.basis ?? null }]]
}

function deadlinesOf(
  book: BookFile,
  given: z.output<typeof schema.deadlines> | null,
  tell: Tell,
): Pick<BookDraft, 'requestMs' | 'passMs'> {
  const requestMs = given?.request ?? DEFAULT_REQUEST_MS
  const passMs = given?.pass ?? DEFAULT_PASS_MS
  if (requestMs > passMs)
    tell(book.place(['deadlines']), `deadlines: a request (${requestMs} ms) may not outlast the pass (${passMs} ms)`)
  return { requestMs, passMs }
}
