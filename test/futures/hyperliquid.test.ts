import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { type AccountReader, openReader } from '../contract/openReader.ts'
import vectors from '../fixtures/liquidation-vectors.json' with { type: 'json' }
import type { Json } from '../sandbox/venue/answers.ts'
import { HYPERLIQUID_SUB, type Hyperliquid, openHyperliquid } from '../sandbox/venues/hyperliquid.ts'
import { why } from './readAccount.ts'

let venue: Hyperliquid
let reader: AccountReader
beforeEach(async () => {
  venue = await openHyperliquid()
  reader = openReader('hyperliquid', { credential: { kind: 'address', address: venue.address }, endpoint: venue.url })
})
afterEach(async () => {
  await venue.stop()
  await reader.close()
})

const LONG = { wallet: '12000', positions: [{ symbol: 'ETH', amount: '20', entry: '3000' }] }

/** Prices of single symbols that a reading gives, by leg. */
function pricesOf({ accounts, cash, gaps, notes }: Awaited<ReturnType<AccountReader['read']>>): string[] {
  const at = Math.max(...accounts.map(({ source }) => source.readAt))
  const view = assess({ book: 'main', at, legs: accounts, cash, gaps, disputes: [], oneSource: [], notes }, DEFAULT_POLICY)
  return view.legs.flatMap(({ id, liquidation }) =>
    liquidation.flatMap(({ symbol, price }) => (symbol === null || price === null ? [] : [`${id} ${symbol} ${price.toFixed()}`])),
  )
}

describe('prices, by hand', () => {
  test('a long, a short, and one in the second tier', async () => {
    venue.account(LONG)
    // 25x at most: half of 4 % is required. (12,000 - 60,000) / (20 x 0.02 - 20) = 48,000 / 19.6 = 2,448.9795..., to the cent above.
    expect(pricesOf(await reader.read())).toEqual(['hyperliquid/main/USDC-cross ETH 2448.98'])
    venue.account({ wallet: '1000', positions: [{ symbol: 'ETH', amount: '-1', entry: '3000' }] })
    // (1,000 + 3,000) / 1.02 = 3,921.5686...
    expect(pricesOf(await reader.read())).toEqual(['hyperliquid/main/USDC-cross ETH 3921.56'])
    venue.account({ wallet: '40000000', positions: [{ symbol: 'ETH', amount: '50000', entry: '3000' }] })
    // From 100 million on a thirtieth is required, less 100,000,000 x (1/30 - 1/50) = 1,333,333.33...:
    // (40,000,000 + 1,333,333.33 - 150,000,000) / (50,000/30 - 50,000) = 108,666,666.67 / 48,333.33 = 2,248.2758..., at 112 million.
    expect(pricesOf(await reader.read())).toEqual(['hyperliquid/main/USDC-cross ETH 2248.28'])
  })

  test('a published price: an isolated short, by its raw dollars', async () => {
    const vector = vectors.vectors.find(({ id }) => id === 'hl-ccxt-iso-short-HYPE')
    if (vector?.rawUsd === undefined || vector.maxLeverage === undefined) throw new Error('no such vector')
    const { size, rawUsd, maxLeverage, expected } = vector
    // The mark is not recorded: any under the price will do. 6 - 2 decimals of the size leave a tick of 0.0001.
    const mark = 45
    venue.faults.set('metaAndAssetCtxs', {
      kind: 'rewrite',
      rewrite: () => [
        { universe: [{ name: 'HYPE', szDecimals: 2, maxLeverage, marginTableId: maxLeverage }], marginTables: [] },
        [{ markPx: String(mark), funding: '0.0000125', oraclePx: String(mark) }],
      ],
    })
    venue.faults.set('clearinghouseState', {
      kind: 'rewrite',
      rewrite: (answer) => {
        const position = {
          ...{ coin: 'HYPE', szi: `-${size}`, entryPx: '45.7', positionValue: String(size * mark), maxLeverage },
          ...{ leverage: { type: 'isolated', value: 10, rawUsd: String(rawUsd) }, unrealizedPnl: '0.0' },
          ...{ marginUsed: String(rawUsd - size * mark), liquidationPx: String(expected), returnOnEquity: '0.0' },
        }
        const value = { accountValue: '31.144417', totalRawUsd: '0.0', totalNtlPos: '180.0', totalMarginUsed: '0.0' }
        return { ...(answer as Record<string, Json>), marginSummary: value, assetPositions: [{ type: 'oneWay', position }] }
      },
    })
    const reading = await reader.read()
    // 50.2724802381, and a short is safe to the tick below.
    expect(pricesOf({ ...reading, accounts: reading.accounts.slice(0, 1) })).toEqual(['hyperliquid/main/HYPE-short HYPE 50.2724'])
  })
})

