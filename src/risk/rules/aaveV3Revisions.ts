import { UnsupportedError } from '../../errors.ts'

/** How a pool turns balances and prices into health. Facts of its code, as data. */
export type AaveV3Rounding = {
  /** The release this revision belongs to. */
  readonly release: string
  /** true: health is taken from the average threshold, cut to whole basis points. false: from the exact weighted sum. */
  readonly floorsAverageThreshold: boolean
  /** Which way the value of a debt is rounded to base currency units. */
  readonly debt: 'down' | 'up'
  /** Whether collateral with a liquidation threshold of 0 is part of the total (it never backs debt). */
  readonly countsZeroThreshold: boolean
}

const FLOORED = { floorsAverageThreshold: true, debt: 'down', countsZeroThreshold: false } as const
const SUMMED = { floorsAverageThreshold: false, debt: 'up' } as const

/**
 * Every `POOL_REVISION` whose arithmetic was read in its source, with that arithmetic.
 *
 * `PercentageMath.percentMul` and `WadRayMath.wadDiv` round half up in all of them.
 *
 * @see `GenericLogic.calculateUserAccountData`: revision 1 in aave/aave-v3-core; 2 and 3 in the published code differences of
 * bgd-labs/proposal-3.0.2-upgrade and bgd-labs/protocol-v3.1-upgrade; 4 to 11 in aave-dao/aave-v3-origin, v3.1.0 to v3.7
 * (5 is the tag v3.2.0, 6 is v3.2.1)
 */
export const KNOWN_REVISIONS: ReadonlyMap<number, AaveV3Rounding> = new Map([
  [1, { release: '3.0', ...FLOORED }],
  [2, { release: '3.0.2', ...FLOORED }],
  [3, { release: '3.0.2, stable rate patch', ...FLOORED }],
  [4, { release: '3.1', ...FLOORED }],
  [5, { release: '3.2.0', ...FLOORED }],
  [6, { release: '3.2.1', ...FLOORED }],
  [7, { release: '3.3', ...FLOORED }],
  [8, { release: '3.4', ...FLOORED }],
  [9, { release: '3.5', ...SUMMED, countsZeroThreshold: false }],
  [10, { release: '3.6', ...SUMMED, countsZeroThreshold: true }],
  [11, { release: '3.7', ...SUMMED, countsZeroThreshold: true }],
])

/**
 * The arithmetic of a pool revision.
 *
 * @throws UnsupportedError for a revision whose source was not read: its health would be a guess.
 */
export function roundingOf(revision: number, venue = 'Aave v3'): AaveV3Rounding {
  const rounding = KNOWN_REVISIONS.get(revision)
  if (rounding === undefined) throw new UnsupportedError(venue, `runs pool revision ${revision}, whose rounding is not known`)
  return rounding
}
