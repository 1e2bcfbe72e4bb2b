import { describe, expect, test } from 'vitest'
import { countTouches, simulate, wilson } from '../../src/risk/bootstrap.ts'
import { type Candle, type Candles, seriesOf } from '../../src/risk/candles.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import { type Evidence, type Odds, oddsOf } from '../../src/risk/odds.ts'
import { randomStream } from '../../src/risk/randomStream.ts'
import { fitTail, tailProbability, worstMoves } from '../../src/risk/tail.ts'
import { touchProbability } from '../../src/risk/touch.ts'
import { type Volatility, volatilityOf } from '../../src/risk/volatility.ts'
import { ANNUAL, syntheticCandles } from '../support/syntheticCandles.ts'

const HOUR = 3_600_000
const bar = (time: number, [open, high, low, close]: [number, number, number, number]): Candle => ({
  time: time * HOUR,
  open: dec(open),
  high: dec(high),
  low: dec(low),
  close: dec(close),
})
const hourly = (bars: readonly Candle[]): Candles => ({ barHours: 1, bars })
const near = (ours: number | undefined, theirs: number, within = 1e-12): void =>
  expect(Math.abs((ours as number) - theirs), `${ours} is not ${theirs}`).toBeLessThanOrEqual(within)

describe('wilson', () => {
  test('10 of 100: 5.52 % to 17.44 %', () => {
    // (0.1 + 3.8415 / 200 +- 1.96 sqrt(0.09 / 100 + 3.8415 / 40,000)) / 1.038415
    const { low, high } = wilson(10, 100)
    near(low, 0.0552, 5e-5)
    near(high, 0.1744, 5e-5)
  })

  test('nothing hit in 20,000: below 3 / 20,000, not 0', () => {
    expect(wilson(0, 20_000)).toEqual({ low: 0, high: 0.00015 })
    expect(wilson(20_000, 20_000).high).toBe(1)
  })
})

describe('seriesOf', () => {
  const good = [bar(0, [100, 102, 99, 101]), bar(1, [101, 103, 100, 102])]
  test('marks where an hour is missing', () => {
    expect(seriesOf(hourly([...good, bar(3, [102, 102, 102, 102])]))?.follows).toEqual([false, true, false])
  })

  test('one garbled bar and none is believed', () => {
    for (const wrong of [
      bar(2, [100, 99, 98, 98]), // high below open
      bar(2, [100, 101, 100, 99]), // low above close
      bar(2, [100, 101, 0, 99]),
      bar(2, [100, 101, -1, 99]),
      { ...bar(2, [100, 101, 99, 99]), high: dec('1e400') }, // more than a float64 holds
      bar(1, [100, 101, 99, 99]), // twice the same hour
      { ...bar(2, [100, 101, 99, 99]), time: Number.NaN },
    ]) {
      expect(seriesOf(hourly([...good, wrong]))).toBeNull()
    }
  })
})

describe('volatilityOf', () => {
  test('recovers the volatility a price was made with', () => {
    const found = volatilityOf(seriesOf(syntheticCandles('normal', 24 * 120, 3)) as never)
    // 60 % a year; 2,160 bars of the floor tell it to 1.5 %, the weighted one to about 7 %
    expect(found?.annual).toBeGreaterThan(0.57)
    expect(found?.annual).toBeLessThan(0.75)
    // Highs and lows of twelve steps a bar miss a part of the range.
    expect(found?.parkinson).toBeGreaterThan(0.45)
    expect(found?.parkinson).toBeLessThan(0.62)
    const squares = found?.shocks.close.reduce((a, z) => a + z * z, 0) as number
    near(squares / (found?.shocks.close.length as number), 1, 0.08)
  })

  test('the floor is the deviation of the last 90 days, to the last digit', () => {
    // Moves of +-2 % for 100 days, +-1 % for 100: of the last 90 the mean is 0 and the deviation 0.01 sqrt(90 / 89) = 0.0100560;
    // the weighted one has forgotten the first but for 3 x 0.94^100: 0.01 sqrt(1.0062) = 0.0100309.
    const found = volatilityOf(seriesOf(swings(200, (day) => (day < 100 ? 0.02 : 0.01) * (day % 2 === 0 ? 1 : -1))) as never)
    near(found?.now, 0.01 * Math.sqrt(90 / 89), 1e-12)
    near(found?.annual, 0.01 * Math.sqrt((90 / 89) * 365), 1e-11)
  })

  test('a steady rise is no volatility of the floor: moves are taken from their mean', () => {
    // +2 % and 0 in turn: 0.01 about a mean of 0.01. The weighted one knows no mean: about 0.01 sqrt(2), the floor is below it.
    const found = volatilityOf(seriesOf(swings(150, (day) => (day % 2 === 0 ? 0.02 : 0))) as never)
    near(found?.now, 0.01 * Math.SQRT2, 0.0006)
  })

  test('less than 90 days is not enough, a price that stands still says nothing', () => {
    const bars = Array.from({ length: 2200 }, (_, i) => bar(i, [100, 100, 100, 100]))
    expect(volatilityOf(seriesOf(hourly(bars)) as never)).toBeNull()
    const { bars: moving } = syntheticCandles('normal', 2160, 1)
    expect(volatilityOf(seriesOf(hourly(moving)) as never)).not.toBeNull()
    expect(volatilityOf(seriesOf(hourly(moving.slice(1))) as never)).toBeNull()
  })

  test('a calm week does not lower it below the last 90 days', () => {
    const { bars } = syntheticCandles('normal', 2400, 1)
    const last = bars.at(-1) as Candle
    const flat = { open: last.close, high: last.close, low: last.close, close: last.close }
    const calm = [...bars, ...Array.from({ length: 168 }, (_, i) => ({ ...flat, time: last.time + (i + 1) * HOUR }))]
    const found = volatilityOf(seriesOf(hourly(calm)) as never)
    // 1,992 of 2,160 bars at 60 %: 0.6 sqrt(1,992 / 2,160) = 57.6 %
    expect(found?.annual).toBeGreaterThan(0.55)
    expect(found?.annual).toBeLessThan(0.6)
  })
})

