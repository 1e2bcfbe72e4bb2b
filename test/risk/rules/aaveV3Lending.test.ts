import { describe, expect, test } from 'vitest'
import { IncompleteAnswerError } from '../../../src/errors.ts'
import { dec } from '../../../src/risk/decimal.ts'
import type { AaveV3Position, AaveV3Reserve } from '../../../src/risk/lendingPosition.ts'
import { alongFactor } from '../../../src/risk/path.ts'
import { AAVE_V3 } from '../../../src/risk/rules/aaveV3Lending.ts'
import { aLoan, anAsset, aReserve } from '../../support/books.ts'

const [eth, btc, owed] = aLoan().reserves as [AaveV3Reserve, AaveV3Reserve, AaveV3Reserve]
const coin = (symbol: string, over: Partial<AaveV3Reserve>): AaveV3Reserve =>
  aReserve({ asset: anAsset(symbol, symbol), id: 9, decimals: 0, ...over })
/** No cover in these: switched off, no threshold, empty. 7,000 + 5,000 USD. */
const LINK = coin('LINK', { supplied: 7000n, collateral: false })
const JUNK = coin('JUNK', { supplied: 5000n, liquidationThreshold: 0n })
const OLD = coin('OLD', { price: null })
const loanOf = (reserves: readonly AaveV3Reserve[], over: Partial<AaveV3Position> = {}) => aLoan({ reserves, ...over })
const figures = (account: ReturnType<typeof AAVE_V3.accountOf>) =>
  Object.fromEntries(
    Object.entries(account).map(([name, value]) => [name, typeof value === 'object' ? (value?.toFixed() ?? null) : value]),
  )

describe('how a loan stands', () => {
  test('collateral, cover, what can be borrowed against, and the contract’s own health', () => {
    // 30,000 x 83 % + 18,000 x 78 % = 38,940; x 80.5 % and 75 % = 24,150 + 13,500. Health 1.769890909.. of 22,000: 16,937.6.
    const wanted = {
      ...{ collateralUsd: '48000', weightedUsd: '38940', borrowableUsd: '37650', debtUsd: '22000' },
      exactSlackUsd: '16937.600000000000002',
      health: '1.769890909090909091',
      healthRaw: 1_769_890_909_090_909_091n,
      tripped: false,
    }
    expect(figures(AAVE_V3.accountOf(aLoan()))).toEqual(wanted)
    expect(figures(AAVE_V3.accountOf(loanOf([LINK, eth, JUNK, btc, OLD, owed])))).toEqual(wanted)
  })

  test('without debt has no health, and below 1 is liquidated', () => {
    expect(figures(AAVE_V3.accountOf(loanOf([eth])))).toEqual({
      ...{ collateralUsd: '30000', weightedUsd: '24900', borrowableUsd: '24150', debtUsd: '0' },
      ...{ exactSlackUsd: null, health: null, healthRaw: null, tripped: false },
    })
    // 24,900 / 25,000 = 0.996
    const short = AAVE_V3.accountOf(loanOf([eth, { ...owed, debt: 25_000n * 10n ** 6n }]))
    expect([short.health?.toFixed(), short.exactSlackUsd?.toFixed(), short.tripped]).toEqual(['0.996', '-100', true])
  })

  test('a balance without a price is no figure, also one that covers nothing', () => {
    expect(() => AAVE_V3.accountOf(loanOf([eth, { ...LINK, price: null }, owed]))).toThrow(IncompleteAnswerError)
  })

  test('every balance, what is owed below 0', () => {
    const held = AAVE_V3.holdings(loanOf([eth, LINK, owed])).map(({ asset, usd }) => `${asset.symbol} ${usd.toFixed()}`)
    expect(held).toEqual(['WETH 30000', 'WETH 0', 'LINK 7000', 'LINK 0', 'USDC 0', 'USDC -22000'])
  })
})

