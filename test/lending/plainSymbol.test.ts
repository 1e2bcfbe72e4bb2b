import { describe, expect, test } from 'vitest'
import { plainSymbol } from '../../src/lending/plainSymbol.ts'

const ADDRESS = '0x1234567890123456789012345678901234567890'
const padded = (text: string): Uint8Array =>
  Uint8Array.from([...new TextEncoder().encode(text).subarray(0, 32), 0, 0].slice(0, 32))

describe('plainSymbol', () => {
  test.each([
    ['WETH', 'WETH'],
    ['USD₮0', 'USD₮0'],
    ['USDC.e', 'USDC.e'],
    ['\u001b[31mUSDC\u0007\r\n', '[31mUSDC'],
    ['US\u200bDC\u202e\u2066', 'USDC'],
    ['a\u0301\u0301\u0301\u0301\u0301b', 'áb'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'ABCDEFGHIJKLMNOPQRST'],
    ['\u200b \u202e', '0x1234..7890'],
    ['', '0x1234..7890'],
  ])('%j is shown as %j', (text, shown) => {
    expect(plainSymbol(padded(text), ADDRESS)).toBe(shown)
  })

  test('bytes that are no text, and a character cut in the middle', () => {
    expect(plainSymbol(Uint8Array.of(0xff, 0xfe, 0x41), ADDRESS)).toBe('A')
    expect(plainSymbol(new TextEncoder().encode(`${'A'.repeat(19)}₮`).subarray(0, 21), ADDRESS)).toBe('A'.repeat(19))
  })
})
