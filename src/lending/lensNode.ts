import { type Address, toHex } from 'viem'
import { IncompleteAnswerError, type TrackerError, UnreachableError } from '../errors.ts'
import { type BlockHeader, readHeader } from './blockHeader.ts'
import { type LensAsk, type LensBlock, type LensSight, type LensWay, lensCall, readLens } from './lensCall.ts'
import { pieceOf } from './lensPieces.ts'
import type { ChainQuery, Market } from './protocol.ts'
import type { Rpc } from './rpc.ts'

/** A node that is asked through the lens. `way`, `pin` and `calls` change as it shows what it can do. */
export type LensNode = {
  readonly query: ChainQuery
  readonly rpc: Rpc
  way: LensWay
  /** How a block is named to it: by hash where it takes that, for then a reorganisation can not be missed. */
  pin: 'hash' | 'number'
  calls: number
}

/** What is asked of one market. */
export type MarketAsk = { readonly market: Market; readonly wallets: readonly Address[] }

/** Opens a node for one reading, believing the best of it. */
export function lensNode(query: ChainQuery, rpc: Rpc): LensNode {
  return { query, rpc, way: 'override', pin: 'hash', calls: 0 }
}

/** The asks as the lens takes them. */
export function lensAsks(asks: readonly MarketAsk[]): readonly LensAsk[] {
  return asks.map(({ market, wallets }) => {
    const piece = pieceOf(market)
    // In lower case: of capitals in an address viem would check the hash, one by one.
    const [input] = piece.ask(
      [market],
      wallets.map((wallet) => wallet.toLowerCase() as Address),
    )
    return { lens: piece.lens, input: input as LensAsk['input'] }
  })
}

/**
 * Asks at one block: by its hash, or, where the node does not take that or does not have it, by its number. Then {@link stillThere} has to
 * say whether it was the same.
 *
 * @returns `moved`: it was another block.
 * @throws UnreachableError, AccessError, IncompleteAnswerError
 */
export async function askAt(
  node: LensNode,
  asks: readonly MarketAsk[],
  header: BlockHeader,
): Promise<LensSight | 'too-much' | 'moved'> {
  const byHash = node.pin === 'hash' ? await askOnce(node, asks, { hash: header.hash }) : 'refused'
  if (byHash !== 'refused') return sameBlock(byHash, header)
  const sight = await askOnce(node, asks, header.number)
  if (sight !== 'refused') {
    node.pin = 'number'
    return sameBlock(sight, header)
  }
  if (node.way === 'creation') throw refusal(node.rpc)
  node.way = 'creation'
  return askAt(node, asks, header)
}

async function askOnce(
  node: LensNode,
  asks: readonly MarketAsk[],
  block: LensBlock,
): Promise<LensSight | 'too-much' | 'refused'> {
  const { rpc, way } = node
  node.calls++
  const [lens] = await rpc.ask([lensCall(lensAsks(asks), way, block)])
  if (lens === undefined) throw new IncompleteAnswerError(rpc.venue, 'answer')
  const sight = readLens(lens, way)
  return sight === 'refused' ? sight : checked(node, sight)
}

/**
 * Whether a block is still in its place, for a node that is asked by number: another may stand there with the same parent and time.
 *
 * @throws UnreachableError, AccessError, IncompleteAnswerError
 */
export async function stillThere({ rpc }: LensNode, header: BlockHeader): Promise<boolean> {
  const [head] = await rpc.ask([{ method: 'eth_getBlockByNumber', params: [toHex(header.number), false] }])
  return head?.ok === true && readHeader(head.result)?.hash === header.hash
}

function sameBlock(sight: LensSight | 'too-much', header: BlockHeader): LensSight | 'too-much' | 'moved' {
  return sight === 'too-much' || agrees(sight, header) ? sight : 'moved'
}

/** @throws IncompleteAnswerError, UnreachableError for an answer that is not the lens's, or of another chain. */
export function checked({ query, rpc }: LensNode, sight: LensSight | 'too-much' | 'garbled'): LensSight | 'too-much' {
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

/** Whether the block looks from inside as its header says. */
export function agrees(sight: LensSight, header: BlockHeader): boolean {
  return sight.number === header.number && sight.timestamp === header.timestamp && sight.parentHash === header.parentHash
}

/** Code 0: no error either, so no answer at all. Above 399: the HTTP status; else the node's own code. */
export function headFault({ venue }: Rpc, code: number): TrackerError {
  const garbage = 'answered garbage: something that is no answer to the question'
  if (code === 0) return new IncompleteAnswerError(venue, 'answer', { what: garbage, retryable: true })
  return new UnreachableError(venue, code > 399 ? `answers HTTP ${code}` : `refuses eth_getBlockByNumber (error ${code})`, {
    hint: 'Check the RPC address, or use another node.',
    retryable: false,
  })
}

/** @returns the error for a node that takes the lens in neither way. */
export function refusal({ venue }: Rpc, code: number | null = null): TrackerError {
  const said = code === null ? '' : ` (error ${code})`
  return new UnreachableError(venue, `refuses eth_call with overrides and with creation code${said}`, {
    hint: 'Use a node that allows one of the two; geth, Reth, Erigon and Nethermind do.',
    retryable: false,
  })
}
