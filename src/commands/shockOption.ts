import { InvalidArgumentError } from 'commander'
import { type Decimal, dec, isDecimalText, ONE } from '../risk/decimal.ts'

/**
 * `ETH=-20%` as a factor and its multiplier, 0.8. Several add up to one shock; the same factor twice is refused.
 *
 * @throws InvalidArgumentError with what is wrong and how one is written.
 */
export function shockOption(text: string, before: ReadonlyMap<string, Decimal> = new Map()): ReadonlyMap<string, Decimal> {
  const [, factor = '', sign = '', percent = ''] = /^([^=\s]{1,80})=([+-])([\d.]{1,20})\s*%$/.exec(text.trim()) ?? []
  if (factor === '' || !isDecimalText(percent))
    throw new InvalidArgumentError('Write a factor and its move, as ETH=-20% or USD:USDC=-3%.')
  const move = dec(percent).div(100)
  const multiplier = sign === '-' ? ONE.minus(move) : ONE.plus(move)
  if (!multiplier.gt(0)) throw new InvalidArgumentError('A price cannot fall by 100 % or more.')
  if (multiplier.gt(1000)) throw new InvalidArgumentError('A rise of more than 99,900 % is not computed.')
  if (before.has(factor)) throw new InvalidArgumentError(`${factor} is named twice.`)
  return new Map([...before, [factor, multiplier]])
}

/** `30%` as a share between 0 and 1, both excluded. @throws InvalidArgumentError */
export function shareOption(text: string): Decimal {
  const [, percent = ''] = /^([\d.]{1,20})\s*%$/.exec(text.trim()) ?? []
  if (!isDecimalText(percent)) throw new InvalidArgumentError('Write a fall in percent, as 30%.')
  const share = dec(percent).div(100)
  if (!share.gt(0) || !share.lt(ONE)) throw new InvalidArgumentError('It must be more than 0 % and less than 100 %.')
  return share
}
