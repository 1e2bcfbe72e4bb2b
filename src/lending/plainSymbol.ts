const LONGEST = 20
/** Controls, bidi marks, zero-width and private characters, line separators: what hides or reorders the text around it. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{M}\uFFFD]/gu

/**
 * A token's symbol as text that is safe to show: on-chain text is hostile, and anybody may call a token `USDC`.
 *
 * @param raw - UTF-8 bytes, padded with zeros.
 * @param address - Stands in, shortened, for a symbol that shows nothing.
 */
export function plainSymbol(raw: Uint8Array, address: string): string {
  const end = raw.indexOf(0)
  const text = new TextDecoder().decode(end === -1 ? raw : raw.subarray(0, end))
  const plain = [...text.normalize('NFC').replace(HIDDEN, '').trim()].slice(0, LONGEST).join('')
  return plain === '' ? shortAddress(address) : plain
}

/** `0x1234..cdef`. */
export function shortAddress(address: string): string {
  return `${address.slice(0, 6)}..${address.slice(-4)}`
}
