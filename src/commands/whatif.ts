import type { FormatName } from '../report/formats.ts'
import { WHAT_IF_FORMATS } from '../report/whatIfReport.ts'
import { plain } from '../report/words.ts'
import { assess } from '../risk/assess.ts'
import type { Decimal } from '../risk/decimal.ts'
import { namesOf, unknownNames } from '../risk/scenarios.ts'
import { whatIf } from '../risk/whatIf.ts'
import { withUnread } from '../risk/withUnread.ts'
import { EXIT, exitCode } from './exitCodes.ts'
import { openSnapshot, type SnapshotCall } from './openSnapshot.ts'
import type { World } from './world.ts'

export type WhatIfCall = SnapshotCall & { readonly format: FormatName; readonly shock: ReadonlyMap<string, Decimal> }

/** What a shock of the user's own does; to a saved snapshot, or to the book as it is now. */
export async function whatif({ format, shock, ...call }: WhatIfCall, world: World): Promise<number> {
  const { snapshot, banners, policy, onBug } = await openSnapshot(call, world)
  const view = assess(snapshot, policy, onBug)
  const legs = snapshot.legs.filter(({ id }) => view.legs.some((one) => one.id === id))
  // A leg that is too old is not played, yet the book does depend on its prices.
  const strangers = unknownNames(shock, snapshot.legs, snapshot.cash)
  if (strangers.length > 0) {
    const held = [...namesOf(snapshot.legs, snapshot.cash)].sort().map((name) => plain(name, 80))
    const problem = `nothing ${view.gaps.length > 0 ? 'that was read' : 'in the book'} depends on ${strangers.map((name) => plain(name, 80)).join(', ')}; it depends on ${held.join(', ') || 'nothing'}`
    world.err(`--shock: ${problem}.\n`)
    return EXIT.usage
  }
  const played = whatIf(legs, snapshot.cash, shock)
  const result = { ...played, outcome: withUnread(played.outcome, view.gaps) }
  world.out(WHAT_IF_FORMATS[format]({ view, result, banners }))
  return exitCode({ view, notStored: false, failOn: null })
}
