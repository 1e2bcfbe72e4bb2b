import { describe, expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { dec, ONE } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Cash, Leg } from '../../src/risk/leg.ts'
import { DEFAULT_MEANS, type Means } from '../../src/risk/means.ts'
import { rescueBook } from '../../src/risk/rescueBook.ts'
import { aLoan, aPool, aPosition, aSnapshot, USDC, USDT } from '../support/books.ts'

const CASH: Cash = { id: 'cash', place: 'wallet', asset: USDC, amount: dec(10_000), price: dec(1) }
const letting = (withdrawable: string | null, settlePrice = ONE) =>
  aPool({
    settlePrice,
    reported: {
      equity: null,
      maintenance: null,
      initialMargin: null,
      withdrawable: withdrawable === null ? null : dec(withdrawable),
    },
  })
const MINUTES = { topUp: dec(5), repay: dec(1), withdraw: dec(20) }
const bookOf = (legs: readonly Leg[], means: Partial<Means> = {}) =>
  rescueBook(legs, [CASH], {
    view: assess(aSnapshot({ legs, cash: [CASH] }), DEFAULT_POLICY),
    means: { ...DEFAULT_MEANS, ...means },
  })
const [LOAN, POOL] = [aLoan().id, aPool().id]

describe('who may give', () => {
  test('an exchange that tells what it lets go, in USD', () => {
    const [donor, ...more] = bookOf([aLoan(), letting('500', dec('0.99'))]).donors ?? []
    expect(more).toEqual([])
    expect(donor?.leg).toBe(POOL)
    // 500 x 0.99
    expect(donor?.withdrawable.toFixed()).toBe('495')
  })

  test('none that tells nothing, or 0', () => {
    expect(bookOf([aLoan(), letting(null)]).donors).toEqual([])
    expect(bookOf([aLoan(), letting('0')]).donors).toEqual([])
  })
})

describe('the ways', () => {
  test('cash to every leg, margin to every other leg by way of the wallet: 20 + 1 minutes', () => {
    const { routes, conversionCost } = bookOf([aLoan(), letting('500')], { minutes: MINUTES })
    const told = routes?.map(({ from, to, minutes, cap, closed }) => [from, to, minutes?.toFixed(), cap, closed])
    expect(told).toEqual([
      ['cash', LOAN, '1', null, null],
      ['cash', POOL, '5', null, null],
      [POOL, LOAN, '21', null, null],
    ])
    expect(conversionCost?.toFixed()).toBe('0.001')
  })

  const times = (minutes: Means['minutes'], other: string) =>
    bookOf([letting('500'), { ...letting(null), id: other, settle: { ...USDT, key: `${other.split('/')[0]}/USDT` } }], {
      minutes,
    }).routes?.map(({ from, to, minutes: time }) => `${from}>${to} ${time?.toFixed() ?? 'unknown'}`)

  test('from one exchange to another 20 + 5 minutes', () => {
    expect(times(MINUTES, 'bybit/main/cross')).toEqual([
      `cash>${POOL} 5`,
      'cash>bybit/main/cross 5',
      `${POOL}>bybit/main/cross 25`,
    ])
  })

  test('within one exchange it takes no time, whatever is not said', () => {
    const unsaid = { topUp: null, repay: null, withdraw: null }
    expect(times(unsaid, 'binance/main/BTCUSDT-long')).toContain(`${POOL}>binance/main/BTCUSDT-long 0`)
  })

  test('another account of the exchange is reached by way of the wallet: 20 + 5 minutes', () => {
    expect(times(MINUTES, 'binance/second/USDT-cross')).toContain(`${POOL}>binance/second/USDT-cross 25`)
  })

  test('idle cash of an account reaches its own pools at once, and nothing else does', () => {
    const idle = { ...CASH, asset: USDT }
    const ways = (id: string) => {
      const cash = [{ ...idle, id }]
      const legs = [aLoan(), aPool()]
      const view = assess(aSnapshot({ legs, cash }), DEFAULT_POLICY)
      const { routes } = rescueBook(legs, cash, { view, means: { ...DEFAULT_MEANS, minutes: MINUTES } })
      return routes?.map(({ minutes }) => minutes?.toFixed())
    }
    expect(ways('binance/main futures USDT')).toEqual(['21', '0'])
    expect(ways('binance/mainland futures USDT')).toEqual(['21', '25'])
  })

  test('a time that is not said makes the whole way unknown', () => {
    expect(times({ ...MINUTES, withdraw: null }, 'bybit/main/cross')).toContain(`${POOL}>bybit/main/cross unknown`)
    expect(times({ ...MINUTES, topUp: null }, 'bybit/main/cross')).toContain(`${POOL}>bybit/main/cross unknown`)
    expect(times({ ...MINUTES, topUp: null }, 'bybit/main/cross')).toContain('cash>bybit/main/cross unknown')
  })
})

