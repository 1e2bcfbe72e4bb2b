import { Decimal, ONE, ZERO } from './decimal.ts'
import type { MarginAccount } from './marginAccount.ts'
import { formOf, type Probe } from './needProbe.ts'
import type { Path } from './path.ts'
import { FARTHEST, formAt, type ReachForm } from './reachForm.ts'
import { marginSlack } from './rules/margin.ts'
import type { Direction } from './slackLine.ts'

/** A stretch of distances, up to and including `to` (null: no end), with the need that holds in it. */
type Stretch = { readonly to: Decimal | null; readonly form: ReachForm }

/**
 * The need of a pool whose slack is not concave: the largest along the way, piece by piece, since the pool may be dead at a
 * bracket's edge and alive again behind it.
 *
 * @see RISK 0: where theorem 1 fails; 3
 */
export function walkedNeed(
  account: MarginAccount,
  path: Path,
  { direction, coinMoves }: { readonly direction: Direction; readonly coinMoves: boolean },
): Probe {
  const line = marginSlack(account, path)
  const down = direction === 'down'
  const turned = { down, coinMoves: coinMoves || scaled(account, path) }
  const most: ReachForm = { fixed: line.at(ONE).neg(), fall: ZERO, rise: ZERO }
  const stretches: Stretch[] = []
  let top = most.fixed
  let [near, begin] = [ONE, ONE]
  for (const far of stops(line.edges, down)) {
    const third = far.minus(near).div(3)
    const first = line.at(near.plus(third))
    const moving = line
      .at(near.plus(third.times(2)))
      .minus(first)
      .div(third)
      .neg()
    const form = formOf({ still: first.neg().minus(moving.times(near.plus(third))), moving }, turned)
    const end = distanceOf(far, down)
    stretches.push(...rising(form, { begin, end, top }))
    top = Decimal.max(top, formAt(form, begin), formAt(form, end ?? FARTHEST))
    near = far
    begin = end ?? FARTHEST
  }
  return {
    at: (h) => {
      const { form } = stretches.find(({ to }) => to === null || h.lte(to)) ?? (stretches.at(-1) as Stretch)
      const held = h.lte(ONE) ? most : form
      return { usd: formAt(held, h), form: held, path: path.name, direction }
    },
  }
}

/** Whether the slack line is multiplied by the mark: the coin's own price stands still, and only so it is affine. */
function scaled(account: MarginAccount, path: Path): boolean {
  return (
    !path.moves(account.settle) &&
    account.positions.some((p) => p.contract === 'inverse' && path.moves({ factor: p.factor, basis: p.basis, key: p.symbol }))
  )
}

function stops(edges: readonly Decimal[], down: boolean): readonly Decimal[] {
  const inside = edges.filter((edge) => (down ? edge.lt(ONE) && edge.gt(0) : edge.gt(ONE) && edge.lt(FARTHEST)))
  const ordered = inside.toSorted((a, b) => (down ? b.comparedTo(a) : a.comparedTo(b)))
  return [...ordered.filter((edge, i) => i === 0 || !edge.eq(ordered[i - 1] as Decimal)), down ? ZERO : FARTHEST]
}

/** Null: the end of a fall. */
function distanceOf(s: Decimal, down: boolean): Decimal | null {
  if (!down) return s
  return s.isZero() ? null : ONE.div(s)
}

/** A form in a stretch, but never below what was needed on the way there: where it begins may be a jump to the worse. */
function rising(
  form: ReachForm,
  { begin, end, top }: { readonly begin: Decimal; readonly end: Decimal | null; readonly top: Decimal },
): readonly Stretch[] {
  const [first, last] = [formAt(form, begin), formAt(form, end ?? FARTHEST)]
  const flat: ReachForm = { fixed: Decimal.max(top, first), fall: ZERO, rise: ZERO }
  if (last.lte(flat.fixed)) return [{ to: end, form: flat }]
  if (first.gte(top)) return [{ to: end, form }]
  // It grows through the top inside: a form has a fall or a rise, never both.
  const missing = top.minus(form.fixed)
  const crossing = form.rise.isZero() ? form.fall.div(missing) : missing.div(form.rise)
  return [
    { to: crossing, form: flat },
    { to: end, form },
  ]
}
