import { describe, expect, test } from 'vitest'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import type { FuturesPosition, MarginAccount } from '../../src/risk/marginAccount.ts'
import { type Check, checkLoan, checkPool, worstAgreement } from '../../src/risk/reconcile.ts'
import { aLoan, aPool, aPosition } from '../support/books.ts'

const text = (one: Decimal | null): string | null => one?.toDecimalPlaces(9).toFixed() ?? null
const told = (checks: readonly Check[]) =>
  checks.map(({ figure, ours, venue, drift, agreement }) => [figure, text(ours), text(venue), text(drift), agreement])

describe('a loan against its contract', () => {
  const reported = (over: object) => told(checkLoan(aLoan({ reported: { ...aLoan().reported, ...over } })))

  test('agrees to the last digit', () => {
    expect(reported({})).toEqual([
      ['health', '1.769890909', '1.769890909', '0', 'agree'],
      ['collateral', '48000', '48000', '0', 'agree'],
      ['debt', '22000', '22000', '0', 'agree'],
    ])
  })

  test('or is disputed, by how much of the smaller of the two', () => {
    expect(reported({ healthFactor: 10n ** 18n, totalCollateral: 24_000n * 10n ** 8n, totalDebt: 27_500n * 10n ** 8n })).toEqual([
      ['health', '1.769890909', '1', '0.769890909', 'disputed'],
      ['collateral', '48000', '24000', '1', 'disputed'],
      ['debt', '22000', '27500', '0.25', 'disputed'],
    ])
    expect(
      reported({ totalDebt: 22_000n * 10n ** 8n + 1n })
        .at(-1)
        ?.at(-1),
    ).toBe('disputed')
  })

  test('a health that one of them does not have is disputed, one that neither has is none', () => {
    expect(reported({ healthFactor: null })[0]).toEqual(['health', '1.769890909', null, null, 'disputed'])
    const reserves = aLoan().reserves.filter(({ debt }) => debt === 0n)
    const without = (healthFactor: bigint | null) =>
      told(checkLoan(aLoan({ reserves, reported: { ...aLoan().reported, totalDebt: 0n, healthFactor } })))
    expect(without(null)).toEqual([
      ['health', null, null, null, 'none'],
      ['collateral', '48000', '48000', '0', 'agree'],
      ['debt', '0', '0', '0', 'agree'],
    ])
    expect(without(2n * 10n ** 18n)[0]).toEqual(['health', null, '2', null, 'disputed'])
  })
})

type Reported = FuturesPosition['reported']
const NOTHING: Reported = { liquidationPrice: null, maintenance: null, unrealized: null }
const NONE: MarginAccount['reported'] = { equity: null, maintenance: null, initialMargin: null, withdrawable: null }

