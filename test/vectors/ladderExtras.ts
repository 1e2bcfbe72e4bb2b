import { pathsOf } from '../../src/risk/corridor.ts'
import { deathsOf, distance } from '../../src/risk/deaths.ts'
import { type Decimal, sum } from '../../src/risk/decimal.ts'
import { ladderOf } from '../../src/risk/ladder.ts'
import type { Leg, Snapshot } from '../../src/risk/leg.ts'
import type { Path } from '../../src/risk/path.ts'
import { marginState } from '../../src/risk/rules/margin.ts'
import { type Entry, EntryError, figure, given } from './entry.ts'
import { bookOf } from './freeCash.ts'

/** The entries of `extra` that say how much only a watchful owner has. */

/** `ladder`: hands off, with the cash placed now, and with money that moves freely at every price. */
export function ladder(snapshot: Snapshot, entry: Entry): unknown {
  const initialMargin = entry.imRate === undefined ? null : figure(entry, 'imRate')
  const { safetyFactor, withCash, pooled } = ladderOf(bookOf(snapshot, entry), initialMargin)
  return {
    ...given(entry, ['imRate', 'cash']),
    safetyFactor,
    uhfCash: withCash,
    uhfPool: pooled.known ? pooled.factor : undefined,
  }
}

/** `trappedAtLoanDeath`: what the futures own where the first loan dies, and cannot lend it. */
export function trappedAtLoanDeath({ legs }: Snapshot): unknown {
  const death = firstLoanDeath(legs)
  if (death === null) throw new EntryError('no loan of the book dies')
  const pools = legs.filter((leg) => leg.kind === 'futures')
  return { s: death.s, futuresEquity: sum(pools.map((pool) => marginState(pool, death.path, death.s).equity)) }
}

/** By market factors, whichever way; on a tie the single factor, which says more than all together. */
function firstLoanDeath(legs: readonly Leg[]): { readonly path: Path; readonly s: Decimal } | null {
  let first: { path: Path; s: Decimal } | null = null
  for (const path of pathsOf(legs).filter(({ kind }) => kind !== 'peg')) {
    for (const leg of legs.filter(({ kind }) => kind === 'lending')) {
      const { down, up } = deathsOf(leg, path)
      for (const s of [down, up]) {
        if (s !== null && (first === null || distance(s).times('1.000000001').lt(distance(first.s)))) first = { path, s }
      }
    }
  }
  return first
}
