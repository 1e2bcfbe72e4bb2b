import fc from 'fast-check'
import { type Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { Collateral, FuturesPosition, MarginTier } from '../../src/risk/marginAccount.ts'
import { aLoan, anAsset, aPool, aPosition, aReserve, BINANCE_RULES, USDC, USDT, WBTC, WETH } from './books.ts'

/** Random legs over ETH, BTC and USDT, and an account of their rules written by itself: what the two-factor code is held against. */

const amount = fc.integer({ min: 1, max: 2_000_000 }).map((n) => dec(n).div(1000))
const price = fc.integer({ min: 50, max: 5_000_000 }).map((n) => dec(n).div(100))
const factors = ['ETH', 'BTC', 'USD:USDT'] as const
const tiers = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 8 })
  .map((rows) => {
    let [floor, rate, deduction] = [dec(0), dec(0), dec(0)]
    return rows.map(([step, width], k): MarginTier => {
      const next = rate.plus(dec(step).div(10_000))
      deduction = k === 0 ? dec(0) : deduction.plus(floor.times(next.minus(rate)))
      const cap = k === rows.length - 1 ? null : floor.plus(dec(width).times(20_000))
      const tier = { floor, cap, rate: next, deduction }
      rate = next
      floor = cap ?? floor
      return tier
    })
  })
const position = fc
  .record({
    factor: fc.constantFrom('ETH', 'BTC'),
    side: fc.constantFrom('long', 'short'),
    size: amount,
    mark: price,
    entry: price,
    tiers,
  })
  .map((over): FuturesPosition => aPosition({ ...over, symbol: `${over.factor}USDT` }))
const held = (factor: (typeof factors)[number]) =>
  fc.record({ amount, price, ratio: fc.integer({ min: 50, max: 100 }).map((n) => dec(n).div(100)) }).map(
    (over): Collateral => ({
      ...over,
      asset: factor === 'USD:USDT' ? USDT : anAsset(factor, factor),
      price: factor === 'USD:USDT' ? ONE : over.price,
      priceFrom: 'venue',
    }),
  )
const pool = (kinds: fc.Arbitrary<boolean>) =>
  fc
    .record({
      positions: fc.array(position, { minLength: 1, maxLength: 4 }),
      wallet: fc.tuple(held('USD:USDT'), held('ETH')),
      flat: kinds,
      fee: fc.integer({ min: 0, max: 10 }),
    })
    .map(({ positions, wallet, flat, fee }) =>
      aPool({
        positions,
        wallet,
        rules: { ...BINANCE_RULES, tiers: flat ? 'flat' : 'marginal', closeFeeRate: dec(fee).div(10_000) },
      }),
    )
const loan = fc.tuple(amount, amount, amount).map(([eth, btc, usd]) =>
  aLoan({
    reserves: [
      aReserve({ asset: WETH, id: 0, decimals: 18, price: 3000n * 10n ** 8n, supplied: BigInt(eth.times('1e18').toFixed(0)) }),
      aReserve({ asset: WBTC, id: 1, decimals: 8, price: 90_000n * 10n ** 8n, debt: BigInt(btc.times('1e5').toFixed(0)) }),
      aReserve({ asset: { ...USDC, factor: 'USD:USDT' }, id: 2, decimals: 6, debt: BigInt(usd.times('1e8').toFixed(0)) }),
    ],
  }),
)

/** Books of up to three legs. @param flat - Whether pools may have whole-position brackets. */
export function legsOf(flat: boolean): fc.Arbitrary<Leg[]> {
  const pools = pool(flat ? fc.boolean() : fc.constant(false))
  return fc
    .array(fc.oneof(pools, loan), { minLength: 1, maxLength: 3 })
    .map((drawn) => drawn.map((leg, i) => ({ ...leg, id: `${i}` })))
}

/** Whether a leg is dead: slack and requirement as the rules are written, multiplier by multiplier. */
export function dies(leg: Leg, at: Readonly<Record<string, Decimal>>): boolean {
  const m = (factor: string): Decimal => at[factor] ?? ONE
  let [cover, required] = [dec(0), dec(0)]
  if (leg.kind === 'lending') {
    if (leg.protocol !== 'aave-v3') throw new RangeError('only v3 here')
    for (const r of leg.reserves) {
      const usd = dec(r.price as bigint)
        .div('1e8')
        .times(m(r.asset.factor))
        .div(dec(10).pow(r.decimals))
      cover = cover.plus(usd.times(dec(r.supplied)).times(dec(r.liquidationThreshold)).div(10_000))
      required = required.plus(usd.times(dec(r.debt)))
    }
  } else {
    const t = m('USD:USDT')
    let settled = leg.wallet[0]?.amount ?? dec(0)
    const coin = leg.wallet[1] as Collateral
    cover = coin.amount.times(coin.price).times(m('ETH')).times(coin.ratio)
    for (const p of leg.positions) {
      const mark = p.mark.times(m(p.factor)).div(t)
      const notional = p.size.times(mark)
      settled = settled.plus(p.size.times(mark.minus(p.entry)).times(p.side === 'long' ? 1 : -1))
      const flat = (p.tiers.find(({ cap }) => cap === null || notional.lte(cap)) as MarginTier).rate.times(notional)
      const marginal = p.tiers
        .map(({ rate, deduction }) => rate.times(notional).minus(deduction))
        .sort((a, b) => b.comparedTo(a))[0] as Decimal
      const maintenance = (leg.rules.tiers === 'flat' ? flat : marginal).plus(notional.times(leg.rules.closeFeeRate))
      required = required.plus(maintenance.times(t))
    }
    cover = cover.plus(settled.times(t).times(settled.gt(0) ? (leg.wallet[0] as Collateral).ratio : 1))
  }
  return required.gt(0) && cover.lte(required)
}

/** A multiplier at which the leg turns, to 50 digits; none where both ends agree. */
export function turnOf(leg: Leg, at: (s: Decimal) => Readonly<Record<string, Decimal>>): Decimal[] {
  let [low, high] = [dec('0.01'), dec(4)]
  const dead = dies(leg, at(low))
  if (dead === dies(leg, at(high))) return []
  for (let i = 0; i < 60; i++) {
    const middle = low.plus(high).div(2)
    if (dies(leg, at(middle)) === dead) low = middle
    else high = middle
  }
  return [low]
}
