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
  exchangeVariables,
  type LoanDraft,
} from './draft.ts'
import { shown, type Tell } from './sentence.ts'
import type { Given, Variables } from './variables.ts'
import { DEFAULT_WATCH } from './watchDraft.ts'

const DEFAULT_CHAIN = 'ethereum'
/** What WALLET is read in: every market of this protocol that the address book knows on the chains named. */
const PROTOCOL = 'aave-v3'

/** The loans of the book that variables alone make: every wallet of WALLET on every chain of CHAINS. */
export async function simpleLoans(variables: Variables, tell: Tell): Promise<LoanDraft[]> {
  const wallet = await variables.read('WALLET')
  const chains = await variables.read('CHAINS')
  if (wallet === null || wallet.text === null || (chains !== null && chains.text === null)) return []
  const wallets = addressesOf(wallet, tell)
  const { place } = chains ?? wallet
  return listed(chains, DEFAULT_CHAIN, tell).map((chain) => ({
    place,
    protocol: PROTOCOL,
    chain: chain.toLowerCase(),
    wallets,
    markets: null,
  }))
}

/** The exchange accounts that variables alone make: one called `main` for each exchange with a key. */
export async function simpleAccounts(variables: Variables, exchanges: readonly string[], tell: Tell): Promise<AccountDraft[]> {
  const accounts: AccountDraft[] = []
  for (const exchange of exchanges) {
    const names = exchangeVariables(exchange)
    const key = await variables.read(names.key, () => true)
    const secret = await variables.read(names.secret, () => true)
    const allowTrading = yesNo(names.allowTrading, await variables.read(names.allowTrading), tell)
    if (key === null && secret === null) continue
    const place = (key ?? secret)?.place ?? variables.home
    if (key === null) tell(place, `${names.secret} is given without ${names.key}; an exchange needs both`)
    if (secret === null) tell(place, `${names.key} is given without ${names.secret}; an exchange needs both`)
    if (key === null || secret === null) continue
    accounts.push({ place, exchange, name: DEFAULT_NAME, key: names.key, secret: names.secret, allowTrading, endpoint: null })
  }
  return accounts
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
  const keys = exchanges.filter(
    (name) => variables.given(exchangeVariables(name).key) && !book.accounts.some(({ exchange }) => exchange === name),
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
      (name) => `${exchangeVariables(name).key} is set, but no ${name} account is read: ${fromFile ?? '.env'} does not name it.`,
    ),
  ]
}

type Unused = {
  readonly variables: Variables
  readonly exchanges: readonly string[]
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
