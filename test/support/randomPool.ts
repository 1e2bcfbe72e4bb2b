import fc, { type Arbitrary } from 'fast-check'
import { type Leg, NAMES, priceIn, share, text, type Wish } from './randomAssets.ts'
import type { VectorBook } from './vectorBook.ts'

type Position = NonNullable<Leg['positions']>[number]
type Tier = Position['tiers'][number]

const COINS = [
  { symbol: 'ETHUSD', factor: 'ETH', asset: 'WETH', price: 3000 },
  { symbol: 'BTCUSD', factor: 'BTC', asset: 'WBTC', price: 90_000 },
] as const
const MARKETS = [
  { symbol: 'ETHUSDT', factor: 'ETH', price: 3000 },
  { symbol: 'BTCUSDT', factor: 'BTC', price: 90_000 },
  { symbol: 'LINKUSDT', factor: 'OWN:LINK', price: 20 },
  { symbol: 'SOLUSDT', factor: 'SOL', price: 150 },
] as const

/** Brackets that meet, unless `jumps` lets their deductions be anything. `unit`: settle units of 1,000 USD. */
function someTiers(unit: number, { jumps = true }: Wish): Arbitrary<Tier[]> {
  const step = fc.record({
    width: fc.integer({ min: 1, max: 400 }),
    rise: fc.integer({ min: 1, max: 40 }),
    cum: fc.integer({ min: 0, max: 9000 }),
  })
  return fc
    .record({
      steps: fc.array(step, { minLength: 1, maxLength: 5 }),
      open: fc.boolean(),
      meet: jumps ? fc.integer({ min: 0, max: 3 }).map((n) => n > 0) : fc.constant(true),
    })
    .map(({ steps, open, meet }) => {
      // Whole numbers of 1e-9 of a settle unit, so that brackets that meet do so to the last digit.
      let cap = 0n
      let rate = 0n
      let cum = 0n
      const scale = BigInt(Math.round(unit * 1e9))
      return steps.map(({ width, rise, cum: any }, k) => {
        const next = rate + BigInt(rise)
        if (!meet) cum = (BigInt(any) * scale) / 10n
        else if (k > 0) cum += cap * BigInt(rise)
        rate = next
        cap += BigInt(width) * scale
        const last = open && k === steps.length - 1
        return { cap: last ? null : decimal(cap, 9), mmr: decimal(rate, 3), cum: decimal(cum, 12) }
      })
    })
}

/** A whole number of 10^-digits as text. */
function decimal(value: bigint, digits: number): string {
  const padded = value.toString().padStart(digits + 1, '0')
  return `${padded.slice(0, -digits)}.${padded.slice(-digits)}`
}

const side = fc.constantFrom('long' as const, 'short' as const)
const rules = ({ jumps = true }: Wish) =>
  fc.record({
    mmBasis: fc.constantFrom('mark' as const, 'mark' as const, 'entry' as const),
    tierKind: jumps
      ? fc.constantFrom('marginal' as const, 'marginal' as const, 'flat' as const)
      : fc.constant('marginal' as const),
    closeFeeRate: fc.constantFrom('0', '0.0005', '0.0006'),
    openOrderMargin: fc.constantFrom('0', '0', '12.5'),
  })

