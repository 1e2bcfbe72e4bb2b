import { describe, expect, test } from 'vitest'
import type { Asset } from '../../src/risk/asset.ts'
import { dec, ONE } from '../../src/risk/decimal.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import { stageOf } from '../../src/risk/scenarios.ts'
import { play } from '../../src/risk/stress.ts'
import { anAsset, anExchangeSource, aPool, aPosition, aReserve, USDC } from '../support/books.ts'
import { builtIn, CASH, course, dead, falls, LOAN, POOL, texts, theLoan } from '../support/stressBook.ts'

describe('what venues do on their own', () => {
  test('a mark of its own: the loan sees nothing', () => {
    const legs = [theLoan(37_000n), aPool()]
    const outcome = play(legs, CASH, builtIn(legs, 'futures marks'))
    expect([outcome.survived, outcome.equity?.before.minus(outcome.equity.after.worst).toFixed()]).toEqual([true, '6000'])
    expect(play(legs, CASH, builtIn(legs, 'all markets -10 % at once')).survived).toBe(false)
  })

  test('late oracles: the loan dies a stage after the pool', () => {
    // 38,940 x 0.8 = 31,152 of 34,000. The pool at -20 % has exactly nothing left.
    const legs = [theLoan(34_000n), aPool()]
    expect(dead(play(legs, CASH, builtIn(legs, 'late')))).toEqual([
      [0, POOL],
      [1, LOAN],
    ])
  })

  test('a cut of thresholds', () => {
    // 30,000 x 0.78 + 18,000 x 0.73 = 36,540 of 37,000: half, 18,500 for 19,425 of WETH, or 17,142.86 for all of the BTC.
    const legs = [theLoan(37_000n), aPool()]
    const outcome = play(legs, [], builtIn(legs, 'thresholds'))
    expect([dead(outcome), texts(outcome.bill)]).toEqual([[[0, LOAN]], ['857.14', '925.00']])
    // The price did not move: 11,000 + 12,000 less that.
    expect(texts(outcome.equity?.after)).toEqual(['22142.86', '22075.00'])
    expect(play([theLoan(36_000n)], [], builtIn(legs, 'thresholds')).survived).toBe(true)
  })

  test('a cut that is taken back, and one from which a threshold is left at 0', () => {
    const cuts = (...bps: readonly bigint[]) => course(bps.map((thresholdCut) => stageOf(new Map(), { thresholdCut })))
    const outcome = play([theLoan(37_000n)], [], cuts(500n, 0n))
    expect(dead(outcome)).toEqual([[0, LOAN]])
    // With its thresholds back a loan of 20,000 lives that a cut of 90 points would have killed for good.
    expect(dead(play([theLoan(20_000n)], [], cuts(0n, 9000n, 0n)))).toEqual([[1, LOAN]])
  })

  const btc = aPosition({ symbol: 'BTCUSDT', factor: 'BTC', size: dec('0.5'), entry: dec(90_000), mark: dec(90_000) })
  const hedged = (over: Partial<typeof btc> = {}): MarginAccount =>
    aPool({
      wallet: aPool().wallet.map((one) => ({ ...one, amount: dec(10_000) })),
      positions: [aPosition({ side: 'short', size: dec(10) }), { ...btc, ...over }],
    })

  test('the profitable hedge is closed, then the market goes on', () => {
    // At -10 % the short has won 3,000: closed. At -30 %: 13,000 - 0.5 x 27,000 = -500. With the short it were 10,000 + 9,000 - 13,500.
    const outcome = play([hedged()], [], builtIn([hedged()], 'shorts in profit'))
    expect([dead(outcome), outcome.writtenOff.worst.toFixed()]).toEqual([[[1, POOL]], '500'])
    expect(outcome.stages.map(({ equity }) => equity?.worst.toFixed())).toEqual(['8500', '0'])
    expect(play([hedged()], [], falls({ ALL: '0.9' }, { ALL: '0.7' })).survived).toBe(true)
  })

  test('on the way up it is the long', () => {
    // 10,000 + 4,500, then 10 x 900 against it
    const outcome = play([hedged()], [], builtIn([hedged()], 'longs in profit'))
    expect(outcome.stages.map(({ equity }) => equity?.worst.toFixed())).toEqual(['11500', '5500'])
    expect(play([hedged()], [], falls({ ALL: '1.3' })).equity?.after.worst.toFixed()).toBe('14500')
  })

  test('a long in profit is not closed by a fall, nor a short that loses', () => {
    // From 50,000: 20,000 of profit today, 15,500 at -10 %, 6,500 at -30 %.
    const long = hedged({ entry: dec(50_000) })
    const outcome = play([long], [], builtIn([long], 'shorts in profit'))
    expect(outcome.stages.map(({ equity }) => equity?.worst.toFixed())).toEqual(['28500', '19500'])
    const late = aPool({ positions: [aPosition({ side: 'short', entry: dec(2000), size: dec(2) })] })
    // The short has lost 1,400 at 2,700 and stays: at 2,100 it has lost 200.
    expect(play([late], [], builtIn([late], 'shorts in profit')).equity?.after.worst.toFixed()).toBe('11800')
  })

  test('profit goes to a wallet that holds none of the settle coin yet', () => {
    const usdc = { ...USDC, key: 'binance/USDC' }
    const pool = aPool({
      wallet: [{ asset: usdc, amount: dec(10_000), price: ONE, priceFrom: 'venue', ratio: ONE }],
      positions: [aPosition({ side: 'short', size: dec(10) })],
    })
    // 10,000 + 3,000, and nothing moves any more
    const { stages } = play([pool], [], builtIn([pool], 'shorts in profit'))
    expect(stages.map(({ equity }) => equity?.worst.toFixed())).toEqual(['13000', '13000'])
  })

  test('coins broken on one exchange: that exchange dies, another and the loan do not', () => {
    const usde: Asset = { key: 'binance/USDE', symbol: 'USDE', factor: 'USD:USDe', basis: null }
    // 12,000 USDe at a haircut of 10 %, ETH 20 long: 10,800 count, at 0.65 it is 7,020. Entry 3,350: 7,000 of loss, 240 required.
    const wallet = [{ asset: usde, amount: dec(12_000), price: ONE, priceFrom: 'venue' as const, ratio: dec('0.9') }]
    const pool = (name: string) =>
      aPool({ id: name, source: anExchangeSource({ name }), wallet, positions: [aPosition({ entry: dec(3350) })] })
    const loan = theLoan(22_000n, {
      reserves: [
        ...theLoan().reserves,
        aReserve({ asset: anAsset('USDe', 'USD:USDe'), id: 9, decimals: 18, supplied: 10n ** 21n }),
      ],
    })
    const legs = [loan, pool('Binance'), pool('OKX')]
    const outcome = play(legs, [], builtIn(legs, 'on Binance alone'))
    expect(dead(outcome)).toEqual([[0, 'Binance']])
    // 12,000 x 0.65 - 7,000 = 800 are left, which the venue may keep; 27,000 of the loan, 5,000 at the other.
    expect([texts(outcome.bill), texts(outcome.equity?.after)]).toEqual([
      ['0.00', '800.00'],
      ['32800.00', '32000.00'],
    ])
    // Everywhere at once it is another thing.
    expect(dead(play(legs, [], falls({ 'USD:USDe': '0.65' }))).map(([, leg]) => leg)).toEqual(['Binance', 'OKX'])
  })

  test('a peg moves debts, margin and the marks that are quoted in it', () => {
    // USDT at 0.95: 12,000 x 0.95, and 20 ETH that still cost 60,000 USD against an entry of 60,000 USDT: + 3,000.
    expect(play([aPool()], [], falls({ 'USD:USDT': '0.95' })).equity?.after.worst.toFixed(6)).toBe('14400.000000')
    // USDC at 0.88: 48,000 - 19,360
    expect(play([theLoan()], CASH, falls({ 'USD:USDC': '0.88' })).equity?.after.worst.toFixed()).toBe('37440')
  })
})
