import { GRADES, type Grade } from '../risk/grade.ts'
import type { RiskView } from '../risk/view.ts'

/** The exit codes of every command but `check`. @see REPORT "Commands and exit codes" */
export const EXIT = { complete: 0, bug: 1, usage: 2, incomplete: 3, notStored: 4, failOn: 5, interrupted: 130 } as const

/** What a pass did besides its view. */
export type Outcome = {
  readonly view: RiskView
  readonly notStored: boolean
  /** From this grade on the caller wants a failure. */
  readonly failOn: Grade | null
}

/** The exit code of a report: the first that applies of 1, 5 (asked for), 4, 3. */
export function exitCode({ view, notStored, failOn }: Outcome): number {
  if (view.gaps.some(({ code }) => code === 'bug')) return EXIT.bug
  if (failOn !== null && GRADES.indexOf(view.verdict.grade) <= GRADES.indexOf(failOn)) return EXIT.failOn
  if (notStored) return EXIT.notStored
  return view.verdict.complete ? EXIT.complete : EXIT.incomplete
}

/** The exit code of `check`, as monitoring systems read it: 0 fine, 1 warning, 2 critical, 3 not known. */
export function checkExitCode({ verdict, gaps }: RiskView): number {
  if (gaps.some(({ code }) => code === 'bug')) return 3
  switch (verdict.grade) {
    case 'liquidatable':
    case 'critical':
      return 2
    case 'warning':
      return 1
    case 'unknown':
      return 3
    default:
      return 0
  }
}

/** The exit code where stdout took nothing, as on a full disk: calm that nobody could read is no calm. */
export function unwrittenExitCode(command: string | undefined, code: number): number {
  if (code !== EXIT.complete && code !== EXIT.incomplete) return code
  return command === 'check' ? 3 : EXIT.notStored
}
