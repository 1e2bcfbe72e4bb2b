import { describe, expect, test } from 'vitest'
import { json } from '../src/report/json.ts'
import { terminal } from '../src/report/terminal.ts'
import { assess } from '../src/risk/assess.ts'
import { dec } from '../src/risk/decimal.ts'
import { DEFAULT_POLICY, GRADES, type Grade } from '../src/risk/grade.ts'
import type { Snapshot } from '../src/risk/leg.ts'
import { parseSnapshot, snapshotText } from '../src/snapshot.ts'
import { SNAPSHOT_VERSION } from '../src/snapshotForm.ts'
import { aComet, aLoan, aPool, aPosition, aSnapshot, aSpoke } from './support/books.ts'
import { findings } from './support/findings.ts'

/** What a snapshot file may hold that nobody wrote in good faith: refused, or at least never graded better than the good one. */

type Key = string | number
type Json = { [key: Key]: unknown }

const GOOD = aSnapshot({ legs: [aLoan(), aPool(), aComet(), aSpoke()] })
const plainJson = (): Json => JSON.parse(snapshotText(GOOD))
const gradeOf = (snapshot: Snapshot): Grade => assess(snapshot, DEFAULT_POLICY).verdict.grade
const rank = (grade: Grade): number => GRADES.indexOf(grade)

/** The path of everything in the file: figures, and the objects and lists around them. */
function places(value: unknown, at: readonly Key[] = []): (readonly Key[])[] {
  if (typeof value !== 'object' || value === null) return [at]
  const inner = Object.entries(value).flatMap(([key, one]) => places(one, [...at, Array.isArray(value) ? Number(key) : key]))
  return at.length === 0 ? inner : [at, ...inner]
}

function withChange(path: readonly Key[], change: (holder: Json, key: Key) => void): string {
  const copy = plainJson()
  const holder = path.slice(0, -1).reduce((inner, key) => inner[key] as Json, copy)
  change(holder, path.at(-1) as Key)
  return JSON.stringify(copy)
}

const setTo = (path: readonly Key[], value: unknown): string =>
  withChange(path, (holder, key) => {
    holder[key] = value
  })

const PLACES = places(plainJson())
const isFigure = (path: readonly Key[]): boolean => {
  const value = path.reduce<unknown>((inner, key) => (inner as Json)[key], plainJson())
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)
}

describe('every field of every leg', () => {
  test('there is something to break', () => {
    expect(PLACES.length).toBeGreaterThan(280)
    expect(PLACES.filter(isFigure).length).toBeGreaterThan(80)
  })

  test('gone, it refuses the file and is named: lists, objects and figures alike', () => {
    for (const path of PLACES.filter((one) => typeof one.at(-1) === 'string')) {
      const text = withChange(path, (holder, key) => delete holder[key])
      expect(() => parseSnapshot(text, 'file'), path.join('.')).toThrow(path.join('.'))
    }
  })

  test('null, it is refused or graded no better', () => {
    let taken = 0
    for (const path of PLACES) {
      let snapshot: Snapshot
      try {
        snapshot = parseSnapshot(setTo(path, null), 'file')
      } catch {
        continue
      }
      taken += 1
      expect(rank(gradeOf(snapshot)), path.join('.')).toBeLessThanOrEqual(Math.max(rank(gradeOf(GOOD)), rank('unknown')))
    }
    // What may be null: prices, caps, the venue's own figures, clocks, blocks, bases.
    expect(taken).toBeGreaterThan(20)
  })

  test('a price that is gone leaves its leg out, and says which', () => {
    const prices = PLACES.filter((path) => path[0] === 'legs' && path.at(-1) === 'price' && path.includes('reserves'))
    expect(prices.length).toBeGreaterThanOrEqual(5)
    for (const path of prices) {
      const view = assess(parseSnapshot(setTo(path, null), 'file'), DEFAULT_POLICY)
      expect(view.gaps.map(({ leg }) => leg)).toEqual([GOOD.legs[path[1] as number]?.id])
      expect(view.verdict.complete).toBe(false)
      expect(['liquidatable', 'critical', 'warning', 'unknown']).toContain(view.verdict.grade)
    }
  })

  test('no figure is anything but plain digits', () => {
    const rubbish = [
      'NaN',
      'Infinity',
      '-Infinity',
      '0x10',
      '1_000',
      '1,5',
      '١٢٣',
      '１２',
      ' 1',
      '1 ',
      '',
      '--1',
      '1e',
      '1e9999',
      'null',
      '1\n',
    ]
    for (const path of PLACES.filter(isFigure)) {
      // When a rule was read is a text of any form.
      if (path.at(-1) === 'asOf') continue
      for (const value of [...rubbish, 1, 0, true, [], {}, ['1']])
        expect(() => parseSnapshot(setTo(path, value), 'file'), `${path.join('.')} = ${JSON.stringify(value)}`).toThrow(
          path.join('.'),
        )
    }
  })

  test('negative sizes, prices and rates are refused', () => {
    const signed = /^(amount|unrealized|equity|deduction|baseBalance)$/
    for (const path of PLACES.filter(isFigure).filter((one) => !signed.test(String(one.at(-1)))))
      expect(() => parseSnapshot(setTo(path, '-1'), 'file'), path.join('.')).toThrow(path.join('.'))
    expect(() => parseSnapshot(setTo(['legs', 1, 'positions', 0, 'size'], '0'), 'file')).toThrow('positions.0.size')
    expect(() => parseSnapshot(setTo(['legs', 1, 'positions', 0, 'mark'], '0'), 'file')).toThrow('positions.0.mark')
  })
})

