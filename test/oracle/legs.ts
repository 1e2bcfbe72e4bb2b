import Fraction from 'fraction.js'
import type { OracleBook, OracleLeg, OraclePosition } from './book.ts'
import { always, largest, minus, monomial, NOTHING, ONE, type Part, total, ZERO } from './piece.ts'

/** What a price depends on. */
export type Ref = { readonly factor: string; readonly basis: string | null; readonly key: string }
/** 1 for a price that the shock moves, else 0: the power of s it is multiplied with. */
export type Shift = (ref: Ref) => 0 | 1

export const STILL: Shift = () => 0

/** How profit in the settle coin counts where a balance in it counts for less: in full, or together with the balance. */
export type ProfitRule = 'in-full' | 'with-balance'

/** One pool that dies alone, as functions of a shock: parts to add, and what is only known of it now. */
export type Pool = {
  readonly id: string
  readonly refs: readonly Ref[]
  /** Whether it requires anything. */
  readonly requires: boolean
  readonly cover: (shift: Shift) => readonly Part[]
  /** Negative parts. */
  readonly required: (shift: Shift) => readonly Part[]
  /** No haircut. */
  readonly equity: Fraction
  /** Sensitivities of each holding: factor and USD. */
  readonly deltas: readonly (readonly [string, Fraction])[]
  readonly positions: readonly OraclePosition[]
  /** Health by the contract's integers, 1e18 = 1; null for what is no loan with a debt. */
  readonly wad: bigint | null
}

export function refOf(book: OracleBook, name: string): Ref {
  const { factor, basis } = book.assets[name] ?? {}
  return { factor: factor ?? `OWN:${name}`, basis: basis ?? null, key: name }
}

export function priceOf(book: OracleBook, name: string): Fraction {
  const price = book.assets[name]?.price
  if (price === null || price === undefined) throw new RangeError(`no price of ${name}`)
  return new Fraction(price)
}

export function poolsOf(book: OracleBook, profit: ProfitRule): readonly Pool[] {
  return book.legs.flatMap((leg) => {
    if (leg.type === 'futures') return futuresPools(book, leg, profit)
    return [leg.type === 'compound-v3' ? comet(book, leg) : loan(book, leg)]
  })
}

type Holding = { readonly ref: Ref; readonly usd: Fraction; readonly weight: Fraction }

function loan(book: OracleBook, leg: OracleLeg): Pool {
  const has = (leg.supplies ?? []).map(({ asset, amount, lt, collateral }) => {
    const weight = collateral === false ? ZERO : new Fraction(leg.eMode?.collateral.includes(asset) ? leg.eMode.lt : lt)
    return { ref: refOf(book, asset), usd: priceOf(book, asset).mul(amount), weight }
  })
  const owes = (leg.borrows ?? []).map(({ asset, amount }) => {
    return { ref: refOf(book, asset), usd: priceOf(book, asset).mul(amount), weight: ONE }
  })
  return { ...lending(leg.id, has, owes), wad: wadHealth(has, owes) }
}

function comet(book: OracleBook, leg: OracleLeg): Pool {
  const has = (leg.collateral ?? []).map(({ asset, amount, liquidateCF }) => {
    return { ref: refOf(book, asset), usd: priceOf(book, asset).mul(amount), weight: new Fraction(liquidateCF) }
  })
  const base = leg.base as string
  const balance = priceOf(book, base).mul(leg.baseBalance ?? 0)
  const own = { ref: refOf(book, base), usd: balance.abs() }
  return balance.lt(0) ? lending(leg.id, has, [{ ...own, weight: ONE }]) : lending(leg.id, [...has, { ...own, weight: ZERO }], [])
}

function lending(id: string, has: readonly Holding[], owes: readonly Holding[]): Pool {
  const owed = owes.filter(({ usd }) => usd.gt(0))
  const parts = (all: readonly Holding[], sign: number, shift: Shift): Part[] =>
    all.map(({ ref, usd, weight }) => always(monomial(usd.mul(weight).mul(sign), shift(ref))))
  return {
    id,
    refs: [...has, ...owes].map(({ ref }) => ref),
    requires: owed.length > 0,
    cover: (shift) => parts(has, 1, shift),
    required: (shift) => parts(owed, -1, shift),
    equity: sumOf(has.map(({ usd }) => usd)).sub(sumOf(owes.map(({ usd }) => usd))),
    deltas: [
      ...has.map(({ ref, usd }) => [ref.factor, usd] as const),
      ...owes.map(({ ref, usd }) => [ref.factor, usd.neg()] as const),
    ],
    positions: [],
    wad: null,
  }
}

/** The pool's own integers since v3.5: collateral cut and debt raised to 1e-8 USD, `wadDiv` half up, then basis points cut off. */
function wadHealth(has: readonly Holding[], owes: readonly Holding[]): bigint | null {
  let weighted = 0n
  let debt = 0n
  for (const { usd, weight } of has) weighted += whole(usd.mul(1e8).floor()) * whole(weight.mul(1e4))
  for (const { usd } of owes) debt += whole(usd.mul(1e8).ceil())
  return debt === 0n ? null : (weighted * 10n ** 18n + debt / 2n) / debt / 10_000n
}

function whole(value: Fraction): bigint {
  if (value.d !== 1n) throw new RangeError('not whole')
  return value.s * value.n
}

function futuresPools(book: OracleBook, leg: OracleLeg, profit: ProfitRule): Pool[] {
  const all = leg.positions ?? []
  const cross = all.filter(({ margin }) => margin !== 'isolated')
  const isolated = all.filter(({ margin }) => margin === 'isolated')
  const wallet = leg.wallet ?? []
  const alone = isolated.map((p) => {
    const own = { ...leg, id: `${leg.id}/${p.symbol}/${p.side}`, openOrderMargin: '0' }
    return futures(
      book,
      { ...own, wallet: [{ asset: leg.settle as string, amount: p.isoMargin as string }], positions: [p] },
      profit,
    )
  })
  return [futures(book, { ...leg, wallet, positions: cross }, profit), ...alone]
}