/** Contracts settled in a stablecoin or a coin: a cross pool with one or both sides of several symbols, and isolated positions beside it. */
export function aLinearAccount(id: string, wish: Wish): Arbitrary<(assets: VectorBook['assets']) => Leg> {
  const one = fc.record({ side, usd: fc.integer({ min: 10, max: 300_000 }), entry: share(700, 1400), isolated: share(0, 999) })
  const market = fc.record({
    market: fc.constantFrom(...MARKETS),
    mark: share(900, 1100),
    tiers: someTiers(1000, wish),
    sides: fc.uniqueArray(one, { minLength: 1, maxLength: 2, selector: ({ side: s }) => s }),
  })
  return fc
    .record({
      markets: fc.uniqueArray(market, { minLength: 1, maxLength: 3, selector: ({ market: { symbol } }) => symbol }),
      settle: fc.constantFrom('USDT', 'USDT', 'USDC', 'wstETH'),
      margin: share(20, 1200),
      ratio: someRatio(wish),
      wallet: someWallet(wish),
      rules: rules(wish),
    })
    .map(({ markets, settle, margin, ratio, wallet, rules: how }) => (assets) => {
      const positions = markets.flatMap(({ market: { symbol, factor, price }, mark, tiers, sides }) =>
        sides.map((p): Position => {
          const qty = p.usd / (price * mark)
          const isolated = p.isolated > 0.85
          return {
            symbol,
            factor,
            contract: 'linear',
            side: p.side,
            qty: text(qty, 6) === '0.000000' ? '0.000001' : text(qty, 6),
            entry: text(price * p.entry, 4),
            mark: text(price * mark, 4),
            tiers,
            ...(isolated ? { margin: 'isolated' as const, isoMargin: text(p.usd * (margin + Math.abs(p.entry - mark)), 2) } : {}),
          }
        }),
      )
      const lost = positions.reduce((sum, p) => sum + Number(p.qty) * Math.abs(Number(p.mark) - Number(p.entry)), 0)
      const notional = positions.reduce((sum, p) => sum + Number(p.qty) * Number(p.mark), 0)
      const coins = wallet(assets, notional * priceIn(assets, settle)).filter(({ asset }) => asset !== settle)
      // Now and then what is owned lies in other coins, and the settle coin is owed.
      const owed = coins.some(({ amount }) => Number(amount) > 0) && margin < 0.2
      const own = { asset: settle, amount: text(owed ? -notional * margin : notional * margin + lost, 2), ratio }
      return { id, type: 'futures', settle, wallet: [own, ...coins], positions, ...how }
    })
}

const someRatio = ({ haircuts = true }: Wish): Arbitrary<string> =>
  fc.constantFrom(...(haircuts ? ['1', '1', '0.95', '0.5'] : ['1']))

/** Other coins that back a pool, of which some are owed. */
function someWallet({
  haircuts = true,
}: Wish): Arbitrary<(assets: VectorBook['assets'], scale: number) => NonNullable<Leg['wallet']>> {
  const held = fc.record({
    asset: fc.constantFrom(...NAMES),
    part: haircuts ? share(-300, 600) : share(1, 600),
    ratio: haircuts ? fc.constantFrom('1', '0.95', '0.9999', '0') : fc.constant('1'),
  })
  return fc.uniqueArray(held, { maxLength: 2, selector: ({ asset }) => asset }).map((all) => (assets, scale) => {
    return all.map(({ asset, part, ratio }) => ({ asset, amount: text((part * scale) / priceIn(assets, asset), 6), ratio }))
  })
}

/** Coin-margined contracts of one coin: perpetual and quarterly, each with its own mark. */
export function anInverseAccount(id: string, wish: Wish): Arbitrary<(assets: VectorBook['assets']) => Leg> {
  const position = fc.record({ side, faces: fc.integer({ min: 1, max: 3000 }), entry: share(700, 1400), mark: share(950, 1050) })
  return fc
    .record({
      coin: fc.constantFrom(...COINS),
      positions: fc.array(position, { minLength: 1, maxLength: 2 }),
      margin: share(50, 1300),
      ratio: someRatio(wish),
      mark: share(900, 1100),
      tiers: fc.constantFrom(1, 2).chain((k) => someTiers(k === 1 ? 0.4 : 0.02, wish)),
      rules: rules(wish),
    })
    .map(({ coin, positions, margin, ratio, mark, tiers, rules: how }) => () => {
      const spot = coin.price * mark
      const all = positions.map((p, i): Position => {
        return {
          symbol: i === 0 ? coin.symbol : `${coin.symbol}_Q`,
          factor: coin.factor,
          contract: 'inverse',
          side: p.side,
          qty: String(p.faces * 100),
          entry: text(coin.price * p.entry, 4),
          mark: text(i === 0 ? spot : spot * p.mark, 4),
          tiers,
        }
      })
      const faces = all.reduce((sum, p) => sum + Number(p.qty), 0)
      const lost = all.reduce((sum, p) => sum + Number(p.qty) * Math.abs(1 / Number(p.entry) - 1 / Number(p.mark)), 0)
      const wallet = [{ asset: coin.asset, amount: text((faces / spot) * margin + lost, 8), ratio }]
      return {
        id,
        type: 'futures',
        settle: coin.asset,
        coinMark: text(spot, 4),
        wallet,
        positions: all,
        ...how,
        openOrderMargin: '0',
      }
    })
}