describe('what the contract says', () => {
  const said = (healthFactor: bigint | null) => {
    const { health, tripped } = AAVE_V3.reported(aLoan({ reported: { ...aLoan().reported, healthFactor } }))
    return [health?.toFixed() ?? null, tripped]
  }
  test('is liquidatable below 1, not at 1, and not without a health', () => {
    expect(said(10n ** 18n - 1n)).toEqual(['0.999999999999999999', true])
    expect(said(10n ** 18n)).toEqual(['1', false])
    expect(said(null)).toEqual([null, false])
  })

  test('is compared figure by figure', () => {
    const told = AAVE_V3.figures(aLoan({ reported: { totalCollateral: 1n, totalDebt: 2n, healthFactor: 3n } }))
    expect(told.map(({ scale, ...rest }) => ({ ...rest, scale: scale.toFixed() }))).toEqual([
      { figure: 'health', ours: 1_769_890_909_090_909_091n, venue: 3n, scale: '1000000000000000000' },
      { figure: 'collateral', ours: 48_000n * 10n ** 8n, venue: 1n, scale: '100000000' },
      { figure: 'debt', ours: 22_000n * 10n ** 8n, venue: 2n, scale: '100000000' },
    ])
  })
})

describe('the prices of a loan', () => {
  test('each that was read of a balance can be walked along by itself', () => {
    const idle = coin('IDLE', { price: 5n })
    const prices = AAVE_V3.oraclePrices(loanOf([eth, idle, OLD, btc, owed]))
    expect(prices.map(({ asset, price, unitUsd }) => [asset.symbol, price, unitUsd.toFixed()])).toEqual([
      ['WETH', 3000n * 10n ** 8n, '0.00000001'],
      ['WBTC', 90_000n * 10n ** 8n, '0.00000001'],
      ['USDC', 10n ** 8n, '0.00000001'],
    ])
    // One that has a balance, but no price
    expect(AAVE_V3.oraclePrices(loanOf([{ ...eth, price: null }, owed])).map(({ asset }) => asset.symbol)).toEqual(['USDC'])
    // 959.31268030 USD: see the trigger of the demo book
    expect(prices[0]?.trigger('down')).toEqual({ kind: 'price', price: 95_931_268_030n, exact: true })
    expect(prices[1]?.trigger('down')).toEqual({ kind: 'none' })
  })

  test('move by a multiplier, and only theirs', () => {
    const moved = AAVE_V3.shocked(aLoan(), ({ symbol }) => dec(symbol === 'WETH' ? '0.5' : 1))
    expect(moved.reserves.map(({ price }) => price)).toEqual([1500n * 10n ** 8n, 90_000n * 10n ** 8n, 10n ** 8n])
  })

  test('the cut of the average is told of pools that cut it, and of no other', () => {
    const path = alongFactor('ETH')
    // 220,000,000 / 7973 less 18,000 of 30,000
    expect(AAVE_V3.roundedDeath(aLoan(), path, 'down')?.toFixed(8)).toBe('0.31977089')
    expect(AAVE_V3.roundedDeath(aLoan({ revision: 11 }), path, 'down')).toBeNull()
  })
})

describe('what to know of a loan', () => {
  test('e-mode, pauses, grace periods and what is frozen', () => {
    expect(AAVE_V3.notes(aLoan())).toEqual([])
    // 1,800,000,000 s are 2027-01-15 08:00 UTC; BTC alone can be taken, and not before then.
    const reserves = [
      { ...eth, paused: true },
      { ...btc, graceUntil: 1_800_000_000n, frozen: true },
      { ...owed, frozen: true, active: false },
      LINK,
    ]
    expect(AAVE_V3.notes(loanOf(reserves, { eModeCategory: 2 }))).toEqual([
      'e-mode category 2',
      'WETH, USDC paused: neither liquidation nor repayment is possible while it lasts',
      'no liquidation before 2027-01-15T08:00:00.000Z (grace period)',
      'WBTC, USDC frozen: it can still be liquidated',
    ])
  })

  test('what a sentinel bars, and what it does not tell', () => {
    const said = (sentinel: AaveV3Position['sentinel']) => AAVE_V3.notes(aLoan({ sentinel }))
    expect([said(null), said('lets')]).toEqual([[], []])
    expect(said('bars')).toEqual(['the sequencer is down or was lately: no liquidation while health is 0.95 or more'])
    expect(said('silent')).toEqual(['whether the sequencer bars liquidations could not be read'])
  })
})
