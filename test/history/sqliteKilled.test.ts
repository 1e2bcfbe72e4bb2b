import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { processesBeside } from './beside.ts'
import { historyFolder } from './folder.ts'
import { aCommit, aPass, NOON } from './records.ts'

const { path, open, notices } = historyFolder()
const beside = processesBeside()
const ALL = { from: 0, to: NOON + 1_000_000 }

test('killed at any moment: whatever was told as stored is there, whole, and the file opens clean', async () => {
  for (let round = 0; round < 6; round++) {
    const child = beside('write', path(), { name: `${round}` })
    await child.heard(`${round}-${round * 3}`)
    // Somewhere within the next commits: at another place each round, and each time the test runs.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 30))
    child.kill()
    await child.gone
    const told = child.said.filter((line) => line.startsWith(`${round}-`))
    const store = await open()
    const delivered = (await store.deliveries('main', ALL))
      .map(({ messageId }) => messageId)
      .filter((id) => id.startsWith(`${round}-`))
    const last = await store.lastPass('main')
    // One more may have been written than could still be told: then all of it is there.
    expect(delivered.length - told.length).toBeGreaterThanOrEqual(0)
    expect(delivered.length - told.length).toBeLessThanOrEqual(1)
    expect(delivered.slice(0, told.length)).toEqual(told)
    expect(last?.id).toBe(delivered.at(-1))
    expect(last?.snapshot).toHaveLength(20_000)
    expect(await store.memory('main')).toBe(last?.id)
    await store.close()
  }
  expect(notices).toEqual([])
  expect(readdirSync(dirname(path())).filter((name) => name.includes('corrupt'))).toEqual([])
})

test('the lease of one that was killed ends at its time', async () => {
  const store = await open()
  await store.lease('main', 'killed', { now: NOON, ms: 60_000 })
  const child = beside('write', path())
  await child.heard('a-2')
  child.kill()
  await child.gone
  const other = await open()
  expect(await other.lease('main', 'next', { now: NOON + 59_999, ms: 60_000 })).toBeNull()
  expect(await other.lease('main', 'next', { now: NOON + 60_000, ms: 60_000 })).not.toBeNull()
  await other.commit('main', aCommit(aPass('next', NOON)))
})

test('two processes write at once: no pass of either is lost', async () => {
  const children = ['x', 'y'].map((name) => beside('write', path(), { name }))
  for (const child of children) await child.heard(child === children[0] ? 'x-20' : 'y-20')
  for (const child of children) child.kill()
  for (const child of children) await child.gone
  const store = await open()
  const ids = new Set((await store.deliveries('main', ALL)).map(({ messageId }) => messageId))
  const told = children.flatMap(({ said }) => said)
  expect(told.length).toBeGreaterThanOrEqual(42)
  expect(told.filter((id) => !ids.has(id))).toEqual([])
  expect(notices).toEqual([])
})
