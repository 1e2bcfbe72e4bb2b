/**
 * A book as the oracle reads it: the form of `risk-vectors.json` (its `meta.fields` defines every field), figures as text.
 * Deliberately not imported from anywhere: the oracle shares nothing with what it checks.
 */
export type OracleAsset = { readonly price?: string | null; readonly factor?: string; readonly basis?: string }

export type OracleTier = { readonly cap: string | null; readonly mmr: string; readonly cum?: string }

export type OraclePosition = {
  readonly symbol: string
  readonly factor: string
  readonly contract: 'linear' | 'inverse'
  readonly side: 'long' | 'short'
  readonly qty: string
  readonly entry: string
  readonly mark: string
  readonly tiers: readonly OracleTier[]
  readonly margin?: 'cross' | 'isolated'
  readonly isoMargin?: string
}

export type OracleLeg = {
  readonly id: string
  readonly type: string
  readonly status?: string
  readonly supplies?: readonly {
    readonly asset: string
    readonly amount: string
    readonly lt: string
    readonly ltv?: string
    readonly collateral?: boolean
  }[]
  readonly borrows?: readonly { readonly asset: string; readonly amount: string }[]
  readonly eMode?: { readonly lt: string; readonly ltv?: string; readonly collateral: readonly string[] }
  readonly base?: string
  readonly baseBalance?: string
  readonly collateral?: readonly { readonly asset: string; readonly amount: string; readonly liquidateCF: string }[]
  readonly settle?: string
  readonly wallet?: readonly { readonly asset: string; readonly amount: string; readonly ratio?: string }[]
  readonly coinMark?: string
  readonly openOrderMargin?: string
  readonly closeFeeRate?: string
  readonly mmBasis?: 'mark' | 'entry'
  readonly tierKind?: 'marginal' | 'flat'
  readonly positions?: readonly OraclePosition[]
}

export type OracleBook = {
  readonly assets: Readonly<Record<string, OracleAsset>>
  readonly legs: readonly OracleLeg[]
  readonly cash?: readonly { readonly id: string; readonly asset: string; readonly amount: string }[]
}
