import { afterEach, describe, expect, test } from 'vitest'
import type { ChannelSettings } from '../../src/deliver/channel.ts'
import { Secret } from '../../src/secret.ts'
import { openSmtp } from '../sandbox/channels/smtpServer.ts'
import { deliver, MESSAGE } from './channelContract.ts'

/** What mail alone can get wrong. */

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function opened({ startTls = false, host = '127.0.0.1' } = {}) {
  const server = await openSmtp({ user: 'hull', password: 'mail-password-1', startTls })
  closing.push(server.stop)
  const settings: ChannelSettings = {
    ...{ name: 'mail', kind: 'email', detail: { amounts: true, addresses: true }, reports: true },
    options: {
      ...{ host, port: String(server.port), user: 'hull', password: new Secret('mail-password-1') },
      ...{ from: 'hullmark@example.org', to: 'me@example.org' },
    },
  }
  return { server, settings }
}

describe('an address that the server refuses', () => {
  test.each([
    [550, true],
    [450, false],
  ])('with %i', async (code, permanent) => {
    const { server, settings } = await opened()
    server.react({ kind: 'refuse address', address: 'me@example.org', code })
    expect(await deliver(settings)).toMatchObject({ reason: expect.stringContaining(`(${code})`), permanent, maybe: false })
    expect(server.taken).toEqual([])
  })
})

describe('whether it may have arrived', () => {
  test('a connection that broke before the message was asked for: it did not', async () => {
    const { server, settings } = await opened()
    server.react({ kind: 'reset early' })
    expect(await deliver(settings)).toMatchObject({ permanent: false, maybe: false })
  })

  test('time that ran out with the end of the attempt leaves no connection open', async () => {
    const { server, settings } = await opened()
    server.react({ kind: 'drip' })
    expect(await deliver(settings, MESSAGE, 400)).toMatchObject({ permanent: false })
    await expect.poll(() => server.open()).toBe(0)
    expect(server.taken).toEqual([])
  })

  // 552 is a full mailbox, which is emptied; 550 stays.
  test.each([
    [552, false],
    [550, true],
    [450, false],
  ])(
    'an answer of %d after the message: it was not taken, and it is this message that is refused: %s',
    async (code, ofMessage) => {
      const { server, settings } = await opened()
      server.react({ kind: 'answer', code, text: 'no' })
      expect(await deliver(settings)).toMatchObject({ permanent: false, ofMessage, maybe: false })
    },
  )
})

// The address of "this host" is loopback for the system and a stranger for us: it must encrypt.
describe('a server that is not known to be on this machine', () => {
  test.each([
    ['without encryption', false],
    ['with a certificate that nobody signed', true],
  ])('%s is not shown the password', async (_what, startTls) => {
    const { server, settings } = await opened({ startTls, host: '0.0.0.0' })
    const outcome = await deliver(settings)
    expect(outcome).toMatchObject({ reason: 'offers no encryption that can be trusted', permanent: false, maybe: false })
    expect([server.logins(), server.taken.length]).toEqual([0, 0])
  })
})

describe('the mail', () => {
  test('a repeat has the same Message-ID, another message another one', async () => {
    const { server, settings } = await opened()
    await deliver(settings)
    await deliver(settings, { ...MESSAGE, title: `${MESSAGE.title} (again)`, again: true })
    await deliver(settings, { ...MESSAGE, id: 'main.room.2' })
    const [first, second, third] = server.taken.map(({ mail }) => mail.messageId)
    expect(first).toMatch(/^<hullmark\.[0-9a-f]{32}@example\.org>$/)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  test('a report goes as text alone, whatever there is for programs', async () => {
    const { server, settings } = await opened()
    await deliver(settings, { ...MESSAGE, kind: 'report', json: '{"a":1}' })
    expect(server.taken[0]?.mail.attachments).toEqual([])
    expect(server.taken[0]?.raw).toContain('Content-Type: text/plain')
  })

  test('a subject of a thousand signs is cut between signs, and whole in the text', async () => {
    const { server, settings } = await opened()
    // Two UTF-16 units each, after one of one unit: unit 250 is the first half of a pair.
    const title = `-${'\u{1f4a7}'.repeat(500)}`
    await deliver(settings, { ...MESSAGE, title })
    // 1 + 124 pairs are 249 units; the half that follows is left out.
    expect(server.taken[0]?.mail.subject).toBe(`-${'\u{1f4a7}'.repeat(124)}...`)
    expect(server.taken[0]?.mail.text?.split('\n')[0]).toBe(title)
  })
})
