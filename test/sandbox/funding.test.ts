import { describe, expect, test } from 'vitest'
import { createExchange, type Exchange } from './exchange.ts'
import { fundingInfo, premiumIndexes } from './venue/answers.ts'

describe('funding', () => {
  const HOUR = 3_600_000
  // 2026-11-22 13:30 UTC.
  const AT = Date.UTC(2026, 10, 22, 13, 30)
  const premium = (exchange: Exchange, symbol: string) =>
    premiumIndexes(exchange.state, AT).find((one) => (one as { symbol: string }).symbol === symbol)

  test('the default: 0.01 % each eight hours, and no word of it among the adjusted', () => {
    const exchange = createExchange()
    expect(premium(exchange, 'ETHUSDT')).toMatchObject({
      ...{ lastFundingRate: '0.00010000', nextFundingTime: Date.UTC(2026, 10, 22, 16), time: AT },
    })
    expect(fundingInfo(exchange.state)).toEqual([
      {
        ...{ symbol: 'SOLUSDT', adjustedFundingRateCap: '0.02500000', adjustedFundingRateFloor: '-0.02500000' },
        ...{ fundingIntervalHours: 8, disclaimer: false },
      },
    ])
  })

  test.each([4, 1])('an interval of %i hours is listed, and the next payment follows it', (hours) => {
    const exchange = createExchange()
    exchange.setFunding('ETHUSDT', { rate: '-0.00031250', hours })
    expect(premium(exchange, 'ETHUSDT')).toMatchObject({
      lastFundingRate: '-0.00031250',
      nextFundingTime: Math.ceil(AT / (hours * HOUR)) * hours * HOUR,
    })
    expect(fundingInfo(exchange.state)).toContainEqual(
      expect.objectContaining({ symbol: 'ETHUSDT', fundingIntervalHours: hours }),
    )
    // One change keeps what the other was.
    exchange.setFunding('ETHUSDT', { rate: '0.0002' })
    expect(exchange.state.funding.get('ETHUSDT')).toEqual({ rate: '0.0002', hours })
    expect(premium(exchange, 'BTCUSDT')).toMatchObject({ lastFundingRate: '0.00010000' })
  })

  test('a quarterly has none, and what is not listed cannot be given any', () => {
    const exchange = createExchange()
    expect(premium(exchange, 'BTCUSDT_301227')).toMatchObject({ lastFundingRate: '', nextFundingTime: 0 })
    expect(() => exchange.setFunding('DOGEUSDT', { hours: 4 })).toThrow('does not list DOGEUSDT')
    expect(() => exchange.setFunding('BTCUSDT_301227', { hours: 4 })).toThrow('pays no funding')
  })
})
