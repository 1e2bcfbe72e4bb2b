import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, constants } from 'node:zlib'
import { StoreError } from '../errors.ts'

/** How documents are packed today: brotli over both texts, the first one's length in front. */
export const PACKING = 1

/** A book of hundreds of legs stays far below; a damaged row must not fill the memory. */
const MOST_BYTES = 256 * 1024 * 1024
const HEAD_BYTES = 4

/** The documents of a pass. */
export type Documents = { readonly snapshot: string; readonly view: string }

const [press, unpress] = [promisify(brotliCompress), promisify(brotliDecompress)]

/** Both documents as bytes: together, because they repeat each other's names and figures. Off the event loop. */
export async function pack({ snapshot, view }: Documents): Promise<Uint8Array> {
  const [first, second] = [Buffer.from(snapshot), Buffer.from(view)]
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt32BE(first.length)
  const whole = Buffer.concat([head, first, second])
  // Above 5 it takes ten times as long for a few percent.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: whole.length }
  return new Uint8Array(await press(whole, { params }))
}

/** @throws StoreError when the bytes are damaged, or packed in a way that only a newer version knows. */
export async function unpack(packed: Uint8Array, packing: number): Promise<Documents> {
  if (packing !== PACKING)
    throw new StoreError('A pass in the history is packed in a way that this version does not know.', 'Update hullmark.')
  try {
    const whole = await unpress(packed, { maxOutputLength: MOST_BYTES })
    const end = HEAD_BYTES + whole.readUInt32BE()
    if (end > whole.length) throw new RangeError('too short')
    return { snapshot: whole.toString('utf8', HEAD_BYTES, end), view: whole.toString('utf8', end) }
  } catch {
    throw new StoreError(
      'A pass in the history is damaged.',
      'Its figures are still listed; what was read is lost. The next pass is stored anew.',
    )
  }
}
