import { describe, expect, test } from 'vitest'
import type { HistoryLine } from '../../src/history/store.ts'
import { HISTORY_FORMATS } from '../../src/report/historyFormats.ts'
import { NOW } from '../support/books.ts'
import { hostileTexts } from '../support/hostileTexts.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const rhythm = { cadenceMs: HOUR }

const pass = (at: number, over: Partial<HistoryLine> = {}): HistoryLine => ({
  ...{ from: at, to: at, passes: 1, grade: 'warning', complete: true },
  ...{ room: '-0.19678', atMost: null, health: '1.76989', marginRatio: '0.0208' },
  ...over,
})

const { table, csv, json } = HISTORY_FORMATS

describe('the table', () => {
  test('newest last, gaps as lines, figures to the worse side', () => {
    const day = { from: NOW - 40 * HOUR, to: NOW - 30 * HOUR, passes: 11 }
    const lines = [
      pass(0, day),
      // 30 h less 5 h 10 min before now
      pass(NOW - 310 * MINUTE, { grade: 'ok', room: null, health: null, marginRatio: null }),
      pass(NOW - 2 * HOUR, { grade: 'unknown', complete: false, room: null, atMost: '-0.3', marginRatio: '1.5' }),
      pass(NOW - 1 * HOUR, { grade: 'unknown', complete: false, room: null }),
      pass(NOW, { room: '0.25499' }),
    ]
    expect(table(lines, { ...rhythm, now: NOW + HOUR })).toBe(
      [
        'TIME                  RUNS  GRADE          ROOM             HEALTH    MARGIN',
        '21 Nov 2026           11    warning        -19.6 %          1.7698    2.1 %',
        '-- no pass for 24 h 50 min --',
        '22 Nov 2026 08:30 UTC 1     ok             no trigger       -         -',
        '-- no pass for 3 h 10 min --',
        '22 Nov 2026 11:40 UTC 1     unknown *      at most -30.0 %  1.7698    over 100 %',
        '22 Nov 2026 12:40 UTC 1     unknown *      not known        1.7698    2.1 %',
        '22 Nov 2026 13:40 UTC 1     warning        +25.4 %          1.7698    2.1 %',
        '',
      ].join('\n'),
    )
  })

  test('of a day with a room of some passes and a bound of others the nearer is told, as a bound', () => {
    // +40 % is as far as -28.6 %
    const day = { passes: 24, complete: false, room: '-0.1', atMost: '-0.3' }
    expect(table([pass(NOW, day)], rhythm)).toContain(' at most -10.0 % ')
    expect(table([pass(NOW, { ...day, room: '0.4' })], rhythm)).toContain(' at most +40.0 % ')
    expect(table([pass(NOW, { ...day, atMost: null })], rhythm)).toContain(' at most -10.0 % ')
    expect(table([pass(NOW, { ...day, room: 'x' })], rhythm)).toContain(' unreadable ')
  })

  test('silence since the last pass is told, too', () => {
    expect(table([pass(NOW)], { ...rhythm, now: NOW + 2 * HOUR })).not.toContain('no pass')
    expect(table([pass(NOW)], { ...rhythm, now: NOW + 2 * HOUR + 1 })).toMatch(/\n-- no pass for 2 h 1 min --\n$/)
    expect(table([], rhythm)).toBe('no pass is stored of that time\n')
  })

  test('two cadences are no gap, a moment more is', () => {
    expect(table([pass(NOW - 2 * HOUR), pass(NOW)], rhythm)).not.toContain('no pass')
    expect(table([pass(NOW - 2 * HOUR - 1), pass(NOW)], rhythm)).toContain('-- no pass for 2 h 1 min --')
  })

  test('at most 80 columns, one line each, whatever was stored', () => {
    for (const text of hostileTexts(500)) {
      const lines = [pass(NOW, { grade: text, room: text, atMost: text, health: text, marginRatio: text })]
      const shown = table(lines, rhythm)
      expect(shown.split('\n').length).toBe(3)
      expect(shown.split('\n').filter((line) => line.length > 80)).toEqual([])
      expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }
    const wide = { grade: 'liquidatable', complete: false, room: null, atMost: '-0.9999', health: '123456', marginRatio: '9' }
    expect(table([pass(NOW, wide)], rhythm).split('\n')[1]).toBe(
      '22 Nov 2026 13:40 UTC 1     liquidatable * at most -99.9 %  over 9999 over 100 %',
    )
  })
})

