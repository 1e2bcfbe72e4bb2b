import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTelegramBench } from './benches.ts'
import { deliver, MESSAGE } from './channelContract.ts'

/** What Telegram alone can get wrong. */

let bench: Awaited<ReturnType<typeof openTelegramBench>>
beforeAll(async () => {
  bench = await openTelegramBench()
})
afterAll(() => bench.stop())
beforeEach(() => {
  bench.react('none')
  bench.server.taken.length = 0
})

const answer = (status: number, content: unknown): void =>
  bench.server.react({ kind: 'answer', status, body: typeof content === 'string' ? content : JSON.stringify(content) })

describe('what only looks like an answer of Telegram', () => {
  test.each(['<html>Please log in to this network</html>', '{}', '{"ok":false}', ''])(
    '200 with %j is not told: it may or may not have arrived',
    async (body) => {
      answer(200, body)
      expect(await deliver(bench.settings)).toMatchObject({ reason: 'answered garbage', permanent: false, maybe: true })
    },
  )
})

describe('refusals in its words', () => {
  const bad = (description: string, parameters?: unknown) => ({ ok: false, error_code: 400, description, parameters })
  test.each([
    [bad('Bad Request: chat not found'), 'the chat does not exist, or the bot is not in it'],
    [bad('Bad Request: not enough rights to send text messages to the chat'), 'the bot may not write in this chat'],
    [
      bad('Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -1001234567890 }),
      'the group became a supergroup, whose chat is -1001234567890: write that into the book file',
    ],
    [bad('Bad Request: \u001b[2Jevil.com'), 'it does not say why (400)'],
    ['<html>', 'it does not say why (400)'],
  ])('%j', async (content, reason) => {
    answer(400, content)
    expect(await deliver(bench.settings)).toMatchObject({
      reason: `refused the message: ${reason}`,
      permanent: true,
      maybe: false,
    })
  })

  test.each([401, 404])('%d is about the token', async (status) => {
    answer(status, { ok: false })
    expect(await deliver(bench.settings)).toMatchObject({ reason: expect.stringContaining('token'), permanent: true })
  })

  // 429 without the words, and with a pause that is none.
  test.each([['{}'], ['{"parameters":{"retry_after":-5}}'], ['{"parameters":{"retry_after":"soon"}}'], ['']])(
    '429 and %j',
    async (body) => {
      answer(429, body)
      expect(await deliver(bench.settings)).toMatchObject({ permanent: false, maybe: false, retryAfterMs: null })
    },
  )
})

describe('4,096 units', () => {
  const sent = async (title: string, text: string): Promise<string> => {
    expect(await deliver(bench.settings, { ...MESSAGE, title, text })).toBe('told')
    return bench.server.taken[0]?.text ?? ''
  }

  test('a message of exactly that length goes as it is', async () => {
    // The title, two line feeds, and the rest of 4,096.
    const text = 'x'.repeat(4096 - 1 - 2)
    expect(await sent('T', text)).toBe(`T\n\n${text}`)
  })

  test('one more, in one line: the line is cut inside, not left out', async () => {
    const arrived = await sent('T', 'x'.repeat(4096 - 2))
    expect(arrived).toHaveLength(4096)
    expect(arrived).toMatch(/^T\n\nx{4000,}\n\(cut: the rest is in "hullmark report"\)$/)
  })

  test('a title that is longer than all of it', async () => {
    const arrived = await sent('y'.repeat(5000), 'text')
    expect(arrived).toMatch(/^y{4000,}\n\(cut: [^\n]*$/)
  })

  test('no half of a sign is left at the cut, wherever it falls', async () => {
    for (const title of ['T', 'TT']) {
      bench.server.taken.length = 0
      const arrived = await sent(title, '\u{1f4a7}'.repeat(3000))
      expect(arrived).not.toMatch(/\p{Cs}/u)
      expect(arrived.length).toBeGreaterThan(4090)
    }
  })
})

test('reports and tests come silently, alarms do not', async () => {
  for (const kind of ['alert', 'resolved', 'digest', 'report', 'test'] as const)
    await deliver(bench.settings, { ...MESSAGE, kind })
  expect(bench.server.taken.map(({ disable_notification }) => disable_notification)).toEqual([false, false, false, true, true])
})
