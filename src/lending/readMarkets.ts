import type { Hex } from 'viem'
import { IncompleteAnswerError } from '../errors.ts'
import { gapOf } from '../risk/gap.ts'
import type { LensAnswer, Market, Reading } from './protocol.ts'

/**
 * Reads each market's answer, and puts what came of them together. A market without a usable answer is a gap.
 *
 * @param read - Makes a reading of what the lens wrote of one market; null where it cannot have written that.
 */
export function readMarkets(
  markets: readonly Market[],
  answers: readonly LensAnswer[],
  read: (market: Market, bytes: Hex) => Reading | null,
): Reading {
  const readings = markets.map((market, i): Reading => {
    const answer = answers[i]
    const what = answer?.ok === false ? { what: answer.reason } : {}
    const reading = answer?.ok ? read(market, answer.bytes) : null
    if (reading !== null) return reading
    const gap = gapOf(market.title, new IncompleteAnswerError(market.title, 'market', what))
    return { positions: [], cash: [], gaps: [gap], notes: [] }
  })
  return {
    positions: readings.flatMap(({ positions }) => positions),
    cash: readings.flatMap(({ cash }) => cash),
    gaps: readings.flatMap(({ gaps }) => gaps),
    notes: readings.flatMap(({ notes }) => notes),
    owned: readings.flatMap(({ owned = [] }) => owned),
    kinds: readings.flatMap(({ kinds = [] }) => kinds),
  }
}