/** RFC 4180, by the book. */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let [row, field, quoted]: [string[], string, boolean] = [[], '', false]
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] as string
    if (quoted) {
      if (sign !== '"') field += sign
      else if (text[i + 1] === '"') field += text[i++]
      else quoted = false
    } else if (sign === '"') {
      if (field !== '') throw new SyntaxError('a quote inside a field')
      quoted = true
    } else if (sign === ',') {
      row.push(field)
      field = ''
    } else if (sign === '\r' && text[i + 1] === '\n') {
      rows.push([...row, field])
      ;[row, field] = [[], '']
      i++
    } else field += sign
  }
  if (field !== '' || row.length > 0 || quoted) throw new SyntaxError('no end of line')
  return rows
}

describe('CSV', () => {
  test('a header, passes alone, and how long none was stored before', () => {
    const lines = [
      pass(NOW - 4 * HOUR),
      pass(NOW, { from: NOW - HOUR, passes: 3, complete: false, room: null, atMost: '-0.3', health: null }),
    ]
    expect(csv(lines, rhythm)).toBe(
      [
        'from,to,passes,grade,complete,room,at_most,health,margin_ratio,gap_before_seconds,longest_gap_seconds\r\n',
        '2026-11-22T09:40:00.000Z,2026-11-22T09:40:00.000Z,1,warning,true,-0.19678,,1.76989,0.0208,,\r\n',
        '2026-11-22T12:40:00.000Z,2026-11-22T13:40:00.000Z,3,warning,false,,-0.3,,0.0208,10800,\r\n',
      ].join(''),
    )
  })

  test('500 hostile texts come back as text, and none begins a formula', () => {
    for (const text of hostileTexts(500)) {
      const rows = readCsv(csv([pass(NOW, { grade: text, room: text })], rhythm))
      expect(rows.map((row) => row.length)).toEqual([11, 11])
      for (const cell of [rows[1]?.[3], rows[1]?.[5]]) {
        if (!/^-\d+$/.test(cell ?? '')) expect(cell).not.toMatch(/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]/)
      }
    }
    expect(csv([pass(NOW, { grade: '=1+1,"x"' })], rhythm)).toContain(`,"'=1+1,""x""",true,`)
  })
})

test('JSON tells the passes, and the gaps between them and since', () => {
  const lines = [pass(NOW - 4 * HOUR), pass(NOW, { room: 'NaN' })]
  expect(JSON.parse(json(lines, { ...rhythm, now: NOW + 3 * HOUR }))).toEqual({
    schemaVersion: 1,
    cadenceSeconds: 3600,
    passes: [
      {
        ...{ from: '2026-11-22T09:40:00.000Z', to: '2026-11-22T09:40:00.000Z', passes: 1, grade: 'warning', complete: true },
        ...{ room: '-0.19678', atMost: null, health: '1.76989', marginRatio: '0.0208', longestGapSeconds: null },
      },
      // A text that is no number is no figure.
      {
        ...{ from: '2026-11-22T13:40:00.000Z', to: '2026-11-22T13:40:00.000Z', passes: 1, grade: 'warning', complete: false },
        ...{ room: null, atMost: null, health: '1.76989', marginRatio: '0.0208', longestGapSeconds: null },
      },
    ],
    gaps: [
      { from: '2026-11-22T09:40:00.000Z', to: '2026-11-22T13:40:00.000Z', seconds: 14_400 },
      { from: '2026-11-22T13:40:00.000Z', to: '2026-11-22T16:40:00.000Z', seconds: 10_800 },
    ],
  })
})

describe('times that nobody watched', () => {
  const day = { from: NOW - 40 * HOUR, to: NOW - 20 * HOUR, passes: 9, longestGapMs: 7 * HOUR }
  const lines = [pass(0, day)]
  const asked = { ...rhythm, since: NOW - 48 * HOUR, now: NOW }

  test('before the first line, within a day, and since the last one', () => {
    expect(table(lines, asked).split('\n').slice(1, -1)).toEqual([
      '-- no pass for 8 h --',
      expect.stringMatching(/^21 Nov 2026 +9 /),
      '-- on that day no pass for up to 7 h --',
      '-- no pass for 20 h --',
    ])
    expect(table([], asked)).toBe('no pass is stored of that time\n')
  })

  test('in CSV and JSON, too', () => {
    const rows = readCsv(csv(lines, asked))
    expect(rows.slice(1).map((row) => [row[2], row[9], row[10]])).toEqual([
      ['9', '28800', '25200'],
      ['0', '72000', ''],
    ])
    expect(JSON.parse(json(lines, asked))).toMatchObject({
      passes: [{ longestGapSeconds: 25_200 }],
      gaps: [{ seconds: 28_800 }, { seconds: 72_000 }],
    })
    expect(JSON.parse(json([], asked))).toMatchObject({ passes: [], gaps: [{ seconds: 172_800 }] })
  })
})
