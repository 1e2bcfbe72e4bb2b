import { type Decimal, dec, isDecimalText, ONE } from '../risk/decimal.ts'

/** A figure, or what is wrong with the text; the sentence follows the name of the setting. */
export type Figure<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** `35 %` or `0.35`: a share between 0 and 1, both excluded, every digit kept. */
export function readShare(text: string): Figure<Decimal> {
  const number = text.replace(/\s*%$/, '')
  if (!isDecimalText(number)) return { ok: false, problem: 'is not a share; write it as "35 %" or 0.35' }
  const value = number === text ? dec(number) : dec(number).div(100)
  if (value.gt(0) && value.lt(ONE)) return { ok: true, value }
  return { ok: false, problem: 'must be more than 0 % and less than 100 %; write it as "35 %" or 0.35' }
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000 }
const LONGEST_MS = 3_600_000

/** `10 s`, `500 ms`, `1 min` as whole milliseconds, up to an hour. */
export function readDuration(text: string): Figure<number> {
  const [, number = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([a-z]+)$/.exec(text) ?? []
  const ms = Number(number) * (UNITS[unit] ?? Number.NaN)
  if (!Number.isFinite(ms)) return { ok: false, problem: 'is not a time; write the unit: "10 s", "500 ms" or "1 min"' }
  if (ms >= 1 && ms <= LONGEST_MS) return { ok: true, value: Math.round(ms) }
  return { ok: false, problem: 'must be between 1 ms and 60 min' }
}
