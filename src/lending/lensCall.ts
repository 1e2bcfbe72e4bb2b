import {
  type Address,
  decodeAbiParameters,
  decodeErrorResult,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  hexToString,
  isHex,
  keccak256,
  parseAbi,
  size,
  slice,
  toHex,
} from 'viem'
import { dispatcherAbi, dispatcherCode, dispatcherOnceAbi, dispatcherOnceCreationCode } from '../../abis/lens/dispatcher.ts'
import type { LensAnswer } from './protocol.ts'
import type { RpcCall, RpcOutcome } from './rpc.ts'

/** One question to the lens: the code that answers, and its calldata. */
export type LensAsk = { readonly lens: Hex; readonly input: Hex }

/** How the lens gets onto a chain where it is not deployed. `creation` is for nodes that refuse state overrides. */
export type LensWay = 'override' | 'creation'

/** What the lens saw: the block as it looks from inside, and every answer in the order of the asks. */
export type LensSight = {
  readonly chainId: bigint
  readonly number: bigint
  readonly timestamp: bigint
  readonly parentHash: Hex
  readonly answers: readonly LensAnswer[]
}

const MAGIC = keccak256(toHex('hullmark.lens.1'))
const DISPATCHER = fakeAddress(0)
/** The two errors that every lens states. */
const FAULTS = parseAbi(['error Unreadable(bytes32 what)', 'error OutOfGas()'])
/** Why a market cannot be read of which nothing is there. */
export const NO_CONTRACT = 'has no contract at its address'
/** Words of a node that stopped a call for its size or length, not for its form. */
const TOO_MUCH = /\bgas\b|OutOfGas|too (large|big|long)|exceed|limit|time(d )?out|abort/i

/** A block as a call names it: the newest, the one in a place, or one and no other, so that a reorganisation shows. */
export type LensBlock = 'latest' | bigint | { readonly hash: Hex }

/** The eth_call that asks everything at one block. @see EIP-1898 for blocks named by hash */
export function lensCall(asks: readonly LensAsk[], way: LensWay, block: LensBlock): RpcCall {
  const codes = [...new Set(asks.map((ask) => ask.lens))]
  const list = asks.map(({ lens, input }) => ({ piece: BigInt(codes.indexOf(lens)), input }))
  const named = typeof block === 'object' ? { blockHash: block.hash, requireCanonical: true } : null
  const tag = named ?? (typeof block === 'bigint' ? toHex(block) : 'latest')
  if (way === 'creation') {
    const data = encodeDeployData({ abi: dispatcherOnceAbi, bytecode: dispatcherOnceCreationCode, args: [codes, list] })
    return { method: 'eth_call', params: [{ data }, tag] }
  }
  const pieces = codes.map((_, i) => fakeAddress(i + 1))
  const placed = codes.map((code, i) => [fakeAddress(i + 1), { code }])
  const data = encodeFunctionData({ abi: dispatcherAbi, functionName: 'run', args: [pieces, list] })
  const overrides = Object.fromEntries([[DISPATCHER, { code: dispatcherCode }], ...placed])
  return { method: 'eth_call', params: [{ to: DISPATCHER, data }, tag, overrides] }
}

/**
 * Reads what a node made of a lens call.
 *
 * @returns The sight; `too-much` if it must be asked in smaller parts; `refused` if the node did not run the lens this way;
 * `garbled` if bytes came back that the lens cannot have written.
 */
export function readLens(outcome: RpcOutcome, way: LensWay): LensSight | 'too-much' | 'refused' | 'garbled' {
  if (way === 'override') {
    if (!outcome.ok) return TOO_MUCH.test(outcome.text) ? 'too-much' : 'refused'
    // No code ran at the fake address: the node took the overrides and ignored them.
    return outcome.result === '0x' ? 'refused' : readPayload(outcome.result)
  }
  if (outcome.ok) return 'refused'
  const payload = findHex(outcome.revert)
  if (payload !== null) return readPayload(payload)
  return TOO_MUCH.test(outcome.text) ? 'too-much' : 'refused'
}

function readPayload(payload: unknown): LensSight | 'garbled' {
  if (!isHex(payload)) return 'garbled'
  try {
    const [sight] = decodeAbiParameters(dispatcherAbi[0].outputs, payload)
    if (sight.magic !== MAGIC) return 'garbled'
    const answers = sight.answers.map(toAnswer)
    const { chainId, number, timestamp, parentHash } = sight
    return { chainId, number, timestamp, parentHash, answers }
  } catch {
    return 'garbled'
  }
}

function toAnswer({ ok, output }: { readonly ok: boolean; readonly output: Hex }): LensAnswer {
  if (ok) return { ok: true, bytes: output }
  if (size(output) === 0) return { ok: false, reason: 'needs more gas than the node allows for one call', tooMuch: true }
  try {
    const { errorName, args } = decodeErrorResult({ abi: FAULTS, data: output })
    if (errorName === 'OutOfGas') return { ok: false, reason: 'needs more gas than the node allows for one call', tooMuch: true }
    const what = hexToString(args[0], { size: 32 })
    const reason = what === 'code' ? NO_CONTRACT : `gave no usable answer to ${what}`
    return { ok: false, reason, tooMuch: false }
  } catch {
    return { ok: false, reason: 'gave no usable answer', tooMuch: false }
  }
}

/** Nodes put what a revert carried at different depths, some after a word of their own. */
function findHex(data: unknown, depth = 0): Hex | null {
  if (typeof data === 'string') {
    const hex = data.slice(Math.max(0, data.indexOf('0x')))
    return isHex(hex) && size(hex) > 32 * 6 ? hex : null
  }
  if (typeof data !== 'object' || data === null || depth > 3) return null
  for (const value of Object.values(data)) {
    const found = findHex(value, depth + 1)
    if (found !== null) return found
  }
  return null
}

/** Addresses that nobody can hold the key of, so that no override ever hides a real contract. */
function fakeAddress(index: number): Address {
  return slice(keccak256(toHex(`hullmark.lens.piece.${index}`)), 12)
}
