import type { BlockHeader } from './blockHeader.ts'
import type { Done, Job } from './lensBook.ts'
import { lensPieces } from './lensPieces.ts'
import { readLensAnswers, readLensAnswersAt } from './lensReader.ts'
import { CONTRACT } from './ownerPieces.ts'
import type { ChainNode, ChainQuery, LensAnswer, LensPiece, Market, Reading, ReadTools, WalletKind } from './protocol.ts'
import { openRpc } from './rpc.ts'

/** What one node says of a chain at one block. */
export type Testimony = { readonly by: ChainNode; readonly header: BlockHeader; readonly reading: Required<Reading> }

/**
 * Reads a chain by one node, at its newest block.
 *
 * @throws UnreachableError, AccessError, IncompleteAnswerError when nothing of the chain can be told.
 */
export async function testimonyOf(query: ChainQuery, by: ChainNode, tools: ReadTools): Promise<Testimony> {
  const { header, done, notes } = await readLensAnswers(query, openRpc(query.endpoint, by, tools))
  return { by, header, reading: readingOf(done, { query, by, header, readAt: tools.now(), notes }) }
}

/**
 * Reads a chain by one node at the block of another's testimony, in one request.
 *
 * @returns `testimony` null: this node does not have that block. `newest`: how far it is itself.
 * @throws UnreachableError, AccessError, IncompleteAnswerError
 */
export async function testimonyAt(
  header: BlockHeader,
  { query, by, tools }: { readonly query: ChainQuery; readonly by: ChainNode; readonly tools: ReadTools },
): Promise<{ readonly testimony: Testimony | null; readonly newest: BlockHeader }> {
  const { done, newest, notes } = await readLensAnswersAt(query, openRpc(query.endpoint, by, tools), header)
  if (done === null) return { testimony: null, newest }
  return { testimony: { by, header, reading: readingOf(done, { query, by, header, readAt: tools.now(), notes }) }, newest }
}

type Around = {
  readonly query: ChainQuery
  readonly by: ChainNode
  readonly header: BlockHeader
  readonly readAt: number
  readonly notes: readonly string[]
}

function readingOf(done: readonly Done[], { query, by, header, readAt, notes }: Around): Required<Reading> {
  const { endpoint, factorOf } = query
  const { number, hash, timestamp } = header
  const block = { chainId: endpoint.chainId, number, hash, timestamp }
  const context = { chainName: endpoint.title, block, readAt, operators: [by.operator], confirmed: false, notes, factorOf }
  return merged(
    done.flatMap(({ job, answers }) =>
      byPiece(job).map(([piece, markets]) => {
        const own = markets.map((market) => answers[job.markets.indexOf(market)] as LensAnswer)
        return piece.read(markets, job.wallets, own, context)
      }),
    ),
  )
}

/** The job's markets by what reads them. */
function byPiece(job: Job): readonly (readonly [LensPiece, readonly Market[]])[] {
  return Object.entries<LensPiece>(lensPieces)
    .map(([name, piece]) => [piece, job.markets.filter((market) => market.protocol === name)] as const)
    .filter(([, markets]) => markets.length > 0)
}

/** Parts that were read apart become one: cash seen in two markets is one, and a fault of a market is told once. */
function merged(readings: readonly Reading[]): Required<Reading> {
  const cash = new Map<string, Reading['cash'][number]>()
  for (const item of readings.flatMap((reading) => reading.cash)) {
    // One market's oracle may know a price that the other's does not.
    if ((cash.get(item.id)?.price ?? null) === null) cash.set(item.id, item)
  }
  const gaps = new Map(readings.flatMap((reading) => reading.gaps).map((gap) => [`${gap.leg} ${gap.reason}`, gap]))
  return {
    positions: readings.flatMap(({ positions }) => positions),
    cash: [...cash.values()],
    gaps: [...gaps.values()],
    notes: [...new Set(readings.flatMap(({ notes }) => notes))],
    owned: readings.flatMap(({ owned = [] }) => owned),
    kinds: kindsOf(readings),
  }
}

/** Each wallet once, as the one that knows it best calls it. */
function kindsOf(readings: readonly Reading[]): readonly WalletKind[] {
  const all = readings.flatMap(({ kinds = [] }) => kinds)
  const [plain, known] = [all.filter(({ title }) => title === CONTRACT), all.filter(({ title }) => title !== CONTRACT)]
  return [...new Map([...plain, ...known].map((kind) => [kind.wallet.toLowerCase(), kind])).values()]
}