describe('kinds nobody knows', () => {
  for (const [path, value] of [
    [['legs', 0, 'kind'], 'options'],
    [['legs', 0, 'protocol'], 'aave-v9'],
    [['legs', 1, 'kind'], 'lending'],
    [['legs', 1, 'rules', 'tiers'], 'portfolio'],
    [['legs', 1, 'rules', 'trigger'], 'never'],
    [['legs', 1, 'positions', 0, 'contract'], 'quanto'],
    [['legs', 1, 'positions', 0, 'side'], 'both'],
    [['version'], SNAPSHOT_VERSION + 1],
    [['version'], 0],
    [['version'], '1'],
    [['hullmark'], 'config'],
  ] as const) {
    test(`${path.join('.')} = ${value}`, () => {
      expect(() => parseSnapshot(setTo(path, value), 'file')).toThrow('is not a snapshot that can be trusted')
    })
  }

  test('a pool revision nobody read is a leg nobody knows', () => {
    const view = assess(parseSnapshot(setTo(['legs', 0, 'revision'], 99), 'file'), DEFAULT_POLICY)
    expect(view.gaps.map(({ leg }) => leg)).toEqual([GOOD.legs[0]?.id])
    expect(view.verdict.complete).toBe(false)
  })

  test('a field too many, also one that JavaScript treats as magic', () => {
    const magic = snapshotText(GOOD).replace('{', '{"__proto__":{"complete":true},')
    expect(() => parseSnapshot(magic, 'file')).toThrow('__proto__')
    expect(() => parseSnapshot(setTo(['legs', 1, 'constructor'], {}), 'file')).toThrow('constructor')
    expect(({} as Json).complete).toBeUndefined()
  })
})

describe('one id for two legs', () => {
  const small = aPool({ wallet: [{ ...aPool().wallet[0], amount: dec(2000) } as never] })
  const twice = { ...GOOD, legs: [small, aPool()] }

  test('a file with one is refused', () => {
    expect(() => parseSnapshot(snapshotText(twice), 'file')).toThrow('legs: must have an id each of their own')
  })

  test('in memory, the later leg does not hide the death of the earlier one', () => {
    // 2,000 of margin for 20 ETH at 3,000: dead at -3 %; the other one at -19.6 %.
    expect(gradeOf(twice)).toBe('critical')
    expect(gradeOf({ ...twice, legs: [...twice.legs].reverse() })).toBe('critical')
  })
})

function complaintOf(text: string): string {
  try {
    parseSnapshot(text, 'file')
  } catch (error) {
    return (error as Error).message
  }
  throw new RangeError('taken for a snapshot')
}

