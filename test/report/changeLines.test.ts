import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { changeRows, sinceWords } from '../../src/report/changeLines.ts'
import { json } from '../../src/report/json.ts'
import { roomChangeWords } from '../../src/report/roomChangeWords.ts'
import { reportJsonSchema } from '../../src/report/schema.ts'
import { termWords } from '../../src/report/termWords.ts'
import { movedWords, pointsWords, priceWords, setShareWords, spanWords } from '../../src/report/words.ts'
import type { Changes } from '../../src/risk/changes.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { RoomChange } from '../../src/risk/roomChange.ts'
import { NOW } from '../support/books.ts'
import { reportFindings } from '../support/reportBook.ts'

const side = (move: string | null) => ({ known: true, move: move === null ? null : dec(move), atMost: null })

const ROOM: RoomChange = {
  before: side('-0.2108'),
  now: side('-0.1967'),
  whole: dec('-0.0141'),
  parts: {
    ...{ price: dec('-0.0131'), interest: dec('-0.00201'), position: dec('0.00101'), unsplit: null },
    parameters: dec(0),
  },
  unexplained: null,
}

const CHANGES: Changes = {
  before: NOW - 11_400_000,
  now: NOW,
  grade: { before: { grade: 'notice', reason: 'market' }, now: { grade: 'warning', reason: 'market' } },
  room: ROOM,
  legs: [
    {
      ...{ leg: 'aave-v3/ethereum/0xab', venue: 'Aave v3 Ethereum', kind: 'lending', what: 'changed' },
      amounts: [
        // Interest alone: nobody did anything.
        { what: 'supplied', label: 'WETH', before: dec(10), now: dec('10.001'), interest: dec('0.001') },
        { what: 'debt', label: 'USDC', before: dec('21000.2'), now: dec(22_000), interest: dec(3) },
        // Not known whether it is interest: it is told, with what changed where both read the same.
        { what: 'debt', label: 'DAI', before: dec('5000.2'), now: dec('5000.7'), interest: null },
      ],
      terms: [
        { what: 'threshold', label: 'WETH', before: '0.84', now: '0.83' },
        { what: 'collateral', label: 'WBTC', before: 'off', now: 'on' },
      ],
    },
    { leg: 'bybit/main/USDT', venue: 'Bybit USDT', kind: 'futures', what: 'unread', amounts: [], terms: [] },
  ],
  prices: [
    { factor: 'ETH', before: dec(3100), now: dec(3000), move: dec('-0.032258') },
    { factor: 'BTC', before: dec(90_000), now: dec(90_000), move: dec(0) },
    { factor: 'SOL', before: null, now: dec('150.126'), move: null },
    { factor: 'USD:USDT', before: null, now: null, move: null },
  ],
  cash: {
    ...{ before: dec('8000.9'), now: null },
    rows: [{ id: 'cash/0xab/usdc', place: 'a wallet', symbol: 'USDC', before: dec('8000.9'), now: null }],
  },
  gaps: {
    came: [{ leg: 'bybit/main', code: 'unreachable', reason: 'Bybit is away.', hint: '', retryable: true }],
    went: [{ leg: 'okx/main', code: 'access', reason: 'OKX refused the key.', hint: '', retryable: false }],
  },
}

test('one row a kind of change, what did not change left out', () => {
  expect(changeRows(CHANGES, reportFindings().view.legs).map(({ label, text }) => `${label}: ${text}`)).toEqual([
    'GRADE: was notice, is warning',
    'ROOM: was -21.0 %, is -19.6 % (-1.5 points): price -1.4, interest -0.21, position +0.10, parameters 0',
    'PRICES: ETH 3,100.00 to 3,000.00 (-3.3 %), SOL not known to 150.13',
    'LEG: Aave v3 Ethereum: USDC debt 21,001 to 22,000; DAI debt 5,001 (+0.5); WBTC counts as collateral now',
    'PARAMETERS: Aave v3 Ethereum: the liquidation threshold of WETH 84 % to 83 %',
    'LEG: Bybit USDT not read now: it may still be there',
    'FREE CASH: 8,000 USD to not known (USDC 8,000 to not read in a wallet)',
    'NOT READ NOW: bybit/main: Bybit is away.',
    'MENDED: okx/main; before: OKX refused the key.',
  ])
  expect(sinceWords(CHANGES)).toBe('22 Nov 2026 10:30 UTC, 3 h 10 min before')
})

test('nothing changed: the grade and the room are told all the same', () => {
  const parts = { price: dec(0), interest: dec(0), position: dec(0), unsplit: null, parameters: dec(0) }
  const same = { before: side('-0.1967'), now: side('-0.1967'), whole: dec(0), parts, unexplained: null }
  const calm: Changes = {
    ...CHANGES,
    ...{ grade: { before: CHANGES.grade.now, now: CHANGES.grade.now }, room: same, legs: [], prices: [] },
    ...{ cash: { before: dec(1), now: dec(1), rows: [] }, gaps: { came: [], went: [] } },
  }
  expect(changeRows(calm, []).map(({ text }) => text)).toEqual([
    'still warning',
    'was -19.6 %, is -19.6 % (0 points): price 0, interest 0, position 0, parameters 0',
  ])
})

