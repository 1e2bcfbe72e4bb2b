import { describe, expect, test } from 'vitest'
import { readDuration, readShare } from '../../src/config/units.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'

describe('readShare', () => {
  test.each([
    ['35 %', '0.35'],
    ['35%', '0.35'],
    ['0.35', '0.35'],
    // 12.345678901234567890123 / 100: no digit is lost.
    ['12.345678901234567890123 %', '0.12345678901234567890123'],
  ])('%s', (text, share) => {
    const read = readShare(text)
    expect(read.ok && read.value.toFixed()).toBe(share)
  })

  test.each(['35', '1', '0', '0 %', '100 %', '-5 %', 'ten %', '5 % %', ''])('%s is none', (text) => {
    expect(readShare(text).ok).toBe(false)
  })

  test('in a range of its own: told by its words, and a bare 2 is not taken for 200 %', () => {
    const upTo5 = { holds: (share: Decimal) => share.lte(5), words: 'at most 500 %', example: '"60 %"' }
    expect(readShare('500 %', upTo5)).toMatchObject({ ok: true, value: dec(5) })
    expect(readShare('501 %', upTo5)).toEqual({ ok: false, problem: 'must be at most 500 %; write it as "60 %"' })
    for (const text of ['1', '2', '5'])
      expect(readShare(text, upTo5)).toEqual({ ok: false, problem: 'may be read in two ways; write it with %, as "60 %"' })
  })
})

describe('readDuration', () => {
  test.each([
    ['10 s', 10_000],
    ['500ms', 500],
    ['1.5 min', 90_000],
    ['5m', 300_000],
    ['1 h', 3_600_000],
  ])('%s', (text, ms) => {
    expect(readDuration(text)).toEqual({ ok: true, value: ms })
  })

  test.each(['10', '10 h', '0 s', '61 min', '-1 s', 's'])('%s is none', (text) => {
    expect(readDuration(text).ok).toBe(false)
  })

  test('in a range of its own', () => {
    const aDay = { holds: (ms: number) => ms === 86_400_000, words: 'a day', example: '"1 d"' }
    expect(readDuration('1 d', aDay)).toEqual({ ok: true, value: 86_400_000 })
    expect(readDuration('1 h', aDay)).toEqual({ ok: false, problem: 'must be a day' })
    expect(readDuration('1', aDay)).toEqual({ ok: false, problem: 'is not a time; write the unit: "1 d"' })
  })
})
