import { prepareStep } from '../lending/prepareStep.ts'
import type { FormatName } from '../report/formats.ts'
import { RESCUE_FORMATS } from '../report/rescueReport.ts'
import type { Decimal } from '../risk/decimal.ts'
import { type Findings, findingsOf } from '../risk/findings.ts'
import { outOfDate } from '../risk/outOfDate.ts'
import type { RescueTransactions } from '../risk/payment.ts'
import { rescueBook } from '../risk/rescueBook.ts'
import type { RescueBook } from '../risk/rescueDesk.ts'
import type { Move } from '../risk/rescueMove.ts'
import { rescueSteps } from '../risk/rescueSteps.ts'
import { type Target, targetFor } from '../risk/target.ts'
import { EXIT, exitCode } from './exitCodes.ts'
import { openSnapshot, type SnapshotCall } from './openSnapshot.ts'
import type { World } from './world.ts'

export type RescueCall = SnapshotCall & {
  readonly format: FormatName
  /** The fall that is to be survived; without one it is the best use of the cash. */
  readonly target?: Decimal
  /** Whether the transactions of the moves are wanted. */
  readonly tx?: boolean
}

/**
 * What it takes to survive a wanted fall, and the rise that mirrors it; of a saved snapshot, or of the book as it is now. And the
 * transactions that do it, unsigned: nothing is sent.
 */
export async function rescue({ format, target: fall, tx = false, ...call }: RescueCall, world: World): Promise<number> {
  if (fall === undefined && !tx) {
    world.err('--target: say what is to be survived, as 30%; or give --tx for the transactions of the best use of the cash.\n')
    return EXIT.usage
  }
  const { snapshot, banners, ...assumptions } = await openSnapshot(call, world)
  const findings = findingsOf(snapshot, assumptions)
  const { view } = findings
  const legs = snapshot.legs.filter(({ id }) => view.legs.some((one) => one.id === id))
  const book = rescueBook(legs, snapshot.cash, { view, means: assumptions.means })
  const target = fall === undefined ? null : targetFor({ ...book, donors: [] }, fall)
  const transactions = tx ? await transactionsOf(movesOf(target, findings), book, world.now()) : null
  world.out(RESCUE_FORMATS[format](findings, { target, transactions, banners }))
  return exitCode({ view, notStored: false, failOn: null })
}

/** What is shown is what is done: the moves towards the target, else the best use of the cash, else of margin as well. */
function movesOf(target: Target | null, { outlook }: Findings): readonly Move[] {
  if (target !== null) return target.least.moves
  const { plan, planWithMargin } = outlook
  return plan !== null && plan.moves.length > 0 ? plan.moves : (planWithMargin?.moves ?? [])
}

async function transactionsOf(
  moves: readonly Move[],
  { legs, cash }: Pick<RescueBook, 'legs' | 'cash'>,
  now: number,
): Promise<RescueTransactions> {
  const withheld = moves.length === 0 ? [] : outOfDate(legs, now)
  if (withheld.length > 0) return { steps: [], withheld }
  return { steps: await Promise.all(rescueSteps(moves, { legs, cash }).map(prepareStep)), withheld: [] }
}
