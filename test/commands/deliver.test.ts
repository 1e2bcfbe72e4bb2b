import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openStage, type Stage } from '../faults/stage.ts'
import { hullmark } from '../support/hullmark.ts'

/** The commands that store and tell, against a receiver of webhooks, with a history of their own for each test. */

const cli = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url))
const CHANNELS = `
deadlines: { request: 1 s, pass: 8 s }
schedule: { look: 8 s }
channels:
  desk: { kind: webhook, url: DESK_URL, secret: DESK_SECRET, addresses: true }
ping: { url: PING_URL }
`

type Arrived = { readonly kind: string; readonly title: string; readonly text: string; readonly report: unknown }

let stage: Stage
let receiver: Server
let arrived: Arrived[] = []
let pings: string[] = []
let answer = 200
let env: Record<string, string> = {}

beforeAll(async () => {
  stage = await openStage(CHANNELS)
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      if (request.url === '/desk') {
        if (answer === 200) arrived.push(JSON.parse(body) as Arrived)
        response.writeHead(answer).end()
      } else {
        pings.push(request.url ?? '')
        response.end('OK')
      }
    })
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
})
afterAll(async () => {
  receiver.closeAllConnections()
  receiver.close()
  await stage.stop()
})
beforeEach(async () => {
  arrived = []
  pings = []
  answer = 200
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const state = mkdtempSync(join(stage.sandbox.folder, 'state-'))
  env = {
    ...stage.env,
    XDG_STATE_HOME: state,
    DESK_URL: `${url}/desk`,
    DESK_SECRET: 'a-secret-of-some-length-1234567890',
    PING_URL: `${url}/ping`,
  }
  await stage.danger()
})
const run = (...args: string[]) => hullmark(args, { env, cwd: stage.sandbox.folder })

describe('report --deliver', () => {
  test('prints it, stores it, sends it, and says so to the dead-man’s switch', async () => {
    const { code, out } = await run('report', '--deliver')
    expect(code).toBe(0)
    expect(out).toContain('WARNING  first liquidation at -19.6 % (ETH 2,409.64)')
    expect(arrived.map(({ kind, title }) => [kind, title])).toEqual([
      ['report', 'WARNING first liquidation at -19.6 % (ETH 2,409.64)'],
    ])
    expect(arrived[0]?.text).toContain('| LEG')
    expect(pings).toEqual(['/ping/start', '/ping'])
    const lines = JSON.parse((await run('history', '--format', 'json')).out) as { passes: { grade: string }[] }
    expect(lines.passes.map(({ grade }) => grade)).toEqual(['warning'])
  })

  test('the second one says what changed since the first', async () => {
    await run('report', '--deliver')
    const { out } = await run('report', '--deliver')
    expect(out).toMatch(/since/i)
    const [, second] = arrived.filter(({ kind }) => kind === 'report')
    expect(second?.text).toMatch(/since/i)
    expect(second?.report).toMatchObject({ changes: { room: expect.anything() } })
  })

  test('what was not delivered is exit code 4, with the reason', async () => {
    answer = 500
    const { code, err, out } = await run('report', '--deliver')
    expect([code, arrived]).toEqual([4, []])
    expect(out).toContain('WARNING')
    expect(err).toContain('desk: not told')
  })

  test('what was not stored is exit code 4, and it is sent all the same', async () => {
    const blocked = join(stage.sandbox.folder, 'a-file')
    writeFileSync(blocked, '')
    env = { ...env, XDG_STATE_HOME: blocked }
    const { code, err } = await run('report', '--deliver')
    expect([code, arrived.map(({ kind }) => kind).sort()]).toEqual([4, ['alert', 'report']])
    expect(arrived.find(({ kind }) => kind === 'alert')?.title).toContain('the history')
    expect(err).toContain('not stored')
  })

  test('two at once on one book come one after the other, and both are whole', async () => {
    const both = await Promise.all([run('report', '--deliver'), run('report', '--deliver')])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(both.map(({ err }) => err.includes('left to another process')).sort()).toEqual([false, true])
    expect(arrived.filter(({ kind }) => kind === 'report')).toHaveLength(2)
    const { passes } = JSON.parse((await run('history', '--format', 'json')).out) as { passes: unknown[] }
    expect(passes).toHaveLength(2)
  })

  test.each(['--since', '--save-snapshot'])('%s does not go with it', async (flag) => {
    const { code, err } = await run('report', '--deliver', flag, 'x.json')
    expect([code, existsSync(join(stage.sandbox.folder, 'x.json'))]).toEqual([2, false])
    expect(err).toContain('leave out --since and --save-snapshot')
  })
})

