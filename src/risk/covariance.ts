import { type Decimal, dec, ONE } from './decimal.ts'

/** How factors move together over a horizon: covariance of their returns, in the order of `factors`. */
export type Spread = { readonly factors: readonly string[]; readonly covariance: readonly (readonly Decimal[])[] }

/** Yearly volatilities (0.6 is 60 %) and the correlation of every pair. */
export type Volatility = {
  readonly factors: readonly string[]
  readonly annual: readonly Decimal[]
  readonly correlation: (a: string, b: string) => Decimal
}

const HOURS_A_YEAR = dec(365 * 24)

/**
 * The covariance over so many hours: variance grows with time.
 *
 * @see RISK 2.3
 */
export function spreadOver({ factors, annual, correlation }: Volatility, hours: Decimal): Spread {
  const years = hours.div(HOURS_A_YEAR)
  const covariance = factors.map((a, i) =>
    factors.map((b, j) => {
      const rho = i === j ? ONE : correlation(a, b)
      return (annual[i] as Decimal)
        .times(annual[j] as Decimal)
        .times(rho)
        .times(years)
    }),
  )
  return { factors, covariance }
}
