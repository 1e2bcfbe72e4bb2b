import { type Decimal, dec, isDecimalText, ONE } from '../risk/decimal.ts'

/** A figure, or what is wrong with the text; the sentence follows the name of the setting. */
export type Figure<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** The figures that a setting accepts: the test, the range in words, and how one is written. */
export type Range<T> = { readonly holds: (value: T) => boolean; readonly words: string; readonly example: string }

const PART_OF_ONE: Range<Decimal> = {
  holds: (share) => share.gt(0) && share.lt(ONE),
  words: 'more than 0 % and less than 100 %',
  example: '"35 %" or 0.35',
}

/** `35 %` or `0.35`, every digit kept. Where no range is given: between 0 and 1, both excluded. */
export function readShare(text: string, { holds, words, example }: Range<Decimal> = PART_OF_ONE): Figure<Decimal> {
  const number = text.replace(/\s*%$/, '')
  if (!isDecimalText(number)) return { ok: false, problem: `is not a share; write it as ${example}` }
  const value = number === text ? dec(number) : dec(number).div(100)
  if (!holds(value)) return { ok: false, problem: `must be ${words}; write it as ${example}` }
  // "ETH: 2" is 200 % to one reader and 2 % to another.
  if (number === text && value.gte(ONE)) return { ok: false, problem: `may be read in two ways; write it with %, as ${example}` }
  return { ok: true, value }
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 }

const DEADLINE: Range<number> = {
  holds: (ms) => ms >= 1 && ms <= 3_600_000,
  words: 'between 1 ms and 60 min',
  example: '"10 s", "500 ms" or "1 min"',
}

/** `10 s`, `500 ms`, `5m`, `1 min`, `2 h`, `1 d` as whole milliseconds. Where no range is given: up to an hour. */
export function readDuration(text: string, { holds, words, example }: Range<number> = DEADLINE): Figure<number> {
  const [, number = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([a-z]+)$/.exec(text) ?? []
  const ms = Number(number) * (UNITS[unit] ?? Number.NaN)
  if (!Number.isFinite(ms)) return { ok: false, problem: `is not a time; write the unit: ${example}` }
  return holds(ms) ? { ok: true, value: Math.round(ms) } : { ok: false, problem: `must be ${words}` }
}
