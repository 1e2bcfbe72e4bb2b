import { parse } from 'dotenv'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { envText } from '../../src/commands/envText.ts'

const KEY = 'BINANCE_API_SECRET'

/** What dotenv reads back of a value; null: it was refused. */
function readBack(value: string): string | null | undefined {
  const written = envText([[KEY, value]])
  return 'text' in written ? parse(written.text)[KEY] : null
}

test.each([
  ['plain', 'abcDEF123-_./:,?&=+%~@!*', `${KEY}=abcDEF123-_./:,?&=+%~@!*`],
  ['a comment sign', 'abc#def', `${KEY}='abc#def'`],
  ['a dollar', 'abc$HOME', `${KEY}='abc$HOME'`],
  ['a single quote', "abc'def", `${KEY}=\`abc'def\``],
  ['single and backward quotes', "abc'de`f", `${KEY}="abc'de\`f"`],
  ['a double quote in front', '"abcdef', `${KEY}='"abcdef'`],
  ['a backslash', 'abc\\ndef', `${KEY}='abc\\ndef'`],
  ['lines', 'abc\ndef', `${KEY}='abc\ndef'`],
])('%s: written so that it means itself', (_name, value, line) => {
  const written = envText([[KEY, value]])
  expect('text' in written ? written.text.trimEnd() : null).toMatch(
    new RegExp(`\n${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`),
  )
  expect(readBack(value)).toBe(value)
})

test('what fits into no quotes is refused by name', () => {
  expect(
    envText([
      ['WALLET', '0x1'],
      [KEY, `a'b"c\`d`],
    ]),
  ).toEqual({ unquotable: KEY })
  // In double quotes "\n" would be a line end, in the others its own quote closes it.
  expect(envText([[KEY, "a'b`c\\n"]])).toEqual({ unquotable: KEY })
})

test('whatever is printable comes back as it was, or is refused', () => {
  const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 }).filter((text) => text === text.trim())
  fc.assert(fc.property(printable, (value) => [value, null].includes(readBack(value) as string | null)))
  // Most of the refused hold all three quotes: the rest is kept.
  fc.assert(
    fc.property(printable, (value) => {
      fc.pre(!/['`]/.test(value) && !value.endsWith('\\'))
      return readBack(value) === value
    }),
  )
})
