import { describe, expect, test } from 'vitest'
import { readDuration, readShare } from '../../src/config/units.ts'

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
})

describe('readDuration', () => {
  test.each([
    ['10 s', 10_000],
    ['500ms', 500],
    ['1.5 min', 90_000],
  ])('%s', (text, ms) => {
    expect(readDuration(text)).toEqual({ ok: true, value: ms })
  })

  test.each(['10', '10 h', '0 s', '61 min', '-1 s', 's'])('%s is none', (text) => {
    expect(readDuration(text).ok).toBe(false)
  })
})
