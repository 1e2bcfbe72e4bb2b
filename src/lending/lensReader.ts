import type { Address } from 'viem'
import { IncompleteAnswerError, type TrackerError, UnreachableError } from '../errors.ts'
import { type BlockHeader, readHeader } from './blockHeader.ts'
import { type LensAsk, type LensSight, type LensWay, lensCall, readLens } from './lensCall.ts'
import type { ChainQuery, LendingProtocol, LensAnswer, Market } from './protocol.ts'
import { protocols } from './protocols.ts'
import type { Rpc, RpcCall } from './rpc.ts'

/** What is asked in one call: every market for every wallet of it. */
export type Job = { readonly markets: readonly Market[]; readonly wallets: readonly Address[] }
/** A job as the lens answered it, one answer for each market. */
export type Done = { readonly job: Job; readonly answers: readonly LensAnswer[] }
/** One chain being read. `way` and `calls` change as the node shows what it can do. */
type Reader = { readonly query: ChainQuery; readonly rpc: Rpc; way: LensWay; calls: number }

/** Lens calls in one pass, so that halving ends: beyond it a part is told as unread. */
const MOST_CALLS = 16

/**
 * Asks the lens for everything at one block: the first call at the newest, whatever must follow pinned to the same one.
 *
 * @returns The block's header, found equal to what the lens saw; the answers, in as many parts as it took; how it was read.
 * @throws UnreachableError, AccessError, IncompleteAnswerError
 */
export async function readLensAnswers(
  query: ChainQuery,
  rpc: Rpc,
): Promise<{ readonly header: BlockHeader; readonly done: readonly Done[]; readonly notes: readonly string[] }> {
  const reader: Reader = { query, rpc, way: 'override', calls: 0 }
  const job = { markets: query.markets, wallets: query.wallets }
  let { sight, header } = await look(reader, job, 'latest')
  if (sight !== 'too-much' && !agrees(sight, header)) {
    // Between the two calls of the batch a block arrived, or two machines answered: ask for the header of the lens's block.
    const [outcome] = await rpc.ask([{ method: 'eth_getBlockByNumber', params: [`0x${sight.number.toString(16)}`, false] }])
    const pinned = outcome?.ok ? readHeader(outcome.result) : null
    if (pinned !== null && agrees(sight, pinned)) header = pinned
    else {
      const again = await look(reader, job, header.number)
      if (again.sight !== 'too-much' && !agrees(again.sight, again.header)) throw blockFault(rpc)
      sight = again.sight
      header = again.header
    }
  }
  const done = await finish(reader, { job, sight }, header)
  return { header, done, notes: notesOf(reader) }
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
  const reader: Reader = { query, rpc, way: 'override', calls: 1 }
  const job = { markets: query.markets, wallets: query.wallets }
  const header = (tag: string): RpcCall => ({ method: 'eth_getBlockByNumber', params: [tag, false] })
  const [lens, same, top] = await rpc.ask([
    lensCall(asksOf(job), reader.way, at.number),
    header(`0x${at.number.toString(16)}`),
    header('latest'),
  ])
  if (lens === undefined || same === undefined || top === undefined) throw new IncompleteAnswerError(rpc.venue, 'answer')
  if (!top.ok) throw headFault(rpc, top.code)
  const newest = readHeader(top.result)
  if (newest === null) throw new IncompleteAnswerError(rpc.venue, 'block header', { retryable: true })
  const own = same.ok ? readHeader(same.result) : null
  if (own === null || own.hash !== at.hash) return { done: null, newest, notes: [] }
  const first = readLens(lens, reader.way)
  const refused = first === 'refused'
  if (refused) reader.way = 'creation'
  const sight = refused ? await run(reader, job, at.number) : checked(reader, first)
  if (sight !== 'too-much' && !agrees(sight, own)) return { done: null, newest, notes: [] }
  return { done: await finish(reader, { job, sight }, own), newest, notes: notesOf(reader) }
}

/** A job with what came of asking for it whole. */
type Attempt = { readonly job: Job; readonly sight: LensSight | 'too-much' }

/** Takes an answer as it is, or asks for the job in two halves at the pinned block, as long as that may help. */
async function finish(reader: Reader, { job, sight }: Attempt, header: BlockHeader): Promise<readonly Done[]> {
  if (sight !== 'too-much' && !sight.tooMuch) return [{ job, answers: sight.answers }]
  const halves = split(job)
  if (halves === null || reader.calls >= MOST_CALLS) {
    const unread: LensAnswer = { ok: false, reason: 'needs more gas or room than the node allows for one call', tooMuch: true }
    return [{ job, answers: sight === 'too-much' ? job.markets.map(() => unread) : sight.answers }]
  }
  const done: Done[] = []
  for (const half of halves) {
    const part = await run(reader, half, header.number)
    if (part !== 'too-much' && !agrees(part, header)) throw blockFault(reader.rpc)
    done.push(...(await finish(reader, { job: half, sight: part }, header)))
  }
  return done
}

/** Markets first: one that burns all gas must not cost the others their wallets. */
function split({ markets, wallets }: Job): readonly Job[] | null {
  if (markets.length > 1) {
    const middle = Math.ceil(markets.length / 2)
    return [markets.slice(0, middle), markets.slice(middle)].map((half) => ({ markets: half, wallets }))
  }
  if (wallets.length < 2) return null
  const middle = Math.ceil(wallets.length / 2)
  return [wallets.slice(0, middle), wallets.slice(middle)].map((half) => ({ markets, wallets: half }))
}

