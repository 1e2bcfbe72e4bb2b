import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostileTexts } from '../support/hostileTexts.ts'
import { openEmailBench, openTelegramBench, openWebhookBench } from './benches.ts'
import { deliver, MESSAGE } from './channelContract.ts'

/** 500 texts of strangers through each channel, and back by a parser that we did not write: nothing but text arrives. */

const TEXTS = hostileTexts(500)
const hostile = (text: string) => ({
  ...MESSAGE,
  title: `WARNING ${text} 2,409.64`,
  text: `Loan of ${text} holds to -43.4 %.\n${text}\nno drift, 14:02 UTC`,
})

/** Cursor movements, bidi, zero-width, halves of pairs; a line feed ends our own lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/**
 * What chat and mail programs make something of by themselves: links, mentions, hashtags, cashtags, commands, addresses.
 *
 * @see https://core.telegram.org/bots/api#messageentity
 */
const ENTITIES: readonly RegExp[] = [
  /[a-z][a-z\d+.-]*:\/\//i,
  /\bmailto:\S+@/i,
  /[@\uff20]/,
  /[\p{L}\p{N}-][.\u3002\uff0e\uff61]\p{L}{2,}/u,
  /[#\uff03][\p{L}\p{N}_]/u,
  /\$\p{L}/u,
  /(?:^|[\s(])\/[\p{L}\p{N}_]/u,
]

function expectInert(title: string, text: string, from: string): void {
  expect(title, from).not.toMatch(/\n/)
  for (const line of [title, ...text.split('\n')]) {
    expect(line, from).not.toMatch(UNSEEN)
    for (const entity of ENTITIES) expect(line, from).not.toMatch(entity)
  }
  // Our own words come through as they are.
  expect(title).toMatch(/^WARNING .*2,409\.64$/)
  expect(text).toMatch(/holds to -43\.4 %\.\n[\s\S]*no drift, 14:02 UTC$/)
}

test('the search finds what it searches for', () => {
  for (const text of ['http://evil', 'a@evil.com', 'evil.com', '@everyone', '#1', '$USD', '/start', 'evil\u3002com'])
    expect(
      ENTITIES.some((entity) => entity.test(text)),
      text,
    ).toBe(true)
})

describe('telegram', () => {
  let bench: Awaited<ReturnType<typeof openTelegramBench>>
  beforeAll(async () => {
    bench = await openTelegramBench()
  })
  afterAll(() => bench.stop())

  test('plain text, no markup asked for, nothing that Telegram would make a link or mention of', async () => {
    for (const text of TEXTS) {
      expect(await deliver(bench.settings, hostile(text))).toBe('told')
      const [sent] = bench.server.taken.splice(0)
      expect(Object.keys(sent ?? {}).sort()).toEqual(['chat_id', 'disable_notification', 'link_preview_options', 'text'])
      expect(sent?.link_preview_options).toEqual({ is_disabled: true })
      const [title = '', ...rest] = (sent?.text ?? '').split('\n\n')
      expectInert(title, rest.join('\n\n').replaceAll(/\n+/g, '\n'), text)
    }
  })
})

describe('webhook', () => {
  let bench: Awaited<ReturnType<typeof openWebhookBench>>
  beforeAll(async () => {
    bench = await openWebhookBench()
  })
  afterAll(() => bench.stop())

  test('JSON of exactly our keys, and its texts are as inert', async () => {
    for (const text of TEXTS) {
      expect(await deliver(bench.settings, hostile(text))).toBe('told')
      const [sent] = bench.server.taken.splice(0)
      const keys = ['again', 'at', 'book', 'id', 'key', 'kind', 'report', 'schemaVersion', 'text', 'title']
      expect(Object.keys(sent ?? {}).sort()).toEqual(keys)
      expectInert(sent?.title ?? '', (sent?.text ?? '').replaceAll(/\n+/g, '\n'), text)
    }
  })
})

describe('email', () => {
  let bench: Awaited<ReturnType<typeof openEmailBench>>
  beforeAll(async () => {
    bench = await openEmailBench()
  })
  afterAll(() => bench.stop())

  test('one mail to whom it was meant for: its headers are ours, it has one part, of text', async () => {
    // The server lets each client wait a tenth of a second.
    const answers = await Promise.all(TEXTS.map((text) => deliver(bench.settings, hostile(text), 60_000)))
    expect(answers).toEqual(TEXTS.map(() => 'told'))
    expect(bench.server.taken).toHaveLength(TEXTS.length)
    for (const { mail, to, raw } of bench.server.taken) {
      const names = mail.headerLines.map(({ key }) => key).sort()
      expect(names, raw).toEqual([
        ...['auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from', 'message-id', 'mime-version'],
        ...['subject', 'to'],
      ])
      expect(to).toEqual(['me@example.org'])
      expect([mail.html, mail.attachments.length]).toEqual([false, 0])
      const [head = '', ...rest] = (mail.text ?? '').trimEnd().split('\n\n')
      expect(head).toBe(mail.subject)
      expectInert(mail.subject ?? '', rest.join('\n\n').replaceAll(/\n+/g, '\n'), raw)
    }
  })
})
