import { InvalidArgumentError } from 'commander'
import { type Range, readDuration } from '../config/units.ts'

const DAY = 86_400_000

const QUIET: Range<number> = {
  holds: (ms) => ms >= 60_000 && ms <= 7 * DAY,
  words: 'between 1 min and 7 d',
  example: '30min, 8h or 2d',
}
const BACK: Range<number> = {
  holds: (ms) => ms >= 60_000 && ms <= 3650 * DAY,
  words: 'between 1 min and 3650 d',
  example: '12h or 30d',
}

/** For how long something is quiet, milliseconds: no longer than a week. @throws InvalidArgumentError */
export function quietOption(text: string): number {
  return timeOption(text, QUIET)
}

/** How far back to look, milliseconds. @throws InvalidArgumentError */
export function backOption(text: string): number {
  return timeOption(text, BACK)
}

function timeOption(text: string, range: Range<number>): number {
  const read = readDuration(text.trim(), range)
  if (!read.ok) throw new InvalidArgumentError(`It ${read.problem}.`)
  return read.value
}
