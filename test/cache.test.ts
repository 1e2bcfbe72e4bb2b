import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openCache } from '../src/cache.ts'
import type { Cache } from '../src/futures/exchange.ts'

const HOUR = 3_600_000

let root: string
let clock: number
let warnings: string[]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hullmark-cache-'))
  clock = 1_700_000_000_000
  warnings = []
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function open(folder = join(root, 'cache')): Cache {
  return openCache(folder, { now: () => clock, warn: (sentence) => warnings.push(sentence) })
}

function onlyFile(): string {
  const [name, ...more] = readdirSync(join(root, 'cache'))
  expect(more).toEqual([])
  return join(root, 'cache', name ?? '')
}

describe('openCache', () => {
  test('another process finds what was stored, until it is too old', async () => {
    await open().set('markets:binance', { ETHUSDT: ['0.01'] })
    const other = open()
    expect(await other.get('markets:binance', HOUR)).toEqual({ ETHUSDT: ['0.01'] })
    clock += HOUR - 1
    expect(await other.get('markets:binance', HOUR)).toEqual({ ETHUSDT: ['0.01'] })
    clock += 1
    expect(await other.get('markets:binance', HOUR)).toBeNull()
    expect(await other.get('markets:bybit', HOUR)).toBeNull()
  })

  test('keys that look alike in a file name are kept apart', async () => {
    const cache = open()
    await cache.set('clock:a/b', 1)
    await cache.set('clock:a.b', 2)
    expect([await open().get('clock:a/b', HOUR), await open().get('clock:a.b', HOUR)]).toEqual([1, 2])
  })

  test('a key cannot lead out of the folder', async () => {
    await open().set('../../escape', 1)
    expect(readdirSync(root)).toEqual(['cache'])
    expect(await open().get('../../escape', HOUR)).toBe(1)
  })

  test('only the owner may read it', async () => {
    await open().set('clock:binance', { offset: 3 })
    expect(statSync(join(root, 'cache')).mode & 0o777).toBe(0o700)
    expect(statSync(onlyFile()).mode & 0o777).toBe(0o600)
  })

  test('a value dated in the future, as after a clock set back, is none', async () => {
    await open().set('clock:binance', 1)
    clock -= HOUR
    expect(await open().get('clock:binance', 24 * HOUR)).toBeNull()
  })

  test.each([
    ['cut off', (text: string) => text.slice(0, 20)],
    ['empty', () => ''],
    ['of another version', (text: string) => text.replace('"version":1', '"version":2')],
    ['of another key', (text: string) => text.replace('clock:binance', 'clock:bybit')],
    ['without a time', (text: string) => text.replace(/"at":\d+/, '"at":null')],
    ['a list', () => '[]'],
  ])('a file that is %s is no value, and is replaced', async (_name, spoil) => {
    await open().set('clock:binance', 5)
    writeFileSync(onlyFile(), spoil(readFileSync(onlyFile(), 'utf8')))
    expect(await open().get('clock:binance', HOUR)).toBeNull()
    await open().set('clock:binance', 6)
    expect(await open().get('clock:binance', HOUR)).toBe(6)
    expect(warnings).toEqual([])
  })

  test('many writers at once leave one whole file and no drafts', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => open().set('clock:binance', { i, text: 'x'.repeat(i * 1000) })))
    const value = (await open().get('clock:binance', HOUR)) as { i: number; text: string }
    expect(value.text).toHaveLength(value.i * 1000)
    expect(readdirSync(join(root, 'cache'))).toHaveLength(1)
  })

  test('a folder that cannot be written is said once, and the cache lives on in memory', async () => {
    // A file where the folder should be: nobody can write below it, not even root.
    writeFileSync(join(root, 'file'), '')
    const cache = open(join(root, 'file', 'cache'))
    await cache.set('clock:binance', 1)
    await cache.set('clock:binance', 2)
    expect(await cache.get('clock:binance', HOUR)).toBe(2)
    expect(warnings).toEqual([
      'The cache folder cannot be written: what venues rarely change is read again by every run. See HULLMARK_CACHE_DIR.',
    ])
  })

  test('a folder removed while we run is made anew', async () => {
    const cache = open()
    await cache.set('clock:binance', 1)
    rmSync(join(root, 'cache'), { recursive: true })
    expect(await cache.get('clock:binance', HOUR)).toBe(1)
    await cache.set('clock:binance', 2)
    await cache.set('clock:binance', 3)
    expect(await open().get('clock:binance', HOUR)).toBe(3)
  })

  test('a folder that was there before keeps its mode, and its files are closed to others', async () => {
    const folder = mkdtempSync(join(root, 'shared-'))
    chmodSync(folder, 0o755)
    await open(folder).set('clock:binance', 1)
    expect(statSync(folder).mode & 0o777).toBe(0o755)
    expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600])
  })
})
