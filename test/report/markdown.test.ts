import { describe, expect, test } from 'vitest'
import { fencedPage } from '../../src/report/fencedPage.ts'
import { FORMATS } from '../../src/report/formats.ts'
import { markdown } from '../../src/report/markdown.ts'
import { markdownLine, markdownText } from '../../src/report/markdownText.ts'
import { terminal } from '../../src/report/terminal.ts'
import { plain } from '../../src/report/words.ts'
import { type Changes, changesBetween } from '../../src/risk/changes.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Findings } from '../../src/risk/findings.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import { agreed } from '../support/agreed.ts'
import { aChainSource, anExchangeSource, aPool, aPosition, NOW } from '../support/books.ts'
import { hostileTexts } from '../support/hostileTexts.ts'
import { inline, readPage } from '../support/markdownPage.ts'
import { MARK, MARKED_CHANGES, MARKED_PART, MARKED_WHOLE, replaced } from '../support/markedBook.ts'
import { CASH, FUNDED_POOL, RATED_LOAN, reportFindings, reportSnapshot } from '../support/reportBook.ts'

const confirmed: Partial<Snapshot> = {
  legs: [
    { ...RATED_LOAN, source: { ...RATED_LOAN.source, name: 'Aave', confirmed: true } },
    { ...FUNDED_POOL, settlePriceFrom: 'venue' },
  ],
}
const page = (findings: Findings, changes?: Changes | null): string =>
  markdown.render(findings, { colour: false, banners: ['DEMO: not your money'], changes })

test('the page of the worked book', () => {
  expect(page(reportFindings(confirmed))).toBe(
    [
      '> DEMO: not your money',
      '',
      '**WARNING** first liquidation at -19.6 % (ETH 2,409.64)',
      '',
      'The futures account dies first. The loan would hold to -43.4 %.',
      '',
      'Swap 10,000 USDC to USDT and add it to the margin: room grows to -36.4 %.',
      '',
      '(Repaying the loan with it instead would leave the room at -19.6 %.)',
      '',
      '| LEG | NOW | DIES AT | ROOM | LIQUIDATION COST |',
      '| --- | --- | --- | --- | --- |',
      '| Aave v3 Ethereum | HF 1.7698 | -43.4 % \\* | #### | 550 (5 % of half) |',
      '| Binance USDT cross | margin ratio 2.1 % | ETH 2,409.64 | ## | 193 to the venue |',
      '',
      '\\* all market factors falling together; ETH alone -68.0 %',
      '',
      '- **SAFE CORRIDOR** -19.6 % ... now ... no upper wall',
      '- **IF FUTURES DIE** 11,808-12,000 USDT lost; 22,000 USDC debt stays (10,000 cash)',
      '- **REPLAY** today 1 of 12 survived; after the move 6 of 12',
      '- **CARRY** -19.56 USD/day (funding -18.00, borrow -3.13, supply +1.57)',
      // e^0.0519 - 1 = 5.33 %, e^0.372 - 1 = 45.06 %
      '- **RATES** USDC borrow 5.4 % at 82 % used; beyond 92 % it climbs to 45.1 % (-19.31 USD/day more); rewards not counted',
      '- **MONEY CLOCK** margin top-up \\~5 min; repay \\~1 min; withdraw \\~20 min (book file)',
      '- **SOURCES** Aave block 24,100,000, 8 s \\| Binance 2 s \\| oracle = mark',
      '- **SELF-CHECK** HF 1.7698 = contract; liq 2,409.64 = venue. No drift.',
      '',
      'main, 22 Nov 2026 13:40 UTC',
      '',
    ].join('\n'),
  )
})

test('it tells what the terminal tells', () => {
  const books: readonly Partial<Snapshot>[] = [
    confirmed,
    { gaps: [{ leg: 'bybit/main', code: 'unreachable', reason: 'Bybit is away.', hint: 'Wait.', retryable: true }] },
    { legs: [], notes: ['nothing found'] },
    { legs: [RATED_LOAN] },
  ]
  const letters = (text: string): string => text.replace(/[^A-Za-z0-9%]+/g, ' ').trim()
  for (const over of books) {
    const findings = reportFindings(over)
    const shown = letters(terminal.render(findings, { colour: false, banners: [] }))
    for (const { kind, label, texts } of readPage(markdown.render(findings, { colour: false, banners: [] }))) {
      if (kind === 'item') expect(shown).toContain(letters(`${label} ${texts[0]}`))
    }
  }
})

test('an unread leg stands in the verdict and below', () => {
  const text = page(
    reportFindings({
      gaps: [{ leg: 'bybit/main', code: 'unreachable', reason: 'Bybit is away.', hint: 'Wait.', retryable: true }],
    }),
  )
  expect(text).toContain('**WARNING** first liquidation at -19.6 % (ETH 2,409.64) at the latest; not read: bybit/main\n')
  expect(text).toContain('- **NOT READ** bybit/main: Bybit is away. Wait.\n')
})

