import fc, { type Arbitrary } from 'fast-check'
import { type Leg, NAMES, priceIn, share, text } from './randomAssets.ts'
import type { VectorBook } from './vectorBook.ts'

/** A loan that owes between nothing and a little too much. */
export function aRandomLoan(id: string): Arbitrary<(assets: VectorBook['assets']) => Leg> {
  const supply = fc.record({
    asset: fc.constantFrom(...NAMES),
    usd: fc.integer({ min: 1, max: 200_000 }),
    lt: fc.integer({ min: 0, max: 9500 }),
    collateral: fc.integer({ min: 0, max: 5 }).map((n) => n < 5),
  })
  const borrow = fc.record({ asset: fc.constantFrom(...NAMES), parts: fc.integer({ min: 1, max: 5 }) })
  return fc
    .record({
      supplies: fc.uniqueArray(supply, { minLength: 1, maxLength: 4, selector: ({ asset }) => asset }),
      borrows: fc.uniqueArray(borrow, { maxLength: 3, selector: ({ asset }) => asset }),
      used: share(10, 1020),
      protocol: fc.constantFrom('aave-v3', 'aave-v3', 'aave-v4'),
      eMode: fc.option(fc.record({ lt: fc.integer({ min: 8000, max: 9700 }), collateral: fc.subarray(NAMES) }), {
        nil: undefined,
      }),
    })
    .map(({ supplies, borrows, used, protocol, eMode: category }) => (assets) => {
      const eMode = protocol === 'aave-v3' ? category : undefined
      const threshold = ({ asset, lt }: { asset: string; lt: number }): number =>
        (eMode?.collateral.includes(asset) === true ? eMode.lt : lt) / 10_000
      const cover = supplies.reduce((sum, one) => sum + (one.collateral ? one.usd * threshold(one) : 0), 0)
      const parts = borrows.reduce((sum, one) => sum + one.parts, 0)
      return {
        id,
        type: protocol,
        supplies: supplies.map(({ asset, usd, lt, collateral }) => ({
          asset,
          amount: text(usd / priceIn(assets, asset), 6),
          lt: text(lt / 10_000, 4),
          ltv: text(lt / 20_000, 4),
          bonus: '0.05',
          collateral,
        })),
        borrows: borrows.map(({ asset, parts: own }) => {
          return { asset, amount: text((cover * used * own) / parts / priceIn(assets, asset), 6) }
        }),
        ...(eMode === undefined
          ? {}
          : { eMode: { lt: text(eMode.lt / 10_000, 4), ltv: '0.5', bonus: '0.01', collateral: eMode.collateral } }),
      }
    })
}

/** A Compound III account: one base asset owed, or lent. */
export function aRandomComet(id: string): Arbitrary<(assets: VectorBook['assets']) => Leg> {
  const held = fc.record({
    asset: fc.constantFrom('WETH', 'wstETH', 'WBTC', 'LINK', 'DAI'),
    usd: fc.integer({ min: 1, max: 200_000 }),
    factor: fc.integer({ min: 0, max: 950 }),
  })
  return fc
    .record({
      base: fc.constantFrom('USDC', 'USDT', 'WETH'),
      collateral: fc.uniqueArray(held, { minLength: 1, maxLength: 3, selector: ({ asset }) => asset }),
      used: share(-300, 1020),
    })
    .map(({ base, collateral, used }) => (assets) => {
      const own = collateral.filter(({ asset }) => asset !== base)
      const cover = own.reduce((sum, { usd, factor }) => sum + (usd * factor) / 1000, 0)
      return {
        id,
        type: 'compound-v3',
        base,
        baseBalance: text((-cover * used) / priceIn(assets, base), 6),
        collateral: own.map(({ asset, usd, factor }) => ({
          asset,
          amount: text(usd / priceIn(assets, asset), 6),
          borrowCF: text(factor / 1200, 3),
          liquidateCF: text(factor / 1000, 3),
          liquidationFactor: '0.95',
        })),
      }
    })
}
