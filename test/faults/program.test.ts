import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReportJson } from '../../src/report/schema.ts'
import { status } from './exchangeFaults.ts'
import { openStage, type Stage } from './stage.ts'

/** The program as it is shipped, in a process of its own: signals, pipes, memory, exit codes. */

const cli = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url))

let stage: Stage
beforeAll(async () => {
  stage = await openStage('deadlines: { request: 20 s, pass: 40 s }')
})
afterAll(() => stage.stop())

type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

type Surroundings = {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly flags?: readonly string[]
  /** Descriptors for stdout and stderr in place of the pipes that are read here. */
  readonly into?: { readonly out?: number; readonly err?: number }
}

function start(args: readonly string[], { env = stage.env, cwd, flags = [], into = {} }: Surroundings = {}) {
  const child = spawn(process.execPath, [...flags, cli, ...args], {
    cwd: cwd ?? stage.sandbox.folder,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', into.out ?? 'pipe', into.err ?? 'pipe'],
  })
  const text = { out: '', err: '' }
  child.stdout?.on('data', (chunk) => {
    text.out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    text.err += chunk
  })
  const ended = once(child, 'close').then(([code]): Ended => ({ code, ...text }))
  return { child, ended }
}

test('the report, as shipped', async () => {
  await stage.danger()
  const { code, out, err } = await start(['report']).ended
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain('WARNING  first liquidation at -19.6 % (ETH 2,409.64)')
})

test.each([
  ['SIGINT', 'report'],
  ['SIGTERM', 'report'],
  ['SIGINT', 'check'],
] as const)('%s in the middle of %s: at once, 130, and nothing on stdout', async (signal, command) => {
  await stage.calm()
  stage.proxy.rule(() => ({ kind: 'hang' }))
  const { child, ended } = start([command])
  while (stage.proxy.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 50))
  const at = Date.now()
  child.kill(signal)
  const { code, out, err } = await ended
  expect({ code, out }).toEqual({ code: 130, out: '' })
  expect(err).toBe('Interrupted: nothing was stored.\n')
  // The deadlines are 20 s and more; the rest is the machine's.
  expect(Date.now() - at).toBeLessThan(3000)
})

test('a reader that goes away is no failure: no stack, and the exit code is that of the report', async () => {
  await stage.danger()
  const { child, ended } = start(['report', '--fail-on', 'warning'])
  child.stdout?.destroy()
  expect(await ended).toMatchObject({ code: 5, err: '' })
})

describe('an output that takes nothing, as on a full disk', () => {
  /** A descriptor that cannot be written to, for every user of every system. */
  async function intoNothing(args: readonly string[], both = false): Promise<Ended> {
    const deaf = openSync(cli, 'r')
    try {
      return await start(args, { into: both ? { out: deaf, err: deaf } : { out: deaf } }).ended
    } finally {
      closeSync(deaf)
    }
  }

  test('a calm report that nobody got is not complete: 4; for a monitoring system 3', async () => {
    await stage.calm()
    const { code, err } = await intoNothing(['report'])
    expect(code).toBe(4)
    expect(err).toBe('The result could not be written to its output (EBADF): free the disk, or write elsewhere.\n')
    expect((await intoNothing(['check'])).code).toBe(3)
  })

  test('what is bad stays as bad', async () => {
    await stage.danger()
    expect((await intoNothing(['report', '--fail-on', 'warning'])).code).toBe(5)
    expect((await intoNothing(['check'])).code).toBe(1)
  })

  test('with stderr gone too', async () => {
    await stage.calm()
    expect((await intoNothing(['check'], true)).code).toBe(3)
  })
})

