import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { boundedFetch } from '../../src/boundedFetch.ts'
import type { ChannelSettings, Message } from '../../src/deliver/channel.ts'
import { deliverAll, type Outcome } from '../../src/deliver/deliver.ts'

/** What a receiver can do, in the words of its own API. */
export type Fault = 'none' | 'refuses' | 'later' | 'fails' | 'hangs' | 'resets before' | 'resets after'

/** A channel and the server at its other end. */
export type Bench = {
  readonly settings: ChannelSettings
  /** The same with a token or password that was revoked. */
  readonly revoked: ChannelSettings
  readonly react: (fault: Fault) => void
  /** What was taken, as a reader sees it. */
  readonly taken: () => readonly { readonly title: string; readonly text: string }[]
  readonly stop: () => Promise<void>
}

/** What differs between the APIs. */
export type Manner = {
  /** The pause that `later` asks for, milliseconds; null: the API has no words for one. */
  readonly pauseMs: number | null
  /** Whether a message of 100,000 signs is cut; else it arrives whole. */
  readonly cut: boolean
}

export const NOW = Date.parse('2026-11-22T13:40:00Z')

export const MESSAGE: Message = {
  ...{ id: 'main.room.1', kind: 'alert', book: 'main', json: null, at: NOW, again: false },
  title: 'WARNING futures 14.8 % from liquidation',
  text: 'ETH 2,830.00 -> dies at 2,412.00 (-14.7 %).\nThe futures account dies first. The loan would hold to -43.4 %. Data 6 s old.',
}

/** Delivers one message and returns what came of it. */
export async function deliver(channel: ChannelSettings, message = MESSAGE, attemptMs = 5_000): Promise<Outcome> {
  const outcomes: Outcome[] = []
  const bugs: unknown[] = []
  await deliverAll([{ channel, message }], {
    ...{ fetch: boundedFetch({ venue: 'The receiver' }), now: () => NOW, signal: new AbortController().signal, attemptMs },
    onOutcome: (_one, outcome) => void outcomes.push(outcome),
    onBug: (error) => bugs.push(error),
  })
  expect(bugs).toEqual([])
  expect(outcomes).toHaveLength(1)
  return outcomes[0] as Outcome
}

/** What every channel must do, whatever it is. */
export function channelContract(name: string, open: () => Promise<Bench>, { pauseMs, cut }: Manner): void {
  describe(`the contract of channels: ${name}`, () => {
    let bench: Bench
    beforeAll(async () => {
      bench = await open()
    })
    afterAll(() => bench.stop())
    beforeEach(() => bench.react('none'))
    const added = async (work: () => Promise<unknown>) => {
      const before = bench.taken().length
      await work()
      return bench.taken().slice(before)
    }

    test('a message arrives, title and text, and is told', async () => {
      const arrived = await added(async () => expect(await deliver(bench.settings)).toBe('told'))
      expect(arrived).toEqual([{ title: MESSAGE.title, text: MESSAGE.text }])
    })

    test('"not now" is tried again, after the pause that is asked for', async () => {
      bench.react('later')
      const outcome = await deliver(bench.settings)
      expect(outcome).toMatchObject({ permanent: false, maybe: false, retryAfterMs: pauseMs })
    })

    test('a refusal for good is not tried again soon', async () => {
      bench.react('refuses')
      const outcome = await deliver(bench.settings)
      expect(outcome).toMatchObject({ maybe: false })
      expect(outcome !== 'told' && (outcome.permanent || outcome.ofMessage)).toBe(true)
    })

    test('a token that was revoked is a refusal for good, and it is said that it is the token', async () => {
      const outcome = await deliver(bench.revoked)
      expect(outcome).toMatchObject({ permanent: true, maybe: false })
      expect(outcome).toHaveProperty('reason', expect.stringMatching(/token|password|secret|\(401\)/))
    })

    test('a server that fails is tried again', async () => {
      bench.react('fails')
      expect(await deliver(bench.settings)).toMatchObject({ permanent: false })
    })

    test('a hanging one ends with its time, and the message may have arrived', async () => {
      bench.react('hangs')
      expect(await deliver(bench.settings, MESSAGE, 300)).toMatchObject({ permanent: false, maybe: true })
    })

    test('a connection that broke after the message was taken: it may have arrived, and the repeat is marked by whoever sends it', async () => {
      bench.react('resets after')
      const arrived = await added(async () =>
        expect(await deliver(bench.settings)).toMatchObject({ permanent: false, maybe: true }),
      )
      expect(arrived).toHaveLength(1)
    })

    test('a connection that broke before: nothing arrived, and nobody claims that it did not', async () => {
      bench.react('resets before')
      const arrived = await added(async () =>
        expect(await deliver(bench.settings)).toMatchObject({ permanent: false, maybe: true }),
      )
      expect(arrived).toEqual([])
    })

    test('nobody listens: it is certain that nothing arrived', async () => {
      const other = await open()
      await other.stop()
      expect(await deliver(other.settings)).toMatchObject({ permanent: false, maybe: false })
    })

    test(`a message of 100,000 signs arrives${cut ? ', cut at a line, its title first' : ' whole'}`, async () => {
      const text = Array.from({ length: 1_000 }, (_, i) => `line ${i} ${'x'.repeat(92)}`).join('\n')
      const [arrived] = await added(async () => expect(await deliver(bench.settings, { ...MESSAGE, text })).toBe('told'))
      expect(arrived?.title).toBe(MESSAGE.title)
      if (!cut) return expect(arrived?.text).toBe(text)
      const lines = arrived?.text.split('\n') ?? []
      expect(lines.at(-1)).toMatch(/^\(cut: /)
      expect(text.startsWith(lines.slice(0, -1).join('\n'))).toBe(true)
      expect(lines.length).toBeGreaterThan(30)
    })
  })
}
