import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname } from 'node:path'
import Database from 'libsql'
import { describe, expect, test } from 'vitest'
import { historyFolder } from './folder.ts'
import { aCommit, aPass, NOON } from './records.ts'

const { path, open, notices } = historyFolder()
const ALL = { from: 0, to: NOON + 1_000_000 }
const files = (): string[] => readdirSync(dirname(path())).sort()
const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8)

/** A history of twenty passes, closed. */
async function aHistory(): Promise<void> {
  const store = await open()
  for (let i = 0; i < 20; i++) await store.commit('main', aCommit(aPass(`${i}`, NOON + i), { memory: 'old' }))
  await store.close()
}

describe('whose file it is', () => {
  test('file, journal and folder are for the owner alone', async () => {
    const store = await open()
    await store.commit('main', aCommit(aPass('a', NOON)))
    expect(mode(dirname(path()))).toBe('700')
    expect(files()).toEqual(['history.db', 'history.db-journal'])
    expect(files().map((file) => mode(`${dirname(path())}/${file}`))).toEqual(['600', '600'])
    expect(notices).toEqual([])
  })

  test('one that others can read is refused, so is a link, so is a folder that everybody may write to', async () => {
    await aHistory()
    chmodSync(path(), 0o640)
    await expect(open()).rejects.toThrow(`${path()} can be read by others on this machine.`)
    chmodSync(path(), 0o600)
    chmodSync(`${path()}-journal`, 0o604)
    await expect(open()).rejects.toThrow(`${path()}-journal can be read by others on this machine.`)
    chmodSync(`${path()}-journal`, 0o600)
    chmodSync(dirname(path()), 0o777)
    await expect(open()).rejects.toThrow(`Everybody may write to ${dirname(path())}`)
    chmodSync(dirname(path()), 0o700)
    renameSync(path(), `${path()}.real`)
    symlinkSync(`${path()}.real`, path())
    await expect(open()).rejects.toThrow(`${path()} is a link`)
    rmSync(path())
    mkdirSync(path())
    await expect(open()).rejects.toThrow(`${path()} is not a file.`)
  })

  test("another program's database is refused and left as it is", async () => {
    mkdirSync(dirname(path()), { mode: 0o700 })
    writeFileSync(path(), '', { mode: 0o600 })
    const database = new Database(path())
    database.exec('CREATE TABLE coins (name text)')
    database.close()
    const before = readFileSync(path())
    await expect(open()).rejects.toThrow(`${path()} is another program's database.`)
    expect(readFileSync(path()).equals(before)).toBe(true)
  })
})

describe('a damaged file is set aside, said, and a new one begun', () => {
  const aside = (): string => `${path()}.corrupt-20261122T134000Z`
  const said = (): string => `The history ${path()} was damaged: it is set aside as ${aside()}, and a new one is begun.`

  test.each([
    ['no database at all', (file: string) => writeFileSync(file, 'a web page instead\n'.repeat(500))],
    ['cut off in the middle of a page', (file: string) => truncateSync(file, 10_000)],
    ['cut off after its first page', (file: string) => truncateSync(file, 4_096)],
    [
      'a page full of rubbish',
      (file: string) => {
        const bytes = readFileSync(file)
        bytes.fill(0x5a, 4_096 * 3, 4_096 * 4)
        writeFileSync(file, bytes)
      },
    ],
  ])('%s', async (_what, damage) => {
    await aHistory()
    damage(path())
    const broken = readFileSync(path())
    const store = await open()
    expect(notices).toEqual([said()])
    expect(await store.memory('main')).toBeNull()
    await store.commit('main', aCommit(aPass('new', NOON)))
    expect(await store.history('main', ALL)).toHaveLength(1)
    expect(readFileSync(aside()).equals(broken)).toBe(true)
    expect(mode(path())).toBe('600')
    expect(mode(aside())).toBe('600')
    await store.close()
    await open()
    expect(notices).toHaveLength(1)
  })

  test('its journal goes with it, and a second one gets a name of its own', async () => {
    for (let i = 0; i < 2; i++) {
      await aHistory()
      writeFileSync(path(), 'rubbish '.repeat(2_000))
      await (await open()).close()
    }
    const name = basename(aside())
    expect(files().filter((file) => file.includes('corrupt'))).toEqual([
      name,
      `${name}-2`,
      `${name}-2-journal`,
      `${name}-journal`,
    ])
  })

  test('damaged while it is open: the commit that finds it is stored in the new one', async () => {
    const store = await open()
    for (let i = 0; i < 20; i++) await store.commit('main', aCommit(aPass(`${i}`, NOON + i)))
    // Written over in place, as a dying disk would.
    writeFileSync(path(), Buffer.alloc(statSync(path()).size, 0x5a))
    await store.commit('main', aCommit(aPass('after', NOON), { memory: 'kept' }))
    expect(notices).toEqual([said()])
    expect(await store.memory('main')).toBe('kept')
    expect(await store.history('main', ALL)).toHaveLength(1)
    expect(existsSync(aside())).toBe(true)
  })

  test('three that find it at once do not set the new one aside', async () => {
    await aHistory()
    writeFileSync(path(), 'rubbish '.repeat(2_000))
    const stores = await Promise.all([open(), open(), open()])
    for (const [i, store] of stores.entries()) await store.commit('main', aCommit(aPass(`${i}`, NOON)))
    for (const store of stores) expect(await store.history('main', ALL)).toHaveLength(3)
    expect(files().filter((file) => file.includes('corrupt') && !file.includes('journal'))).toEqual([basename(aside())])
    // Whoever meets the new one before its first table is written may also say that it was empty.
    expect(notices.filter((notice) => !notice.includes('was empty'))).toEqual([said()])
  })

  test('an empty file is begun anew, and that is said too', async () => {
    await aHistory()
    truncateSync(path(), 0)
    const store = await open()
    expect(notices).toEqual([`The history ${path()} was empty: it is begun anew.`])
    await store.commit('main', aCommit(aPass('a', NOON)))
  })
})

describe('a file that goes while it is open', () => {
  const said = (): string =>
    `The history ${path()} was deleted or replaced while it was open: what stands there now is used, and what was deleted is lost.`

  test('deleted, with its folder: the next commit is stored in a new one, and it is said', async () => {
    const store = await open()
    const lease = await store.lease('main', 'a', { now: NOON, ms: 60_000 })
    await store.commit('main', aCommit(aPass('before', NOON)))
    rmSync(dirname(path()), { recursive: true })
    await store.commit('main', aCommit(aPass('after', NOON)))
    expect(notices).toEqual([said()])
    expect(mode(path())).toBe('600')
    const other = await open()
    expect((await other.lastPass('main'))?.id).toBe('after')
    expect(await other.history('main', ALL)).toHaveLength(1)
    // Nobody else took the book meanwhile, so it goes on.
    expect(await lease?.renew()).toBe(true)
    expect(await other.lease('main', 'b', { now: NOON, ms: 60_000 })).toBeNull()
  })

  test('replaced by another file: commits go to the one that stands there', async () => {
    const store = await open()
    await store.commit('main', aCommit(aPass('old', NOON)))
    rmSync(path())
    const other = await open()
    await other.commit('main', aCommit(aPass('other', NOON), { memory: 'other' }))
    expect(await store.memory('main')).toBe('other')
    await store.commit('main', aCommit(aPass('mine', NOON)))
    expect(await other.history('main', ALL)).toHaveLength(2)
    expect(notices).toEqual([said()])
  })
})
