import type { Findings } from '../risk/findings.ts'
import type { Later } from '../risk/nextReport.ts'
import type { LegView } from '../risk/view.ts'
import type { Row } from './layout.ts'
import { legName } from './legName.ts'
import { healthWords, timeWords } from './words.ts'

/** How the loans stand when the next report falls due, where interest alone shows by then: in the digits, or in the grade. */
export function nextReportRows({ view, outlook: { nextReport } }: Findings): Row[] {
  if (nextReport === null) return []
  const alone = view.legs.filter(({ kind }) => kind === 'lending').length === 1
  const told = view.legs.flatMap((leg) => {
    const later = nextReport.legs.get(leg.id)
    const words = later === undefined ? null : laterWords(leg, later)
    return words === null ? [] : [alone ? words : `${legName(leg, view.legs, 40)} ${words}`]
  })
  if (told.length === 0) return []
  return [{ label: 'NEXT REPORT', text: `${timeWords(nextReport.at)}: ${told.join('; ')}; by interest alone` }]
}

/** null: it shows nothing. */
function laterWords({ health, grade }: LegView, later: Later): string | null {
  const crossed = later.grade !== grade
  const digits = healthWords(later.health)
  if (!crossed && healthWords(health) === digits) return null
  return `HF ${digits}${crossed ? `, then ${later.grade}` : ''}`
}
