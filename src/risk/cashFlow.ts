import { Decimal, dec, ONE, ZERO } from './decimal.ts'

/** A pipe of a small network: what enters at `from`, at most `cap` (null: no limit), leaves at `to` times `gain` (at most 1). */
export type Pipe = { readonly from: number; readonly to: number; readonly cap: Decimal | null; readonly gain: Decimal }

/** The largest flow from one node to another. */
export type Flow = {
  /** What enters each pipe. */
  readonly sent: readonly Decimal[]
  /**
   * Of each node, what one more unit there could still bring to the end: 0 where everything behind it is full. They price the
   * bottleneck: `sum of cap x price` over what is full bounds every flow, at other caps too.
   */
  readonly worth: readonly Decimal[]
}

/** Every push fills a pipe; a network of a book has a few dozen. */
const MOST_PUSHES = 1000

type Step = { readonly pipe: number; readonly back: boolean }

/** Below this share of the largest pipe nothing flows. */
const DRY = dec('1e-45')
/** Two ways are alike up to the rounding of their gains. */
const ALIKE = dec('1e-50').plus(1)

/**
 * Maximum flow with losses: always fills the way that loses least, so each amount that arrives costs the source the least.
 *
 * @param ends - Number of nodes, source and sink.
 * @see RISK 3 A5; the method is Onaga's, the generalised form of successive cheapest paths
 */
export function largestFlow(pipes: readonly Pipe[], ends: { nodes: number; source: number; sink: number }): Flow {
  const sent: Decimal[] = pipes.map(() => ZERO)
  const dry = pipes.reduce((most, { cap }) => (cap?.gt(most) ? cap : most), ZERO).times(DRY)
  let ways = cheapestWays(pipes, sent, { ...ends, dry })
  for (let pushes = 0; pushes < MOST_PUSHES; pushes++) {
    const way = (ways.worth[ends.source] as Decimal).isZero() ? null : follow(pipes, ways.next, ends)
    if (way === null) break
    push(pipes, sent, way)
    ways = cheapestWays(pipes, sent, { ...ends, dry })
  }
  return { sent, worth: ways.worth }
}

/** What can still pass a pipe, in units of where the step begins; null: no limit. */
function room(pipes: readonly Pipe[], sent: readonly Decimal[], { pipe, back }: Step): Decimal | null {
  const { cap, gain } = pipes[pipe] as Pipe
  const used = sent[pipe] as Decimal
  return back ? used.times(gain) : (cap?.minus(used) ?? null)
}

/** From every node the way to the sink that keeps most: labels are set right until none improves. */
function cheapestWays(
  pipes: readonly Pipe[],
  sent: readonly Decimal[],
  { nodes, sink, dry }: { nodes: number; sink: number; dry: Decimal },
): { readonly worth: Decimal[]; readonly next: readonly Step[] } {
  const worth: Decimal[] = new Array<Decimal>(nodes).fill(ZERO)
  const next: Step[] = []
  worth[sink] = ONE
  for (let round = 0, changed = true; changed && round <= nodes; round++) {
    changed = false
    for (let pipe = 0; pipe < pipes.length; pipe++) {
      const { from, to, gain } = pipes[pipe] as Pipe
      for (const back of [false, true]) {
        const step = { pipe, back }
        if (room(pipes, sent, step)?.lte(dry)) continue
        const [tail, head] = back ? [to, from] : [from, to]
        const ahead = worth[head] as Decimal
        if (ahead.isZero()) continue
        const value = back ? ahead.div(gain) : ahead.times(gain)
        if (value.lte((worth[tail] as Decimal).times(ALIKE))) continue
        worth[tail] = value
        next[tail] = step
        changed = true
      }
    }
  }
  return { worth, next }
}

function follow(
  pipes: readonly Pipe[],
  next: readonly Step[],
  { nodes, source, sink }: { nodes: number; source: number; sink: number },
): readonly Step[] | null {
  const way: Step[] = []
  for (let node = source; node !== sink; ) {
    if (way.length > nodes) return null
    const step = next[node] as Step
    way.push(step)
    const { from, to } = pipes[step.pipe] as Pipe
    node = step.back ? from : to
  }
  return way
}

/** Fills a way up to its narrowest pipe. */
function push(pipes: readonly Pipe[], sent: Decimal[], way: readonly Step[]): void {
  let kept = ONE
  let most: Decimal | null = null
  for (const step of way) {
    const limit = room(pipes, sent, step)?.div(kept)
    if (limit !== undefined && (most === null || limit.lt(most))) most = limit
    const { gain } = pipes[step.pipe] as Pipe
    kept = step.back ? kept.div(gain) : kept.times(gain)
  }
  let amount = most ?? ZERO
  for (const { pipe, back } of way) {
    const { gain, cap } = pipes[pipe] as Pipe
    const used = sent[pipe] as Decimal
    if (back) {
      amount = amount.div(gain)
      sent[pipe] = Decimal.max(ZERO, used.minus(amount))
    } else {
      const filled = used.plus(amount)
      sent[pipe] = cap === null ? filled : Decimal.min(cap, filled)
      amount = amount.times(gain)
    }
  }
}
