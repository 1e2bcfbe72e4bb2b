import { leastOf, type Played, type Rank, worstOf } from './played.ts'

/** What an alert must, may and can be at after a pass, by the documents alone. */
export type Truth = {
  readonly at: number
  /** At least so bad: it must be told. */
  readonly must: Readonly<Record<About, Rank>>
  /** As bad as this pass alone shows it. */
  readonly may: Readonly<Record<About, Rank>>
  /** It may not be told to be better than this: too little, or too few looks, speak for it. */
  readonly keeps: Readonly<Record<About, Rank>>
}
export type About = 'room' | 'gap'

/** The position of the demo's book dies at 2,409.64. */
const DIES = 2_409.64

/** The level of a room, by limits of 20 % and 10 %; with the margin of a tenth: 22 % and 11 %. */
function rankAt(eth: number, margin: number): Rank {
  if (eth <= DIES) return 3
  const room = 1 - DIES / eth
  if (room < 0.1 * margin) return 2
  return room < 0.2 * margin ? 1 : 0
}

const known = new WeakMap<Played, readonly Truth[]>()

/** The truths of a story's passes: only what a pass was shown counts, and only by how many looks in a row. */
export function truthsOf(played: Played): readonly Truth[] {
  const before = known.get(played)
  if (before !== undefined) return before
  const truths: Truth[] = []
  let must: Record<About, Rank> = { room: 0, gap: 0 }
  let bad = { room: 0, gap: 0 }
  let good: Record<About, { passes: number; worst: Rank }> = { room: { passes: 0, worst: 0 }, gap: { passes: 0, worst: 0 } }
  for (const { at, eth, outage } of played.seen) {
    // The loan holds to -38 % and more in all of these: the position decides, where it was read.
    const read = outage === null || outage === 'loan'
    const now: Record<About, Rank> = { room: read ? rankAt(eth, 1) : 0, gap: outage === null ? 0 : 1 }
    const soft: Record<About, Rank> = { room: read ? rankAt(eth, 1.1) : 0, gap: now.gap }
    const next = { ...must }
    for (const about of ['room', 'gap'] as const) {
      // A look that could not see everything makes nothing better.
      const blind = about === 'room' && outage !== null
      bad = { ...bad, [about]: now[about] >= 1 ? bad[about] + 1 : blind ? bad[about] : 0 }
      if (now[about] >= 2 || (now[about] === 1 && bad[about] >= 2)) next[about] = worstOf(now[about], must[about])
      const floor = worstOf(now[about], leastOf(soft[about], must[about]))
      const better = floor < must[about] && !blind
      const { passes, worst } = good[about]
      good = { ...good, [about]: better ? { passes: passes + 1, worst: worstOf(floor, worst) } : { passes: 0, worst: 0 } }
      if (good[about].passes >= 2) {
        next[about] = good[about].worst
        good = { ...good, [about]: { passes: 0, worst: 0 } }
      }
    }
    must = next
    truths.push({ at, must, may: soft, keeps: must })
  }
  known.set(played, truths)
  return truths
}
