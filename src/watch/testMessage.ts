import type { Message } from '../deliver/channel.ts'
import { timeWords } from '../report/words.ts'

/** Says that nothing is wrong, so that a channel that no longer works is noticed before it is needed. */
export function testMessage({ id, book, now }: { readonly id: string; readonly book: string; readonly now: number }): Message {
  return {
    ...{ id, kind: 'test', book, json: null, at: now, again: false },
    title: `Test: this channel hears of the book ${book}`,
    text: `Nothing is wrong. hullmark sends this now and then, so that a channel that no longer works is noticed.\n${timeWords(now)}`,
  }
}