describe('simulate', () => {
  // One shock, over and over: down by a deviation, having been down by two and up by none.
  const fixed: Volatility = {
    now: 0.01,
    annual: 0,
    parkinson: 0,
    kept: 1,
    shocks: { close: Float64Array.of(-1), low: Float64Array.of(-2), high: Float64Array.of(0) },
  }
  test('follows the bars: lows count, not closes', () => {
    // After three bars the close is at -3 %, the lowest low was -2 % - 2 % = -4 %.
    const simulation = { blockBars: 1, horizons: [1, 3], paths: 2 }
    const [first, last] = simulate(fixed, simulation, randomStream(1))
    near(first?.low[0], -0.02)
    near(last?.low[1], -0.04)
    expect(last?.high[1]).toBe(0)
    expect(countTouches(last as never, { down: -0.0399, up: null })).toBe(2)
    expect(countTouches(last as never, { down: -0.0401, up: 0.001 })).toBe(0)
  })

  test('volatility evolves: a shock of two deviations is remembered', () => {
    const wild = { ...fixed, kept: 0.5, shocks: { ...fixed.shocks, close: Float64Array.of(-2) } }
    const [last] = simulate(wild, { blockBars: 1, horizons: [2], paths: 1 }, randomStream(1))
    // Bar 1 closes at -2 %; variance 0.5 x 0.0001 + 0.5 x 0.0004 = 0.00025. Bar 2 low: -0.02 - 2 x 0.0158114
    near(last?.low[0], -0.02 - 2 * Math.sqrt(0.00025))
  })

  test('two horizons in one bar are both told', () => {
    const both = simulate(fixed, { blockBars: 1, horizons: [1, 1], paths: 1 }, randomStream(1))
    expect(both[1]?.low[0]).toBe(both[0]?.low[0])
    near(both[1]?.low[0], -0.02)
  })
})

