import { expect, test } from 'vitest'
import { StoreError } from '../../src/errors.ts'
import { openSqlite } from '../../src/history/sqlite.ts'
import { processesBeside } from './beside.ts'
import { historyFolder } from './folder.ts'
import { NOON } from './records.ts'

const { path, open, notices } = historyFolder()
const beside = processesBeside()

test('no room: the pass is refused as a whole, and later ones are stored once there is room', async () => {
  // No file of the process may grow over 400 kB: some twenty-five passes of about 12 kB packed.
  const child = beside('fill', path(), { mostBlocks: 400 })
  expect(await child.heard('refused')).toMatch(
    /^refused StoreError: The history .* (has no room left on its disk|the disk failed) \(SQLITE_\w+\)\.$/,
  )
  expect(await child.gone).toBe(0)
  const stored = child.said.filter((line) => line.startsWith('stored ')).map((line) => line.slice(7))
  expect(stored.length).toBeGreaterThan(10)
  const [before, after] = [stored.at(-2), stored.at(-1)]
  expect(child.said).toContain(`memory ${before}`)
  const store = await open()
  expect((await store.lastPass('main'))?.id).toBe(after)
  expect(await store.memory('main')).toBe(after)
  // Each was counted when the day was rolled up, the refused one was not.
  const lines = await store.history('main', { from: 0, to: NOON + 1_000_000 })
  expect(lines.reduce((sum, { passes }) => sum + passes, 0)).toBe(stored.length)
  expect(notices).toEqual([])
})

test('a place where nobody can write is refused in one sentence', async () => {
  // No user may make a folder there, root neither.
  const opening = openSqlite('/proc/hullmark/history.db', { now: () => NOON, onNotice: () => undefined })
  await expect(opening).rejects.toThrow(StoreError)
  await expect(opening).rejects.toThrow(
    /^The history \/proc\/hullmark\/history\.db (cannot be opened|cannot be written) \(\w+\)\.$/,
  )
})