describe('memory', () => {
  // ccxt alone takes half of this heap. What lies outside of it is told at the end.
  const tellPeak = "data:text/javascript,process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS))"
  const flags = ['--max-old-space-size=200', '--import', tellPeak]
  const HUNGRY = [
    ['50 MB', { kind: 'answer', body: Buffer.alloc(50_000_000, 32) }, { kind: 'huge' }, 'more than 32 MB'],
    [
      'gzip bombs',
      { kind: 'answer', body: Buffer.alloc(50_000_000, 32) },
      { kind: 'bomb', bytes: 500_000_000 },
      'more than 32 MB',
    ],
    [
      'ten million values in 30 MB',
      { kind: 'answer', body: `[${'{},'.repeat(10_000_000)}{}]` },
      status(200, `[${'{},'.repeat(3_000_000)}{}]`),
      'JSON of over 500,000 values',
    ],
  ] as const
  test.each(HUNGRY)('%s from the node and from the exchange: refused, under 256 MB', async (_name, reaction, fault, sentence) => {
    await stage.calm()
    stage.proxy.rule(() => reaction)
    stage.sandbox.binance.faults.set('/fapi/v3/account', fault)
    const { code, out, err } = await start(['report', '--format', 'json'], { flags }).ended
    expect(code).toBe(3)
    const { gaps } = JSON.parse(out) as ReportJson
    expect(gaps.map(({ reason }) => reason)).toEqual([
      `Sandbox answered garbage: ${sentence}.`,
      `Binance answered garbage: ${sentence}.`,
    ])
    const [, peak] = /^peak (\d+)$/.exec(err) ?? []
    // Linux counts in kilobytes of 1,024 bytes; the program without any fault peaks at about 190 MB, and two bodies of 32 MB come at once.
    expect(Number(peak)).toBeGreaterThan(50_000)
    expect(Number(peak)).toBeLessThan(256 * 1024)
  })
})

test('a cache folder on a disk that never answers costs a second, and no leg', async () => {
  await stage.danger()
  // Making a folder there never ends, for root neither.
  const { code, out, err } = await start(['report'], { env: { ...stage.env, HULLMARK_CACHE_DIR: '/proc/hullmark' } }).ended
  expect(code).toBe(0)
  expect(out).toContain('first liquidation at -19.6 % (ETH 2,409.64)')
  expect(err).toBe(
    'The cache folder cannot be written: what venues rarely change is read again by every run. See HULLMARK_CACHE_DIR.\n',
  )
})

test('a snapshot that cannot be stored: the report is printed all the same, and the code is 4', async () => {
  await stage.danger()
  for (const place of ['no/such/folder/x.json', '.']) {
    const { code, out, err } = await start(['report', '--save-snapshot', join(stage.sandbox.folder, place)]).ended
    expect(code).toBe(4)
    expect(out).toContain('first liquidation at -19.6 %')
    expect(err).toMatch(/^The snapshot could not be saved to .*\. Check that the folder exists and can be written\.\n$/)
  }
})

describe('the command line', () => {
  const CALLS = [
    [
      'no .env',
      ['report'],
      2,
      /^The configuration has a problem:\n {2}environment: there is nothing to watch\. Copy \.env\.example/,
    ],
    ['no .env, for check', ['check'], 3, /there is nothing to watch/],
    ['a mistyped command', ['reprot'], 2, /unknown command 'reprot'\n\(Did you mean report\?\)/],
    ['an unknown option', ['report', '--formatt', 'json'], 2, /unknown option '--formatt'\n\(Did you mean --format\?\)/],
    ['an unknown option, for check', ['check', '--formatt'], 3, /unknown option '--formatt'/],
    ['a format that does not exist', ['report', '-f', 'pdf'], 2, /Allowed choices are terminal, json/],
    ['a grade that does not exist', ['report', '--fail-on', 'bad'], 2, /Choose one of liquidatable, critical, warning/],
    ['assess without a file', ['assess'], 2, /missing required argument 'file'/],
  ] as const
  test.each(CALLS)('%s', async (_name, args, code, sentence) => {
    // A home of its own: no file of whoever runs the tests counts.
    const empty = mkdtempSync(join(stage.sandbox.folder, 'empty-'))
    const said = await start(args, { env: { HOME: empty }, cwd: empty }).ended
    expect(said).toEqual({ code, out: '', err: expect.stringMatching(sentence) })
  })

  test('help and version are no faults', async () => {
    expect(await start(['--help'], { env: {} }).ended).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('Exit codes: 0'),
    })
    expect(await start(['--version'], { env: {} }).ended).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
  })
})