describe('the tail', () => {
  test('its probability beyond the threshold', () => {
    const tail = { threshold: 0.05, share: 0.1, shape: 0.25, scale: 0.02 }
    // 0.1 (1 + 0.25 x 0.04 / 0.02)^-4 = 0.1 / 1.5^4
    near(tailProbability([0], tail, 0.09), 0.1 / 5.0625)
    // A tail that ends: 0.05 + 0.02 / 0.25 = 0.13
    expect(tailProbability([0], { ...tail, shape: -0.25 }, 0.14)).toBe(0)
    // Exponential: 0.1 e^-2
    near(tailProbability([0], { ...tail, shape: 0 }, 0.09), 0.1 * Math.exp(-2))
  })

  test('a move that was seen is never impossible, whatever the fit says', () => {
    const ends = { threshold: 0.05, share: 0.1, shape: -0.25, scale: 0.02 }
    expect(tailProbability([0.01, 0.02, 0.03, 0.15], ends, 0.14)).toBe(0.25)
  })

  test('up to the threshold it is counted', () => {
    const tail = { threshold: 0.05, share: 0.1, shape: 0.25, scale: 0.02 }
    expect(tailProbability([0.01, 0.02, 0.03, 0.06], tail, 0.03)).toBe(0.5)
  })

  test('recovers the Pareto law that it was made of', () => {
    // The quantiles of shape 0.2 and scale 0.02 above 0.05, on the top 10 % of 2,000 windows
    const top = Array.from({ length: 200 }, (_, i) => 0.05 + (0.02 / 0.2) * ((1 - (i + 0.5) / 200) ** -0.2 - 1))
    const rest = Array.from({ length: 1800 }, (_, i) => (0.05 * i) / 1800)
    const moves = [...rest, ...top]
    const tail = fitTail(moves)
    expect(tail?.share).toBe(0.05)
    near(tail?.shape, 0.2, 0.04)
    // Of all windows 10 % (1 + 0.2 (0.1 - 0.05) / 0.02)^-5 = 0.1 / 1.5^5 pass 10 %
    near(tailProbability(moves, tail as never, 0.1), 0.1 / 1.5 ** 5, 0.0005)
  })

  test('fewer than 50 excesses are not enough', () => {
    const moves = (n: number): number[] => Array.from({ length: n }, (_, i) => -Math.log(1 - (i + 0.5) / n) / 100)
    expect(fitTail(moves(500))?.share).toBe(0.1)
    expect(fitTail(moves(499))).toBeNull()
    expect(fitTail(moves(1000))?.share).toBe(0.05)
    expect(fitTail([])).toBeNull()
    // No spread among the excesses is no tail.
    expect(fitTail([...moves(900), ...Array.from({ length: 100 }, () => 1)])).toBeNull()
  })

  test('the worst of each window, the latest whole one last, none across a gap', () => {
    const bars = [
      bar(0, [50, 50, 50, 50]),
      bar(1, [100, 101, 90, 95]),
      bar(2, [95, 120, 94, 100]),
      bar(3, [100, 110, 100, 100]),
      bar(4, [100, 100, 70, 100]),
    ]
    const found = seriesOf(hourly(bars)) as never
    expect(worstMoves(found, 2, 'down').map((move) => move.toFixed(4))).toEqual(['0.1000', '0.3000'])
    expect(worstMoves(found, 2, 'up').map((move) => move.toFixed(4))).toEqual(['0.2000', '0.1000'])
    const gap = seriesOf(hourly(bars.map((one) => (one.time >= 4 * HOUR ? { ...one, time: one.time + HOUR } : one)))) as never
    expect(worstMoves(gap, 2, 'down').map((move) => move.toFixed(4))).toEqual(['0.1000'])
  })
})

