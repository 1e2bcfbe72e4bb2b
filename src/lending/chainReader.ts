import type { Address } from 'viem'
import { TrackerError, UnsupportedError } from '../errors.ts'
import type { Gap } from '../risk/leg.ts'
import { concord, worseOfBlocks } from './concord.ts'
import { addOwned, askedBeside } from './ownedAccounts.ts'
import { shortAddress } from './plainSymbol.ts'
import type { ChainNode, ChainQuery, ChainReading, ReadTools } from './protocol.ts'
import { protocols } from './protocols.ts'
import { sequencerOf } from './sequencer.ts'
import { type Testimony, testimonyAt, testimonyOf } from './testimony.ts'

/** A node whose newest block is older than another's by more than this is late: what it says may be of yesterday. Seconds. */
const LATE = 60n

/**
 * Reads every market and wallet of a chain at one block, and has it confirmed: one HTTP request a node, to the first for its newest
 * block, to the second for the same one. A third is asked only where the two before it do not agree. Where a wallet owns contract accounts
 * that are to be read as well, all of that once more for them.
 *
 * @returns Positions, cash and gaps; a market or wallet that failed is a gap beside the others.
 * @throws UnreachableError, AccessError, IncompleteAnswerError when nothing of the chain can be told by any node.
 */
export async function readChain(query: ChainQuery, tools: ReadTools): Promise<ChainReading> {
  const wallets = [...new Map(query.wallets.map((wallet) => [wallet.toLowerCase(), wallet])).values()]
  const markets = query.markets.filter((market) => market.protocol in protocols)
  const asked = { ...query, markets, wallets }
  const beside = [...askedBeside(query), ...sequencerOf(query.endpoint.chainId)]
  const heard = await hear({ ...asked, markets: [...markets, ...beside] }, tools)
  const all = await addOwned(asked, heard, (theirs) => hear(theirs, tools))
  const told = { ...all, gaps: [...all.gaps, ...unsupported(query)] }
  return { ...told, notes: [...told.notes, ...absent(query, wallets, told)] }
}

/** Asks node after node until two operators agree. */
async function hear(query: ChainQuery, tools: ReadTools): Promise<ChainReading> {
  const { title, nodes } = query.endpoint
  const { lead, others, faults } = await leadOf(query, tools)
  const notes = faults.map(({ message }) => `not read there: ${message}`)
  const same: Testimony[] = [lead]
  let elsewhere: ChainReading | null = null
  let found = concord(same)
  for (const by of others) {
    try {
      const { testimony, newest } = await testimonyAt(lead.header, { query, by, tools })
      if (testimony !== null && newest.timestamp - lead.header.timestamp <= LATE) {
        same.push(testimony)
      } else {
        notes.push(`the ${title} nodes of ${lead.by.operator} and ${by.operator} are not at the same block`)
        elsewhere = await fromTheirSide(lead, { query, by, tools })
      }
      found = elsewhere === null ? concord(same) : worseOfBlocks(concord(same), elsewhere)
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error
      notes.push(`not confirmed by ${by.operator}: ${error.message}`)
    }
    if (found.confirmed) break
  }
  if (nodes.length > 1 && !found.confirmed && found.disputes.length === 0) notes.push(`${title}: one source, ${lead.by.operator}`)
  return { ...found, notes: [...notes, ...found.notes] }
}

/** The first node that answers, those that were not asked yet, and why the ones before it did not. */
async function leadOf(
  query: ChainQuery,
  tools: ReadTools,
): Promise<{ readonly lead: Testimony; readonly others: readonly ChainNode[]; readonly faults: readonly TrackerError[] }> {
  const faults: TrackerError[] = []
  for (const [index, by] of query.endpoint.nodes.entries()) {
    try {
      const lead = await testimonyOf(query, by, tools)
      return { lead, others: query.endpoint.nodes.slice(index + 1), faults }
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error
      faults.push(error)
    }
  }
  throw faults[0] as TrackerError
}

/** A node's own newest block, confirmed by the node that was asked first, where that one has it. */
async function fromTheirSide(
  lead: Testimony,
  { query, by, tools }: { readonly query: ChainQuery; readonly by: ChainNode; readonly tools: ReadTools },
): Promise<ChainReading> {
  const theirs = await testimonyOf(query, by, tools)
  const { testimony } = await testimonyAt(theirs.header, { query, by: lead.by, tools }).catch((error: unknown) => {
    if (!(error instanceof TrackerError)) throw error
    return { testimony: null }
  })
  return concord(testimony === null ? [theirs] : [theirs, testimony])
}

/** Markets of a protocol that is not known here. */
function unsupported({ markets }: ChainQuery): readonly Gap[] {
  const foreign = markets.filter((market) => !(market.protocol in protocols))
  return foreign.map(({ title, protocol }): Gap => {
    const { code, message, hint, retryable } = new UnsupportedError(title, `speaks "${protocol}", which is not known here`)
    return { leg: title, code, reason: message, hint, retryable }
  })
}

/** Says of which wallets nothing was found, unless something failed that may hide it. */
function absent(
  { endpoint, markets }: ChainQuery,
  wallets: readonly Address[],
  { positions, gaps }: Pick<ChainReading, 'positions' | 'gaps'>,
): readonly string[] {
  if (gaps.length > 0) return []
  const where = markets.map(({ title }) => title).join(', ')
  const holders = new Set(positions.map(({ wallet }) => wallet.toLowerCase()))
  return wallets
    .filter((wallet) => !holders.has(wallet.toLowerCase()))
    .map((wallet) => `no position found on ${endpoint.title} for ${shortAddress(wallet)} (looked in ${where})`)
}