describe('too slow', () => {
  // 3 deviations x twice 60 % a year: 3.6 x sqrt(minutes / 525,600). The futures die at 1 / s = 1.245, ln = 0.219136:
  // 525,600 x (0.219136 / 3.6)^2 = 1,947.5 minutes.
  const closed = (minutes: string, volatility: Means['volatility'], legs: readonly Leg[] = [aLoan(), aPool()]) =>
    bookOf(legs, { minutes: { topUp: dec(minutes), repay: dec(1), withdraw: null }, volatility }).routes?.find(
      ({ to }) => to === POOL,
    )?.closed ?? null
  const both = new Map([
    ['ETH', dec('0.6')],
    ['BTC', dec('0.3')],
  ])

  test('is a way that takes longer than three stressed deviations need for the room', () => {
    expect(closed('1947', both)).toBeNull()
    expect(closed('1948', both)).toContain('1948 minutes are too long')
  })

  test('by the wildest of the factors that are stated', () => {
    const wilder = new Map([...both, ['BTC', dec('0.9')]])
    // 525,600 x (0.219136 / 5.4)^2 = 865.5
    expect(closed('865', wilder)).toBeNull()
    expect(closed('866', wilder)).not.toBeNull()
  })

  test('nothing is judged where no volatility is stated, or of no market of the book', () => {
    expect(closed('100000', new Map())).toBeNull()
    expect(closed('100000', new Map([['SOL', dec(1)]]))).toBeNull()
    expect(closed('100000', new Map([['USD:USDT', dec(1)]]))).toBeNull()
  })

  test('a rise counts as a fall does: 72,050 / 60,300, ln = 0.178016, 1,285.1 minutes', () => {
    const short = aPool({ positions: [aPosition({ side: 'short' })] })
    expect(closed('1285', both, [short])).toBeNull()
    expect(closed('1286', both, [short])).not.toBeNull()
  })

  test('all markets together are judged only where each is stated', () => {
    const repay = (volatility: Means['volatility']) =>
      bookOf([aLoan(), aPool()], { minutes: { topUp: null, repay: dec(20_000), withdraw: null }, volatility }).routes?.find(
        ({ to }) => to === LOAN,
      )?.closed
    // ETH alone: 1 / 0.319771, ln 1.140150: 52,720 minutes. All together: 1 / 0.565007, ln 0.570918: 13,218 minutes.
    expect(repay(new Map([['ETH', dec('0.6')]]))).toBeNull()
    expect(repay(both)).not.toBeNull()
  })

  test('what is dead now is not given up: its owner may still be the first', () => {
    const dead = aPool({ wallet: aPool().wallet.map((held) => ({ ...held, amount: dec(100) })) })
    expect(
      closed(
        '5',
        new Map([
          ['ETH', dec('0.6')],
          ['BTC', dec('0.6')],
        ]),
        [aLoan(), dead],
      ),
    ).toBeNull()
  })
})
