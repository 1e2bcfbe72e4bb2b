import { collect, type Reads, type Tools } from './collect.ts'
import { assess } from './risk/assess.ts'
import type { Policy } from './risk/grade.ts'
import type { Snapshot } from './risk/leg.ts'
import type { Means } from './risk/means.ts'
import type { RiskView } from './risk/view.ts'

/** A named set of legs with its policy and what its owner states: the unit of work. */
export type Book = Reads & { readonly policy: Policy; readonly means: Means }

/** One run over one book. */
export type Pass = { readonly snapshot: Snapshot; readonly view: RiskView }

/** One pass over one book. Only the signal can end it early; no fault of one part silences another. */
export async function run(book: Book, tools: Tools): Promise<Pass> {
  const snapshot = await collect(book, tools)
  return { snapshot, view: assess(snapshot, book.policy, tools.onBug) }
}
