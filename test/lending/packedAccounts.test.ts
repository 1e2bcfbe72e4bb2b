import { type Hex, toHex } from 'viem'
import { describe, expect, test } from 'vitest'
import { unpackAccounts } from '../../src/lending/packedAccounts.ts'

// Written by hand from what AaveV3Lens.sol says of its bytes.
const NOTHING = '03' + '00' + '00' + '00' + '00' + '00' + '00'
const bytes = (...parts: readonly string[]): Hex => `0x${parts.join('')}`

describe('accounts as the lens packs them', () => {
  test('every field stands where it belongs', () => {
    const loan = [
      '03', // the pool told both, and the totals
      '01' + '06', // configuration 6
      '01' + '02', // e-mode 2
      '02' + '0100', // collateral 256
      '01' + '64', // debt 100
      '08' + '22b1c8c1227a0000', // health 2.5e18
      '00', // no coin of the chain
      '02', // two balances
      '03' + '01' + '01' + '05', // reserve 3: 5 supplied
      '07' + '1e' + '01' + '07' + '01' + '08' + '01' + '09', // reserve 7: 7 and 8 owed, 9 in the wallet, and not all was read
    ].join('')
    const [first, second] = unpackAccounts(bytes(loan, NOTHING), 2)
    expect(first).toEqual({
      known: true,
      configuration: 6n,
      eMode: 2n,
      totals: { collateral: 256n, debt: 100n, healthFactor: 2_500_000_000_000_000_000n },
      native: 0n,
      balances: [
        { reserve: 3, supplied: 5n, variableDebt: 0n, stableDebt: 0n, own: 0n, unread: false, notOwned: false },
        { reserve: 7, supplied: 0n, variableDebt: 7n, stableDebt: 8n, own: 9n, unread: true, notOwned: false },
      ],
    })
    expect(second).toMatchObject({ known: true, totals: { collateral: 0n, debt: 0n, healthFactor: null }, balances: [] })
  })

  test('without totals there are none, and 32 bytes are a figure', () => {
    const [account] = unpackAccounts(bytes('00', `20${'ff'.repeat(32)}`, '00', '00', '00'), 1)
    expect(account).toMatchObject({ known: false, configuration: 2n ** 256n - 1n, totals: null })
  })

  test.each<[string, Hex, number]>([
    ['nothing for one account', '0x', 1],
    ['one account for two', bytes(NOTHING), 2],
    ['two accounts for one', bytes(NOTHING, NOTHING), 1],
    ['half a byte', `${bytes(NOTHING)}0`, 1],
    ['a figure that breaks off', bytes('03', '04', '01'), 1],
    ['a figure of 33 bytes', bytes('00', `21${'01'.repeat(33)}`, '00', '00', '00'), 1],
    ['a figure that begins with 0', bytes('00', '02', '0001', '00', '00', '00'), 1],
    ['flags that there are not', bytes('04', '00', '00', '00', '00'), 1],
    ['a balance that tells nothing', bytes('01', '00', '00', '00', '01', '02', '00'), 1],
    ['a balance with flags that there are not', bytes('01', '00', '00', '00', '01', '02', '40'), 1],
    ['letters', '0xzz000000000000', 1],
  ])('%s: none of it', (_, packed, count) => {
    expect(() => unpackAccounts(packed, count)).toThrow(RangeError)
  })

  test('whatever is cut off, nothing is made up', () => {
    const whole = bytes(NOTHING, '01', `10${toHex(2n ** 127n, { size: 16 }).slice(2)}`, '00', '01' + '09', '00')
    expect(unpackAccounts(whole, 2)).toHaveLength(2)
    for (let end = 2; end < whole.length; end++) expect(() => unpackAccounts(whole.slice(0, end) as Hex, 2)).toThrow(RangeError)
  })
})
