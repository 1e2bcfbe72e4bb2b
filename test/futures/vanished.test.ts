import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { boundedFetch } from '../../src/boundedFetch.ts'
import { openCache } from '../../src/cache.ts'
import { CLOCK } from '../../src/clock.ts'
import { collect } from '../../src/collect.ts'
import { openBudgets } from '../../src/futures/budget.ts'
import { type Binance, openBinance } from '../sandbox/binance.ts'
import { keyOf } from './openAccount.ts'

const FORCED = '/fapi/v1/forceOrders'

let venue: Binance
let root: string
let ahead = 0
beforeEach(async () => {
  venue = await openBinance({ now: () => Date.now() + ahead })
  root = mkdtempSync(join(tmpdir(), 'hullmark-vanished-'))
  ahead = 0
})
afterEach(async () => {
  expect(venue.violations).toEqual([])
  await venue.stop()
  await rm(root, { recursive: true, force: true, maxRetries: 5 })
})

/** One pass over the account, as another process would make it. */
async function pass() {
  const now = () => Date.now() + ahead
  const account = {
    ...{ name: 'main', exchange: 'binance', credential: keyOf(venue), environment: 'live' as const },
    ...{ allowTrading: false, endpoint: venue.url },
  }
  const bugs: unknown[] = []
  const snapshot = await collect(
    { name: 'main', chains: [], accounts: [account], requestMs: 2000, passMs: 10_000 },
    {
      ...{ signal: new AbortController().signal, fetch: boundedFetch(), now, onBug: (bug: unknown) => bugs.push(bug) },
      cache: openCache(root, { now, warn: () => undefined }),
      budgets: openBudgets(CLOCK),
    },
  )
  expect(bugs).toEqual([])
  return snapshot.notes.filter((note) => note.includes('is gone'))
}

const hold = () =>
  venue.account({
    ...{ mode: 'single', hedge: false, wallets: { USDT: '12000' } },
    positions: [{ symbol: 'ETHUSDT', side: 'BOTH', amount: '20', entryPrice: '3000' }],
  })

describe('a position that is no longer there', () => {
  test('was liquidated: the venue is asked, and it is told for a day', async () => {
    hold()
    expect(await pass()).toEqual([])
    expect(venue.setMark('ETHUSDT', '2400')).toHaveLength(1)
    const words =
      /^Binance.* main: ETHUSDT long, last seen at \d{4}-\d\d-\d\d \d\d:\d\d UTC, is gone: the venue liquidated it at \d{4}-\d\d-\d\d \d\d:\d\d UTC$/
    expect(await pass()).toEqual([expect.stringMatching(words)])
    expect(await pass()).toEqual([expect.stringMatching(words)])
    // What is known is not asked again.
    expect(venue.requests.byPath[FORCED]).toBe(1)
    ahead = 86_400_000
    expect(await pass()).toEqual([])
  })

  test('was closed by its owner', async () => {
    hold()
    await pass()
    venue.account({ mode: 'single', hedge: false, wallets: { USDT: '12000' }, positions: [] })
    expect(await pass()).toEqual([expect.stringContaining('is gone; the venue lists no liquidation of it')])
  })

  test('of what became of it nothing could be read', async () => {
    hold()
    await pass()
    venue.setMark('ETHUSDT', '2400')
    venue.faults.set(FORCED, { kind: 'status', status: 500, body: null })
    expect(await pass()).toEqual([
      expect.stringContaining('whether it was liquidated could not be read: Binance could not answer'),
    ])
  })

  test('a pass with a gap says nothing, and forgets nothing', async () => {
    hold()
    await pass()
    venue.setMark('ETHUSDT', '2400')
    venue.faults.set('/fapi/v3/account', { kind: 'status', status: 500, body: null })
    expect(await pass()).toEqual([])
    venue.faults.clear()
    expect(await pass()).toEqual([expect.stringContaining('the venue liquidated it')])
  })

  test('a smaller one is not gone, nor is the first that was ever read', async () => {
    expect(await pass()).toEqual([])
    hold()
    expect(await pass()).toEqual([])
    venue.account({
      ...{ mode: 'single', hedge: false, wallets: { USDT: '12000' } },
      positions: [{ symbol: 'ETHUSDT', side: 'BOTH', amount: '5', entryPrice: '3000' }],
    })
    expect(await pass()).toEqual([])
    expect(venue.requests.byPath[FORCED]).toBeUndefined()
  })
})