describe('a pool against its exchange', () => {
  const pool = (
    account: Partial<MarginAccount['reported']>,
    position: Partial<Reported> = {},
    over: Partial<FuturesPosition> = {},
  ) => aPool({ reported: { ...NONE, ...account }, positions: [aPosition({ reported: { ...NOTHING, ...position }, ...over })] })

  test('nothing is held against what was itself taken from the exchange', () => {
    const account = pool({ equity: dec(12_000) }, { liquidationPrice: dec(2000) })
    const taken = { ...account, rules: { ...account.rules, maintenanceFrom: 'liquidation-price' as const } }
    expect(checkPool(account).map(({ agreement }) => agreement)).toContain('disputed')
    expect(checkPool(taken)).toEqual([])
    expect(worstAgreement(checkPool(taken))).toBe('none')
  })

  test('every figure in its turn; what the exchange does not tell is ours only', () => {
    expect(told(checkPool(pool({})))).toEqual([
      ['equity', '12000', null, null, 'ours-only'],
      // 60,000 x 0.005 - 50
      ['maintenance', '250', null, null, 'ours-only'],
      ['maintenance ETHUSDT', '250', null, null, 'ours-only'],
      ['liquidation price ETHUSDT', '2409.64', null, null, 'ours-only'],
    ])
    expect(told(checkPool(pool({ equity: dec(12_000), maintenance: dec(250) }, { maintenance: dec(250) }))).slice(0, 3)).toEqual([
      ['equity', '12000', '12000', '0', 'agree'],
      ['maintenance', '250', '250', '0', 'agree'],
      ['maintenance ETHUSDT', '250', '250', '0', 'agree'],
    ])
  })

  test('the equity in settle units, to a share of the notional', () => {
    const settled = { ...pool({ equity: dec(12_060) }), settlePrice: dec('0.5') }
    const half = { ...settled, wallet: settled.wallet.map((held) => ({ ...held, price: dec('0.5') })) }
    expect(told(checkPool(half))[0]).toEqual(['equity', '12000', '12060', '0.004975124', 'agree'])
    const by = (equity: string) => checkPool(pool({ equity: dec(equity) }))[0]?.agreement
    // 60,000 x 0.1 % and x 0.5 %, to either side
    expect(['12060', '12060.01', '12300', '12300.01', '11940', '11699.99'].map(by)).toEqual([
      ...['agree', 'drift', 'drift', 'disputed', 'agree', 'disputed'],
    ])
  })

  test('the maintenance to a share of itself, or to the cent', () => {
    const by = (maintenance: string) => checkPool(pool({ maintenance: dec(maintenance) }))[1]?.agreement
    // 250 / 1.001 = 249.7503; 250 / 1.005 = 248.7562; 250 / 0.999 = 250.2503
    expect(['249.76', '249.74', '248.76', '248.75', '250.25', '250.26'].map(by)).toEqual([
      ...['agree', 'drift', 'drift', 'disputed', 'agree', 'drift'],
    ])
    // 0.0001 ETH: 0.3 x 0.004 = 0.0012
    const tiny = (maintenance: string) => checkPool(pool({}, { maintenance: dec(maintenance) }, { size: dec('0.0001') }))[2]
    expect(tiny('0.0112')?.agreement).toBe('agree')
    expect(tiny('0.0113')?.agreement).toBe('disputed')
    expect(tiny('0')).toMatchObject({ drift: null, by: null, agreement: 'agree' })
    expect(checkPool(pool({ maintenance: dec(0) }))[1]).toMatchObject({ drift: null, by: null, agreement: 'disputed' })
  })

  const price = (liquidationPrice: string | null, over: Partial<FuturesPosition> = {}, amount = 12_000) => {
    const account = pool({}, { liquidationPrice: liquidationPrice === null ? null : dec(liquidationPrice) }, over)
    const wallet = account.wallet.map((held) => ({ ...held, amount: dec(amount) }))
    return told(checkPool({ ...account, wallet }))
      .at(-1)
      ?.slice(1)
  }

  test('the price on the side where the exchange has it', () => {
    // 48,000 + 50 - 50 = 19.92 P is below 50,000 of notional: 2,409.638554.
    expect(price('2409.638554')).toEqual(['2409.638554217', '2409.638554', '0', 'agree'])
    // A short: 72,050 = 20.1 P = 3,584.577114.
    expect(price(null, { side: 'short' })).toEqual(['3584.57', null, null, 'ours-only'])
    expect(price('3584.577114', { side: 'short' })).toEqual(['3584.577114428', '3584.577114', '0', 'agree'])
    expect(price('2409', { side: 'short' })).toEqual([null, '2409', null, 'venue-only'])
    expect(price('3030')).toEqual([null, '3030', null, 'venue-only'])
    expect(price(null, {}, 60_000)).toEqual([null, null, null, 'none'])
  })

  test('agrees to a thousandth or two ticks, drifts to half a per cent or a tenth of the room', () => {
    const by = (...of: Parameters<typeof price>) => price(...of)?.at(-1)
    expect(['2411.9', '2412.2', '2407.3', '2407.1'].map((one) => by(one))).toEqual(['agree', 'drift', 'agree', 'drift'])
    // Two ticks of 5: 10 / 2,409.64 = 0.415 %.
    expect(['2419.6', '2419.7'].map((one) => by(one, { tick: dec(5) }))).toEqual(['agree', 'drift'])
    // The room is 590.36 / 2,409.64 = 24.5 %, of which a tenth is 2.45 %: up to 2,468.67.
    expect(['2468.6', '2468.8'].map((one) => by(one))).toEqual(['drift', 'disputed'])
    // 1,245 + 20 (P - 3,000) = 0.1 P - 50: 2,950, and half a per cent of it is more than a tenth of 1.7 %.
    expect(['2964.7', '2964.8'].map((one) => by(one, {}, 1245))).toEqual(['drift', 'disputed'])
  })
})

test('the worst of several; a figure that only the venue has is worse than one that drifts', () => {
  const of = (...all: readonly Check['agreement'][]) =>
    worstAgreement(all.map((agreement) => ({ figure: 'x', ours: null, venue: null, drift: null, by: null, agreement })))
  expect(of()).toBe('none')
  expect(of('none', 'agree')).toBe('agree')
  expect(of('ours-only', 'agree', 'none')).toBe('ours-only')
  expect(of('ours-only', 'drift', 'agree')).toBe('drift')
  expect(of('drift', 'venue-only', 'drift')).toBe('venue-only')
  expect(of('venue-only', 'disputed', 'drift')).toBe('disputed')
})
