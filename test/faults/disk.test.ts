import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { processesBeside } from '../history/beside.ts'
import { hullmark, type Said } from '../support/hullmark.ts'
import { openStage, type Stage } from './stage.ts'

/** A history that cannot be written, in every way that a disk knows: the alarm goes out all the same, and what is not stored is said. */

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
const SETTINGS = `
deadlines: { request: 1 s, pass: 8 s }
schedule: { look: 8 s }
channels:
  desk: { kind: webhook, url: DESK_URL, secret: DESK_SECRET }
`
/** Of Linux alone: what it marks as immutable not even root may write to. */
const MARKS = 'chattr'
/** What the demo's book is told at 2,600: its position dies at 2,409.64. */
const ALARM = /^CRITICAL futures 7\.3 % from liquidation/

let stage: Stage
let receiver: Server
let arrived: { readonly kind: string; readonly title: string }[] = []
let env: Record<string, string> = {}
let spawned: Spawned | null = null
const beside = processesBeside()

beforeAll(async () => {
  stage = await openStage(SETTINGS)
  await stage.danger()
  await stage.sandbox.setPrice('WETH', '2600')
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      arrived.push(JSON.parse(Buffer.concat(chunks).toString()))
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
})
afterAll(async () => {
  receiver.closeAllConnections()
  receiver.close()
  await stage.stop()
})
afterEach(async () => {
  spawned?.child.kill('SIGKILL')
  await spawned?.gone
  spawned = null
})
beforeEach(() => {
  arrived = []
  env = {
    ...stage.env,
    XDG_STATE_HOME: mkdtempSync(join(stage.sandbox.folder, 'state-')),
    DESK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/desk`,
    DESK_SECRET: 'a-secret-of-some-length-1234567890',
  }
})

type Spawned = {
  readonly child: ChildProcess
  readonly out: () => string
  readonly err: () => string
  readonly gone: Promise<number | null>
}

/** The program as a process of its own. @param mostBlocks - No file of it may grow over so many kB. */
function spawnProgram(args: readonly string[], mostBlocks: number | 'unlimited' = 'unlimited'): Spawned {
  const words = [process.execPath, '--import', import.meta.resolve('tsx'), cli, ...args]
  const child = spawn('bash', ['-c', `ulimit -S -f ${mostBlocks}; exec "$@"`, 'bash', ...words], {
    cwd: stage.sandbox.folder,
    env: { PATH: process.env.PATH ?? '', ...env, TSX_DISABLE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const gone = once(child, 'close').then(([code]) => code as number | null)
  spawned = { child, out: () => out, err: () => err, gone }
  return spawned
}

/** Sees to it that nobody may write to a history, root neither. @returns Undoes it. */
function readOnly(file: string): () => void {
  const folder = dirname(file)
  const all = [...readdirSync(folder).map((name) => join(folder, name)), folder]
  if (process.getuid?.() !== 0) {
    const modes = all.map((path) => [path, statSync(path).mode] as const)
    for (const [path, mode] of modes) chmodSync(path, mode & 0o555)
    return () => {
      for (const [path, mode] of modes.toReversed()) chmodSync(path, mode)
    }
  }
  const mark = (how: '+i' | '-i'): boolean => spawnSync(MARKS, [how, ...all]).status === 0
  if (mark('+i')) return () => mark('-i')
  // This file system knows no such mark: a place then where no user may make anything.
  const before = env
  env = { ...env, XDG_STATE_HOME: '/proc' }
  return () => {
    env = before
  }
}

const run = (...args: string[]): Promise<Said> => hullmark(args, { env, cwd: stage.sandbox.folder })
/** What was told of the book; that the history fails is an alert as well. */
const alarms = (): string[] =>
  arrived.flatMap(({ kind, title }) => (kind === 'alert' && !title.startsWith('WARNING the history: ') ? [title] : []))
const reports = (): number => arrived.filter(({ kind }) => kind === 'report').length

/** A book that was reported once, calm, so that its history stands; the price then falls. */
async function aHistory(): Promise<string> {
  await stage.sandbox.setPrice('WETH', '4000')
  const { code, err } = await run('report', '--deliver')
  expect([code, err]).toEqual([0, expect.stringContaining('stored')])
  await stage.sandbox.setPrice('WETH', '2600')
  arrived = []
  const folder = join(env.XDG_STATE_HOME ?? '', 'hullmark')
  const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.db'))
  return join(folder, name)
}

/** How many passes the history holds, as its owner asks for them. */
async function storedPasses(): Promise<number> {
  const { out } = await run('history', '--format', 'json')
  return (JSON.parse(out) as { passes: unknown[] }).passes.length
}

/** The alarm and the report went out, "not stored" is said, and the exit code is 4. */
function expectNotStored({ code, out, err }: { readonly code: number | null; readonly out: string; readonly err: string }): void {
  expect(out).toContain('CRITICAL')
  expect(err).toMatch(/^\S+Z report: critical, .* not stored \(/m)
  expect(code).toBe(4)
  expect(alarms()).toEqual([expect.stringMatching(ALARM)])
  expect(reports()).toBe(1)
}

describe('the alarm goes out, "not stored" is said, and the exit code is 4', () => {
  test('the disk is full', async () => {
    const file = await aHistory()
    const kept = statSync(file).size
    // Neither the history nor its journal takes another page.
    const { gone, out, err } = spawnProgram(['report', '--deliver'], 1)
    const code = await gone
    expectNotStored({ code, out: out(), err: err() })
    expect(statSync(file).size).toBe(kept)
    expect(await storedPasses()).toBe(1)
    // With room again it is stored.
    expect((await run('report', '--deliver')).code).toBe(0)
    expect(await storedPasses()).toBe(2)
  })

  test('it cannot be begun: a file stands where its folder should be', async () => {
    writeFileSync(join(env.XDG_STATE_HOME ?? '', 'hullmark'), '')
    expectNotStored(await run('report', '--deliver'))
  })

  test('nobody may write to it', async () => {
    const file = await aHistory()
    const before = readFileSync(file)
    const release = readOnly(file)
    try {
      expectNotStored(await run('report', '--deliver'))
    } finally {
      release()
    }
    expect(readFileSync(file).equals(before)).toBe(true)
    expect((await run('report', '--deliver')).code).toBe(0)
    expect(await storedPasses()).toBe(2)
  })

  test('another program holds it for longer than an alarm waits', async () => {
    const file = await aHistory()
    const other = beside('lock', file)
    await other.heard('locked')
    expectNotStored(await run('report', '--deliver'))
    other.letGo()
    await other.gone
    expect((await run('report', '--deliver')).code).toBe(0)
  })
})

describe('what can be mended is mended: stored in a new history, and said', () => {
  test.each([
    ['in its header', 0, 4_096],
    ['in its middle', 4_096 * 2, 4_096 * 4],
    ['as a whole', 0, 1_000_000],
  ])('damaged %s', async (_where, from, to) => {
    const file = await aHistory()
    const bytes = readFileSync(file)
    for (let i = from; i < Math.min(to, bytes.length); i++) bytes[i] = (i * 7 + 13) % 251
    writeFileSync(file, bytes)
    const { code, err } = await run('report', '--deliver')
    expect(err).toMatch(/ was damaged: it is set aside as .*\.corrupt-\d+T\d+Z, and a new one is begun\./)
    expect(err).toMatch(/^\S+Z report: critical, .* stored$/m)
    expect(code).toBe(0)
    expect(alarms()).toEqual([expect.stringMatching(ALARM)])
    expect(await storedPasses()).toBe(1)
    expect(readdirSync(dirname(file)).some((name) => name.includes('.corrupt-'))).toBe(true)
  })

  test('deleted while the watch has it open', async () => {
    await stage.sandbox.setPrice('WETH', '4000')
    const { child, gone, err } = spawnProgram(['watch'])
    await expect.poll(err, { timeout: 60_000 }).toMatch(/look: .* stored$/m)
    const folder = join(env.XDG_STATE_HOME ?? '', 'hullmark')
    rmSync(folder, { recursive: true })
    await stage.sandbox.setPrice('WETH', '2600')
    await expect.poll(err, { timeout: 60_000 }).toMatch(/look: critical, .* stored$/m)
    child.kill('SIGTERM')
    expect(await gone).toBe(0)
    expect(err()).toContain(
      'was deleted or replaced while it was open: what stands there now is used, and what was deleted is lost.',
    )
    expect(alarms()).toEqual([expect.stringMatching(ALARM)])
    expect(existsSync(folder)).toBe(true)
    expect(await storedPasses()).toBeGreaterThan(0)
  })
})