describe('why the room changed', () => {
  test('interest and position that are not told apart', () => {
    const parts = { price: dec(0), interest: null, position: null, unsplit: dec('-0.01'), parameters: dec(0) }
    expect(roomChangeWords({ ...ROOM, parts })).toContain(
      ': price 0, interest and position together -1.0 (not every rate was read), parameters 0',
    )
  })

  test('a rise is measured as the fall that is as far', () => {
    // +25 % is as far as -20 %, +50 % as -33.3 %
    const room = { ...ROOM, before: side('0.5'), now: side('0.25'), whole: dec('-0.133333333333') }
    expect(roomChangeWords(room)).toMatch(/^was \+50\.0 %, is \+25\.0 % \(-13\.4 points of the fall that is as far\): /)
  })

  test('no trigger, and a room that is not known', () => {
    const lost = { ...ROOM, before: side(null), now: { known: false, move: null, atMost: dec('-0.3') } }
    expect(roomChangeWords({ ...lost, whole: null, parts: null, unexplained: 'now' })).toBe(
      'was without a trigger, is not known, -30.0 % at most: why is not known, for the room now is not',
    )
  })
})

test('terms in words', () => {
  const words = (what: Parameters<typeof termWords>[0]['what'], before: string, now: string, label: string | null = 'WETH') =>
    termWords({ what, label, before, now })
  expect(words('bonus', '0.05', '0.075')).toBe('the liquidation bonus of WETH 5 % to 7.5 %')
  expect(words('ltv', '0.8', '0')).toBe('the loan-to-value of WETH 80 % to 0 %')
  expect(words('haircut', '1', '0.95', 'BTC')).toBe('the share of BTC that counts as margin 100 % to 95 %')
  expect(words('factor', '0.95', '0.9')).toBe('what a liquidation credits of WETH 95 % to 90 %')
  expect(words('e-mode', '0', '1', null)).toBe('e-mode category 0 to 1')
  expect(words('e-mode', 'in', 'out')).toBe('WETH is not in the e-mode any more')
  expect(words('revision', '5', '6', null)).toBe("the pool's revision 5 to 6")
  expect(words('state', 'open', 'frozen and paused')).toBe('WETH was open, is frozen and paused')
  expect(words('state', 'open', 'paused', null)).toBe('liquidation was open, is paused')
  expect(words('collateral', 'on', 'off')).toBe('WETH is no collateral any more')
  expect(words('tiers', '1', '2', 'ETHUSDT')).toBe('the maintenance table of ETHUSDT changed')
  expect(words('rules', 'a', 'b', null)).toBe('the margin rules changed')
  expect(words('liquidation', 'a', 'b', null)).toBe('the rules of a liquidation changed')
  expect(words('threshold', '0.8', '0.7', 'W\u001b\u202eETH')).toBe('the liquidation threshold of WETH 80 % to 70 %')
})

test('figures, to the worse side', () => {
  // A loss is never shown smaller, a gain never larger.
  expect(['-0.01301', '0.01399', '-0.00001', '0.00001', '0'].map((one) => pointsWords(dec(one)))).toEqual([
    ...['-1.4', '+1.3', '-0.01', '+0.00', '0'],
  ])
  expect(['-0.03221', '0.0322', '0.000011'].map((one) => movedWords(dec(one)))).toEqual(['-3.3 %', '+3.3 %', '+0.01 %'])
  expect(['90000', '3000.126', '1.23456', '0.00012345678', '0'].map((one) => priceWords(dec(one)))).toEqual([
    ...['90,000.00', '3,000.13', '1.2346', '0.00012346', '0'],
  ])
  expect(setShareWords(dec('0.82505'))).toBe('82.505 %')
  expect(
    [45_000, 119_001, 121_000, 3_600_000, 11_400_000, 11_400_001, 172_799_000, 172_800_000, 190_800_001].map(spanWords),
  ).toEqual([...['45 s', '2 min', '3 min', '1 h', '3 h 10 min', '3 h 11 min', '2 d', '2 d', '2 d 6 h']])
})

describe('the JSON report', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(reportJsonSchema())
  const data = (changes?: Changes | null) =>
    JSON.parse(json.render(reportFindings(), { colour: false, banners: [], ...(changes === undefined ? {} : { changes }) }))

  test('fits its schema with and without changes', () => {
    const unknown = { ...CHANGES, room: { ...ROOM, whole: null, parts: null, unexplained: 'both' as const } }
    for (const changes of [undefined, null, CHANGES, unknown]) {
      expect(validate(data(changes)), JSON.stringify(validate.errors)).toBe(true)
    }
    expect(data().changes).toBeNull()
  })

  test('tells the parts as decimal text, and null for what is not known', () => {
    const { changes } = data(CHANGES)
    expect(changes.since).toBe('2026-11-22T10:30:00.000Z')
    expect(changes.room.parts).toEqual({
      ...{ price: '-0.0131', interest: '-0.00201', position: '0.00101', unsplit: null, parameters: '0' },
    })
    expect(changes.legs[0].amounts[2]).toEqual({ what: 'debt', label: 'DAI', before: '5000.2', now: '5000.7', interest: null })
    expect(changes.cash.now).toBeNull()
    expect(changes.prices[2]).toEqual({ factor: 'SOL', before: null, now: '150.126', move: null })
    expect(validate({ ...data(), changes: { ...changes, extra: 1 } })).toBe(false)
  })
})
