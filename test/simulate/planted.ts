/** A bug that somebody might make: a text of the source, and what stands in its place. */
export type Planted = {
  readonly name: string
  readonly file: string
  readonly find: string
  readonly replace: string
  /** The search begins here: none before it finds the bug. Default: 1. */
  readonly from?: number
}

/** Each must be found by the simulator within 100 seeds. */
export const PLANTED: readonly Planted[] = [
  {
    name: 'acknowledged before it was sent: a message that did not arrive passes for told',
    from: 3,
    file: 'watch/teller.ts',
    find: 'told(keeper.now().memory, found.out, { outcome, now: at',
    replace: "told(keeper.now().memory, found.out, { outcome: 'told', now: at",
  },
  {
    name: 'a lost resolve: what is over is never told to be over',
    file: 'alerts/newsFor.ts',
    find: "? 'resolved' : null",
    replace: '? null : null',
  },
  {
    name: 'the counter of bad looks is lost in a restart',
    from: 4,
    file: 'watch/keeper.ts',
    find: 'held = joined(stored, held)',
    replace: 'held = { ...held, turns: stored.turns, lastReportAt: stored.lastReportAt }',
  },
  {
    name: 'critical waits for a second look',
    file: 'alerts/step.ts',
    find: "certain || rankOf(found) >= rankOf('critical')",
    replace: "certain || rankOf(found) >= rankOf('liquidatable')",
  },
  {
    name: 'an acknowledgement hides that it became worse',
    from: 2,
    file: 'alerts/hushed.ts',
    find: '(roseAt ?? at) <= at && heard(at)',
    replace: 'heard(at) !== undefined',
  },
  {
    name: 'a silence never ends',
    file: 'watch/keeper.ts',
    find: 'hushes = quiet\n',
    replace: 'hushes = [...hushes, ...quiet].map((one) => ({ ...one, until: Number.MAX_SAFE_INTEGER }))\n',
  },
  {
    name: 'an attempt without an answer passes for told',
    from: 7,
    file: 'alerts/told.ts',
    find: "return outcome === 'told' ? arrived",
    replace: "return outcome === 'told' || outcome.maybe ? arrived",
  },
  {
    name: 'a missed report is never made up for',
    file: 'watch/keepWatch.ts',
    find: 'const after = last - now > SET_BACK_MS ? began : last',
    replace: 'const after = Math.max(began, last - now > SET_BACK_MS ? began : last)',
  },
  {
    name: 'a report is made again with every start',
    file: 'watch/keeper.ts',
    find: 'held = joined(stored, held)',
    replace: 'held = { ...joined(stored, held), lastReportAt: clock.now() - 86_400_000 }',
  },
  {
    name: 'a look that saw only a part counts as a good one',
    file: 'alerts/step.ts',
    find: 'if (unseen) return { ...seen, good: NONE }',
    replace: '',
  },
  {
    name: 'success is pinged although something was not read',
    file: 'watch/station.ts',
    find: 'if (!verdict.complete) return pulse.fail',
    replace: 'if (!verdict.complete && names.length > 99) return pulse.fail',
  },
  {
    name: 'a repeat is never marked',
    from: 2,
    file: 'alerts/due.ts',
    find: 'return attempt?.id === id && (attempt.maybe || attempt.sendingAt !== null)',
    replace: 'return attempt?.id === id && false',
  },
  {
    name: 'what stands is never told again',
    file: 'alerts/newsFor.ts',
    find: 'if (again !== null && now - told.at >= again)',
    replace: 'if (again !== null && now - told.at >= again * 1_000)',
  },
  {
    name: 'a pass is told as stored before it is',
    file: 'watch/teller.ts',
    find: 'const fault = await keeper.commit(pass)',
    replace: 'const fault = null',
  },
  {
    name: 'over after one good look',
    file: 'alerts/step.ts',
    find: 'if (good.passes < policy.goodPasses)',
    replace: 'if (good.passes < policy.goodPasses - 1)',
  },
]