describe('what an address is', () => {
  test('an agent wallet is refused, and the account that it signs for is named', async () => {
    venue.state.role = 'agent'
    await expect(reader.read()).rejects.toMatchObject({ code: 'access', hint: expect.stringContaining(HYPERLIQUID_SUB) })
  })

  test('an address that was never used is refused: it is no empty account', async () => {
    venue.state.role = 'missing'
    await expect(reader.read()).rejects.toMatchObject({ code: 'access', message: expect.stringContaining('never seen') })
  })

  test('a role that is not known is not guessed', async () => {
    venue.state.role = 'council'
    await expect(reader.read()).rejects.toMatchObject({ code: 'unsupported' })
  })

  test.each(['unifiedAccount', 'portfolioMargin', 'dexAbstraction'])(
    '%s has no pools that can be told: the account is a gap',
    async (mode) => {
      venue.account({ ...LONG, spot: '250.5' })
      venue.state.abstraction = mode
      const reading = await reader.read()
      expect(reading.accounts).toEqual([])
      expect(why(reading)).toMatch(/^hyperliquid\/main unsupported: Hyperliquid runs this account in /)
      // The balance may back positions: it is not called free.
      expect(reading.cash).toEqual([])
    },
  )

  test('a mode that is not known is a gap, too', async () => {
    venue.account(LONG)
    venue.state.abstraction = 'somethingNew'
    const reading = await reader.read()
    expect([reading.accounts, reading.gaps.map(({ code }) => code)]).toEqual([[], ['incomplete-answer']])
  })
})

describe('where positions may be', () => {
  test('another dex is a pool of its own, and its markets are factors of their own', async () => {
    venue.account(LONG)
    venue.account({ wallet: '3000', positions: [{ symbol: 'xyz:XYZ100', amount: '0.5', entry: '25000' }] }, 'xyz')
    const { accounts } = await reader.read()
    expect(accounts.map(({ id, positions }) => [id, positions[0]?.factor])).toEqual([
      ['hyperliquid/main/USDC-cross', 'ETH'],
      ['hyperliquid/main/xyz-USDC-cross', 'OWN:hyperliquid/xyz:XYZ100'],
    ])
  })

  test('sub-accounts are read with the account', async () => {
    venue.state.subs.set(HYPERLIQUID_SUB, { wallet: '500', positions: [{ symbol: 'kPEPE', amount: '-10000', entry: '0.0094' }] })
    const { accounts } = await reader.read()
    expect(accounts.map(({ id, positions }) => [id, positions[0]?.factor])).toEqual([
      ['hyperliquid/main/sub-b2b2b2b2/USDC-cross', 'PEPE'],
    ])
  })

  test('funding is paid each hour', async () => {
    venue.account(LONG)
    const [leg] = (await reader.read()).accounts
    expect(leg?.positions[0]?.funding).toMatchObject({ window: null })
    expect([leg?.positions[0]?.funding?.rate.toFixed(), leg?.positions[0]?.funding?.intervalHours.toFixed()]).toEqual([
      '0.0000125',
      '1',
    ])
  })

  test('the spot wallet is free cash, and what was not read of it hides no leg', async () => {
    venue.account({ ...LONG, spot: '250.5' })
    expect((await reader.read()).cash.map(({ place, amount }) => [place, amount.toFixed()])).toEqual([
      ['hyperliquid/main spot', '250.5'],
    ])
    venue.faults.set('spotClearinghouseState', { kind: 'status', status: 500, body: null })
    const reading = await reader.read()
    expect([reading.accounts.length, reading.cash]).toEqual([1, []])
    expect(reading.notes.join()).toContain('the spot wallet was not read')
  })
})

