import { gunzipSync } from 'node:zlib'

const BLOCK = 512

function text(block: Buffer, from: number, length: number): string {
  const field = block.subarray(from, from + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end === -1 ? length : end)
}

/**
 * One file out of a gzipped tar archive as npm writes them (ustar, short names); null: it is not in there.
 *
 * @throws Error of node:zlib for bytes that are no gzip.
 */
export function untar(archive: Buffer, path: string): Buffer | null {
  const bytes = gunzipSync(archive)
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK)
    const name = text(header, 0, 100)
    if (name === '') return null
    const size = Number.parseInt(text(header, 124, 12).trim(), 8)
    if (!Number.isSafeInteger(size)) return null
    if (name === path) return Buffer.from(bytes.subarray(at + BLOCK, at + BLOCK + size))
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return null
}