describe('oddsOf', () => {
  const sigma = dec('0.6')
  const floor = { down: dec('0.9038'), up: null }
  const nothing: Evidence = { sigma: null, candles: null, seed: 1 }
  const width = ({ low, high }: { low: Decimal; high: Decimal }): Decimal => high.minus(low)

  test('neither sigma nor candles, or nothing that dies: no odds', () => {
    expect(oddsOf(floor, nothing, [24, 168])).toEqual([null, null])
    expect(oddsOf({ down: null, up: null }, { ...nothing, sigma }, [24])).toEqual([null])
    expect(oddsOf(floor, { ...nothing, sigma: dec(0) }, [24])).toEqual([null])
    const { bars } = syntheticCandles('normal', 24 * 89, 1)
    expect(oddsOf(floor, { ...nothing, candles: hourly(bars) }, [24])).toEqual([null])
  })

  test('a stated sigma: between it and twice it', () => {
    // ln 0.9038 = -0.101147, sd 0.6 / sqrt(365) = 0.0314055: 2 Phi(-3.22071) = 0.0012788, twice the sigma 2 Phi(-1.61035) = 0.1073
    // RISK 2.4: 0.13 % in a day, 22 % in a week
    const [day, week] = oddsOf(floor, { ...nothing, sigma }, [24, 168]) as [Odds, Odds]
    expect(day.low.toFixed(6)).toBe('0.001279')
    expect(day.high.toFixed(4)).toBe('0.1073')
    expect(week.low.toFixed(4)).toBe('0.2235')
    expect(day.methods.map(({ name }) => name)).toEqual(['stated-sigma', 'doubled-sigma'])
    expect(day.missing.map(({ method }) => method)).toEqual(['recent-volatility', 'high-low-volatility', 'bootstrap', 'tail'])
  })

  test('what could not be used is named, each with its reason', () => {
    const few = 'less than 90 days of candles, or a price that never moved'
    const windows = 'not enough candles for a tail of such windows'
    const [none] = oddsOf(floor, { ...nothing, sigma }, [24]) as [Odds]
    expect(none.missing).toEqual(without('no candles', 'no candles'))
    const short = { ...nothing, sigma, candles: daysOf(89) }
    expect((oddsOf(floor, short, [24]) as [Odds])[0].missing).toEqual(without(few, windows))
    const candles = daysOf(100)
    const tail = { method: 'tail', reason: windows }
    const [unstated] = oddsOf(floor, { ...nothing, candles }, [24]) as [Odds]
    expect(unstated.missing).toEqual([{ method: 'stated-sigma', reason: 'no sigma is stated' }, tail])
    const [zero] = oddsOf(floor, { ...nothing, sigma: dec(0), candles }, [24]) as [Odds]
    expect(zero.missing).toEqual([{ method: 'stated-sigma', reason: 'the stated sigma is not above 0' }, tail])
  })

  test('a tail needs windows of whole bars', () => {
    // 500 days: 50 of them fall by more than the threshold. Half a day and a day and a half are no number of days.
    const evidence = { ...nothing, candles: daysOf(500) }
    const names = oddsOf(floor, evidence, [24, 12, 36]).map((odds) => odds?.methods.map(({ name }) => name))
    const others = ['recent-volatility', 'high-low-volatility', 'bootstrap']
    expect(names).toEqual([[...others, 'tail'], others, others])
  })

  test('garbled candles are named, and the stated sigma still speaks', () => {
    const [odds] = oddsOf(floor, { ...nothing, sigma, candles: hourly([bar(0, [1, 1, 2, 1])]) }, [24])
    expect(odds?.missing.find(({ method }) => method === 'bootstrap')?.reason).toBe('a candle is garbled')
  })

  const candles = syntheticCandles('garch-t', 24 * 600, 3)
  const judge = (evidence: Partial<Evidence> = {}) =>
    oddsOf(floor, { sigma, candles, seed: 1, ...evidence }, [24, 168]) as [Odds, Odds]
  const [day, week] = judge()

  test('all methods on two years of candles, and the range over them', () => {
    expect(day.methods.map(({ name }) => name)).toEqual([
      'stated-sigma',
      'recent-volatility',
      'high-low-volatility',
      'bootstrap',
      'tail',
    ])
    expect(day.missing).toEqual([])
    for (const odds of [day, week]) {
      for (const { low, high } of odds.methods) {
        expect(odds.low.lte(low) && high.lte(odds.high) && low.lte(high)).toBe(true)
        expect(low.gte(0) && high.lte(1)).toBe(true)
      }
      expect(width(odds).gt(0)).toBe(true)
    }
    // 600 days are 85 windows of a week.
    expect(week.missing).toEqual([{ method: 'tail', reason: 'not enough candles for a tail of such windows' }])
    expect(week.high.gt(day.high)).toBe(true)
  })

  test('the same seed gives the same numbers, another others', () => {
    expect(judge()).toEqual([day, week])
    const other = judge({ seed: 2 })[1].methods.find(({ name }) => name === 'bootstrap')
    expect(other).not.toEqual(week.methods.find(({ name }) => name === 'bootstrap'))
  })

  test('what was never seen is below 3 / 20,000, not 0', () => {
    const calm = syntheticCandles('normal', 24 * 120, 3)
    const [odds] = oddsOf({ down: dec('0.6'), up: null }, { ...nothing, candles: calm }, [24]) as [Odds]
    const method = odds.methods.find(({ name }) => name === 'bootstrap')
    expect(method?.counted).toEqual({ hits: 0, paths: 20_000 })
    expect(method?.high.toFixed()).toBe('0.00015')
  })

  test('both walls: at least the nearer, at most their sum', () => {
    const evidence = { sigma, candles, seed: 1 }
    const both = { down: dec('0.9'), up: dec('1.1') }
    const [two, below, above] = [both, { ...both, up: null }, { ...both, down: null }].map((barriers) => {
      const [odds] = oddsOf(barriers, evidence, [24]) as [Odds]
      return new Map(odds.methods.map((method) => [method.name, method]))
    })
    const hits = (of: typeof two): number => of?.get('bootstrap')?.counted?.hits as number
    expect(hits(two)).toBeGreaterThanOrEqual(Math.max(hits(below), hits(above)))
    expect(hits(two)).toBeLessThanOrEqual(hits(below) + hits(above))
    const tail = two?.get('tail')
    const sides = [below?.get('tail')?.low, above?.get('tail')?.low] as [Decimal, Decimal]
    expect(tail?.low.toFixed()).toBe((sides[0].gt(sides[1]) ? sides[0] : sides[1]).toFixed())
    expect(tail?.high.minus(sides[0]).minus(sides[1]).abs().lt('1e-11')).toBe(true)
  })

  test('a dead leg is touched already', () => {
    const [odds] = oddsOf({ down: dec(1), up: dec(1) }, { ...nothing, sigma }, [24]) as [Odds]
    expect([odds.low.toFixed(), odds.high.toFixed()]).toEqual(['1', '1'])
  })

  test('daily candles are judged by days', () => {
    const days = { barHours: 24 as const, bars: daily(candles.bars) }
    const [odds] = oddsOf(floor, { ...nothing, candles: days }, [24]) as [Odds]
    expect(odds.methods.map(({ name }) => name)).toContain('bootstrap')
    expect(odds.high.gt('0.002') && odds.high.lt('0.1')).toBe(true)
  })
})