describe('since the last report', () => {
  const H6 = 6 * 3_600_000
  const block = { chainId: 1, number: 24_100_000n, hash: '0xaa', timestamp: BigInt((NOW - H6) / 1000) }
  const then = { readAt: NOW - H6, venueTime: NOW - H6 }
  const earlier = agreed(
    reportSnapshot({
      at: NOW - H6,
      legs: [
        { ...RATED_LOAN, source: aChainSource({ readAt: NOW - H6, block }) },
        aPool({ source: anExchangeSource(then), positions: [aPosition({ size: dec(10) })] }),
      ],
      cash: [{ ...CASH, amount: dec(8000) }],
    }),
  )
  const changes = changesBetween(earlier, reportSnapshot(), { policy: DEFAULT_POLICY })

  test('what changed, and why the room did', () => {
    // 10 ETH: (30,000 - 12,000) / (10 x 0.996) = 1,807.22...: -39.7 %; the size is all of the change.
    const text = page(reportFindings(), changes)
    expect(text.slice(text.indexOf('**Since'))).toBe(
      [
        '**Since the last report** (22 Nov 2026 07:40 UTC, 6 h before)',
        '',
        '- **GRADE** was ok, is warning',
        '- **ROOM** was -39.7 %, is -19.6 % (-20.1 points): price 0, interest 0, position -20.1, parameters 0',
        '- **LEG** Binance USDT cross: ETHUSDT long 10 to 20',
        '- **FREE CASH** 8,000 USD to 10,000 USD (USDC 8,000 to 10,000 in wallet 0xab..cd on Ethereum)',
        '',
        'main, 22 Nov 2026 13:40 UTC',
        '',
      ].join('\n'),
    )
  })

  test('the terminal tells the same, and only when asked', () => {
    const plainly = terminal.render(reportFindings(), { colour: false, banners: [] })
    const told = terminal.render(reportFindings(), { colour: false, banners: [], changes })
    expect(told.startsWith(plainly.trimEnd())).toBe(true)
    expect(told).toContain('\nSINCE           22 Nov 2026 07:40 UTC, 6 h before\n')
    expect(told).toContain('\nLEG             Binance USDT cross: ETHUSDT long 10 to 20\n')
    expect(told.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('the first report says that it is the first', () => {
    expect(page(reportFindings(), null)).toContain('\nThis is the first report: there is none to compare with.\n')
    expect(terminal.render(reportFindings(), { colour: false, banners: [], changes: null })).toContain(
      '\nSINCE           this is the first',
    )
    expect(page(reportFindings())).not.toContain('first report')
  })
})

describe('text', () => {
  test('says what it said', () => {
    expect(markdownText('a*b_c`d[e]<f>&|~$')).toBe('a\\*b\\_c\\`d\\[e\\]&lt;f&gt;&amp;\\|\\~\\$')
    expect(inline(markdownText('a*b_c`d[e]<f>&|~$\\'))).toBe('a*b_c`d[e]<f>&|~$\\')
    expect(markdownText('one\r\ntwo')).toBe('one two')
  })

  test('becomes no link and calls nobody', () => {
    expect(inline(markdownText('see evil.com, https://www.evil.com/x and a@b.io'))).toBe(
      'see evil[.]com, https[:]//www[.]evil[.]com/x and a(at)b[.]io',
    )
    expect(inline(markdownText('@everyone #12 :fire:'))).toBe('(at)everyone (#)12 : fire:')
    expect(inline(markdownText('evil\u3002com'))).toBe('evil[.]com')
  })

  test('our own figures and shortened addresses stay as they are', () => {
    const own = 'ETH 2,409.64, -19.6 % (v3.0), HF 1.7698. No drift. 0x90f7..b906, .env, 13:40 UTC; ####'
    expect(markdownText(own)).toBe(own)
  })

  test('begins no block', () => {
    for (const text of ['# h', '- x', '+ x', '> q', '1. x', '1) x', '---', '===', '***', '~~~', '```', '| a |', '    code']) {
      const line = markdownLine(text)
      expect(readPage(line), line).toEqual([{ kind: 'line', label: '', texts: [plain(text)] }])
    }
  })
})

describe('hostile text', () => {
  test.each([
    ['of a whole book', MARKED_WHOLE],
    ['of a book read in part', MARKED_PART],
  ])('500 texts in every name %s: no markup, no link, no mention, and the table stays whole', (_, what) => {
    const clean = readPage(markdown.render(what, { colour: false, banners: [MARK], changes: MARKED_CHANGES }))
    expect(clean.filter(({ texts }) => texts.some((text) => text.includes(MARK))).length).toBeGreaterThan(9)
    for (const text of hostileTexts(500)) {
      const shown = markdown.render(replaced(what, MARK, text), {
        colour: false,
        banners: [text],
        changes: replaced(MARKED_CHANGES, MARK, text),
      })
      // Throws at anything active.
      const blocks = readPage(shown)
      expect(blocks.filter(({ kind }) => kind === 'row').map(({ texts }) => texts.length)).toEqual([5, 5, 5])
      const read = blocks.flatMap(({ texts }) => texts)
      const joined = read.join('\n')
      expect(joined).not.toMatch(/[@\uff20]|:\/\/|[\p{L}\p{N}][.\u3002\uff0e\uff61]\p{L}{2}|#\d/u)
      expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      expect(shown).not.toMatch(/<[a-z!/@#]/i)
    }
  })

  test('the reader of this test is strict', () => {
    for (const active of ['a *b*', '<b>', '[x](y)', '&copy;', 'a | b', '`c`', '~x~'])
      expect(() => inline(active), active).toThrow()
    for (const block of ['# h', '1. x', '+ x']) expect(() => readPage(block), block).toThrow()
    expect(() => readPage('| a | b')).toThrow()
  })
})

test('a page of the terminal is fenced, whatever stands in it', () => {
  expect(fencedPage('a *b*\n\nc\n')).toBe('```text\na *b*\n\nc\n```\n')
  expect(fencedPage('````x')).toBe('`````text\n````x\n`````\n')
})

test('every format has a name that is its own', () => {
  for (const [name, format] of Object.entries(FORMATS)) expect(format.name).toBe(name)
})
