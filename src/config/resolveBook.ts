import type { Address } from 'viem'
import type { Credential, ExchangeAccount } from '../futures/exchange.ts'
import { factorOf } from '../lending/factorOf.ts'
import type { ChainEndpoint, ChainQuery, Market } from '../lending/protocol.ts'
import { Secret } from '../secret.ts'
import type { ChainBook } from './chainBook.ts'
import type { AccountDraft, BookDraft, CredentialDraft, LoanDraft, MarketDraft, ProtocolKinds } from './draft.ts'
import { keyProblem } from './keyProblem.ts'
import { didYouMean, shown, type Tell } from './sentence.ts'
import type { Variables } from './variables.ts'

type ChainLoans = {
  readonly endpoint: ChainEndpoint
  readonly markets: Map<string, Market>
  readonly wallets: Set<Address>
  pairs: number
}

/** The chains of a book with their markets and wallets, each chain once. */
export async function resolveLoans(
  draft: BookDraft,
  { chains, protocols }: { readonly chains: ChainBook; readonly protocols: ProtocolKinds },
  tell: Tell,
): Promise<readonly ChainQuery[]> {
  const byChain = new Map<number, ChainLoans>()
  const seen = new Map<string, string>()
  const named = new Map<string, string>()
  for (const loan of draft.loans) {
    const endpoint = await chains.endpoint(loan.chain, loan.place)
    if (endpoint === null) continue
    const one = byChain.get(endpoint.chainId) ?? { endpoint, markets: new Map(), wallets: new Set(), pairs: 0 }
    byChain.set(endpoint.chainId, one)
    for (const market of resolveMarkets(loan, endpoint, { protocols, tell })) {
      const id = `${market.chainId}/${market.address.toLowerCase()}`
      if ((named.get(market.name) ?? id) !== id)
        tell(loan.place, `two markets are called "${market.name}"; give yours another name`)
      named.set(market.name, id)
      one.markets.set(id, market)
      for (const wallet of loan.wallets) {
        const leg = `${id}/${wallet}`
        const first = seen.get(leg)
        if (first !== undefined)
          tell(loan.place, `${wallet} in ${market.name} is named twice (first at ${first}); it would count twice`)
        seen.set(leg, loan.place)
        one.wallets.add(wallet)
        one.pairs += 1
      }
    }
  }
  const queries = [...byChain.values()].filter(({ markets, wallets }) => markets.size > 0 && wallets.size > 0)
  for (const { endpoint, markets, wallets, pairs } of queries) {
    if (pairs < markets.size * wallets.size)
      chains.warnings.push(`Every wallet named on ${endpoint.name} is read in every market named there.`)
  }
  // Who names loans says what is watched; who names a wallet alone means all that is its own.
  const owned = draft.loans.every(({ protocol }) => protocol === null) ? 'read' : 'named'
  return queries.map(({ endpoint, markets, wallets }) => ({
    endpoint,
    markets: [...markets.values()],
    wallets: [...wallets],
    owned,
    factorOf: (chainId, token) => factorOf(chainId, token, draft.assets),
  }))
}

function resolveMarkets(
  loan: LoanDraft,
  endpoint: ChainEndpoint,
  { protocols, tell }: Pick<Around, 'protocols' | 'tell'>,
): readonly Market[] {
  const known = Object.entries(protocols)
    .filter(([name]) => loan.protocol === null || name === loan.protocol)
    .flatMap(([, { markets }]) => markets.filter(({ chainId }) => chainId === endpoint.chainId))
  if (loan.markets !== null)
    return loan.markets.flatMap((market) => resolveMarket(market, { loan, endpoint, known, protocols, tell }))
  if (known.length === 0) {
    tell(
      loan.place,
      `no market${loan.protocol === null ? '' : ` of ${loan.protocol}`} is known on ${endpoint.name}; name yours: markets: [{ name: ..., address: "0x..." }]`,
    )
  }
  return known
}

type Around = {
  readonly loan: LoanDraft
  readonly endpoint: ChainEndpoint
  readonly known: readonly Market[]
  readonly protocols: ProtocolKinds
  readonly tell: Tell
}

function resolveMarket(
  { place, name, address, title }: MarketDraft,
  { loan, endpoint, known, protocols, tell }: Around,
): Market[] {
  const same = known.find((market) => market.name === name)
  if (address === null) {
    if (same !== undefined) return [same]
    const names = known.map((market) => market.name)
    const hint = didYouMean(name, names)
    const list = names.length === 0 ? ' None is known there; give its address too' : ` Known there are ${names.join(', ')}`
    tell(place, `unknown market ${shown(name)} on ${endpoint.name}${hint === '' ? '.' : hint}${list}`)
    return []
  }
  if (same !== undefined && same.address.toLowerCase() !== address.toLowerCase()) {
    tell(place, `"${name}" is a production market with another address; give yours another name`)
    return []
  }
  const { protocol } = loan
  if (same !== undefined || protocol === null) return same === undefined ? [] : [same]
  return [{ name, title: title ?? `${protocols[protocol]?.title} ${name}`, protocol, chainId: endpoint.chainId, address }]
}

/** The exchange accounts of a book with their keys. */
export async function resolveAccounts(
  drafts: readonly AccountDraft[],
  variables: Variables,
  tell: Tell,
): Promise<readonly ExchangeAccount[]> {
  const accounts: ExchangeAccount[] = []
  for (const draft of drafts) {
    const { place, exchange, name, environment, allowTrading, endpoint } = draft
    const twin = accounts.find((account) => account.exchange === exchange && account.name === name)
    if (twin !== undefined) tell(place, `two ${exchange} accounts are called "${name}"; give each its own name and its own key`)
    const credential = await resolveCredential(draft.credential, place, { variables, tell })
    if (credential === null) continue
    const same = accounts.find((account) => account.exchange === exchange && lockOf(account.credential) === lockOf(credential))
    const part = credential.kind === 'key' ? 'key' : 'address'
    if (same !== undefined && twin === undefined && same.environment === environment)
      tell(place, `the ${exchange} accounts "${same.name}" and "${name}" have the same ${part}; they would count twice`)
    accounts.push({ name, exchange, credential, environment, allowTrading, endpoint })
  }
  return accounts
}

/** What two accounts cannot have in common. */
function lockOf(credential: Credential): string {
  return credential.kind === 'key' ? credential.apiKey.reveal() : credential.address.toLowerCase()
}

async function resolveCredential(draft: CredentialDraft, place: string, around: Reading): Promise<Credential | null> {
  if (draft.kind === 'address') return draft
  const apiKey = await partOf(draft.key, place, around)
  const apiSecret = await partOf(draft.secret, place, around)
  const passphrase = draft.passphrase === null ? null : await partOf(draft.passphrase, place, around)
  if (apiKey === null || apiSecret === null || (draft.passphrase !== null && passphrase === null)) return null
  return { kind: 'key', apiKey, apiSecret, passphrase }
}

type Reading = { readonly variables: Variables; readonly tell: Tell }

async function partOf(name: string, place: string, { variables, tell }: Reading): Promise<Secret | null> {
  const given = await variables.read(name, () => true)
  if (given === null) tell(place, `the variable ${name} is not set; write it into .env`)
  if (given === null || given.text === null) return null
  const problem = keyProblem(given.text)
  if (problem === null) return new Secret(given.text)
  tell(given.place, `${name} ${problem}`)
  return null
}
