import { expect, test } from 'vitest'
import { withoutAddresses } from '../../src/watch/withoutAddresses.ts'

const WHOLE = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'
const OTHER = '0xFe89cc7aBB2C4183683ab71653C4cdc9B02D44b7'

test('an address goes, whole or cut in the middle, and is the same wallet each time', () => {
  const text = `Aave for ${WHOLE} and ${OTHER}; 0xd8dA..6045 holds, 0xfe89…44b7 not`
  expect(withoutAddresses(text, new Map())).toBe('Aave for wallet 1 and wallet 2; wallet 1 holds, wallet 2 not')
})

test('its owner may name it', () => {
  const aliases = new Map([[WHOLE.toLowerCase(), 'cold']])
  expect(withoutAddresses(`${WHOLE} 0xd8da..6045 ${OTHER}`, aliases)).toBe('cold cold wallet 1')
})

test('figures and hashes of blocks stay', () => {
  expect(withoutAddresses('ETH 2,409.64, 0x, 0xab, block 24,100,000', new Map())).toBe('ETH 2,409.64, 0x, 0xab, block 24,100,000')
})
