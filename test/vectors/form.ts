/** The form of a worked book, as `meta.fields` of `risk-vectors.json` defines it. Figures are text. */

export type VectorAsset = { price?: string | null; factor?: string; basis?: string }
export type VectorPosition = {
  symbol: string
  factor: string
  contract: 'linear' | 'inverse'
  side: 'long' | 'short'
  qty: string
  entry: string
  /** null: the venue gave none. */
  mark: string | null
  tiers: { cap: string | null; mmr: string; cum?: string }[]
  margin?: 'cross' | 'isolated'
  isoMargin?: string
}
export type VectorLeg = {
  id: string
  type: string
  status?: string
  supplies?: { asset: string; amount: string; lt: string; ltv: string; bonus?: string; collateral?: boolean }[]
  borrows?: { asset: string; amount: string }[]
  base?: string
  baseBalance?: string
  collateral?: { asset: string; amount: string; borrowCF: string; liquidateCF: string; liquidationFactor: string }[]
  eMode?: { lt: string; ltv: string; bonus?: string; collateral: string[] }
  settle?: string
  wallet?: { asset: string; amount: string; ratio?: string }[]
  coinMark?: string
  openOrderMargin?: string
  closeFeeRate?: string
  liquidationFeeRate?: string
  mmBasis?: 'mark' | 'entry'
  tierKind?: 'marginal' | 'flat'
  positions?: VectorPosition[]
}
export type VectorBook = {
  assets: Record<string, VectorAsset>
  legs: VectorLeg[]
  cash?: { id: string; asset: string; amount: string }[]
}
