import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hullmark } from '../support/hullmark.ts'
import { type Outcome, openStage, type Stage } from './stage.ts'

/** The cache saves requests and nothing else: whatever becomes of it, the figures are the same. */

let stage: Stage
let whole: Outcome
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.stop())
beforeEach(async () => {
  await stage.danger()
  whole = await stage.report()
  expect([whole.code, whole.report.verdict.grade]).toEqual([0, 'warning'])
})

const figures = ({ report: { verdict, corridors, totals, legs } }: Outcome) => ({
  ...{ verdict, corridors, totals },
  legs: legs.map(({ source, notes, ...leg }) => leg),
})

describe('a cache folder that cannot be written: one sentence, the same figures', () => {
  const places: readonly (readonly [string, () => string])[] = [
    [
      'a file stands in its place',
      () => {
        const path = join(mkdtempSync(join(stage.sandbox.folder, 'place-')), 'cache')
        writeFileSync(path, 'a file')
        return path
      },
    ],
    ['a file stands above it', () => '/dev/null/cache'],
  ]
  test.each(places)('%s', async (_name, place) => {
    const env = { HULLMARK_CACHE_DIR: place() }
    const outcome = await stage.report(env)
    expect(outcome.code).toBe(0)
    expect(figures(outcome)).toEqual(figures(whole))
    expect(outcome.err).toBe(
      'The cache folder cannot be written: what venues rarely change is read again by every run. See HULLMARK_CACHE_DIR.\n',
    )
    const { code, out } = await hullmark(['doctor'], { env: { ...stage.env, ...env } })
    expect(code).toBe(3)
    expect(out).toMatch(/^FAIL {2}cache: .* cannot be written, so every pass asks the venues for more$/m)
  })
})

describe('a cache that somebody or something broke is read anew: no word, the same figures', () => {
  type Entry = { readonly value: unknown }
  const bent = (change: (value: Record<string, unknown>) => unknown) => (text: string) => {
    const entry = JSON.parse(text) as Entry
    return JSON.stringify({ ...entry, value: change(entry.value as Record<string, unknown>) })
  }
  const breaks: readonly (readonly [string, (text: string) => string | Uint8Array])[] = [
    ['emptied', () => ''],
    ['cut off', (text) => text.slice(0, text.length / 2)],
    ['zeros, as after a power cut', (text) => new Uint8Array(text.length)],
    ['another JSON', () => '[[["x"]]]'],
    ['of another version', (text) => text.replace('"version":1', '"version":99')],
    ['without values', bent(() => null)],
    ['with texts for values', bent(() => 'x')],
    ['with empty tables', bent(() => ({}))],
    [
      'with values of another kind',
      bent((value) => Object.fromEntries(Object.keys(value).map((key) => [key, { rows: [['x']] }]))),
    ],
    ['with a clock of another year', bent((value) => ('offset' in value ? { offset: 31_536_000_000 } : value))],
  ]
  test.each(breaks)('%s', async (_name, damage) => {
    const folder = stage.env.HULLMARK_CACHE_DIR as string
    const files = readdirSync(folder)
    // Clock, markets, brackets, funding intervals, mode, rights, that it is no portfolio, stops, funding paid, and what is held.
    expect(files).toHaveLength(10)
    for (const file of files) writeFileSync(join(folder, file), damage(readFileSync(join(folder, file), 'utf8')))
    const outcome = await stage.report()
    expect([outcome.code, outcome.err]).toEqual([0, ''])
    expect(figures(outcome)).toEqual(figures(whole))
  })

  test('folders in place of its files', async () => {
    const folder = join(stage.sandbox.folder, 'of-folders')
    for (const file of readdirSync(stage.env.HULLMARK_CACHE_DIR as string)) mkdirSync(join(folder, file), { recursive: true })
    const outcome = await stage.report({ HULLMARK_CACHE_DIR: folder })
    expect(outcome.code).toBe(0)
    expect(outcome.err).toContain('The cache folder cannot be written')
    expect(figures(outcome)).toEqual(figures(whole))
    // No half-written file is left behind.
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})
