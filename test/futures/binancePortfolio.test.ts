import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Json } from '../sandbox/venue/answers.ts'
import { failure } from './failure.ts'
import { type Opened, openAccount } from './openAccount.ts'
import { legOf, SINGLE } from './readAccount.ts'

const PORTFOLIO = '/sapi/v1/portfolio/account'

let opened: Opened
beforeEach(async () => {
  opened = await openAccount()
})
afterEach(() => opened.close())

describe('Portfolio Margin Pro', () => {
  // Its pools answer as those of any other account.
  const pro = {
    uniMMR: '1.6250',
    accountEquity: '122607.35',
    accountStatus: 'NORMAL',
    accountType: 'PM_1',
    totalAvailableBalance: '122,559.90',
  }

  test('no price of a pool is told, and the own ratio of the venue is', async () => {
    opened.venue.account(SINGLE)
    opened.venue.portfolio.account = pro
    expect(await failure(opened)).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('Portfolio Margin Pro mode (its own words: uniMMR 1.625, status NORMAL)'),
    })
  })

  test('an account that left the mode is read at once; an ordinary one is asked each hour', async () => {
    opened.venue.account(SINGLE)
    opened.venue.portfolio.account = pro
    await failure(opened)
    opened.venue.portfolio.account = null
    expect((await opened.read()).accounts).toHaveLength(3)
    opened.venue.requests.reset()
    await opened.read()
    expect(opened.venue.requests.byPath[PORTFOLIO]).toBeUndefined()
  })

  test.each<[string, Json | null]>([
    ['not answered', null],
    ['answered without a type', { uniMMR: '3' }],
  ])('%s: the figures stand, and it is said that it is not proven', async (_what, answer) => {
    opened.venue.account(SINGLE)
    opened.venue.faults.set(PORTFOLIO, { kind: 'status', status: answer === null ? 500 : 200, body: answer ?? {} })
    const { accounts, notes } = await opened.read()
    expect(accounts).toHaveLength(3)
    expect(notes.join()).toContain('that the account is not in Portfolio Margin Pro mode is not proven today')
  })

  test('hostile words of it are not repeated', async () => {
    opened.venue.portfolio.account = { ...pro, uniMMR: '\u001b[31m', accountStatus: '<script>' }
    expect((await failure(opened)).message).toBe('Binance runs this account in Portfolio Margin Pro mode.')
  })
})

describe('what backs a multi-assets pool', () => {
  const MULTI = {
    ...SINGLE,
    mode: 'multi',
    wallets: { USDT: '5000', BTC: '0.1' },
    positions: SINGLE.positions.slice(0, 1),
  } as const

  test('a coin that has an index and is no margin backs nothing', async () => {
    opened.venue.account(MULTI)
    const counted = legOf(await opened.read(), 'binance/main/multi-assets-cross')
    expect(counted.wallet.map(({ asset }) => asset.symbol)).toEqual(['USDT', 'BTC'])
    opened.forget()
    opened.venue.faults.set('/fapi/v3/balance', {
      kind: 'rewrite',
      rewrite: (rows) =>
        (rows as Record<string, Json>[]).map((row) => (row.asset === 'BTC' ? { ...row, marginAvailable: false } : row)) as Json,
    })
    const without = legOf(await opened.read(), 'binance/main/multi-assets-cross')
    expect(without.wallet.map(({ asset }) => asset.symbol)).toEqual(['USDT'])
  })

  test('where that cannot be read, the pool is not known', async () => {
    opened.venue.account(MULTI)
    opened.venue.faults.set('/fapi/v3/balance', { kind: 'rewrite', rewrite: () => ({}) })
    expect(await failure(opened)).toMatchObject({ code: 'incomplete-answer' })
  })
})
