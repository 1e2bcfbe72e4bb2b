import { DEFAULT_POLICY, type Limits, type Policy } from '../risk/grade.ts'
import { type BookFile, readPart } from './bookFile.ts'
import * as schema from './bookSchema.ts'
import type { Tell } from './sentence.ts'

type Limit = Limits['notice']

/** How a limit is shown: room and peg are shares, days are days. */
const SHOWN: Readonly<Record<'room' | 'peg' | 'days', (limit: Limit) => string>> = {
  room: (limit) => `${limit.times(100).toFixed()} %`,
  peg: (limit) => `${limit.times(100).toFixed()} %`,
  days: (limit) => `${limit.toFixed()} d`,
}

/** The policy of a book file, with the defaults for all that is left out. The limits must fall from notice to critical. */
export function filePolicy(book: BookFile, tell: Tell): Policy {
  const given = readPart(book, { path: ['policy'], value: book.root.policy, schema: schema.policy }, tell)
  const merged = (kind: keyof typeof SHOWN): Limits => {
    const { notice, warning, critical } = { ...DEFAULT_POLICY[kind], ...present(given?.[kind]) }
    if (!(notice.gt(warning) && warning.gt(critical))) {
      const show = SHOWN[kind]
      const stand = `notice ${show(notice)}, warning ${show(warning)}, critical ${show(critical)}`
      tell(book.place(['policy', kind]), `policy.${kind} must fall from notice to warning to critical; they are ${stand}`)
    }
    return { notice, warning, critical }
  }
  return {
    room: merged('room'),
    peg: merged('peg'),
    days: merged('days'),
    lowHealth: given?.lowHealth ?? DEFAULT_POLICY.lowHealth,
    oracleDeviation: given?.oracleDeviation ?? DEFAULT_POLICY.oracleDeviation,
  }
}

/** What is written down, without the names that were left out: those must not cover a default. */
function present(limits: Readonly<Partial<Record<keyof Limits, Limit | undefined>>> = {}): Partial<Limits> {
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined))
}
