import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { checkBook, type Vector } from './vectors/checkBook.ts'
import { checkFiles } from './vectors/checkFiles.ts'
import { EXTRAS } from './vectors/extras.ts'
import { readVectors } from './vectors/readVectors.ts'

/** What `npm run vectors` does, and that it can fail. */

const FIXTURE = fileURLToPath(new URL('fixtures/risk-vectors.json', import.meta.url))
const vectors = readVectors(FIXTURE)
const folder = mkdtempSync(join(tmpdir(), 'hullmark-vectors-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the worked books', () => {
  test('all of them are here, and no line of the file was lost on the way', () => {
    const raw = JSON.parse(readFileSync(FIXTURE, 'utf8')) as { vectors: { id: string; expect: unknown; extra?: unknown }[] }
    expect(vectors).toHaveLength(23)
    expect(vectors.map(({ id, expect, extra }) => ({ id, expect, extra }))).toEqual(
      raw.vectors.map(({ id, expect, extra }) => ({ id, expect, extra })),
    )
  })

  test.each(vectors)('$id $title', (vector) => {
    const { differences, compared } = checkBook(vector)
    expect(differences).toEqual([])
    // Every number, text, flag and null of it, and nothing else.
    expect(compared).toBe(leavesOf([vector.expect, vector.extra ?? {}]).length)
    expect(compared).toBeGreaterThan(30)
  })

  test('every entry that is known is asked for', () => {
    const asked = new Set(vectors.flatMap(({ extra }) => Object.keys(extra ?? {})))
    expect([...asked].toSorted()).toEqual(Object.keys(EXTRAS).toSorted())
  })
})

type Place = readonly (string | number)[]

/** The places of everything that is compared: exact numbers count as one, and so does what is empty. */
function leavesOf(value: unknown, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [place]
  if ('exact' in value && 'dec' in value) return [place]
  const inner = Object.entries(value)
  if (inner.length === 0) return place.length === 1 ? [] : [place]
  return inner.flatMap(([key, one]) => leavesOf(one, [...place, key]))
}

/** Fields that the book gives and nothing is computed for: a change of them is a change of the input. */
const INPUTS =
  /\.(cash|imRate|note|tolerance|feeRate|apr|seconds|reference|oracleDeviation|x|y|box|rho|s|h)$|\.(rates|withdrawable|allowed|config|shock|path|factors|annualVol)\./

/** Results that go by the name of an input elsewhere. */
const RESULTS = /^extra\.trappedAtLoanDeath\.s$/

const isInput = (path: string): boolean => path.startsWith('extra.') && INPUTS.test(path) && !RESULTS.test(path)

/** The book with one leaf replaced. */
function withLeaf(vector: Vector, place: Place, change: (leaf: unknown) => unknown): Vector {
  const copy = structuredClone(vector) as unknown as Record<string, unknown>
  let at = copy
  for (const key of place.slice(0, -1)) at = at[key] as Record<string, unknown>
  const last = place.at(-1) as string
  at[last] = change(at[last])
  return copy as unknown as Vector
}

/** Off by a hundred-thousandth, or by as much of 1 where it is 0; text and flags are another. */
function altered(leaf: unknown): unknown {
  if (typeof leaf === 'number') return leaf * 1.00001 + (leaf === 0 ? 0.00001 : 0)
  if (typeof leaf === 'boolean') return !leaf
  if (leaf === null) return 'not null'
  if (typeof leaf === 'string') return /^-?\d/.test(leaf) ? `${Number(leaf) * 1.01 + 0.01}` : `${leaf}?`
  if (typeof leaf !== 'object' || !('exact' in leaf)) return { not: 'empty' }
  const [n = '0', d = '1'] = String(leaf.exact).split('/')
  const [numerator, denominator] = [BigInt(n) * 100_001n + (n === '0' ? 1n : 0n), BigInt(d) * 100_000n]
  return { exact: `${numerator}/${denominator}`, dec: String(Number(numerator) / Number(denominator)) }
}

describe('the check can fail', () => {
  test.each(vectors)('$id: a change of any one figure is told at its place', (vector) => {
    const places = leavesOf({ expect: vector.expect, extra: vector.extra ?? {} }).filter((place) => !isInput(place.join('.')))
    expect(places.length).toBeGreaterThan(20)
    // All of them for the entries, which differ from book to book; of the shared part a spread.
    const tried = places.filter(([part], i) => part === 'extra' || i % 7 === 0)
    for (const place of tried) {
      const { differences } = checkBook(withLeaf(vector, place, altered))
      const told = place.join('.').replace(/^expect\./, '')
      expect(differences.map(({ path }) => path).join(), told).toContain(told.split('.').slice(0, 2).join('.'))
    }
  })

  const [first] = vectors as [Vector]

  test('a field that nobody computes', () => {
    const more = { ...first, expect: { ...first.expect, totals: { ...(first.expect.totals as object), luck: '1' } } }
    expect(checkBook(more).differences).toEqual([{ path: 'totals.luck', ours: 'nothing', expected: '1' }])
  })

  test('an entry and a part that are not known, whatever they are called', () => {
    const why = { ours: 'no such entry is known', expected: 'a figure' }
    for (const name of ['fortune', 'constructor', 'toString']) {
      const more = { ...first, extra: { ...first.extra, [name]: { s: '1' } } }
      expect(checkBook(more).differences).toEqual([{ path: `extra.${name}`, ...why }])
    }
    const part = { ...first, expect: { ...first.expect, hopes: {} } }
    expect(checkBook(part).differences).toEqual([{ path: 'hopes', ours: 'no such part is known', expected: 'a figure' }])
  })

  test('a book of which nothing is expected', () => {
    expect(checkBook({ ...first, expect: {}, extra: null })).toMatchObject({ compared: 0, differences: [{ path: 'expect' }] })
  })

  test('an exact number and a decimal that say different things', () => {
    const equityUsd = { exact: '50000/1', dec: '51000' }
    const { differences } = checkBook({ ...first, expect: { totals: { equityUsd } }, extra: null })
    expect(differences).toHaveLength(1)
  })

  test('an entry without its input, and one with a tolerance that says nothing', () => {
    const carry = vectors.find(({ id }) => id === 'V16')?.extra?.carry as Record<string, unknown>
    const book = vectors.find(({ id }) => id === 'V16') as Vector
    const { rates: _, ...without } = carry
    const told = (entry: unknown) => checkBook({ ...book, extra: { carry: entry } }).differences
    expect(told(without)).toEqual([{ path: 'extra.carry', ours: 'its input rates is missing', expected: 'a figure' }])
    expect(told({ ...carry, tolerance: '0.5' })).toHaveLength(1)
    // Its own tolerance is a wider one than 1e-9, and it is used.
    const near = { ...carry, netPerDay: (carry.netPerDay as number) * 1.00001 }
    expect(told(near)).toHaveLength(1)
    expect(told({ ...near, tolerance: '1e-4' })).toEqual([])
  })
})

describe('the command', () => {
  test('one line a book, and the count', () => {
    const { out, code } = checkFiles([FIXTURE])
    expect(out.filter((line) => line.startsWith('ok'))).toHaveLength(23)
    expect(out.at(-1)).toBe('23 passed, 0 failed')
    expect(code).toBe(0)
  })

  function file(name: string, text: string): string {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }

  test('a book that fails: its differences below it, and the exit code', () => {
    const [one, two] = vectors as [Vector, Vector]
    const wrong = { ...one, expect: { ...one.expect, unified: { status: 'NO_RISK' } } }
    const { out, code } = checkFiles([file('wrong.json', JSON.stringify({ vectors: [wrong, two] }))])
    expect(out.slice(0, 2)).toEqual([`FAIL  ${one.id} ${one.title}`, '      unified.status: ours OK, expected NO_RISK'])
    expect(out.slice(2)).toEqual([expect.stringMatching(/^ok {4}V02 /), '1 passed, 1 failed'])
    expect(code).toBe(1)
  })

  const book = (leg: object) =>
    JSON.stringify({ vectors: [{ id: 'A', book: { assets: {}, legs: [{ id: 'x', ...leg }] }, expect: {} }] })
  test.each([
    ['not JSON', '{"vectors": [', 'is not JSON'],
    ['another form', '[]', 'the file: '],
    ['no list', '{"books": []}', 'vectors: '],
    ['no book', '{"vectors": []}', 'vectors: holds no book'],
    ['an unknown kind of leg', book({ type: 'aave-v9' }), 'vectors.0.book.legs.0.type: '],
    ['a loan that is no list', book({ type: 'aave-v3', supplies: 5 }), 'vectors.0.book.legs.0.supplies: '],
    ['a pool without a coin', book({ type: 'futures' }), 'vectors.0.book.legs.0: has no settle'],
    [
      'an amount that is no decimal',
      book({ type: 'aave-v3', borrows: [{ asset: 'USDC', amount: 'NaN' }] }),
      'vectors.0.book.legs.0.borrows.0.amount: must be a decimal number as text',
    ],
    [
      'an expected number that is none',
      '{"vectors":[{"id":"A","book":{"assets":{},"legs":[]},"expect":{"totals":{"equityUsd":{"exact":"1/0","dec":"1"}}}}]}',
      'vectors.0.expect.totals.equityUsd (A): ',
    ],
  ])('a file that is no such file: %s', (name, text, complaint) => {
    const path = file(`${name}.json`, text)
    const told = checkFiles([FIXTURE, path])
    expect(told).toMatchObject({ out: [], code: 2 })
    expect(told.complaint).toContain(`${path}: ${complaint}`)
    expect(told.complaint).not.toMatch(/\n| at /)
  })

  test('a file that is not there, and no file at all', () => {
    expect(checkFiles([join(folder, 'nowhere.json')])).toMatchObject({
      code: 2,
      complaint: expect.stringContaining('cannot be read (ENOENT)'),
    })
    expect(checkFiles([])).toMatchObject({ code: 2, complaint: expect.stringContaining('Usage: npm run vectors') })
  })
})
