import { TrackerError } from '../errors.ts'
import { gapOf } from '../risk/gap.ts'
import type { Gap } from '../risk/leg.ts'
import { registriesOf, walletKindsOf } from './accountRegistries.ts'
import { NO_CONTRACT } from './lensCall.ts'
import { shortAddress } from './plainSymbol.ts'
import type { ChainQuery, ChainReading, Market, OwnedAccount } from './protocol.ts'

/** What the lens is asked beside the markets, in the same call: what the wallets are, and which contract accounts are theirs. */
export function askedBeside({ endpoint: { chainId }, owned }: ChainQuery): readonly Market[] {
  return owned === 'unasked' ? [] : [...registriesOf(chainId), walletKindsOf(chainId)]
}

/**
 * Adds what is known of the contract accounts that the wallets own. Where they are to be read, that is a second look at the chain, and
 * only if there are any: most wallets own none. What such an account owns in turn is not looked for.
 *
 * @param heard - What was told of the wallets themselves.
 * @param hear - Reads the same chain and markets for other wallets.
 */
export async function addOwned(
  query: ChainQuery,
  heard: ChainReading,
  hear: (query: ChainQuery) => Promise<ChainReading>,
): Promise<ChainReading> {
  const told = withSilence(query, heard)
  const others = othersOf(query, told)
  const kinds = told.kinds.map(({ wallet, title }) => payerNote(shortAddress(wallet), title))
  const notes = [...told.notes, ...kinds, ...others.map((one) => noteOf(one, query.owned))]
  if (others.length === 0 || query.owned !== 'read') return { ...told, notes }
  try {
    const theirs = await hear({ ...query, wallets: others.map(({ account }) => account) })
    return joined({ ...told, notes }, { ...theirs, cash: theirs.cash.filter(({ id }) => isAgreed(id, others)) })
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error
    const gaps = others.map((one) => gapOf(nameOf(one), error))
    return { ...told, notes, gaps: [...told.gaps, ...gaps], confirmed: false }
  }
}

/** Whether cash lies with an account that every node names: more to pay with is better news, and a liar could name anybody's account. */
function isAgreed(cash: string, others: readonly OwnedAccount[]): boolean {
  return others.some(({ account, agreed }) => agreed && cash.startsWith(`cash/${account.toLowerCase()}/`))
}

/** `DSProxy 0x1234..cdef of 0x5678..90ab`. */
export function nameOf({ title, account, owner }: OwnedAccount): string {
  return `${title} ${shortAddress(account)} of ${shortAddress(owner)}`
}

/**
 * What a registry did not tell hides no loan of a book that names its own wallets, and what a wallet is hides none of any. Where no
 * contract stands nothing was ever registered: that the list of registries is out of date must not make every wallet of a chain unknown.
 */
function withSilence(query: ChainQuery, heard: ChainReading): ChainReading {
  const { chainId } = query.endpoint
  const registries = registriesOf(chainId).map(({ title }) => title)
  const quiet = [walletKindsOf(chainId).title, ...(query.owned === 'named' ? registries : [])]
  const isQuiet = ({ leg, reason }: Gap): boolean =>
    quiet.includes(leg) || (registries.includes(leg) && reason.includes(NO_CONTRACT))
  const gaps = heard.gaps.filter((gap) => !isQuiet(gap))
  return { ...heard, gaps, notes: [...heard.notes, ...heard.gaps.filter(isQuiet).map(({ reason }) => reason)] }
}

/** Each account once, though two registries or two wallets may name it, and none that is read anyway. */
function othersOf({ wallets }: ChainQuery, { owned }: ChainReading): readonly OwnedAccount[] {
  const own = new Set(wallets.map((wallet) => wallet.toLowerCase()))
  const others = owned.filter(({ account }) => !own.has(account.toLowerCase()))
  return [...new Map(others.toReversed().map((one) => [one.account.toLowerCase(), one])).values()].toReversed()
}

function noteOf(one: OwnedAccount, owned: ChainQuery['owned']): string {
  const [owner, account] = [shortAddress(one.owner), shortAddress(one.account)]
  if (owned !== 'read')
    return `${owner} owns the ${one.title} ${account}, which is not in the book: "hullmark discover" looks for its loans`
  return payerNote(account, `${one.title === 'DSProxy' ? 'a' : 'an'} ${one.title} of ${owner}, read as well`)
}

/** A contract signs nothing. The address stands first: the page of transactions shows what begins with that of a payer. */
function payerNote(account: string, title: string): string {
  return `${account} is ${title}: its transactions are sent through it`
}

function joined(own: ChainReading, theirs: ChainReading): ChainReading {
  // A market that does not answer is told once.
  const gaps = new Map([...own.gaps, ...theirs.gaps].map((gap) => [`${gap.leg} ${gap.reason}`, gap]))
  return {
    ...own,
    positions: [...own.positions, ...theirs.positions],
    cash: [...own.cash, ...theirs.cash],
    gaps: [...gaps.values()],
    notes: [...new Set([...own.notes, ...theirs.notes])],
    disputes: [...own.disputes, ...theirs.disputes],
    confirmed: own.confirmed && theirs.confirmed,
  }
}
