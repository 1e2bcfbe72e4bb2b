import type { Errand } from './errand.ts'

/** A pass that is killed, and what came before it. */
export type Story = {
  readonly name: string
  /** What the history already holds: passes that found nothing to tell; empty: there is none. */
  readonly before: readonly Pick<Errand, 'eth' | 'turns'>[]
  /** The pass that is killed: at this price an alarm is due. */
  readonly pass: Pick<Errand, 'eth' | 'turns'>
  /** What must arrive, by kind of message. */
  readonly due: readonly string[]
}

/** At 4,000 the demo's futures stand 39 % above their liquidation, at 2,600 they are 7.3 % from it. */
const [CALM, CLOSE] = [4000, 2600]

export const STORIES: readonly Story[] = [
  { name: 'the first pass ever', before: [], pass: { eth: CLOSE, turns: ['look'] }, due: ['alert'] },
  {
    name: 'a look between others',
    before: [{ eth: CALM, turns: ['look', 'look'] }],
    pass: { eth: CLOSE, turns: ['look'] },
    due: ['alert'],
  },
  {
    name: 'a report',
    before: [{ eth: CALM, turns: ['report', 'look'] }],
    pass: { eth: CLOSE, turns: ['report'] },
    due: ['alert', 'report'],
  },
]
