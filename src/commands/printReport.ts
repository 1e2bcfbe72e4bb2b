import { FORMATS, type FormatName } from '../report/formats.ts'
import type { Changes } from '../risk/changes.ts'
import type { Findings } from '../risk/findings.ts'
import { GRADES, type Grade } from '../risk/grade.ts'
import type { World } from './world.ts'

/** Options every command that prints a report takes. */
export type ReportOptions = { readonly format: FormatName; readonly failOn: Grade | null }

/** The values of `--fail-on`. */
export const FAIL_ON: readonly Grade[] = GRADES.filter((grade) => grade !== 'no-risk' && grade !== 'no-trigger')

/** Writes the report to stdout in the format asked for. */
export function printReport(
  findings: Findings,
  { format, banners, changes }: { format: FormatName; banners: readonly string[]; changes?: Changes | undefined },
  world: World,
): void {
  world.out(FORMATS[format].render(findings, { colour: world.colour, banners, changes }))
}
