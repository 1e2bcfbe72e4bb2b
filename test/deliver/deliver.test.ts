import { afterEach, describe, expect, test } from 'vitest'
import { boundedFetch } from '../../src/boundedFetch.ts'
import type { ChannelSettings } from '../../src/deliver/channel.ts'
import { deliverAll, type Outcome } from '../../src/deliver/deliver.ts'
import { Secret } from '../../src/secret.ts'
import { openTelegramBench, openWebhookBench } from './benches.ts'
import { deliver, MESSAGE, NOW } from './channelContract.ts'

const closing: (() => Promise<void>)[] = []
const opened = async <B extends { stop: () => Promise<void> }>(bench: Promise<B>): Promise<B> => {
  const it = await bench
  closing.push(it.stop)
  return it
}
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

type Told = readonly [channel: string, id: string, outcome: Outcome]

/** Delivers several messages; `order` grows as outcomes arrive. */
function all(
  outbound: readonly (readonly [ChannelSettings, string])[],
  { attemptMs = 5_000, signal = new AbortController().signal } = {},
) {
  const order: Told[] = []
  const bugs: unknown[] = []
  const done = deliverAll(
    outbound.map(([channel, id]) => ({ channel, message: { ...MESSAGE, id } })),
    {
      ...{ fetch: boundedFetch({ venue: 'The receiver' }), now: () => NOW, signal, attemptMs },
      onOutcome: ({ channel, message }, outcome) => void order.push([channel.name, message.id, outcome]),
      onBug: (error) => bugs.push(error),
    },
  )
  return { order, bugs, done }
}

describe('deliverAll', () => {
  test('a hanging channel delays no other, and is asked once: what waits behind was not tried', async () => {
    const [phone, desk] = [await opened(openTelegramBench()), await opened(openWebhookBench())]
    phone.react('hangs')
    const { order, done } = all(
      [
        [phone.settings, 'a'],
        [phone.settings, 'b'],
        [desk.settings, 'a'],
        [desk.settings, 'b'],
      ],
      { attemptMs: 1_500 },
    )
    await done
    expect(order.map(([channel, id]) => `${channel} ${id}`)).toEqual(['desk a', 'desk b', 'phone a', 'phone b'])
    expect(order.slice(0, 2).map(([, , outcome]) => outcome)).toEqual(['told', 'told'])
    expect(order[2]?.[2]).toMatchObject({ maybe: true, permanent: false })
    expect(order[3]?.[2]).toMatchObject({ maybe: false, permanent: false })
    expect(phone.server.requests).toHaveLength(1)
  })

  test('a message that is refused does not hold up the next one of its channel', async () => {
    const desk = await opened(openWebhookBench())
    desk.server.react({ kind: 'answer', status: 500 })
    const { order, done } = all([
      [desk.settings, 'a'],
      [desk.settings, 'b'],
    ])
    await done
    expect(order).toHaveLength(2)
    expect(desk.server.requests).toHaveLength(2)
  })

  test('once the turn has ended nothing is said any more', async () => {
    const phone = await opened(openTelegramBench())
    phone.react('hangs')
    const turn = new AbortController()
    const { order, done } = all([[phone.settings, 'a']], { signal: turn.signal })
    await expect.poll(() => phone.server.requests.length).toBe(1)
    turn.abort()
    await done
    expect(order).toEqual([])
  })

  test('a channel of a kind that nobody knows, or whose settings are no longer right, is not set up', async () => {
    const none: ChannelSettings = { ...(await opened(openWebhookBench())).settings, kind: 'toString' }
    expect(await deliver(none)).toMatchObject({ reason: 'is not set up', permanent: true })
    expect(await deliver({ ...none, kind: 'webhook', options: {} })).toMatchObject({ reason: 'is not set up', permanent: true })
  })

  test('what nobody expected is a bug of ours, and an outcome', async () => {
    const { settings } = await opened(openWebhookBench())
    const bugs: unknown[] = []
    const outcomes: Outcome[] = []
    // The report of a message is JSON by contract: this is none.
    await deliverAll([{ channel: settings, message: { ...MESSAGE, json: '{' } }], {
      ...{ fetch: boundedFetch(), now: () => NOW, signal: new AbortController().signal },
      onOutcome: (_one, outcome) => void outcomes.push(outcome),
      onBug: (error) => bugs.push(error),
    })
    expect(bugs).toHaveLength(1)
    expect(outcomes).toEqual([expect.objectContaining({ permanent: false, reason: expect.stringContaining('a bug of ours') })])
  })
})

