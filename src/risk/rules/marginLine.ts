import { UnsupportedError } from '../../errors.ts'
import { affinePool, type PoolAxes, type PoolForms } from '../affinePool.ts'
import { type Decimal, ONE, ZERO } from '../decimal.ts'
import type { FuturesPosition, MarginAccount } from '../marginAccount.ts'
import type { Path } from '../path.ts'
import type { SlackLine } from '../slackLine.ts'
import { pieceAt as pieceOfProfile } from '../tierProfile.ts'
import { wholeLine } from './wholeLine.ts'

/**
 * A pool's slack along a path, USD; where inverse marks move and their coin stands still, times s, since only so it is affine.
 *
 * @throws UnsupportedError for a pool in which such marks and linear ones or other coins move together.
 * @see RISK 0, theorem 1
 */
export function marginLine(account: MarginAccount, path: Path): SlackLine {
  const whole = wholeLine(account, path)
  if (whole === null) return decimalLine(account, path)
  // Whoever wants the slack at a multiplier, and not where it ends, gets it from the decimals; most never ask.
  let known: SlackLine | undefined
  const line = (): SlackLine => {
    known ??= decimalLine(account, path)
    return known
  }
  return {
    at: (s) => line().at(s),
    get edges() {
      return line().edges
    },
    pieceAt: (s) => (line().pieceAt as NonNullable<SlackLine['pieceAt']>)(s),
    whole,
  }
}

function decimalLine(account: MarginAccount, path: Path): SlackLine {
  const forms = affinePool(account, axesOf(account, path))
  const pieceAt = pieces(forms)
  const concave = !forms.jumps && forms.ownedShare.lte(ONE)
  return {
    at: (s) => pieceAt(s).value,
    // Only a walk along a line that is not concave asks for them.
    get edges() {
      return edgesOf(forms)
    },
    ...(concave ? { pieceAt } : {}),
  }
}

const still = 0
const moving = 1

function axesOf(account: MarginAccount, path: Path): PoolAxes {
  const marked = ({ factor, basis, symbol }: FuturesPosition): boolean => path.moves({ factor, basis, key: symbol })
  const settled = path.moves(account.settle)
  if (!settled && account.positions.some((p) => p.contract === 'inverse' && marked(p))) return timesMark(account, path, marked)
  return {
    settle: settled ? moving : still,
    held: ({ asset }) => (path.moves(asset) ? moving : still),
    mark: (position) => (marked(position) ? moving : still),
    count: 1,
  }
}

/** Everything times s: what stood still moves, and so does the coin of the inverse contracts. */
function timesMark(account: MarginAccount, path: Path, marked: (position: FuturesPosition) => boolean): PoolAxes {
  const own = account.settle.key
  if (
    account.positions.some((p) => p.contract === 'linear' && marked(p)) ||
    account.wallet.some(({ asset }) => asset.key !== own && path.moves(asset))
  ) {
    throw new UnsupportedError(
      account.venue,
      `moves the marks of coin-margined and other contracts together, apart from ${account.settle.symbol}`,
    )
  }
  return {
    settle: moving,
    held: () => moving,
    mark: (position) => (position.contract === 'linear' || marked(position) ? moving : still),
    count: 1,
  }
}

type Flat = { readonly base: Decimal; readonly slope: Decimal }

/** What the forms add up to with the settle coin's amount at a share: base + slope x s, less the profiles. */
function flat({ cover, settled, required }: PoolForms, share: Decimal): Flat {
  const counted = (axis: number): Decimal => (share === ONE ? at(settled, axis) : at(settled, axis).times(share))
  const on = (axis: number): Decimal => at(cover, axis).plus(counted(axis)).minus(at(required, axis))
  return { base: on(still), slope: on(moving) }
}

function pieces(forms: PoolForms): NonNullable<SlackLine['pieceAt']> {
  const { settled, ownedShare, profiles } = forms
  const owned = flat(forms, ownedShare.eq(ONE) ? ONE : ownedShare)
  const owed = ownedShare.eq(ONE) ? owned : flat(forms, ONE)
  return (s) => {
    let { base, slope } = owed === owned || at(settled, still).plus(at(settled, moving).times(s)).gt(0) ? owned : owed
    for (const profile of profiles) {
      const grows = profile.p === moving
      const { rise, start } = grows ? pieceOfProfile(profile, s, ONE) : pieceOfProfile(profile, ONE, s)
      slope = slope.minus(grows ? rise : start)
      base = base.minus(grows ? start : rise)
    }
    return { value: base.plus(slope.times(s)), slope }
  }
}

function at(form: readonly Decimal[], axis: number): Decimal {
  return form[axis] as Decimal
}

/** Where a bracket ends, and where balance and profit turn from owned to owed if the two count differently. */
function edgesOf({ profiles, settled, ownedShare }: PoolForms): Decimal[] {
  const edges = profiles.flatMap(({ p, pieces }) =>
    pieces.filter(({ from }) => from.gt(ZERO)).map(({ from }) => (p === moving ? from : ONE.div(from))),
  )
  const slope = at(settled, moving)
  return ownedShare.eq(ONE) || slope.isZero() ? edges : [...edges, at(settled, still).div(slope).neg()]
}
