import type { Hex } from 'viem'

/** What of a block header is used. */
export type BlockHeader = {
  readonly number: bigint
  readonly hash: Hex
  readonly parentHash: Hex
  readonly timestamp: bigint
}

const WORD = /^0x[0-9a-f]{64}$/
const QUANTITY = /^0x[0-9a-f]{1,16}$/

/** A header as `eth_getBlockByNumber` gives it; null where a field is missing or is not what it should be. */
export function readHeader(result: unknown): BlockHeader | null {
  if (typeof result !== 'object' || result === null) return null
  const { number, hash, parentHash, timestamp } = result as Record<string, unknown>
  if (!isText(number, QUANTITY) || !isText(timestamp, QUANTITY) || !isText(hash, WORD) || !isText(parentHash, WORD)) return null
  if (BigInt(timestamp) === 0n || BigInt(timestamp) > 2n ** 40n || BigInt(hash) === 0n) return null
  return { number: BigInt(number), hash, parentHash, timestamp: BigInt(timestamp) }
}

function isText(value: unknown, shape: RegExp): value is Hex {
  return typeof value === 'string' && shape.test(value)
}
