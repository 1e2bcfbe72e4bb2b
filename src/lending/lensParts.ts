import type { Address } from 'viem'
import { TrackerError, UnreachableError } from '../errors.ts'
import type { BlockHeader } from './blockHeader.ts'
import { AT_ONCE, type Done, giveUp, isOpen, lensBook, type Outcome, planned, take } from './lensBook.ts'
import type { LensSight } from './lensCall.ts'
import { askAt, type LensNode, type MarketAsk, stillThere } from './lensNode.ts'

/** Lens calls for one reading: beyond it what is left is told as unread. 2,000 wallets of a large market under a cap of 30 million. */
const MOST_CALLS = 64
/** So many wallets, times the markets, that the size of a question may be why a node did not answer it in time. */
const MANY = 20
/** Each costs the time of a whole request: a node that does not answer at all is not asked for ever less. */
const MOST_LATE = 3

/**
 * Reads the rest of what one call could not tell, at the same block: in rounds of a few calls, each as large as the node has shown it can
 * do.
 *
 * @param first - What was asked for in the first call, and what came of it.
 * @returns What was read, and for the rest why not; `moved` when the block was replaced meanwhile, so that parts would not fit together.
 */
export async function readParts(
  node: LensNode,
  header: BlockHeader,
  first: { readonly asks: readonly MarketAsk[]; readonly sight: LensSight | 'too-much' },
): Promise<readonly Done[] | 'moved'> {
  const book = lensBook(first.asks)
  take(book, first.asks, first.sight)
  let calls = 1
  let late = 0
  while (isOpen(book)) {
    const plan = planned(book).slice(0, MOST_CALLS - calls)
    calls += plan.length
    let ended: TrackerError | null = null
    const outcomes = await inTurns(plan, async (asks): Promise<Outcome> => {
      if (ended !== null) return 'not-asked'
      const outcome = await askAt(node, asks, header).catch(faultOf)
      if (isTooLong(outcome, asks) && late++ < MOST_LATE) return 'too-much'
      if (outcome instanceof TrackerError) ended = outcome
      return outcome
    })
    if (outcomes.includes('moved')) return 'moved'
    if (node.pin === 'number' && plan.length > 0) {
      const there = await stillThere(node, header).catch(faultOf)
      if (there === false) return 'moved'
      if (there !== true) {
        giveUp(book, there)
        break
      }
    }
    for (const [i, outcome] of outcomes.entries()) take(book, plan[i] as readonly MarketAsk[], outcome)
    // A node that fails is not asked on and on: it was tried again already where that could help.
    if (ended !== null || plan.length === 0) giveUp(book, ended)
  }
  return inOrder(book.done, first.asks)
}

/** Whether the node ran out of time over a question that can be made smaller. */
export function isTooLong(outcome: unknown, asks: readonly MarketAsk[]): boolean {
  const size = asks.reduce((sum, { wallets }) => sum + wallets.length, 0)
  return outcome instanceof UnreachableError && outcome.timedOut && size >= MANY
}

/** A fault that is told; any other is nobody's to catch. */
function faultOf(error: unknown): TrackerError {
  if (error instanceof TrackerError) return error
  throw error
}

/** As near to the order in which the wallets were given as the parts allow, however they came in. */
function inOrder(done: readonly Done[], [ask]: readonly MarketAsk[]): readonly Done[] {
  const places = new Map(ask?.wallets.map((wallet, place) => [wallet, place]))
  const placeOf = ({ job: { wallets } }: Done): number => places.get(wallets[0] as Address) ?? places.size
  return done.toSorted((a, b) => placeOf(a) - placeOf(b))
}

/** All of them, a few at once. @returns in the order of the items */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  const queue = items.entries()
  const lane = async (): Promise<void> => {
    for (const [i, item] of queue) results[i] = await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return results
}
