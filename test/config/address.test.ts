import { describe, expect, test } from 'vitest'
import { readAddress } from '../../src/config/address.ts'

const ADDRESS = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'

describe('readAddress', () => {
  test('takes the checksummed and the lower-case form', () => {
    expect(readAddress(ADDRESS)).toEqual({ ok: true, address: ADDRESS })
    expect(readAddress(ADDRESS.toLowerCase())).toEqual({ ok: true, address: ADDRESS })
  })

  test.each([
    [ADDRESS.slice(0, -1), 'it has 39 hex digits after 0x where an address has 40'],
    [`${ADDRESS}0`, 'it has 41 hex digits after 0x where an address has 40'],
    [ADDRESS.replace('6BF', '6BG'), 'character 9 is not a hex digit (0-9, a-f)'],
    // The last digit is mistyped.
    [
      ADDRESS.replace(/5$/, '6'),
      'has a broken checksum: a character is mistyped or in the wrong case; copy it again from the wallet',
    ],
    [ADDRESS.toUpperCase().replace('0X', '0x'), 'has a broken checksum'],
    [ADDRESS.slice(2), 'it does not start with 0x'],
    ['vitalik.eth', 'is a name, not an address; hullmark asks no name service, so paste the 0x address it stands for'],
    [`0x${'0'.repeat(40)}`, 'is the zero address'],
    ['', 'it does not start with 0x'],
  ])('%s is refused', (text, problem) => {
    const read = readAddress(text)
    expect(read.ok ? '' : read.problem).toContain(problem)
  })
})
