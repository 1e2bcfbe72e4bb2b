import type { Address } from 'viem'
import { CHAINS } from '../lending/chains.ts'
import { DEFAULT_POLICY } from '../risk/grade.ts'
import { DEFAULT_MEANS } from '../risk/means.ts'
import { readAddress } from './address.ts'
import {
  type AccountDraft,
  type BookDraft,
  DEFAULT_NAME,
  DEFAULT_PASS_MS,
  DEFAULT_REQUEST_MS,
  type ExchangeKinds,
  exchangeVariables,
  type LoanDraft,
  openingVariables,
} from './draft.ts'
import { shown, type Tell } from './sentence.ts'
import type { Given, Variables } from './variables.ts'
import { DEFAULT_WATCH } from './watchDraft.ts'

const DEFAULT_CHAIN = 'ethereum'

/** The loans of the book that variables alone make: every wallet of WALLET on every chain of CHAINS. */
export async function simpleLoans(variables: Variables, tell: Tell): Promise<LoanDraft[]> {
  const wallet = await variables.read('WALLET')
  const chains = await variables.read('CHAINS')
  if (wallet === null || wallet.text === null || (chains !== null && chains.text === null)) return []
  const wallets = addressesOf(wallet, tell)
  const { place } = chains ?? wallet
  return listed(chains, DEFAULT_CHAIN, tell).map((chain) => ({
    place,
    protocol: null,
    chain: chain.toLowerCase(),
    wallets,
    markets: null,
  }))
}

/** The exchange accounts that variables alone make: one called `main` for each exchange with a key or an address. */
export async function simpleAccounts(variables: Variables, exchanges: ExchangeKinds, tell: Tell): Promise<AccountDraft[]> {
  const accounts: AccountDraft[] = []
  for (const [exchange, kind] of Object.entries(exchanges)) {
    const opened = kind.opens === 'address' ? byAddress : byKey
    accounts.push(...(await opened(exchange, kind, { variables, tell })))
  }
  return accounts
}

type Around = { readonly variables: Variables; readonly tell: Tell }

/** What every account that variables make is: the only one of its exchange, and with money. */
const SIMPLE = { name: DEFAULT_NAME, environment: 'live', endpoint: null } as const

async function byKey(exchange: string, kind: ExchangeKinds[string], { variables, tell }: Around): Promise<AccountDraft[]> {
  const names = exchangeVariables(exchange)
  const parts: [string, Given | null][] = []
  for (const name of openingVariables(exchange, kind)) parts.push([name, await variables.read(name, () => true)])
  const allowTrading = yesNo(names.allowTrading, await variables.read(names.allowTrading), tell)
  const [first] = parts.flatMap(([name, given]) => (given === null ? [] : [{ name, place: given.place }]))
  if (first === undefined) return []
  const missing = parts.filter(([, given]) => given === null)
  const all = parts.length === 2 ? 'both' : 'all of them'
  for (const [name] of missing) tell(first.place, `${first.name} is given without ${name}; an exchange needs ${all}`)
  if (missing.length > 0) return []
  const passphrase = kind.opens === 'key-and-passphrase' ? names.passphrase : null
  const credential = { kind: 'key', key: names.key, secret: names.secret, passphrase } as const
  return [{ ...SIMPLE, place: first.place, exchange, credential, allowTrading }]
}

async function byAddress(exchange: string, _kind: ExchangeKinds[string], { variables, tell }: Around): Promise<AccountDraft[]> {
  const name = exchangeVariables(exchange).address
  const given = await variables.read(name)
  if (given === null || given.text === null) return []
  const read = readAddress(given.text)
  if (!read.ok) tell(given.place, `${name}: ${read.problem}`)
  if (!read.ok) return []
  const credential = { kind: 'address', address: read.address } as const
  return [{ ...SIMPLE, place: given.place, exchange, credential, allowTrading: false }]
}

/** The book that variables alone make, but for its accounts. */
export function simpleBook(loans: readonly LoanDraft[]): BookDraft {
  return {
    name: DEFAULT_NAME,
    chains: [],
    loans,
    accounts: [],
    assets: new Map(),
    policy: DEFAULT_POLICY,
    means: DEFAULT_MEANS,
    requestMs: DEFAULT_REQUEST_MS,
    passMs: DEFAULT_PASS_MS,
    watch: DEFAULT_WATCH,
  }
}

/** Variables that a book makes no use of though they are set: what they name is not watched. */
export function unusedVariables(book: BookDraft, { variables, exchanges, fromFile }: Unused): string[] {
  const simple = fromFile === null ? [] : ['WALLET', 'CHAINS'].filter(variables.given)
  const ignored = simple.map((name) => `${name} is not used: ${fromFile} names the loans.`)
  const chains = CHAINS.filter(
    ({ name }) => variables.given(`${name.toUpperCase()}_RPC_URL`) && !book.loans.some(({ chain }) => chain === name),
  )
  const unread = Object.entries(exchanges).filter(([name]) => !book.accounts.some(({ exchange }) => exchange === name))
  const keys = unread.flatMap(([name, kind]) =>
    openingVariables(name, kind)
      .slice(0, 1)
      .filter(variables.given)
      .map((variable) => ({ name, variable })),
  )
  const noWallet = fromFile === null && variables.given('CHAINS') && !variables.given('WALLET')
  return [
    ...ignored,
    ...(noWallet ? ['CHAINS is set without WALLET: no loan is read.'] : []),
    ...chains.map(
      ({ name }) =>
        `${name.toUpperCase()}_RPC_URL is set, but no loan on ${name} is read: ${fromFile ?? 'CHAINS'} does not name it.`,
    ),
    ...keys.map(
      ({ name, variable }) => `${variable} is set, but no ${name} account is read: ${fromFile ?? '.env'} does not name it.`,
    ),
  ]
}

type Unused = {
  readonly variables: Variables
  readonly exchanges: ExchangeKinds
  /** The book file's name; null: there is none. */
  readonly fromFile: string | null
}

function addressesOf(wallet: Given, tell: Tell): Address[] {
  const addresses: Address[] = []
  for (const text of listed(wallet, '', tell)) {
    const read = readAddress(text)
    if (read.ok) addresses.push(read.address)
    else tell(wallet.place, `WALLET: ${read.problem}`)
  }
  for (const twice of repeats(addresses)) tell(wallet.place, `WALLET names ${twice} twice`)
  return addresses
}

/** The words of a comma-separated variable, each once. */
function listed(given: Given | null, otherwise: string, tell: Tell): string[] {
  const words = (given?.text ?? otherwise).split(/[\s,]+/).filter((word) => word !== '')
  if (given !== null) for (const twice of repeats(words)) tell(given.place, `${shown(twice)} is named twice`)
  return [...new Set(words)]
}

function repeats(words: readonly string[]): string[] {
  return [...new Set(words.filter((word, index) => words.indexOf(word) !== index))]
}

function yesNo(name: string, given: Given | null, tell: Tell): boolean {
  if (given === null || given.text === null) return false
  if (given.text !== 'true' && given.text !== 'false') tell(given.place, `${name} must be true or false`)
  return given.text === 'true'
}