describe('a bell curve alone misleads (RISK 2.4: 0.13 %, fat tails that cluster 0.83 %, from doubled volatility 5.5 %)', () => {
  const DOWN = { down: Math.log(0.9038), up: null }
  const DAY = { blockBars: 24, horizons: [24], paths: 4000 }
  const share = (law: 'normal' | 'garch-t', times: number): number => {
    const volatility = volatilityOf(seriesOf(syntheticCandles(law, 24 * 500, 3)) as never) as Volatility
    const now = (times * ANNUAL) / Math.sqrt(8760)
    const [extremes] = simulate({ ...volatility, now }, DAY, randomStream(1))
    return countTouches(extremes as never, DOWN) / DAY.paths
  }
  const bell = touchProbability(DOWN, ANNUAL / Math.sqrt(365))

  test('a normal price: the bootstrap agrees with the closed form', () => {
    near(bell, 0.00128, 0.00001)
    near(share('normal', 1), bell, 0.002)
  })

  test('the same volatility in fat, clustered moves: several times as likely', () => {
    expect(share('garch-t', 1)).toBeGreaterThan(3 * bell)
    expect(share('garch-t', 1)).toBeLessThan(20 * bell)
  })

  test('from doubled volatility tens of times', () => {
    expect(share('garch-t', 2)).toBeGreaterThan(30 * bell)
    expect(share('garch-t', 2)).toBeLessThan(120 * bell)
  })
})

/** Days of a price that swings between 100 and 101, with lows of -1 % to -9 %, each its own. */
function daysOf(count: number): Candles {
  const bars = Array.from({ length: count }, (_, i): Candle => {
    const low = dec(99).minus(
      dec((i * 7) % count)
        .div(count)
        .times(8),
    )
    const [open, close] = i % 2 === 0 ? [101, 100] : [100, 101]
    return { time: i * 24 * HOUR, open: dec(open), high: dec(101), low, close: dec(close) }
  })
  return { barHours: 24, bars }
}

/** Days whose closes move by so much in the logarithm. */
function swings(count: number, move: (day: number) => number): Candles {
  let [log, bars] = [0, [] as Candle[]]
  for (let day = 0; day < count; day++) {
    const open = dec((100 * Math.exp(log)).toPrecision(15))
    log += move(day)
    const close = dec((100 * Math.exp(log)).toPrecision(15))
    const [low, high] = open.lt(close) ? [open, close] : [close, open]
    bars = [...bars, { time: day * 24 * HOUR, open, high, low, close }]
  }
  return { barHours: 24, bars }
}

/** The four methods that live on candles. */
function without(reason: string, tail: string): Odds['missing'] {
  const three = (['recent-volatility', 'high-low-volatility', 'bootstrap'] as const).map((method) => ({ method, reason }))
  return [...three, { method: 'tail', reason: tail }]
}

/** Twenty-four hours to a bar. */
function daily(bars: readonly Candle[]): Candle[] {
  return Array.from({ length: Math.floor(bars.length / 24) }, (_, day) => {
    const hours = bars.slice(day * 24, day * 24 + 24)
    const [first, last] = [hours[0] as Candle, hours.at(-1) as Candle]
    const ends = { high: hours.map(({ high }) => high), low: hours.map(({ low }) => low) }
    const most = ends.high.reduce((a, b) => (a.gt(b) ? a : b))
    const least = ends.low.reduce((a, b) => (a.lt(b) ? a : b))
    return { time: first.time, open: first.open, high: most, low: least, close: last.close }
  })
}
