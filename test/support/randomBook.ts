import fc, { type Arbitrary } from 'fast-check'
import { NAMES, somePrices, text, type Wish } from './randomAssets.ts'
import { aRandomComet, aRandomLoan } from './randomLoan.ts'
import { aLinearAccount, anInverseAccount } from './randomPool.ts'
import type { VectorBook } from './vectorBook.ts'

/**
 * Random books in the form of the worked ones: shrinkable, and as fast-check's seed makes them. Every figure is a text with no
 * more digits than our own types hold, so nothing is rounded on the way in.
 */

const someCash: Arbitrary<NonNullable<VectorBook['cash']>> = fc.array(
  fc
    .record({ asset: fc.constantFrom(...NAMES), cents: fc.integer({ min: 0, max: 5_000_000 }) })
    .map(({ asset, cents }) => ({ id: `cash/${asset}`, asset, amount: text(cents / 100, 2) })),
  { maxLength: 2 },
)

/** A book of one to four legs: loans, linear and inverse accounts. */
export function aRandomBook(wish: Wish = {}): Arbitrary<VectorBook> {
  const kinds = [
    aRandomLoan,
    aRandomLoan,
    aRandomComet,
    aLinearAccount,
    aLinearAccount,
    ...(wish.inverse === false ? [] : [anInverseAccount]),
  ]
  const leg = fc.constantFrom(...kinds).chain((kind) => kind('leg', wish))
  const legs = fc.array(leg, { minLength: 1, maxLength: 3 })
  // Now and then the first leg twice: the two die together.
  const twin = fc.integer({ min: 0, max: 5 }).map((n) => n === 5)
  return fc.record({ assets: somePrices, legs, twin, cash: someCash }).map(({ assets, legs: some, twin: twice, cash }) => {
    const all = twice ? [...some, ...some.slice(0, 1)] : some
    return { assets, legs: all.map((build, i) => ({ ...build(assets), id: `leg${i}` })), cash }
  })
}
