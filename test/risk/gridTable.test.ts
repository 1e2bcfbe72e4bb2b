import { describe, expect, test } from 'vitest'
import type { AffineLeg } from '../../src/risk/affineLeg.ts'
import { dec } from '../../src/risk/decimal.ts'
import { besideJump, type CoupledTable, doubtOf, legTable, pieceFrom } from '../../src/risk/gridTable.ts'
import type { Profile } from '../../src/risk/tierProfile.ts'

const form = (...usd: readonly (number | string)[]) => usd.map((one) => dec(one))
const profile = (p: number, q: number): Profile => ({
  ...{ p, q },
  pieces: [
    { from: dec(0), rise: dec(10), start: dec(0) },
    { from: dec('0.5'), rise: dec(30), start: dec(-10) },
    { from: dec(2), rise: dec(70), start: dec(-90) },
  ],
})
const leg = (over: Partial<AffineLeg> = {}): AffineLeg => ({
  ...{ id: 'leg', requires: true, settled: null, profiles: [], bent: null },
  ...{ cover: form(100, 20, -3), required: form(7, 1, 5) },
  ...over,
})
/** Axes at 0.25 and 4, and at 0.5. */
const tables = (over: Partial<AffineLeg> = {}) => {
  const { x, y, coupled, ownedShare } = legTable(leg(over), form('0.25', 4), form('0.5'))
  const lists = ({ at, cover, required, settled }: typeof x) => [at, cover, required, settled].map((of) => [...of])
  // In millionths of a millionth: what a sign is not trusted within.
  const doubts = [x, y].map(({ doubt }) => [...doubt].map((one) => Math.round(one * 1e15) / 1e3))
  return { x: lists(x), y: lists(y), doubts, coupled, ownedShare }
}

describe('legTable', () => {
  test('each axis by its multipliers, what stands still with the columns', () => {
    const { x, y, doubts, coupled, ownedShare } = tables()
    // 100 + 20 s and 7 + s; -3 s and 5 s
    expect(x).toEqual([
      [0.25, 4],
      [105, 180],
      [7.25, 11],
      [0, 0],
    ])
    expect(y).toEqual([[0.5], [-1.5], [2.5], [0]])
    // (100 + 7) + (20 + 1) s; (3 + 5) s
    expect(doubts).toEqual([[112.25, 191], [4]])
    expect([coupled, ownedShare]).toEqual([[], 1])
  })

  test('the settle coin by itself where it counts less when owned', () => {
    const { x, y, doubts, ownedShare } = tables({ settled: { usd: form(-50, 8, 6), ownedShare: dec('0.9') } })
    expect([x[3], y[3], ownedShare]).toEqual([[-48, -18], [3], 0.9])
    // 157 + 29 s; 14 s
    expect(doubts).toEqual([[164.25, 273], [7]])
  })

  test('a profile against what stands still goes to its own axis', () => {
    // 10 x 0.25; 70 x 4 - 90
    expect(tables({ profiles: [profile(1, 0)] })).toMatchObject({
      x: [
        [0.25, 4],
        [105, 180],
        [7.25 + 2.5, 11 + 190],
        [0, 0],
      ],
      doubts: [[112.25 + 2.5, 191 + 280 + 90], [4]],
    })
    // 1 / 0.25 = 4: 70 - 90 x 0.25; 1 / 4: 10
    expect(tables({ profiles: [profile(0, 1)] })).toMatchObject({
      x: [
        [0.25, 4],
        [105, 180],
        [7.25 + 47.5, 11 + 10],
        [0, 0],
      ],
      doubts: [[112.25 + 92.5, 191 + 10], [4]],
    })
    // 10 x 0.5, for at the edge the bracket before holds; 1 / 0.5 = 2: 30 - 10 x 0.5
    expect(tables({ profiles: [profile(2, 0)] }).y).toEqual([[0.5], [-1.5], [7.5], [0]])
    expect(tables({ profiles: [profile(0, 2)] }).y).toEqual([[0.5], [-1.5], [27.5], [0]])
  })

  test('next to a jump no sign is trusted, next to a bend it is', () => {
    const at = (bent: string | null) => {
      const { x } = legTable(leg({ bent, profiles: [profile(1, 0)] }), form('0.5', '0.50000000000001', '0.6', 2), form(1))
      return [...x.doubt].map((doubt) => doubt === Number.POSITIVE_INFINITY)
    }
    expect(at('It jumps.')).toEqual([true, true, false, true])
    expect(at(null)).toEqual([false, false, false, false])
  })

  test('a profile of both axes is kept for the cells', () => {
    const pieces = { from: [0, 0.5, 2], rise: [10, 30, 70], start: [0, -10, -90] }
    const found = (over: Partial<AffineLeg>) =>
      tables(over).coupled.map(({ from, rise, start, ...rest }) => ({
        from: [...from],
        rise: [...rise],
        start: [...start],
        ...rest,
      }))
    expect(found({ profiles: [profile(1, 2), profile(2, 1)] })).toEqual([
      { ...pieces, xOverY: true, jumps: false },
      { ...pieces, xOverY: false, jumps: false },
    ])
    expect(found({ profiles: [profile(1, 2)], bent: 'It jumps.' })).toEqual([{ ...pieces, xOverY: true, jumps: true }])
  })
})

const pieces: CoupledTable = {
  ...{ xOverY: true, jumps: true },
  from: Float64Array.of(0, 0.5, 2),
  rise: new Float64Array(3),
  start: new Float64Array(3),
}

test('the piece that holds is found from any neighbour; at an edge it is the one before', () => {
  const at = (p: number, q: number) => [0, 1, 2].map((k) => pieceFrom(pieces, { p, q, k }))
  expect([at(0.1, 1), at(0.5, 1), at(0.6, 1), at(2, 1), at(2.1, 1), at(1000, 1)]).toEqual([
    [0, 0, 0],
    [0, 0, 0],
    [1, 1, 1],
    [1, 1, 1],
    [2, 2, 2],
    [2, 2, 2],
  ])
  // Of 4: 2 is 0.5, 3 is more, 8 is 2, 9 more.
  expect([at(2, 4), at(3, 4), at(8, 4), at(9, 4), at(0, 4)]).toEqual([
    [0, 0, 0],
    [1, 1, 1],
    [1, 1, 1],
    [2, 2, 2],
    [0, 0, 0],
  ])
})

test('beside a jump, from either side, and never beside the beginning', () => {
  const beside = (p: number, q: number, k: number, jumps = true) => besideJump({ ...pieces, jumps }, { p, q, k })
  expect([beside(0.5, 1, 0), beside(0.5, 1, 1), beside(0.5 + 1e-13, 1, 1), beside(0.5 - 1e-13, 1, 0)]).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect([beside(8, 4, 1), beside(8, 4, 2), beside(8 + 4e-12, 4, 2)]).toEqual([true, true, true])
  expect([beside(0.5 + 1e-11, 1, 1), beside(0.6, 1, 1), beside(1000, 1, 2), beside(0.25, 1, 0)]).toEqual([
    false,
    false,
    false,
    false,
  ])
  expect([beside(0, 1, 0), beside(1e-14, 1, 0), beside(0.5, 1, 0, false)]).toEqual([false, false, false])
})

test('a sign is trusted beyond a millionth of a millionth of what was added up', () => {
  expect(doubtOf(3e12)).toBe(3)
})
