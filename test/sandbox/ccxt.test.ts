import { binanceusdm } from 'ccxt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Binance, openBinance } from './binance.ts'
import { openDemoAccount } from './demoAccount.ts'

let venue: Binance
beforeAll(async () => {
  venue = await openBinance()
  openDemoAccount(venue.exchange)
})
afterAll(() => venue.stop())

function client(secret = venue.apiSecret): binanceusdm {
  const exchange = new binanceusdm({ apiKey: venue.apiKey, secret, options: { fetchCurrencies: false } })
  // The signed URL stays the venue's; only the way there is bent to loopback.
  exchange.fetchImplementation = (url: string, options: RequestInit) => fetch(url.replace('https://', `${venue.url}/`), options)
  return exchange
}

describe('ccxt binanceusdm', () => {
  test('accepts every answer by its implicit method', async () => {
    const exchange = client()
    expect(await exchange.fapiPublicGetTime()).toHaveProperty('serverTime')
    expect(await exchange.fapiPublicGetExchangeInfo()).toHaveProperty('symbols')
    expect(await exchange.fapiPrivateGetLeverageBracket()).toContainEqual(expect.objectContaining({ symbol: 'ETHUSDT' }))
    expect(await exchange.fapiPrivateV3GetPositionRisk()).toMatchObject([{ liquidationPrice: '2409.63855421' }])
    expect(await exchange.fapiPrivateV3GetAccount()).toMatchObject({ totalMaintMargin: '250.00000000' })
    expect(await exchange.fapiPrivateGetAccountConfig()).toMatchObject({ multiAssetsMargin: false, dualSidePosition: false })
    expect(await exchange.fapiPublicGetAssetIndex()).toContainEqual(expect.objectContaining({ symbol: 'USDTUSD' }))
    expect(await exchange.fapiPublicGetPremiumIndex()).toContainEqual(expect.objectContaining({ symbol: 'ETHUSDT' }))
    expect(await exchange.fapiPublicGetFundingInfo()).toMatchObject([{ symbol: 'SOLUSDT', fundingIntervalHours: 8 }])
    expect(await exchange.sapiGetAccountApiRestrictions()).toMatchObject({ enableWithdrawals: false })
    expect(venue.violations).toEqual([])
  })

  test('parses markets, positions, balance, brackets and funding', async () => {
    const exchange = client()
    const markets = await exchange.loadMarkets()
    expect(Object.keys(markets)).toEqual(
      expect.arrayContaining(['ETH/USDT:USDT', 'BTC/USDT:USDT', 'SOL/USDT:USDT', 'ETH/USDC:USDC', 'BTC/USDT:USDT-301227']),
    )
    expect(markets['ETH/USDT:USDT']).toMatchObject({
      linear: true,
      settle: 'USDT',
      contractSize: 1,
      precision: { price: 0.01, amount: 0.001 },
    })
    expect(await exchange.fetchPositions()).toMatchObject([
      {
        symbol: 'ETH/USDT:USDT',
        side: 'long',
        contracts: 20,
        entryPrice: 3000,
        liquidationPrice: 2409.63855421,
        marginMode: 'cross',
      },
    ])
    expect(await exchange.fetchBalance()).toMatchObject({ USDT: { total: 12000, free: 9000 } })
    const tiers = await exchange.fetchLeverageTiers()
    expect(tiers['ETH/USDT:USDT']?.[0]).toMatchObject({ minNotional: 0, maxNotional: 50000, maintenanceMarginRate: 0.004 })
    expect(await exchange.fetchFundingRate('ETH/USDT:USDT')).toMatchObject({ markPrice: 3000, fundingRate: 0.0001 })
    venue.exchange.setFunding('BTCUSDT', { rate: '-0.00031250', hours: 4 })
    expect(await exchange.fetchFundingRate('BTC/USDT:USDT')).toMatchObject({ fundingRate: -0.0003125 })
    const intervals = await exchange.fetchFundingIntervals(['BTC/USDT:USDT', 'SOL/USDT:USDT'])
    expect(Object.values(intervals).map(({ symbol, interval }) => [symbol, interval])).toEqual(
      expect.arrayContaining([
        ['BTC/USDT:USDT', '4h'],
        ['SOL/USDT:USDT', '8h'],
      ]),
    )
  })

  test('names a wrong secret, and a clock that is off', async () => {
    await expect(client('wrong').fapiPrivateV3GetAccount()).rejects.toMatchObject({ name: 'AuthenticationError' })
    venue.clock.offsetMs = -1500
    await expect(client().fapiPrivateV3GetAccount()).rejects.toMatchObject({ name: 'InvalidNonce' })
    venue.clock.offsetMs = 0
  })

  test('takes a ban for what it is', async () => {
    venue.limits.fapi.bannedUntil = Date.now() + 60_000
    await expect(client().fapiPublicGetTime()).rejects.toMatchObject({ name: 'DDoSProtection' })
    venue.limits.fapi.bannedUntil = 0
  })
})
