import type { Message } from '../deliver/channel.ts'
import { timeWords } from '../report/words.ts'

/** Says nothing but that it arrived, so that a channel that no longer works is noticed before it is needed. */
export function testMessage({ id, book, now }: { readonly id: string; readonly book: string; readonly now: number }): Message {
  return {
    ...{ id, kind: 'test', book, json: null, at: now, again: false },
    title: `Test: this channel hears of the book ${book}`,
    text: `This only tests the channel, and says nothing of how the book stands. It is sent now and then, so that a channel that no longer works is noticed.\n${timeWords(now)}`,
  }
}
