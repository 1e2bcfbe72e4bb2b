import { describe, expect, test } from 'vitest'
import { largestFlow, type Pipe } from '../../src/risk/cashFlow.ts'
import { dec, ONE } from '../../src/risk/decimal.ts'

const pipe = (from: number, to: number, cap: string | null, gain = '1'): Pipe => ({
  ...{ from, to, gain: dec(gain) },
  cap: cap === null ? null : dec(cap),
})
/** From node 0 to the last node. */
const flow = (nodes: number, ...pipes: readonly Pipe[]) => {
  const { sent, worth } = largestFlow(pipes, { nodes, source: 0, sink: nodes - 1 })
  return { sent: sent.map((usd) => usd.toFixed()), worth: worth.map((one) => one.toFixed()) }
}

describe('the largest flow', () => {
  test('is as large as the narrowest pipe, counted where each begins', () => {
    // 10 at the source are 9 at node 1 and 4.5 at the end; 4 may pass the second: 4 / 0.9 enter.
    expect(flow(3, pipe(0, 1, '10', '0.9'), pipe(1, 2, null, '0.5'))).toEqual({ sent: ['10', '9'], worth: ['0', '0.5', '1'] })
    expect(flow(3, pipe(0, 1, '10', '0.8'), pipe(1, 2, '4', '0.5'))).toEqual({ sent: ['5', '4'], worth: ['0', '0', '1'] })
  })

  test('takes the way that loses least first, whichever is listed first', () => {
    // 3 arrive by the better one; of the 7 that are left at most 4 go by the other.
    const ways = [pipe(0, 1, '10'), pipe(1, 2, '4', '0.9'), pipe(1, 2, '3', '0.95')]
    expect(flow(3, ...ways)).toEqual({ sent: ['7', '4', '3'], worth: ['0', '0', '1'] })
    expect(flow(3, pipe(0, 1, '5'), ...ways.slice(1)).sent).toEqual(['5', '2', '3'])
    expect(flow(3, pipe(0, 1, '2'), ...ways.slice(1)).sent).toEqual(['2', '0', '2'])
  })

  test('takes back what was sent where it can go another way', () => {
    // The first goes 0 > 1 > 2 > 3 whole. Then 0.9 reach node 2, where the end is full: they take the place of 0.9 from node 1, which
    // leave by 1 > 3.
    const ways = [pipe(0, 1, '1'), pipe(0, 2, '1', '0.9'), pipe(1, 2, '1'), pipe(1, 3, '1', '0.9'), pipe(2, 3, '1')]
    expect(flow(4, ...ways)).toEqual({ sent: ['1', '1', '0.1', '0.9', '1'], worth: ['0', '0.9', '0.9', '1'] })
  })

  test('what is taken back is worth what it was before its losses', () => {
    // 2 enter at node 1, are 1 at node 2 and at the end. Then 5 are 0.5 at node 2 and free 1 at node 1: 0.4 more at the end.
    const ways = [pipe(0, 1, '2'), pipe(0, 2, '5', '0.1'), pipe(1, 2, null, '0.5'), pipe(1, 3, null, '0.4'), pipe(2, 3, '1')]
    expect(flow(4, ...ways)).toEqual({ sent: ['2', '5', '1', '1', '1'], worth: ['0', '0.4', '0.8', '1'] })
    // All of it, to the last: 20 are 2 at node 2, more than the 1 that came from node 1.
    expect(flow(4, pipe(0, 1, '2'), pipe(0, 2, '20', '0.1'), ...ways.slice(2)).sent).toEqual(['2', '10', '0', '2', '1'])
  })

  test('is none where no way leads to the end, or it is closed', () => {
    expect(flow(3, pipe(0, 1, '10'))).toEqual({ sent: ['0'], worth: ['0', '0', '1'] })
    expect(flow(3, pipe(0, 1, '0'), pipe(1, 2, '5'))).toEqual({ sent: ['0', '0'], worth: ['0', '1', '1'] })
    expect(flow(4, pipe(0, 1, '10'), pipe(2, 3, '5'))).toEqual({ sent: ['0', '0'], worth: ['0', '0', '1', '1'] })
    expect(flow(2)).toEqual({ sent: [], worth: ['0', '1'] })
  })

  test('never fills a pipe beyond its end, though a third has no last digit', () => {
    const ways = [{ ...pipe(0, 1, null), gain: ONE.div(3) }, pipe(1, 2, '1'), { ...pipe(2, 3, '1'), gain: ONE.div(7) }]
    const { sent } = largestFlow(ways, { nodes: 4, source: 0, sink: 3 })
    expect(sent[0]?.minus(3).abs().lt('1e-50')).toBe(true)
    expect([sent[1]?.lte(1), sent[2]?.lte(1)]).toEqual([true, true])
  })

  test('goes round in no circle', () => {
    // 1 > 2 > 1 loses nothing and leads nowhere.
    const ways = [pipe(0, 1, '3'), pipe(1, 2, null), pipe(2, 1, null), pipe(2, 3, '2')]
    const { sent } = flow(4, ...ways)
    expect([sent[0], sent[3]]).toEqual(['2', '2'])
    expect(
      dec(sent[1] as string)
        .minus(sent[2] as string)
        .toFixed(),
    ).toBe('2')
  })
})