function futures(book: OracleBook, leg: OracleLeg, profitRule: ProfitRule): Pool {
  const settle = refOf(book, leg.settle as string)
  const coin = leg.coinMark === undefined ? priceOf(book, settle.key) : new Fraction(leg.coinMark)
  const positions = leg.positions ?? []
  const held = (leg.wallet ?? []).map(({ asset, amount, ratio }) => {
    const usd = (asset === settle.key ? coin : priceOf(book, asset)).mul(amount)
    return { ref: refOf(book, asset), usd, ratio: new Fraction(ratio ?? 1) }
  })
  const counted = ({ usd, ratio }: (typeof held)[number]): Fraction => (usd.gt(0) ? usd.mul(ratio) : usd)
  const profits = (shift: Shift) => total(positions.map((p) => profitOf(p, coin, powers(p, settle, shift))))
  const cover = (shift: Shift): Part[] => {
    const orders = always(monomial(coin.mul(leg.openOrderMargin ?? 0).neg(), shift(settle)))
    const own = held.find(({ ref }) => ref.key === settle.key)
    const others = held.filter((one) => one !== own || profitRule === 'in-full')
    const parts = others.map((one) => always(monomial(counted(one), shift(one.ref))))
    if (profitRule === 'in-full' || own === undefined) return [...parts, always(profits(shift)), orders]
    const together = total([monomial(own.usd, shift(settle)), profits(shift)])
    const cut = together.map((x) => x.mul(own.ratio)) as unknown as typeof together
    return [
      ...parts,
      {
        cases: [
          { when: [together], is: cut },
          { when: [], is: together },
        ],
      },
      orders,
    ]
  }
  return {
    id: leg.id,
    refs: [settle, ...held.map(({ ref }) => ref), ...positions.map(refOfPosition)],
    requires: positions.length > 0,
    cover,
    required: (shift) => positions.flatMap((p) => maintenance(p, leg, { coin, ...powers(p, settle, shift) })),
    equity: sumOf(held.map(({ usd }) => usd)).add(sumOf(positions.map((p) => atOne(profitOf(p, coin, { mark: 0, settle: 0 }))))),
    deltas: [
      ...held.map(({ ref, usd }) => [ref.factor, usd] as const),
      ...positions.map((p) => [p.factor, deltaOf(p, coin)] as const),
    ],
    positions,
    wad: null,
  }
}

export const refOfPosition = ({ factor, symbol }: OraclePosition): Ref => ({ factor, basis: null, key: symbol })

type Powers = { readonly mark: number; readonly settle: number }

const powers = (p: OraclePosition, settle: Ref, shift: Shift): Powers => ({
  mark: shift(refOfPosition(p)),
  settle: shift(settle),
})
const sign = ({ side }: OraclePosition): number => (side === 'long' ? 1 : -1)
const sumOf = (all: readonly Fraction[]): Fraction => all.reduce((sum, one) => sum.add(one), ZERO)
const atOne = (poly: readonly Fraction[]): Fraction => sumOf(poly)

/** USD. Linear: side Q (M x - E y) times the coin. Inverse: side N (1/E - 1/(M x)) coins, times the coin's price y. */
function profitOf(p: OraclePosition, coin: Fraction, { mark, settle }: Powers) {
  const size = coin.mul(p.qty).mul(sign(p))
  return p.contract === 'linear'
    ? minus(monomial(size.mul(p.mark), mark), monomial(size.mul(p.entry), settle))
    : minus(monomial(size.div(p.entry), settle), monomial(size.div(p.mark), settle - mark))
}

/** USD of equity gained when the position's factor, and with it an inverse pool's coin, doubles: what is not the wallet's. */
function deltaOf(p: OraclePosition, coin: Fraction): Fraction {
  return p.contract === 'linear'
    ? coin.mul(p.qty).mul(p.mark).mul(sign(p))
    : new Fraction(p.qty).div(p.entry).mul(p.mark).mul(sign(p))
}

/** Maintenance and closing fee in USD, as negative parts. */
function maintenance(p: OraclePosition, leg: OracleLeg, { coin, mark, settle }: Powers & { readonly coin: Fraction }): Part[] {
  const linear = p.contract === 'linear'
  const quantity = coin.mul(p.qty)
  const notional = linear ? monomial(quantity.mul(p.mark), mark) : monomial(quantity.div(p.mark), settle - mark)
  const atEntry = monomial(linear ? quantity.mul(p.entry) : quantity.div(p.entry), settle)
  const based = leg.mmBasis === 'entry' ? atEntry : notional
  const times = (rate: string): typeof based => based.map((x) => x.mul(rate)) as unknown as typeof based
  const fee = always(notional.map((x) => x.mul(leg.closeFeeRate ?? 0).neg()) as unknown as typeof based)
  const inCoins = (amount: string) => monomial(coin.mul(amount), settle)
  if (leg.tierKind === 'flat') {
    const cases = p.tiers.map(({ cap, mmr }, k) => ({
      when: cap === null || k === p.tiers.length - 1 ? [] : [minus(inCoins(cap), based)],
      is: minus(NOTHING, times(mmr)),
    }))
    return [{ cases }, fee]
  }
  const lines = p.tiers.map(({ mmr, cum }) => minus(times(mmr), inCoins(cum ?? '0')))
  const { cases } = largest([NOTHING, ...lines])
  return [{ cases: cases.map(({ when, is }) => ({ when, is: minus(NOTHING, is) })) }, fee]
}