describe('10 MB of rubbish is refused within seconds, in few words', () => {
  const around = (list: string): string => JSON.stringify({ ...plainJson(), legs: '?' }).replace('"?"', list)
  const CASES: readonly (readonly [string, () => string])[] = [
    ['numbers for legs', () => around(`[${'1,'.repeat(4_900_000)}1]`)],
    ['empty objects for legs', () => around(`[${'{},'.repeat(3_300_000)}{}]`)],
    ['numbers for notes', () => JSON.stringify({ ...plainJson(), notes: '?' }).replace('"?"', `[${'1,'.repeat(4_900_000)}1]`)],
    ['brackets within brackets', () => around('['.repeat(4_000_000) + ']'.repeat(4_000_000))],
    ['brackets that never close', () => '['.repeat(9_000_000)],
    ['one endless key', () => JSON.stringify({ ...plainJson(), [`\u001b[2J${'x'.repeat(9_000_000)}`]: 1 })],
    ['keys without end', () => `{${Array.from({ length: 400_000 }, (_, i) => `"k${i}":1`).join(',')}}`],
    ['an endless text', () => setTo(['legs', 0, 'venue'], 'x'.repeat(9_000_000))],
    ['an endless figure', () => setTo(['legs', 0, 'reserves', 0, 'supplied'], '9'.repeat(9_000_000))],
    ['bytes', () => '\u0000\u001b\uffff'.repeat(3_000_000)],
  ]
  for (const [name, text] of CASES) {
    test(name, { timeout: 20_000 }, () => {
      const message = complaintOf(text())
      expect(message).toMatch(/^file is /)
      expect(message.length).toBeLessThan(4000)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may reach a terminal
      expect(message).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    })
  }
})

describe('hostile symbols', () => {
  const NAMES = [
    '\u001b[2J\u001b]0;owned\u0007',
    '\u202eCDSU',
    'US\u200bDC',
    '<script>alert(1)</script>',
    '=cmd|calc',
    '@everyone\r\nBcc: x',
    '__proto__',
    'USDC'.repeat(60),
  ]

  for (const name of NAMES) {
    test(JSON.stringify(name.slice(0, 30)), () => {
      const named = <T extends { asset: { symbol: string } }>(one: T): T => ({ ...one, asset: { ...one.asset, symbol: name } })
      const [loan, pool] = [aLoan(), aPool()]
      const legs = [
        { ...loan, venue: name, reserves: loan.reserves.map(named) },
        {
          ...pool,
          venue: name,
          settle: { ...pool.settle, symbol: name },
          wallet: pool.wallet.map(named),
          positions: [aPosition({ symbol: name })],
        },
      ]
      const hostile = aSnapshot({ legs, notes: [name] })
      const good = assess(aSnapshot(), DEFAULT_POLICY).verdict
      const found = findings(parseSnapshot(snapshotText(hostile), 'file'))
      const { view } = found
      expect({ grade: view.verdict.grade, room: view.verdict.room }).toEqual({ grade: good.grade, room: good.room })
      const surroundings = { colour: false, banners: [] }
      for (const text of [terminal.render(found, surroundings), json.render(found, surroundings)]) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may reach a terminal
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/)
      }
    })
  }

  test('a coin that only calls itself USDC is not USDC', () => {
    const [loan] = [aLoan()]
    const own = { key: 'eip155:1/0xbad', symbol: 'USDC', factor: 'OWN:eip155:1/0xbad', basis: null }
    const reserves = loan.reserves.map((r) => (r.asset.symbol === 'USDC' ? { ...r, asset: own } : r))
    const { corridors } = assess(
      parseSnapshot(snapshotText(aSnapshot({ legs: [{ ...loan, reserves }] })), 'file'),
      DEFAULT_POLICY,
    )
    expect(corridors.map(({ factor, kind }) => `${kind} ${factor}`)).toContain('market OWN:eip155:1/0xbad')
    expect(corridors.map(({ factor }) => factor)).not.toContain('USD:USDC')
  })
})
