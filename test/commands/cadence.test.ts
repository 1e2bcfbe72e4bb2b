import { expect, test } from 'vitest'
import { cadenceOf } from '../../src/commands/cadence.ts'
import type { HistoryLine, Store } from '../../src/history/store.ts'

const [MINUTE, HOUR] = [60_000, 3_600_000]
const NOW = Date.parse('2026-11-22T12:00:00Z')

/** A history of passes that were made so long ago, minutes. */
function after(...minutes: readonly number[]): Promise<number | null> {
  const lines = minutes
    .toSorted((a, b) => b - a)
    .map((ago) => ({ from: NOW - ago * MINUTE, to: NOW - ago * MINUTE }) as HistoryLine)
  const store = { history: async (_book: string, { from }: { from: number }) => lines.filter((line) => line.to >= from) }
  return cadenceOf(store as unknown as Store, 'main', { now: NOW, atLeast: MINUTE })
}

test.each([
  ['a watch, whatever its last pass was', [0, 1, 2, 3, 4, 5, 6], MINUTE],
  ['a watch that was begun again after a night', [0, 1, 2, 500, 501, 502], MINUTE],
  ['cron, each five minutes', [0, 5, 10, 15, 20, 25], 5 * MINUTE],
  ['cron, with one asked for by hand', [0, 1, 5, 10, 15, 20], 5 * MINUTE],
  ['a report a day', [0, 1440, 2880, 4320], 24 * HOUR],
  ['two passes a second apart are no cadence of a second', [0, 1 / 60], MINUTE],
])('%s', async (_what, minutes, expected) => {
  expect(await after(...minutes)).toBe(expected)
})

test('one pass, or none, tells nothing', async () => {
  expect([await after(0), await after()]).toEqual([null, null])
})
