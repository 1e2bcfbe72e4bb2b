import type { Outlook } from '../risk/outlook.ts'
import type { Outcome } from '../risk/stress.ts'
import { rangeJson } from './figuresJson.ts'
import type { ReportJson } from './schema.ts'
import { plain } from './words.ts'

/** The book through every scenario, as it is and after the move. */
export function stressJson(stress: Outlook['stress']): ReportJson['stress'] {
  if (stress === null) return []
  return stress.today.map((outcome, i) => {
    const after = stress.afterMove?.[i]
    const { name, kind, hours } = outcome
    return { name, kind, hours, today: outcomeJson(outcome), afterMove: after === undefined ? null : outcomeJson(after) }
  })
}

/** How the book comes through one scenario. */
export function outcomeJson({
  survived,
  unknown,
  stages,
  bill,
  writtenOff,
  equity,
}: Outcome): ReportJson['stress'][number]['today'] {
  return {
    survived,
    unknown: unknown.map(({ leg, why }) => ({ leg, why: plain(why, 300) })),
    stages: stages.map((stage) => ({
      stage: stage.stage,
      dead: stage.dead.map((one) => ({ leg: one.leg, bill: rangeJson(one.bill), writtenOff: rangeJson(one.writtenOff) })),
      bill: rangeJson(stage.bill),
      equity: stage.equity === null ? null : rangeJson(stage.equity),
    })),
    bill: rangeJson(bill),
    writtenOff: rangeJson(writtenOff),
    equity: equity === null ? null : { before: equity.before.toFixed(), after: rangeJson(equity.after) },
  }
}
