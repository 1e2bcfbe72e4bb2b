import { Decimal, dec, ONE } from './decimal.ts'
import type { Dispute, LendingPosition } from './lendingPosition.ts'
import type { FuturesPosition, MarginAccount } from './marginAccount.ts'
import { lendingRule } from './rules/lending.ts'
import { asRead, marginState, symbolTrigger } from './rules/margin.ts'
import { divided } from './whole.ts'

/**
 * How our figure and the venue's own compare. `venue-only` and `ours-only`: one of the two says there is none.
 *
 * @see RISK 1.5
 */
export type Agreement = 'agree' | 'drift' | 'disputed' | 'venue-only' | 'ours-only' | 'none'

/** One figure checked against the venue's. */
export type Check = {
  /** `health`, `liquidation price ETHUSDT`, `maintenance ETHUSDT`, `equity`. */
  readonly figure: string
  readonly ours: Decimal | null
  readonly venue: Decimal | null
  /** abs(ours - venue) / venue; null where one is missing. */
  readonly drift: Decimal | null
  readonly agreement: Agreement
  /** The node whose word `venue` is, by its operator; null: it is the venue's own. */
  readonly by: string | null
}

const CLOSE = dec('0.001')
const FAR = dec('0.005')
/** USD: venues write their figures to the cent, or finer. */
const CENT = dec('0.01')

/** A contract's figures are reproduced to the last digit, or the leg is disputed. */
export function checkLoan(position: LendingPosition): readonly Check[] {
  const figures = lendingRule(position).figures(position)
  return figures.map(({ figure, ours, venue, scale }) => ({
    figure,
    ours: ours === null ? null : divided(dec(ours), scale),
    venue: venue === null ? null : divided(dec(venue), scale),
    drift: ours === null || venue === null ? null : relative(dec(ours), dec(venue)),
    agreement: ours !== venue ? 'disputed' : ours === null ? 'none' : 'agree',
    by: null,
  }))
}

/**
 * A loan against what another node says of it at the same block: the first figure that shows the difference, the health mostly.
 * `terms` where prices and amounts come to the same.
 *
 * @see RELIABILITY rule 1
 */
export function checkDispute(position: LendingPosition, { by, said }: Dispute): Check {
  const [ours, theirs] = [position, said].map((one) => (one === null ? null : figuresOf(one)))
  const figure = (['health', 'debt', 'collateral'] as const).find((name) => text(ours?.[name]) !== text(theirs?.[name]))
  const [own, other] = [ours, theirs].map((figures) => figures?.[figure ?? 'health'] ?? null) as [Decimal | null, Decimal | null]
  const drift = own === null || other === null ? null : relative(own, other)
  return { figure: figure ?? 'terms', ours: own, venue: other, drift, agreement: 'disputed', by }
}

type LoanFigures = { readonly health: Decimal | null; readonly debt: Decimal | null; readonly collateral: Decimal | null }

/** USD, but for the health; none where a price is missing. */
function figuresOf(position: LendingPosition): LoanFigures {
  try {
    const { health, debtUsd: debt, collateralUsd: collateral } = lendingRule(position).accountOf(position)
    return { health, debt, collateral }
  } catch {
    return { health: lendingRule(position).reported(position).health, debt: null, collateral: null }
  }
}

const text = (figure: Decimal | null | undefined): string => figure?.toFixed() ?? 'none'

/** A pool's figures against the venue's: equity, maintenance, and the liquidation price of each symbol. */
export function checkPool(account: MarginAccount): readonly Check[] {
  // What was taken from the venue's price cannot be held against it.
  if (account.rules.maintenanceFrom === 'liquidation-price') return []
  const { equity } = marginState(account)
  const { notional, maintenance, each } = asRead(account)
  const settle = account.settlePrice
  const checks: Check[] = []
  // Two answers of one venue are a moment apart: equity moves with the mark, so its tolerance is a share of the notional.
  const cent = CENT.div(settle)
  checks.push(amounts('equity', [divided(equity, settle), account.reported.equity], { scale: notional, cent }))
  checks.push(amounts('maintenance', [maintenance, account.reported.maintenance], { scale: null, cent }))
  for (const [i, position] of account.positions.entries()) {
    const pair = [each[i] as Decimal, position.reported.maintenance] as const
    checks.push(amounts(`maintenance ${position.symbol}`, pair, { scale: null, cent }))
    checks.push(checkPrice(account, position))
  }
  return checks
}

/** What two amounts are measured by: a share of `scale` (null: of the venue's figure), and a cent in settle units. */
type Measure = { readonly scale: Decimal | null; readonly cent: Decimal }

function amounts(figure: string, [ours, venue]: readonly [Decimal, Decimal | null], { scale, cent }: Measure): Check {
  if (venue === null) return { figure, ours, venue, drift: null, agreement: 'ours-only', by: null }
  const apart = ours.minus(venue).abs()
  const base = (scale ?? venue).abs()
  const share = base.isZero() ? (apart.isZero() ? dec(0) : ONE) : apart.div(base)
  const cents = apart.lte(cent)
  const agreement = cents || share.lte(CLOSE) ? 'agree' : share.lte(FAR) ? 'drift' : 'disputed'
  return { figure, ours, venue, drift: venue.isZero() ? null : apart.div(venue.abs()), agreement, by: null }
}

/** The venue's liquidation price against ours on the same side of the mark. */
function checkPrice(account: MarginAccount, position: FuturesPosition): Check {
  const figure = `liquidation price ${position.symbol}`
  const venue = position.reported.liquidationPrice
  if (venue === null) {
    const side = position.side === 'long' ? 'down' : 'up'
    const ours = symbolTrigger(account, position.symbol, side)?.lastSafe ?? null
    return { figure, ours, venue, drift: null, agreement: ours === null ? 'none' : 'ours-only', by: null }
  }
  const ours = symbolTrigger(account, position.symbol, venue.lt(position.mark) ? 'down' : 'up')?.exact ?? null
  if (ours === null) return { figure, ours, venue, drift: null, agreement: 'venue-only', by: null }
  const apart = relative(ours, venue)
  const room = relative(ours, position.mark)
  const close = Decimal.max(CLOSE, position.tick.times(2).div(ours))
  const far = Decimal.max(FAR, room.div(10))
  return {
    figure,
    ours,
    venue,
    drift: apart,
    agreement: apart.lte(close) ? 'agree' : apart.lte(far) ? 'drift' : 'disputed',
    by: null,
  }
}

/** How far apart two positive figures are, as a share of the smaller. */
function relative(a: Decimal, b: Decimal): Decimal {
  const smaller = Decimal.min(a.abs(), b.abs())
  return smaller.isZero() ? (a.eq(b) ? dec(0) : ONE) : a.minus(b).abs().div(smaller)
}

const RANK: readonly Agreement[] = ['none', 'agree', 'ours-only', 'drift', 'venue-only', 'disputed']

/** The worst of several. A figure that only the venue has makes ours look safer than the venue thinks, hence its rank. */
export function worstAgreement(checks: readonly Check[]): Agreement {
  return checks.reduce<Agreement>(
    (worst, { agreement }) => (RANK.indexOf(agreement) > RANK.indexOf(worst) ? agreement : worst),
    'none',
  )
}
