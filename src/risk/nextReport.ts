import { deathsOf } from './deaths.ts'
import { type Grade, gradeOfDeath, gradeOfHealth, type Policy, worse } from './grade.ts'
import type { Leg } from './leg.ts'
import type { LendingPosition } from './lendingPosition.ts'
import type { Path } from './path.ts'
import { laterLoan, type Projection, projection } from './projection.ts'
import type { Source } from './source.ts'

/** A loan at the next report, by interest alone. */
export type Later = Projection & {
  /** By its health and its room then, and not better than now. */
  readonly grade: Grade
}

/** The loans of a book when the next report falls due, prices as read. */
export type NextReport = {
  /** Milliseconds since 1970. */
  readonly at: number
  /** By leg: loans that owe something and whose rates were read. */
  readonly legs: ReadonlyMap<string, Later>
}

/** When, and by what a leg is graded. */
export type Then = {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The leg's grade now. */
  readonly grade: Grade
  readonly policy: Policy
  readonly paths: readonly Path[]
}

/**
 * A leg when the next report falls due: debt grows, collateral and prices stand still.
 *
 * @returns null for a futures leg, for a loan that owes nothing, and for one whose rates were not read.
 * @throws IncompleteAnswerError when a price the leg needs is missing.
 */
export function atNextReport(leg: Leg, { at, grade, policy, paths }: Then): Later | null {
  const seconds = secondsUntil(leg.source, at)
  const later = laterLoan(leg, seconds)
  const found = later === null ? null : projection(leg, seconds)
  if (later === null || found === null || found.health === null) return null
  const then = found.tripped ? 'liquidatable' : worse(gradeOfHealth(found.health, policy), gradeOfRoom(later, paths, policy))
  return { ...found, grade: worse(grade, then) }
}

/** From the block it was read at, rounded up: interest runs since then. */
function secondsUntil({ block, readAt }: Source, at: number): bigint {
  const from = block === null ? readAt : Number(block.timestamp) * 1000
  return BigInt(Math.max(0, Math.ceil((at - from) / 1000)))
}

function gradeOfRoom(loan: LendingPosition, paths: readonly Path[], policy: Policy): Grade {
  let grade: Grade = 'no-trigger'
  for (const path of paths) {
    const { down, up } = deathsOf(loan, path)
    const limits = path.kind === 'peg' ? policy.peg : policy.room
    for (const death of [down, up]) if (death !== null) grade = worse(grade, gradeOfDeath(death, limits))
  }
  return grade
}
