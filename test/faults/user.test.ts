import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { DEMO_SNAPSHOT } from '../../src/commands/demoSnapshot.ts'
import { hullmark } from '../support/hullmark.ts'

/** What the user reads of their own mistakes: one clear sentence, the right exit code, nothing invented. */

const root = mkdtempSync(join(tmpdir(), 'hullmark-user-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let folders = 0
/** A folder with these files, owner-only, as a user would have it. */
function folder(files: Readonly<Record<string, string>>): string {
  const place = mkdtempSync(join(root, `${++folders}-`))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text, { mode: 0o600 })
  return place
}

const WALLET = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'

const MISTAKES: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
  ['no .env at all', {}, /there is nothing to watch\. Copy \.env\.example to \.env/],
  ['an address that is too short', { '.env': 'WALLET=0x90F79bf6EB2c4f870365E785982E1f101E93b9' }, /\.env:1: .*(38|40) /],
  [
    'an address with a broken checksum',
    { '.env': `WALLET=${WALLET.replace('F79b', 'f79b')}` },
    /\.env:1: .*(checksum|capitals|upper)/i,
  ],
  ['a chain nobody knows', { '.env': `WALLET=${WALLET}\nCHAINS=etherium` }, /\.env:2: .*ethereum/],
  ['a key without its secret', { '.env': `BINANCE_API_KEY=${'k'.repeat(64)}` }, /BINANCE_API_SECRET/],
  ['a private key', { '.env': `WALLET=0x${'ab'.repeat(32)}` }, /\.env:1: .*private key/],
  [
    'a setting that does not exist',
    { 'hullmark.yaml': 'name: main\nloan:\n  - { protocol: aave-v3 }' },
    /hullmark\.yaml:2: .*loans/,
  ],
  ['two mistakes at once', { '.env': 'WALLET=0x12\nCHAINS=foo' }, /2 problems:[\s\S]*\.env:1[\s\S]*\.env:2/],
]

describe.each(MISTAKES)('%s', (_name, files, sentence) => {
  test('is a configuration error with its place, and 2; for check it is 3', async () => {
    const cwd = folder(files)
    const { code, out, err } = await hullmark(['report'], { env: {}, cwd })
    expect(err).toMatch(sentence)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect((await hullmark(['check'], { env: {}, cwd })).code).toBe(3)
    expect(err).not.toContain('abababab')
  })
})

describe('files', () => {
  const good = DEMO_SNAPSHOT
  const VERSION = /"version":\d+/
  const cases: readonly (readonly [string, string | null, RegExp])[] = [
    ['is not there', null, /cannot be read \(ENOENT\)/],
    ['is empty', '', /is not JSON/],
    ['is no snapshot', '{"a":1}', /is not a snapshot that can be trusted/],
    ['was cut off', good.slice(0, 900), /is not JSON/],
    ['has a mark of 0', good.replace('"mark":"3000"', '"mark":"0"'), /positions\.0\.mark: must be above 0/],
    ['has a debt below 0', good.replace('"debt":"22000000000"', '"debt":"-1"'), /debt: must be a whole number/],
    [
      'has a block of the year 30,000',
      good.replace('"timestamp":"1', '"timestamp":"9991'),
      /timestamp: must be a time in seconds/,
    ],
    ['speaks to the terminal', good.replace(VERSION, '$&,"\\u001b[2J\\u202e":1'), /^ {2}\(file\): Unrecognized key: "\[2J"$/m],
    ['is nested without end', '['.repeat(100_000) + ']'.repeat(100_000), /is not a snapshot that can be trusted/],
    ['is longer than any can be', ' '.repeat(10 * 1024 * 1024 + 1), /is larger than 10 MB/],
    ['is of a version to come', good.replace(VERSION, '"version":99'), /version/],
  ]
  test.each(cases)('a snapshot that %s is refused, and nothing is computed', async (_name, text, sentence) => {
    const path = join(folder(text === null ? {} : { 'snapshot.json': text }), 'snapshot.json')
    const { code, out, err } = await hullmark(['assess', path], { env: {} })
    expect(err).toMatch(sentence)
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })

  test.each(['/dev/zero', '/tmp'])('%s for a snapshot is refused as soon as that is clear', async (path) => {
    const { code, out, err } = await hullmark(['assess', path], { env: {} })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/is larger than 10 MB|cannot be read \(EISDIR\)/)
  })

  test('names in a snapshot cannot speak to the terminal either', async () => {
    const hostile = good
      .replaceAll('"symbol":"WETH"', '"symbol":"W\\u001b[31m\\u202eETH"')
      .replaceAll('Sandbox', 'San\\u001b]0;x\\u0007box')
    const path = join(folder({ 'snapshot.json': hostile }), 'snapshot.json')
    const { code, out, err } = await hullmark(['assess', path], { env: {} })
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('San]0;xbox')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  })

  test('the good one is accepted, so the others fail for their fault', async () => {
    const path = join(folder({ 'snapshot.json': good }), 'snapshot.json')
    expect((await hullmark(['assess', path], { env: {} })).code).toBe(0)
  })
})

test('--fail-on: 5 from the grade on, and not before', async () => {
  // The recorded book is at a warning.
  const codes = ['liquidatable', 'critical', 'warning', 'unknown', 'ok'].map(async (grade) => {
    const { code } = await hullmark(['demo', '--fail-on', grade], { env: {} })
    return code
  })
  expect(await Promise.all(codes)).toEqual([0, 0, 5, 5, 5])
})
