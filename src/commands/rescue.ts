import type { FormatName } from '../report/formats.ts'
import { RESCUE_FORMATS } from '../report/rescueReport.ts'
import type { Decimal } from '../risk/decimal.ts'
import { findingsOf } from '../risk/findings.ts'
import { rescueBook } from '../risk/rescueBook.ts'
import { targetFor } from '../risk/target.ts'
import { exitCode } from './exitCodes.ts'
import { openSnapshot, type SnapshotCall } from './openSnapshot.ts'
import type { World } from './world.ts'

export type RescueCall = SnapshotCall & { readonly format: FormatName; readonly target: Decimal }

/** What it takes to survive a wanted fall, and the rise that mirrors it; of a saved snapshot, or of the book as it is now. */
export async function rescue({ format, target: fall, ...call }: RescueCall, world: World): Promise<number> {
  const { snapshot, banners, ...assumptions } = await openSnapshot(call, world)
  const findings = findingsOf(snapshot, assumptions)
  const { view } = findings
  const legs = snapshot.legs.filter(({ id }) => view.legs.some((one) => one.id === id))
  const book = rescueBook(legs, snapshot.cash, { view, means: assumptions.means })
  const target = targetFor({ ...book, donors: [] }, fall)
  world.out(RESCUE_FORMATS[format](findings, target, banners))
  return exitCode({ view, notStored: false, failOn: null })
}
