import { widened } from './accrued.ts'
import { type Band, NOTHING, scaled, sumOfBands } from './band.ts'
import { type Decimal, dec, ZERO } from './decimal.ts'
import type { Amount, LegKind, LegPair, Term } from './legKind.ts'
import type { Collateral, FuturesPosition, MarginAccount } from './marginAccount.ts'
import { pairedRows } from './pairedRows.ts'
import { notionalAt } from './rules/margin.ts'

const positionKey = ({ symbol, side }: FuturesPosition): string => `${symbol}/${side}`
const heldKey = ({ asset }: Collateral): string => asset.key

/** Exchanges cut what they book to about eight digits. */
const ROUNDING = dec('0.000001')

/** A pool on an exchange: its interest is the funding of what it held, booked to the settle coin. */
export const POOL_KIND: LegKind<MarginAccount> = {
  amounts: ({ positions, wallet, settle, orderMargin }) => [
    ...positions.map((position): Amount => {
      const { symbol, side, size } = position
      return { key: `position/${positionKey(position)}`, what: 'position', label: `${symbol} ${side}`, value: size }
    }),
    ...wallet.map((held): Amount => {
      return { key: `margin/${heldKey(held)}`, what: 'margin', label: held.asset.symbol, value: held.amount }
    }),
    ...(orderMargin.isZero()
      ? []
      : [{ key: 'order-margin', what: 'order-margin' as const, label: settle.symbol, value: orderMargin }]),
  ],
  terms: ({ positions, wallet, rules, hedgeMode }) => [
    { key: 'rules', what: 'rules', label: null, value: rulesText(rules, hedgeMode) },
    ...positions.map(
      (position): Term => ({
        key: `tiers/${positionKey(position)}`,
        what: 'tiers',
        label: position.symbol,
        value: tiersText(position),
      }),
    ),
    ...wallet.map(
      (held): Term => ({
        key: `haircut/${heldKey(held)}`,
        what: 'haircut',
        label: held.asset.symbol,
        value: held.ratio.toFixed(),
      }),
    ),
  ],
  priced: ({ before, now }) => {
    const positions = pairedRows(before.positions, now.positions, positionKey)
    const wallet = pairedRows(before.wallet, now.wallet, heldKey)
    const { settlePrice, settlePriceFrom } = now
    return {
      ...before,
      ...{ settlePrice, settlePriceFrom },
      positions: before.positions.map((position) => ({ ...position, mark: positions.get(position)?.mark ?? position.mark })),
      wallet: before.wallet.map((held) => {
        const { price, priceFrom } = wallet.get(held) ?? held
        return { ...held, price, priceFrom }
      }),
    }
  },
  expected: (pair, { key }, seconds) => (key === `margin/${pair.before.settle.key}` ? fundingOver(pair, seconds) : NOTHING),
  rounding: (_, { what }) => (what === 'margin' ? ROUNDING : ZERO),
  grown: (leg, by) => ({
    ...leg,
    wallet: leg.wallet.map((held) => ({ ...held, amount: held.amount.plus(by.get(`margin/${heldKey(held)}`) ?? ZERO) })),
  }),
  moved: ({ before, now }) => {
    const positions = pairedRows(now.positions, before.positions, positionKey)
    const wallet = pairedRows(now.wallet, before.wallet, heldKey)
    return {
      ...now,
      ...{ rules: before.rules, hedgeMode: before.hedgeMode },
      positions: now.positions.map((position) => ({ ...position, tiers: positions.get(position)?.tiers ?? position.tiers })),
      wallet: now.wallet.map((held) => ({ ...held, ratio: wallet.get(held)?.ratio ?? held.ratio })),
    }
  },
  bare: (leg) => ({
    ...leg,
    reported: { equity: null, maintenance: null, initialMargin: null, withdrawable: null },
    positions: leg.positions.map((position) => ({
      ...position,
      reported: { liquidationPrice: null, maintenance: null, unrealized: null },
    })),
  }),
}

/**
 * What funding did to the settle coin's balance: of the positions as they were held before, by every rate that was read of them, paid
 * as often as intervals end in the time, which is one time more or less.
 *
 * @returns null where a position's funding was not read.
 */
function fundingOver({ before, now }: LegPair<MarginAccount>, seconds: bigint): Band | null {
  const later = pairedRows(before.positions, now.positions, positionKey)
  return sumOfBands(
    before.positions.map((position) => {
      const next = later.get(position)
      const read = [position.funding, next?.funding ?? null].filter((funding) => funding !== null)
      const [first] = read
      if (first === undefined) return null
      const rates = read
        .flatMap(({ rate, window }) => (window === null ? [rate] : [rate, window.low, window.high]))
        .reduce<Band | null>(widened, null)
      const times = dec(seconds).div(first.intervalHours.times(3600))
      const notionals = [position.mark, next?.mark ?? position.mark].map((mark) => notionalAt(position, mark))
      const sizes = notionals.flatMap((notional) => [notional.times(times.floor()), notional.times(times.ceil())])
      const each = sizes.map((size) => scaled(rates ?? NOTHING, position.side === 'long' ? size.neg() : size))
      return each.reduce<Band | null>((band, { low, high }) => widened(widened(band, low), high), null)
    }),
  )
}

function tiersText({ tiers }: FuturesPosition): string {
  const text = (value: Decimal | null): string => value?.toFixed() ?? '-'
  return tiers.map(({ cap, rate, deduction }) => `${text(cap)}:${text(rate)}:${text(deduction)}`).join(' ')
}

function rulesText(
  { closeFeeRate, trigger, basis, tiers, holdsOrderMargin }: MarginAccount['rules'],
  hedgeMode: boolean,
): string {
  const flags = [hedgeMode ? 'hedge mode' : 'one-way mode', holdsOrderMargin ? 'order margin held' : 'order margin free']
  return [trigger, basis, tiers, closeFeeRate.toFixed(), ...flags].join(' ')
}
