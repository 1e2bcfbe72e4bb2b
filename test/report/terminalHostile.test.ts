import { expect, test } from 'vitest'
import { terminal } from '../../src/report/terminal.ts'
import { hostileTexts } from '../support/hostileTexts.ts'
import { MARK, MARKED_CHANGES, MARKED_PART, MARKED_WHOLE, replaced } from '../support/markedBook.ts'

/** Every sequence that moves a cursor, colours, links or reorders begins with one of these; a line feed ends our own lines. */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

test.each([
  ['of a whole book', MARKED_WHOLE],
  ['of a book read in part', MARKED_PART],
])('500 texts in every name %s: nothing reaches the terminal but what is seen', (_, what) => {
  const page = (text: string): string =>
    terminal.render(replaced(what, MARK, text), { colour: false, banners: [text], changes: replaced(MARKED_CHANGES, MARK, text) })
  expect(page(MARK).split(MARK).length).toBeGreaterThan(9)
  for (const text of hostileTexts(500)) expect(page(text).replaceAll('\n', '')).not.toMatch(ACTIVE)
})

test('the search finds what it searches for', () => {
  for (const text of ['\u001b[2J', '\u202e', '\u200b', '\r']) expect(text).toMatch(ACTIVE)
})
