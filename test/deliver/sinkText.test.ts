import { describe, expect, test } from 'vitest'
import { sinkLine, sinkText } from '../../src/deliver/sinkText.ts'
import { hostileTexts } from '../support/hostileTexts.ts'
import { telegramEntities } from './telegramEntities.ts'

/** Beside those of every sink: what chat programs alone make something of. */
const OF_CHATS = [
  ...['1.2.3.4', '192.168.0.1/x', 'http://10.0.0.1', '(x)/start', ']/start', '@/start', '/start@evil_bot', '$1INCH', '$USDC'],
  ...[
    '#\u00b7abc',
    '#\u0dc1',
    '#abc',
    'ton://x',
    'evil.\u0441\u0430\u0439\u0442',
    'evil.\u4e2d\u56fd',
    '.evil.com',
    'evil.com.',
    'a~evil.com',
  ],
  ...['evil.com:8080', 'me.you@evil.com', 'x=evil.com/path', '~evil.com', '\u00e9vil.com', 'EVIL.Com'],
]

/** Where a stranger's text may stand in ours. */
const CARRIERS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `Loan of ${text} holds to -43.4 %.`,
  (text) => `(${text})`,
  (text) => `${text}/${text}`,
  (text) => `ETH${text}2,409.64`,
  (text) => `| ${text} | \\${text}`,
]

const ALL = [...OF_CHATS, ...hostileTexts(500)]

const blanks = (text: string): string => text.replace(/ +/g, ' ')

describe('sinkLine', () => {
  test('leaves nothing of which Telegram would make a link, a mention, a topic or a command', () => {
    for (const text of ALL)
      for (const carrier of CARRIERS) expect(telegramEntities(sinkLine(carrier(text))), carrier(text)).toEqual([])
  })

  test('the search finds each of those as they are', () => {
    const missed = OF_CHATS.filter(
      (text) => !['@/start', '.evil.com', '\u00e9vil.com'].includes(text) && telegramEntities(text).length === 0,
    )
    expect(missed).toEqual([])
  })

  test('done twice it is as done once', () => {
    for (const text of ALL) expect(blanks(sinkLine(sinkLine(text)))).toBe(blanks(sinkLine(text)))
  })

  test.each([
    'WARNING first liquidation at -19.6 % (ETH 2,409.64)',
    'ETH 2,830.00 -> dies at 2,412.00 (-14.7 %). Was 21.0 %, 6 h ago.',
    'binance/main/USDT-cross: dies at -14.7 %, 2026-11-22 13:40 UTC, v3.2.0, +0.0100 % per 8 h',
    'cost 1,204 USD; 1,000,000.50 USDC; 0.000012 WETH; $1,204; 3/4 of it; and/or',
  ])('our own words stay as they are: %s', (text) => {
    expect(sinkLine(text)).toBe(text)
  })

  test.each([
    ['1.2.3.4', '1[.]2[.]3[.]4'],
    ['(x)/start', '(x)(/)start'],
    ['@everyone', '(at)everyone'],
    ['$1INCH and $USDC', '($)1INCH and ($)USDC'],
    ['https://evil.com/a', 'https[:]//evil[.]com/a'],
  ])('%s reads %s', (text, shown) => {
    expect(sinkLine(text)).toBe(shown)
  })
})

test('sinkText keeps our lines, and a stranger has none of his own', () => {
  expect(sinkText('one\ntwo \u2028\r\u0085three\n\nfour')).toBe('one\ntwo three\n\nfour')
})
