import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { boundedFetch } from '../../src/boundedFetch.ts'
import { pinger } from '../../src/deliver/pings.ts'
import { Secret } from '../../src/secret.ts'
import { type HttpReceiver, openHttpReceiver } from '../sandbox/channels/httpReceiver.ts'

let server: HttpReceiver<string>
let lines: string[] = []
beforeAll(async () => {
  server = await openHttpReceiver(({ path, body }) => ({ status: 200, body: 'OK', taken: `${path} ${body}`.trim() }))
})
afterAll(() => server.stop())
beforeEach(() => {
  server.react({ kind: 'serve' })
  server.taken.length = 0
  server.requests.length = 0
  lines = []
})

const open = (kind: 'healthchecks' | 'uptime-kuma', path: string) =>
  pinger(
    { kind, url: new Secret(`${server.url}${path}`) },
    {
      ...{ fetch: boundedFetch({ venue: 'The receiver' }), log: (line: string) => lines.push(line) },
      scrub: (text) => text.replaceAll('hunter22', '[secret]'),
    },
  )

describe('healthchecks', () => {
  test('start, success and fail go to their own addresses, with a word on why', async () => {
    const ping = open('healthchecks', '/abc/')
    await ping.start()
    await ping.success('warning')
    await ping.fail('incomplete: binance/main')
    expect(server.taken).toEqual(['/abc/start', '/abc warning', '/abc/fail incomplete: binance/main'])
    expect(lines).toEqual([])
  })

  test('what a venue said goes there without secrets and control signs', async () => {
    await open('healthchecks', '/abc').fail('incomplete: \u001b[2Jhunter22')
    expect(server.taken).toEqual(['/abc/fail incomplete: [2J[secret]'])
  })
})

describe('Uptime Kuma', () => {
  test('up and down, with its own words; it knows no start', async () => {
    const ping = open('uptime-kuma', '/api/push/abc?status=up&msg=OK&ping=')
    await ping.start()
    await ping.success('ok & well')
    await ping.fail('incomplete')
    expect(server.taken).toEqual([
      '/api/push/abc?status=up&msg=ok+%26+well&ping=',
      '/api/push/abc?status=down&msg=incomplete&ping=',
    ])
  })
})

describe('an answer of 200 to a ping that counts for nothing', () => {
  test.each([
    ['healthchecks', 'OK (not found)', 'knows no such check'],
    ['healthchecks', 'OK (rate limited)', 'asks us to wait'],
    ['uptime-kuma', '{"ok":false,"msg":"Monitor not found or not active."}', 'refused it'],
  ] as const)('%s: %s', async (kind, body, fault) => {
    server.react({ kind: 'answer', status: 200, body })
    await open(kind, '/abc').success('ok')
    expect(lines).toEqual([`ping: success was not heard: the dead-man's switch ${fault}`])
  })

  test.each([
    ['healthchecks', 'OK'],
    ['uptime-kuma', '{"ok":true}'],
  ] as const)('%s: %s counts', async (kind, body) => {
    server.react({ kind: 'answer', status: 200, body })
    await open(kind, '/abc').success('ok')
    expect([lines, server.requests.length]).toEqual([[], 1])
  })
})

describe('what does not work', () => {
  test('is tried once more, then is a line for the log, without the address', async () => {
    server.react({ kind: 'answer', status: 500 })
    await open('healthchecks', '/abcdef').success('ok')
    expect(server.requests).toHaveLength(2)
    expect(lines).toEqual(["ping: success was not heard: the dead-man's switch answered 500"])
  })

  test('a server that is not there', async () => {
    const gone = await openHttpReceiver(() => ({ status: 200, body: '', taken: null }))
    await gone.stop()
    const ping = pinger(
      { kind: 'healthchecks', url: new Secret(`${gone.url}/abcdef`) },
      { fetch: boundedFetch({ venue: 'The receiver' }), scrub: (text) => text, log: (line) => lines.push(line) },
    )
    await ping.fail('x')
    expect(lines).toEqual(["ping: fail was not heard: the dead-man's switch refused the connection"])
    expect(lines.join()).not.toContain('abcdef')
  })

  test('one that came through at the second try is no line', async () => {
    server.react({ kind: 'reset', taken: false })
    const heard = open('healthchecks', '/abc').success('ok')
    await expect.poll(() => server.requests.length).toBeGreaterThan(0)
    server.react({ kind: 'serve' })
    await heard
    expect(lines.length).toBeLessThanOrEqual(1)
    expect(server.taken.length + lines.length).toBe(1)
  })
})
