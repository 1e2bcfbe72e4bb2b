import { describe, expect, test } from 'vitest'
import {
  ageWords,
  amountWords,
  chosenWords,
  deathPriceWords,
  driftWords,
  healthWords,
  moveWords,
  needWords,
  plain,
  roomBar,
  shareWords,
  timeWords,
} from '../../src/report/words.ts'
import { dec } from '../../src/risk/decimal.ts'

describe('rounding, always to the worse side', () => {
  test('a health is never shown better than it is', () => {
    expect(healthWords(dec('1.769890909'))).toBe('1.7698')
    expect(healthWords(dec('0.999999999999999999'))).toBe('0.9999')
    expect(healthWords(dec('1'))).toBe('1.0000')
    expect(healthWords(null)).toBe('no debt')
    expect(healthWords(dec('123456789'))).toBe('over 9999')
  })

  test('room is never shown larger than it is', () => {
    expect(moveWords(dec('-0.19678'))).toBe('-19.6 %')
    expect(moveWords(dec('-0.4349999'))).toBe('-43.4 %')
    expect(moveWords(dec('0.2549'))).toBe('+25.4 %')
    expect(moveWords(dec('-0.00099'))).toBe('-0.09 %')
    expect(moveWords(dec('0'))).toBe('+0.00 %')
    expect(moveWords(dec('1234.5'))).toBe('+123,450 %')
  })

  test('the price of a death stands nearer to today than the death', () => {
    expect(deathPriceWords(dec('2409.6381'), 'down')).toBe('2,409.64')
    expect(deathPriceWords(dec('2409.6381'), 'up')).toBe('2,409.63')
    expect(deathPriceWords(dec('0.000012341'), 'down')).toBe('0.00001235')
    expect(deathPriceWords(dec('0.000012341'), 'up')).toBe('0.00001234')
  })

  test('what is owed, an age and a drift go up', () => {
    expect(shareWords(dec('0.02083'))).toBe('2.1 %')
    expect(ageWords(7.2)).toBe('8 s')
    expect(ageWords(121)).toBe('3 min')
    expect(ageWords(null)).toBe('age unknown')
    expect(driftWords(dec('0.00012345'))).toBe('0.013 %')
  })

  test('what is needed is shown as enough, but for noise', () => {
    expect(needWords(dec('6168.0001'))).toBe('6,169')
    expect(needWords(dec('6168.0000001'))).toBe('6,168')
    expect(needWords(dec('6167.9999999'))).toBe('6,168')
    expect(needWords(dec('0.2'))).toBe('1')
  })

  test('units of a coin: never 0 where there are some', () => {
    expect(amountWords(dec('10000.9'), 'down')).toBe('10,000')
    expect(amountWords(dec('10000.1'), 'up')).toBe('10,001')
    expect(amountWords(dec('999.999'), 'down')).toBe('999.99')
    expect(amountWords(dec('999.991'), 'up')).toBe('1,000')
    expect(amountWords(dec('0.8'), 'down')).toBe('0.8')
    expect(amountWords(dec('0.000123456789'), 'down')).toBe('0.00012345')
    expect(amountWords(dec('0.000123456789'), 'up')).toBe('0.00012346')
    expect(amountWords(dec('9999.99999999'), 'down')).toBe('10,000')
    expect(amountWords(dec(0), 'up')).toBe('0')
  })

  test('a move that somebody chose keeps its digits', () => {
    expect(chosenWords(dec('-0.2005'))).toBe('-20.05 %')
    expect(chosenWords(dec('999'))).toBe('+99,900 %')
    expect(chosenWords(dec(0))).toBe('+0 %')
  })

  test('the bar: a mark for each ten percent, at least one', () => {
    expect(roomBar(dec('-0.434'))).toBe('####')
    expect(roomBar(dec('-0.01'))).toBe('#')
    // +100 % is as far as -50 %
    expect(roomBar(dec('1'))).toBe('#####')
    expect(roomBar(dec('-0.64'))).toBe('######')
    expect(roomBar(dec('-0.66'))).toBe('#####+')
  })
})

test('time is told in UTC', () => expect(timeWords(Date.UTC(2026, 10, 22, 13, 40, 59))).toBe('22 Nov 2026 13:40 UTC'))

describe('plain: foreign text does no harm', () => {
  test('escapes, bidi overrides, zero-width and tag characters are gone, lines are joined', () => {
    expect(plain('\u001b[31mUSDC\u001b[0m')).toBe('[31mUSDC[0m')
    expect(plain('US\u202eDC\u200b\u2066\u00ad\ufeff')).toBe('USDC')
    expect(plain('a\r\nb\u2028c\td')).toBe('a b c d')
    expect(plain(`tag${String.fromCodePoint(0xe0041)}`)).toBe('tag')
    expect(plain('Binance USDⓈ-M — ok…')).toBe('Binance USDⓈ-M — ok…')
  })

  test('long text is cut', () => expect(plain('x'.repeat(500), 10)).toBe(`${'x'.repeat(9)}…`))
})
