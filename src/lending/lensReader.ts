import { IncompleteAnswerError, type TrackerError } from '../errors.ts'
import { type BlockHeader, readHeader } from './blockHeader.ts'
import type { Done } from './lensBook.ts'
import { type LensSight, lensCall, readLens } from './lensCall.ts'
import { agrees, askAt, checked, headFault, type LensNode, lensAsks, lensNode, type MarketAsk, refusal } from './lensNode.ts'
import { isTooLong, readParts } from './lensParts.ts'
import type { ChainQuery } from './protocol.ts'
import type { Rpc, RpcCall } from './rpc.ts'

/**
 * Asks the lens for everything at one block: the first call at the newest, whatever must follow at the very same one. Where that block is
 * replaced before all of it was read, everything is read once more.
 *
 * @returns The block's header, found equal to what the lens saw; the answers, in as many parts as it took; how it was read.
 * @throws UnreachableError, AccessError, IncompleteAnswerError
 */
export async function readLensAnswers(
  query: ChainQuery,
  rpc: Rpc,
): Promise<{ readonly header: BlockHeader; readonly done: readonly Done[]; readonly notes: readonly string[] }> {
  const node = lensNode(query, rpc)
  const asks = asksOf(query)
  for (let tries = 0; tries < 2; tries++) {
    // That the block was gone must not look as if the node took no hashes.
    node.pin = 'hash'
    const { sight, header } = await firstLook(node, asks)
    const done = await readParts(node, header, { asks, sight })
    if (done !== 'moved') return { header, done, notes: notesOf(node) }
  }
  throw blockFault(rpc)
}

/** The first call, with a header that is found to be its block's. */
async function firstLook(node: LensNode, asks: readonly MarketAsk[]): Promise<Look> {
  const { rpc } = node
  const first = await look(node, asks, 'latest').catch((error: unknown) => headAlone(node, asks, error))
  if (first.sight === 'too-much' || agrees(first.sight, first.header)) return first
  // Between the two calls of the batch a block arrived, or two machines answered: ask for the header of the lens's block.
  const [outcome] = await rpc.ask([{ method: 'eth_getBlockByNumber', params: [`0x${first.sight.number.toString(16)}`, false] }])
  const pinned = outcome?.ok ? readHeader(outcome.result) : null
  if (pinned !== null && agrees(first.sight, pinned)) return { sight: first.sight, header: pinned }
  const again = await look(node, asks, first.header.number)
  if (again.sight !== 'too-much' && !agrees(again.sight, again.header)) throw blockFault(rpc)
  return again
}

/** After a call that took too long: the header of the newest block alone, from which the parts go on. Less than much is not asked again. */
async function headAlone({ rpc }: LensNode, asks: readonly MarketAsk[], error: unknown): Promise<Look> {
  if (!isTooLong(error, asks)) throw error
  const [head] = await rpc.ask([{ method: 'eth_getBlockByNumber', params: ['latest', false] }])
  const header = head?.ok ? readHeader(head.result) : null
  if (header === null) throw error
  return { sight: 'too-much', header }
}

/**
 * Asks for everything at a block that another node told of, and for the newest block beside it, in one request.
 *
 * @returns `done` null: this node does not have that block, or not in this place. `newest`: how far it is itself.
 * @throws UnreachableError, AccessError, IncompleteAnswerError
 */
export async function readLensAnswersAt(
  query: ChainQuery,
  rpc: Rpc,
  at: Pick<BlockHeader, 'number' | 'hash'>,
): Promise<{ readonly done: readonly Done[] | null; readonly newest: BlockHeader; readonly notes: readonly string[] }> {
  const node = lensNode(query, rpc)
  const asks = asksOf(query)
  node.calls++
  const header = (tag: string): RpcCall => ({ method: 'eth_getBlockByNumber', params: [tag, false] })
  const [lens, same, top] = await rpc.ask([
    lensCall(lensAsks(asks), node.way, at.number),
    header(`0x${at.number.toString(16)}`),
    header('latest'),
  ])
  if (lens === undefined || same === undefined || top === undefined) throw new IncompleteAnswerError(rpc.venue, 'answer')
  if (!top.ok) throw headFault(rpc, top.code)
  const newest = readHeader(top.result)
  if (newest === null) throw new IncompleteAnswerError(rpc.venue, 'block header', { retryable: true })
  const own = same.ok ? readHeader(same.result) : null
  if (own === null || own.hash !== at.hash) return { done: null, newest, notes: [] }
  const first = readLens(lens, node.way)
  if (first === 'refused') node.way = 'creation'
  const sight = first === 'refused' ? await askAt(node, asks, own) : checked(node, first)
  if (sight === 'moved' || (sight !== 'too-much' && !agrees(sight, own))) return { done: null, newest, notes: [] }
  const done = await readParts(node, own, { asks, sight })
  return { done: done === 'moved' ? null : done, newest, notes: notesOf(node) }
}

type Look = { readonly sight: LensSight | 'too-much'; readonly header: BlockHeader }

/** The lens call and the header of its block, together. */
async function look(node: LensNode, asks: readonly MarketAsk[], block: 'latest' | bigint): Promise<Look> {
  const { rpc, way } = node
  const tag = block === 'latest' ? block : `0x${block.toString(16)}`
  node.calls++
  const [lens, head] = await rpc.ask([
    lensCall(lensAsks(asks), way, block),
    { method: 'eth_getBlockByNumber', params: [tag, false] },
  ])
  if (lens === undefined || head === undefined) throw new IncompleteAnswerError(rpc.venue, 'answer')
  if (!head.ok) throw headFault(rpc, head.code)
  const header = readHeader(head.result)
  if (header === null) throw new IncompleteAnswerError(rpc.venue, 'block header', { retryable: true })
  const sight = readLens(lens, way)
  if (sight === 'refused' && way === 'override') {
    node.way = 'creation'
    return look(node, asks, block)
  }
  if (sight === 'refused') throw refusal(rpc, lens.ok ? 0 : lens.code)
  return { sight: checked(node, sight), header }
}

function asksOf({ markets, wallets }: ChainQuery): readonly MarketAsk[] {
  return markets.map((market) => ({ market, wallets }))
}

function blockFault({ venue }: Rpc): TrackerError {
  return new IncompleteAnswerError(venue, 'block', {
    what: 'answered from two different blocks, twice',
    hint: 'Figures of different blocks do not belong together, so none was used. Another node may help.',
    retryable: true,
  })
}

function notesOf({ rpc, way, calls }: LensNode): readonly string[] {
  const notes: string[] = []
  if (rpc.refusesBatches()) notes.push(`two requests instead of one: the ${rpc.venue} node refuses batches`)
  if (way === 'creation') notes.push(`the ${rpc.venue} node refuses state overrides; read by creation code instead`)
  if (calls > (way === 'creation' ? 2 : 1)) notes.push(`${calls} calls: the ${rpc.venue} node could not answer all in one`)
  return notes
}