describe('check', () => {
  test('--deliver warns at the second bad look, --stored tells the last one without asking anybody', async () => {
    expect((await run('check', '--deliver')).code).toBe(1)
    expect(arrived).toEqual([])
    expect((await run('check', '--deliver')).code).toBe(1)
    expect(arrived.map(({ title }) => title)).toEqual(['WARNING futures 19.6 % from liquidation'])
    const asked = stage.sandbox.binance.requests.total
    const { code, out } = await run('check', '--stored')
    expect([code, out]).toEqual([1, expect.stringMatching(/^WARNING first liquidation at -19\.6 % .* \| room=-0\.1967\d*\n$/)])
    expect(stage.sandbox.binance.requests.total).toBe(asked)
  })

  test('--stored is 3 once two more looks should have come', async () => {
    await run('check', '--deliver')
    const { code, out } = await hullmark(['check', '--stored'], {
      env,
      cwd: stage.sandbox.folder,
      now: () => Date.now() + 17_000,
    })
    expect([code, out]).toEqual([3, expect.stringContaining('UNKNOWN the last stored pass is of')])
  })

  test('--stored without a history is 3', async () => {
    const { code, err } = await run('check', '--stored')
    expect([code, err]).toEqual([3, expect.stringContaining('There is no history of the book')])
  })
})

describe('ack and silence', () => {
  test('quiet what stands, for a time; a name that does not stand is refused with those that do', async () => {
    await run('check', '--deliver')
    await run('check', '--deliver')
    const wrong = await run('ack', 'rooom', '--for', '8h')
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('there is no alert "rooom"; standing are ')])
    const [, key = ''] = /standing are ([^,\s]+)/.exec(wrong.err) ?? []
    const right = await run('silence', key, '--for', '8h')
    expect([right.code, right.out]).toEqual([0, expect.stringContaining(`${key} is silent, until`)])
  })

  test.each(['8 days', '8d', '10s', '-1h', ''])('for %j is refused', async (time) => {
    await run('check', '--deliver')
    expect((await run('ack', 'all', '--for', time)).code).toBe(2)
  })
})

describe('history', () => {
  test('as a table and as CSV', async () => {
    await run('check', '--deliver')
    expect((await run('history')).out).toMatch(/warning/i)
    expect((await run('history', '-f', 'csv')).out.split('\r\n')[0]).toContain('grade')
  })

  test('a history that others may read is refused, or made to be ours alone', async () => {
    mkdirSync(join(env.XDG_STATE_HOME ?? '', 'hullmark'), { mode: 0o777 })
    await run('check', '--deliver')
    const { code } = await run('history')
    expect(code).toBe(0)
  })
})

describe('watch, as shipped', () => {
  test('looks at once, and ends within five seconds of SIGTERM with exit code 0', async () => {
    const child = spawn(process.execPath, [cli, 'watch'], {
      cwd: stage.sandbox.folder,
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    const ended = once(child, 'close')
    await expect.poll(() => err, { timeout: 30_000 }).toContain('look: warning')
    const since = performance.now()
    child.kill('SIGTERM')
    expect((await ended)[0]).toBe(0)
    expect(performance.now() - since).toBeLessThan(5_000)
    expect(out).toBe('')
    expect(err.trimEnd().split('\n').at(-1)).toMatch(/Z stopped$/)
    expect((await run('check', '--stored')).code).toBe(1)
  })
})