/** The lens call and the header of its block, together. */
async function look(
  reader: Reader,
  job: Job,
  block: 'latest' | bigint,
): Promise<{ sight: LensSight | 'too-much'; header: BlockHeader }> {
  const { rpc, way } = reader
  const tag = block === 'latest' ? block : `0x${block.toString(16)}`
  reader.calls++
  const [lens, head] = await rpc.ask([
    lensCall(asksOf(job), way, block),
    { method: 'eth_getBlockByNumber', params: [tag, false] },
  ])
  if (lens === undefined || head === undefined) throw new IncompleteAnswerError(rpc.venue, 'answer')
  if (!head.ok) throw headFault(rpc, head.code)
  const header = readHeader(head.result)
  if (header === null) throw new IncompleteAnswerError(rpc.venue, 'block header', { retryable: true })
  const sight = readLens(lens, way)
  if (sight === 'refused' && way === 'override') {
    reader.way = 'creation'
    return look(reader, job, block)
  }
  if (sight === 'refused') throw refusal(rpc, lens.ok ? 0 : lens.code)
  return { sight: checked(reader, sight), header }
}

/** The lens call alone, at a pinned block, the way that the node has shown it can. */
async function run(reader: Reader, job: Job, block: bigint): Promise<LensSight | 'too-much'> {
  reader.calls++
  const [lens] = await reader.rpc.ask([lensCall(asksOf(job), reader.way, block)])
  if (lens === undefined) throw new IncompleteAnswerError(reader.rpc.venue, 'answer')
  const sight = readLens(lens, reader.way)
  if (sight === 'refused' && reader.way === 'override') {
    reader.way = 'creation'
    return run(reader, job, block)
  }
  if (sight === 'refused') throw refusal(reader.rpc, lens.ok ? 0 : lens.code)
  return checked(reader, sight)
}

function checked({ query, rpc }: Reader, sight: LensSight | 'too-much' | 'garbled'): LensSight | 'too-much' {
  if (sight === 'garbled') {
    throw new IncompleteAnswerError(rpc.venue, 'answer', { what: 'answered garbage: not what the lens wrote', retryable: true })
  }
  if (sight !== 'too-much' && sight.chainId !== BigInt(query.endpoint.chainId)) {
    throw new UnreachableError(`The node for ${rpc.venue}`, `is on chain ${sight.chainId}, not ${query.endpoint.chainId}`, {
      hint: `Give the RPC address of a node of ${query.endpoint.title}; nothing this one says was used.`,
      retryable: false,
    })
  }
  return sight
}

function agrees(sight: LensSight, header: BlockHeader): boolean {
  return sight.number === header.number && sight.timestamp === header.timestamp && sight.parentHash === header.parentHash
}

function asksOf(job: Job): readonly LensAsk[] {
  const asks = new Map<Market, LensAsk>()
  for (const [protocol, markets] of byProtocol(job)) {
    const inputs = protocol.ask(markets, job.wallets)
    for (const [i, market] of markets.entries()) asks.set(market, { lens: protocol.lens, input: inputs[i] as LensAsk['input'] })
  }
  return job.markets.map((market) => asks.get(market) as LensAsk)
}

/** The job's markets by the protocol that reads them. */
export function byProtocol(job: Job): readonly (readonly [LendingProtocol, readonly Market[]])[] {
  return Object.values(protocols)
    .map((protocol) => [protocol, job.markets.filter((market) => market.protocol === protocol.name)] as const)
    .filter(([, markets]) => markets.length > 0)
}

/** Code 0: no error either, so no answer at all. Above 399: the HTTP status; else the node's own code. */
function headFault({ venue }: Rpc, code: number): TrackerError {
  const garbage = 'answered garbage: something that is no answer to the question'
  if (code === 0) return new IncompleteAnswerError(venue, 'answer', { what: garbage, retryable: true })
  return new UnreachableError(venue, code > 399 ? `answers HTTP ${code}` : `refuses eth_getBlockByNumber (error ${code})`, {
    hint: 'Check the RPC address, or use another node.',
    retryable: false,
  })
}

function blockFault({ venue }: Rpc): TrackerError {
  return new IncompleteAnswerError(venue, 'block', {
    what: 'answered from two different blocks, twice',
    hint: 'Figures of different blocks do not belong together, so none was used. Another node may help.',
    retryable: true,
  })
}

function refusal({ venue }: Rpc, code: number): TrackerError {
  return new UnreachableError(venue, `refuses eth_call with overrides and with creation code (error ${code})`, {
    hint: 'Use a node that allows one of the two; geth, Reth, Erigon and Nethermind do.',
    retryable: false,
  })
}

function notesOf({ rpc, way, calls }: Reader): readonly string[] {
  const notes: string[] = []
  if (rpc.refusesBatches()) notes.push(`two requests instead of one: the ${rpc.venue} node refuses batches`)
  if (way === 'creation') notes.push(`the ${rpc.venue} node refuses state overrides; read by creation code instead`)
  if (calls > (way === 'creation' ? 2 : 1)) notes.push(`${calls} calls: the ${rpc.venue} node could not answer all in one`)
  return notes
}
