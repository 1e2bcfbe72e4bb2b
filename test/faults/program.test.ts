import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStage, type Stage } from './stage.ts'

/** The program as it is shipped, in a process of its own: signals, pipes, memory, exit codes. */

const cli = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url))

let stage: Stage
beforeAll(async () => {
  stage = await openStage('deadlines: { request: 20 s, pass: 40 s }')
})
afterAll(() => stage.stop())

type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

function start(args: readonly string[], env: Readonly<Record<string, string>> = stage.env, flags: readonly string[] = []) {
  const child = spawn(process.execPath, [...flags, cli, ...args], {
    cwd: stage.sandbox.folder,
    env: { PATH: process.env.PATH ?? '', ...env },
  })
  const text = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    text.out += chunk
  })
  child.stderr.on('data', (chunk) => {
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

test('Ctrl-C in the middle of a pass: at once, 130, and nothing on stdout', async () => {
  await stage.calm()
  stage.proxy.rule(() => ({ kind: 'hang' }))
  const { child, ended } = start(['report'])
  while (stage.proxy.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 50))
  const at = Date.now()
  child.kill('SIGINT')
  const { code, out, err } = await ended
  expect({ code, out }).toEqual({ code: 130, out: '' })
  expect(err).toContain('Interrupted')
  expect(Date.now() - at).toBeLessThan(3000)
})

test('a reader that goes away is no failure with a stack', async () => {
  await stage.danger()
  const { child, ended } = start(['report'])
  child.stdout.destroy()
  expect((await ended).err).not.toMatch(/Error|EPIPE|at /)
})

describe('memory', () => {
  // ccxt alone takes half of this heap.
  const small = ['--max-old-space-size=200']
  test('50 MB from the node, a gzip bomb from the exchange', async () => {
    await stage.calm()
    stage.proxy.rule(() => ({ kind: 'answer', body: Buffer.alloc(50_000_000, 32) }))
    stage.sandbox.binance.faults.set('/fapi/v3/account', { kind: 'bomb' })
    const { code, out, err } = await start(['report'], stage.env, small).ended
    expect(out).toContain('more than 32 MB')
    expect({ code, err }).toEqual({ code: 3, err: '' })
  })
})

test('a snapshot that cannot be stored: the report is printed all the same, and the code is 4', async () => {
  await stage.danger()
  const { code, out, err } = await start(['report', '--save-snapshot', join(stage.sandbox.folder, 'no/such/folder/x.json')]).ended
  expect(code).toBe(4)
  expect(out).toContain('first liquidation at -19.6 %')
  expect(err).toContain('The snapshot could not be saved')
})

test('no configuration, an unknown command, help', async () => {
  expect((await start(['report'], {}).ended).code).toBe(2)
  expect((await start(['reprot'], {}).ended).code).toBe(2)
  const help = await start(['--help'], {}).ended
  expect([help.code, help.err]).toEqual([0, ''])
  expect((await start(['--version'], {}).ended).out).toMatch(/^\d+\.\d+\.\d+\n$/)
})
