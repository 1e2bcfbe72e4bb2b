import type { Address } from 'viem'
import { getAddress, isAddress } from 'viem/utils'
import { shown } from './sentence.ts'

/**
 * An address in its checksummed form, or what is wrong with the text: `problem` shows it and follows the name of the setting, `reason` shows
 * nothing of it, for what was typed in the wrong place may be a key.
 */
export type AddressText =
  | { readonly ok: true; readonly address: Address }
  | { readonly ok: false; readonly problem: string; readonly reason: string }

const DIGITS = 40

/** Reads an address as people paste it. All lower case is accepted; mixed case must fit the EIP-55 checksum. */
export function readAddress(text: string): AddressText {
  const reason = reasonOf(text)
  return reason === null ? { ok: true, address: getAddress(text) } : { ok: false, problem: `${shown(text)} ${reason}`, reason }
}

function reasonOf(text: string): string | null {
  if (/^[^\s]+\.[^\s]+$/.test(text) && !text.startsWith('0x')) {
    return 'is a name, not an address; hullmark asks no name service, so paste the 0x address it stands for'
  }
  if (!text.startsWith('0x')) return 'is not an address: it does not start with 0x'
  const digits = text.slice(2)
  const odd = digits.search(/[^0-9a-fA-F]/)
  if (odd >= 0) return `is not an address: character ${odd + 3} is not a hex digit (0-9, a-f)`
  if (digits.length !== DIGITS)
    return `is not an address: it has ${digits.length} hex digits after 0x where an address has ${DIGITS}`
  if (!isAddress(text))
    return 'has a broken checksum: a character is mistyped or in the wrong case; copy it again from the wallet'
  return /^0+$/.test(digits) ? 'is the zero address' : null
}