describe('what may not be believed', () => {
  test('a state of minutes ago is no state', async () => {
    venue.account(LONG)
    venue.state.stateAgeMs = 120_000
    const reading = await reader.read()
    expect([reading.accounts, reading.cash]).toEqual([[], []])
    expect(why(reading)).toContain('gave a state that is 120 s off its own clock')
  })

  test('a position that keeps another leverage than its market lists dies by another table', async () => {
    venue.account(LONG)
    venue.faults.set('clearinghouseState', {
      kind: 'rewrite',
      rewrite: (answer) => {
        const state = answer as { assetPositions: { position: Record<string, Json> }[] }
        const assetPositions = state.assetPositions.map((one) => ({ ...one, position: { ...one.position, maxLeverage: 10 } }))
        return { ...state, assetPositions } as unknown as Json
      },
    })
    const reading = await reader.read()
    expect(reading.accounts).toEqual([])
    expect(why(reading)).toContain('holds ETH under another margin table than it lists')
  })

  test.each([
    ['a table that is not listed', { marginTableId: 77 }],
    ['no table', { marginTableId: null }],
    ['no decimals', { szDecimals: null }],
  ])('%s', async (_what, change) => {
    venue.account(LONG)
    venue.faults.set('metaAndAssetCtxs', {
      kind: 'rewrite',
      rewrite: (answer) => {
        const [meta, contexts] = answer as unknown as [{ universe: { name: string }[] }, Json]
        const universe = meta.universe.map((row) => (row.name === 'ETH' ? { ...row, ...change } : row))
        return [{ ...meta, universe } as unknown as Json, contexts]
      },
    })
    const reading = await reader.read()
    expect([reading.accounts, reading.gaps.map(({ code }) => code)]).toEqual([[], ['incomplete-answer']])
  })

  test('numbers come as text where one of an answer is beyond a float', async () => {
    venue.account(LONG)
    venue.faults.set('metaAndAssetCtxs', {
      kind: 'rewrite',
      // ccxt reads all numbers of such an answer as text.
      rewrite: (answer) => [{ ...(answer as [Record<string, Json>])[0], big: 2 ** 60 }, (answer as Json[])[1] as Json],
    })
    expect((await reader.read()).accounts).toHaveLength(1)
  })
})

describe('on the wire', () => {
  test('nothing but declared questions, and those of a testnet at its own host', async () => {
    venue.account(LONG)
    await reader.read()
    expect(new Set(venue.requests.all.map(({ host, method }) => `${method} ${host}`))).toEqual(
      new Set(['POST api.hyperliquid.xyz']),
    )
    venue.requests.reset()
    await reader.read({ account: { environment: 'testnet' } })
    expect(new Set(venue.requests.all.map(({ host }) => host))).toEqual(new Set(['api.hyperliquid-testnet.xyz']))
    expect(venue.violations).toEqual([])
  })

  test('warm, a pass asks for what changes alone', async () => {
    venue.account(LONG)
    await reader.read()
    venue.requests.reset()
    await reader.read()
    expect(venue.requests.byPath).toEqual({
      ...{ clearinghouseState: 2, metaAndAssetCtxs: 1, spotClearinghouseState: 1, subAccounts: 1, userAbstraction: 1 },
    })
  })

  test('a key in the place of the address is refused before anything is sent', async () => {
    const credential = { kind: 'key', apiKey: venue.address, apiSecret: venue.address, passphrase: null } as never
    await expect(reader.read({ account: { credential } })).rejects.toThrow()
    expect(venue.requests.total).toBe(0)
  })

  test('doctor learns that an address can do nothing, and that it is on the clock', async () => {
    expect(await reader.examine()).toMatchObject({
      rights: { trade: false, withdraw: false },
      facts: ['the address is that of a user', '2 dexes are read'],
    })
  })
})
