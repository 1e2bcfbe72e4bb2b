import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDemoAccount } from '../sandbox/demoAccount.ts'
import { failure } from './failure.ts'
import { type Opened, openAccount } from './openAccount.ts'

const RIGHTS = '/sapi/v1/account/apiRestrictions'

let opened: Opened

beforeEach(async () => {
  opened = await openAccount()
  openDemoAccount(opened.venue.exchange)
})
afterEach(() => opened.close())

describe('what the key may do', () => {
  test.each(['enableWithdrawals', 'enableInternalTransfer', 'permitsUniversalTransfer'] as const)(
    'a key with %s is refused always',
    async (right) => {
      opened.venue.key.flags[right] = true
      const error = await failure(opened, { account: { allowTrading: true } })
      expect(error).toMatchObject({ code: 'access', message: 'Binance says the key can withdraw or transfer.' })
      expect(error.hint).toContain('read-only key')
      await expect(opened.examine()).rejects.toMatchObject({ code: 'access' })
    },
  )

  test.each([
    'enableFutures',
    'enableSpotAndMarginTrading',
    'enableMargin',
    'enableVanillaOptions',
    'enablePortfolioMarginTrading',
  ] as const)("a key with %s needs the user's word", async (right) => {
    opened.venue.key.flags[right] = true
    expect(await failure(opened)).toMatchObject({ code: 'access', message: 'Binance says the key can trade.' })
    const { accounts, notes } = await opened.read({ account: { allowTrading: true } })
    expect([accounts.length, notes]).toEqual([1, ['Binance main: the key can trade, which the book allows']])
    // Remembered as acceptable to one book, it is not thereby acceptable to another.
    expect(await failure(opened)).toMatchObject({ code: 'access' })
  })

  test('a refused key is asked about again at once, for it may have been mended', async () => {
    opened.venue.key.flags.enableWithdrawals = true
    await failure(opened)
    opened.venue.key.flags.enableWithdrawals = false
    expect((await opened.read()).accounts).toHaveLength(1)
  })

  test('a right gained since is noticed within a day', async () => {
    await opened.read()
    opened.venue.key.flags.enableWithdrawals = true
    opened.ours.aheadMs = 86_400_000
    opened.venue.clock.offsetMs = 86_400_000
    expect(await failure(opened)).toMatchObject({ code: 'access' })
  })

  test.each([
    ['its host does not answer', { kind: 'reset' }],
    ['its answer is garbled', { kind: 'status', status: 200, body: { enableReading: 'yes' } }],
    ['its answer is a page', { kind: 'html' }],
  ] as const)('rights that cannot be read cost no figure: %s', async (_name, fault) => {
    opened.venue.faults.set(RIGHTS, fault)
    const { accounts, notes } = await opened.read()
    expect(accounts).toHaveLength(1)
    expect(notes).toEqual([expect.stringContaining('Binance main: rights not provable today: Binance ')])
    expect(opened.venue.requests.byPath[RIGHTS]).toBe(1)
    opened.venue.faults.clear()
    expect((await opened.read()).notes).toEqual([])
  })

  test('a key that may not read', async () => {
    opened.venue.faults.set(RIGHTS, { kind: 'status', status: 200, body: { enableReading: false, enableWithdrawals: false } })
    expect(await failure(opened)).toMatchObject({ code: 'access', message: 'Binance says the key may not read.' })
  })

  test('examine tells rights, clock and mode', async () => {
    opened.venue.key.flags.ipRestrict = false
    expect(await opened.examine()).toEqual({
      rights: { read: true, trade: false, withdraw: false, ipRestricted: false, expiresAt: null },
      clockOffsetMs: expect.any(Number),
      facts: ['single-asset mode, one-way positions', 'the key is not bound to IP addresses'],
    })
  })
})
