import { InvalidArgumentError } from 'commander'
import { describe, expect, test } from 'vitest'
import { shareOption, shockOption } from '../../src/commands/shockOption.ts'
import { dec } from '../../src/risk/decimal.ts'

describe('--shock', () => {
  test.each([
    ['ETH=-20%', 'ETH', '0.8'],
    [' ETH=-20 % ', 'ETH', '0.8'],
    ['USD:USDC=-3%', 'USD:USDC', '0.97'],
    ['wstETH/ETH=-0.05%', 'wstETH/ETH', '0.9995'],
    ['ALL=+.5%', 'ALL', '1.005'],
    ['ETH=-99.999%', 'ETH', '0.00001'],
    ['ETH=+99900%', 'ETH', '1000'],
    ['ETH=-0%', 'ETH', '1'],
  ])('%s', (text, factor, multiplier) => {
    expect([...shockOption(text)].map(([name, s]) => [name, s.toFixed()])).toEqual([[factor, multiplier]])
  })

  test('several are one shock, in their order', () => {
    expect([...shockOption('BTC=-5%', shockOption('ETH=-20%')).keys()]).toEqual(['ETH', 'BTC'])
  })

  test.each([
    ['ETH', /as ETH=-20%/],
    ['ETH=-20', /as ETH=-20%/],
    ['ETH=20%', /as ETH=-20%/],
    ['=-20%', /as ETH=-20%/],
    ['E TH=-20%', /as ETH=-20%/],
    ['ETH=-1.2.3%', /as ETH=-20%/],
    ['ETH=-.%', /as ETH=-20%/],
    ['ETH=-1e1%', /as ETH=-20%/],
    [`${'x'.repeat(81)}=-1%`, /as ETH=-20%/],
    ['ETH=-100%', /by 100 % or more/],
    ['ETH=-150%', /by 100 % or more/],
    ['ETH=+99900.1%', /more than 99,900 %/],
  ])('%s is refused', (text, reason) => {
    expect(() => shockOption(text)).toThrow(InvalidArgumentError)
    expect(() => shockOption(text)).toThrow(reason)
  })

  test('the same factor twice is refused', () => {
    expect(() => shockOption('ETH=-5%', new Map([['ETH', dec('0.8')]]))).toThrow('ETH is named twice.')
  })
})

describe('--target', () => {
  test.each([
    ['30%', '0.3'],
    ['30.05 %', '0.3005'],
    ['99.9%', '0.999'],
  ])('%s', (text, share) => expect(shareOption(text).toFixed()).toBe(share))

  test.each([
    ['30', /in percent/],
    ['-30%', /in percent/],
    ['', /in percent/],
    ['1.2.3%', /in percent/],
    ['0%', /more than 0 %/],
    ['100%', /less than 100 %/],
    ['130%', /less than 100 %/],
  ])('%s is refused', (text, reason) => {
    expect(() => shareOption(text)).toThrow(InvalidArgumentError)
    expect(() => shareOption(text)).toThrow(reason)
  })
})