describe('over HTTP', () => {
  test('one byte at a time, for ever, ends with its time', async () => {
    const desk = await opened(openWebhookBench())
    desk.server.react({ kind: 'drip' })
    expect(await deliver(desk.settings, MESSAGE, 400)).toMatchObject({ maybe: true, permanent: false })
  })

  test('a redirect is not followed: no token goes where nobody sent it', async () => {
    const [desk, other] = [await opened(openWebhookBench()), await opened(openWebhookBench())]
    desk.server.react({ kind: 'answer', status: 307, headers: { location: other.server.url } })
    // A portal between us and it may do so for a minute: it is tried again.
    expect(await deliver(desk.settings)).toMatchObject({ permanent: false })
    expect(other.server.requests).toEqual([])
  })

  test.each([
    ['7', 7_000],
    ['Sun, 22 Nov 2026 13:41:30 GMT', 90_000],
    // It has passed already.
    ['Sun, 22 Nov 2026 13:00:00 GMT', 0],
    ['soon', null],
    ['-7', null],
  ])('retry-after: %s', async (text, ms) => {
    const desk = await opened(openWebhookBench())
    desk.server.react({ kind: 'answer', status: 503, headers: { 'retry-after': text } })
    expect(await deliver(desk.settings)).toMatchObject({ retryAfterMs: ms })
  })

  test('30 MB of answer are not waited for', async () => {
    const desk = await opened(openWebhookBench())
    desk.server.react({ kind: 'answer', status: 200, body: '{},'.repeat(11_000_000) })
    expect(await deliver(desk.settings)).toMatchObject({ permanent: false, maybe: true })
  })

  test('the webhook signs time and body, and the same message has the same key', async () => {
    const desk = await opened(openWebhookBench())
    await deliver(desk.settings)
    await deliver(desk.settings, { ...MESSAGE, again: true })
    expect(desk.server.taken.map(({ key, id, again }) => [key, id, again])).toEqual([
      ['main.room.1', 'main.room.1', false],
      ['main.room.1', 'main.room.1', true],
    ])
  })

  test('where Telegram has no such chat, it is said', async () => {
    const phone = await opened(openTelegramBench())
    const wrong = { ...phone.settings, options: { ...phone.settings.options, chat: '4712' } }
    expect(await deliver(wrong)).toMatchObject({ permanent: true, reason: expect.stringContaining('the chat does not exist') })
  })
})

describe('settings', () => {
  test.each([
    ['http://example.org/x', 'https'],
    ['https://me:pw@example.org/x', 'no user name'],
    ['ftp://example.org', 'https'],
    ['nothing', 'https'],
  ])('a webhook to %s is refused', async (url, problem) => {
    const { CHANNELS } = await import('../../src/deliver/channels.ts')
    const read = CHANNELS.webhook.read({ url: new Secret(url), secret: new Secret('0123456789abcdef') })
    expect(read).toEqual({ problems: [expect.stringContaining(problem)] })
    expect(JSON.stringify(read)).not.toContain('example.org')
  })

  test.each([
    [{ to: 'me@example.org\r\nBcc: a@evil.com' }, 'to'],
    [{ to: 'me@example.org, you@example.org' }, 'a channel each'],
    [{ from: 'Me <me@example.org>' }, 'from'],
    [{ port: '0' }, 'port'],
    [{ port: '1e3' }, null],
    [{ host: 'smtp.example.org\r\n' }, 'host'],
    [{ user: 'x' }, 'user and password'],
    [{}, null],
  ])('mail with %j', async (over, problem) => {
    const { CHANNELS } = await import('../../src/deliver/channels.ts')
    const read = CHANNELS.email.read({ host: 'smtp.example.org', from: 'me@example.org', to: 'me@example.org', ...over })
    if (problem === null) expect(read).toHaveProperty('options')
    else expect(read).toEqual({ problems: [expect.stringContaining(problem)] })
  })

  test.each([
    [{ chat: 'me' }, 'chat'],
    [{ token: new Secret('123:short') }, 'token'],
    [{ api: 'https://example.org' }, 'api'],
    [{ api: 'http://127.0.0.1:9' }, null],
  ])('telegram with %j', async (over, problem) => {
    const { CHANNELS } = await import('../../src/deliver/channels.ts')
    const read = CHANNELS.telegram.read({ token: new Secret(`123456789:${'A'.repeat(35)}`), chat: '-100123', ...over })
    if (problem === null) expect(read).toHaveProperty('options')
    else expect(read).toEqual({ problems: [expect.stringContaining(problem)] })
  })
})
