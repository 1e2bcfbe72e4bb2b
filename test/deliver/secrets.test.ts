import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { boundedFetch } from '../../src/boundedFetch.ts'
import type { ChannelSettings } from '../../src/deliver/channel.ts'
import { CHANNELS } from '../../src/deliver/channels.ts'
import { pinger } from '../../src/deliver/pings.ts'
import { DeliveryError } from '../../src/errors.ts'
import { Secret } from '../../src/secret.ts'
import { MARKED, marksIn } from '../faults/marked.ts'
import { openHttpReceiver, type Reaction } from '../sandbox/channels/httpReceiver.ts'
import { openSmtp } from '../sandbox/channels/smtpServer.ts'
import { MESSAGE, NOW } from './channelContract.ts'

/** Receivers that answer with everything they know: nothing of it may stand in an error, an outcome or a line of the log. */

const KNOWN = Object.values(MARKED)
const echo = KNOWN.join(' ')
const json = JSON.stringify({ ok: false, msg: echo, description: echo, parameters: { retry_after: 7, note: echo } })
/** Only what a header may hold. */
const header = encodeURIComponent(echo)

const HTTP: readonly Reaction[] = [
  ...[200, 400, 401, 403, 404, 408, 413, 429, 500, 503].flatMap((status): Reaction[] => [
    { kind: 'answer', status, headers: { 'retry-after': header, 'x-echo': header }, body: json },
    { kind: 'answer', status, body: `<html>${echo}</html>` },
  ]),
  { kind: 'answer', status: 302, headers: { location: `http://127.0.0.1:9/${header}` } },
  { kind: 'hang' },
  { kind: 'drip' },
  { kind: 'reset', taken: false },
]

/** Everything that can be learned of what was thrown. */
async function thrown(settings: ChannelSettings, reaction?: { readonly kind: string }): Promise<string> {
  const channel = Object.entries(CHANNELS).find(([kind]) => kind === settings.kind)?.[1]
  const read = channel?.read(settings.options)
  if (channel === undefined || read === undefined || 'problems' in read) return expect.fail(inspect(read))
  // What never answers is not waited for; what answers has all the time it needs.
  const ms = reaction?.kind === 'hang' || reaction?.kind === 'drip' ? 150 : 10_000
  const tools = { fetch: boundedFetch({ venue: 'The receiver' }), now: () => NOW, signal: AbortSignal.timeout(ms) }
  try {
    await (channel.send as (...args: unknown[]) => Promise<void>)(MESSAGE, read.options, tools)
    return expect.fail('it was taken')
  } catch (error) {
    expect(error).toBeInstanceOf(DeliveryError)
    return [inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error), String(error), inspect(read)].join('\n')
  }
}

const common = { name: 'x', detail: { amounts: true, addresses: true }, reports: true } as const

let server: Awaited<ReturnType<typeof openHttpReceiver<string>>>
beforeAll(async () => {
  server = await openHttpReceiver((request) => ({ status: 200, body: '', taken: request.path }))
})
afterAll(() => server.stop())

const telegram = (url: string): ChannelSettings => ({
  ...{ ...common, kind: 'telegram' },
  options: { token: new Secret(`123456789:${MARKED.key}`), chat: '4711', api: url },
})
const webhook = (url: string): ChannelSettings => ({
  ...{ ...common, kind: 'webhook' },
  options: {
    url: new Secret(`${url}/${MARKED.path}?key=${encodeURIComponent(MARKED.query)}`),
    secret: new Secret(MARKED.secret),
  },
})

describe('over HTTP', () => {
  test.each([
    ['telegram', telegram, 'key'],
    ['webhook', webhook, 'path'],
  ] as const)('%s: no secret in what is thrown; the server did know it', async (_kind, settingsOf, mark) => {
    for (const reaction of HTTP) {
      // 200 is what a webhook is told by.
      if (reaction.kind === 'answer' && reaction.status === 200 && mark === 'path') continue
      server.react(reaction)
      expect(marksIn(await thrown(settingsOf(server.url), reaction)), JSON.stringify(reaction)).toEqual([])
    }
    expect(marksIn(await thrown(settingsOf('http://127.0.0.1:9')))).toEqual([])
    expect(marksIn(server.requests.map(({ path }) => path).join(' '))).toContain(mark)
  })
})

test('mail: no secret in what is thrown; the server did know it', async () => {
  const smtp = await openSmtp({ user: 'hull', password: MARKED.password })
  const settings = (password: string, port = smtp.port): ChannelSettings => ({
    ...{ ...common, kind: 'email' },
    options: {
      ...{ host: '127.0.0.1', port: String(port), user: 'hull', password: new Secret(password) },
      ...{ from: 'hullmark@example.org', to: 'me@example.org' },
    },
  })
  const text = `no: ${echo}`
  for (const code of [421, 450, 535, 550, 552, 554]) {
    smtp.react({ kind: 'answer', code, text })
    expect(marksIn(await thrown(settings(MARKED.password))), String(code)).toEqual([])
  }
  for (const reaction of [{ kind: 'hang' }, { kind: 'reset early' }, { kind: 'reset', taken: true }, { kind: 'drip' }] as const) {
    smtp.react(reaction)
    expect(marksIn(await thrown(settings(MARKED.password), reaction)), reaction.kind).toEqual([])
  }
  smtp.react({ kind: 'serve' })
  expect(marksIn(await thrown(settings(`${MARKED.secret} ${MARKED.password}`)))).toEqual([])
  // Only who knew the password got as far as to the text.
  expect(smtp.logins()).toBeGreaterThan(6)
  await smtp.stop()
  expect(marksIn(await thrown(settings(MARKED.password)))).toEqual([])
})

test('pings: no address in the log; the server did know it', async () => {
  const lines: string[] = []
  const before = server.requests.length
  for (const kind of ['healthchecks', 'uptime-kuma'] as const) {
    const ping = pinger(
      { kind, url: new Secret(`${server.url}/${MARKED.path}?key=${encodeURIComponent(MARKED.query)}`) },
      { fetch: boundedFetch({ venue: 'The receiver' }), scrub: (text) => text, log: (line) => lines.push(line) },
    )
    for (const reaction of HTTP) {
      if (reaction.kind === 'hang' || reaction.kind === 'drip' || (reaction.kind === 'answer' && reaction.status === 200))
        continue
      server.react(reaction)
      await ping.success('ok')
      await ping.fail('why')
    }
  }
  expect(lines.length).toBeGreaterThan(70)
  expect(marksIn(lines.join('\n'))).toEqual([])
  expect(
    marksIn(
      server.requests
        .slice(before)
        .map(({ path }) => path)
        .join(' '),
    ),
  ).toEqual(expect.arrayContaining(['path', 'query']))
})

test('the control: an ordinary error of each would have shown them', () => {
  const url = new URL(`http://127.0.0.1/${MARKED.path}?key=${encodeURIComponent(MARKED.query)}`)
  expect(marksIn(inspect(new Error('no', { cause: url })))).toEqual(['path', 'query'])
  expect(marksIn(`POST /bot123456789:${MARKED.key}/sendMessage`)).toEqual(['key'])
  const login = Buffer.from(`\0${MARKED.user}\0${MARKED.password}`).toString('base64')
  expect(marksIn(`AUTH PLAIN ${login}`)).toEqual(['user', 'password'])
  expect(marksIn(JSON.stringify({ secret: MARKED.secret }))).toEqual(['secret'])
})
