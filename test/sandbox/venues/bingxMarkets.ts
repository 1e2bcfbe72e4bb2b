import type { Json } from '../venue/answers.ts'
import { type Bracket, bracketTable } from '../venue/brackets.ts'
import { num } from '../venue/num.ts'
import type { DeathRule, VenueMarket } from './held.ts'

/** A market as `contracts` lists it. */
export type Listing = VenueMarket & {
  readonly base: string
  readonly settle: string
  readonly digits: number
  /** 1 traded, 25 can only be closed. */
  readonly status: number
}

/** What closing costs the account. @see docs-v3 "Query Trading Commission Rate" (sample: 0.0005) */
export const TAKER = '0.0005'

/** The first two of BTC-USDT as the documentation has them; beyond those made up, marginal like them. */
const BTC = bracketTable([
  ['150000', '0.0038', 150],
  ['900000', '0.004', 125],
  ['5000000', '0.005', 100],
  ['30000000', '0.01', 50],
  ['9000000000', '0.05', 10],
])
const ETH = bracketTable([
  ['900000', '0.0033', 100],
  ['5000000', '0.01', 50],
  ['90000000', '0.05', 10],
])
const SOL = bracketTable([
  ['100000', '0.005', 75],
  ['1000000', '0.02', 25],
  ['90000000', '0.1', 5],
])

function listing(symbol: string, mark: string, own: { readonly digits: number; readonly brackets: readonly Bracket[] }): Listing {
  const [base = '', settle = ''] = symbol.split('-')
  const tick = `1e${-own.digits}`
  return { symbol, base, settle, mark, tick: num(tick).toFixed(), funding: '0.0001', status: 1, ...own }
}

export function marketsOf(more: number): readonly Listing[] {
  return [
    listing('BTC-USDT', '90000', { digits: 1, brackets: BTC }),
    listing('ETH-USDT', '3000', { digits: 2, brackets: ETH }),
    listing('SOL-USDT', '150', { digits: 3, brackets: SOL }),
    listing('ETH-USDC', '3000', { digits: 2, brackets: ETH }),
    ...Array.from({ length: more }, (_, i) => listing(`M${i}-USDT`, '10', { digits: 3, brackets: SOL })),
  ]
}

/**
 * "Liquidation is triggered when Risk ≥ 100 %", the risk being maintenance and closing fees over the balance with all profit, less what
 * orders hold.
 *
 * @see https://bingx.pro/en/support/articles/11263299509391
 */
export const RULE: DeathRule = { atEquality: true, fee: num(TAKER), holdsOrderMargin: true }

/** A row of `contracts`. @see recording of 2026-09-29; numbers are numbers unless quoted there */
export function contractOf({ symbol, base, settle, digits, status }: Listing): Json {
  return {
    ...{ contractId: '100', symbol, size: '0.0001', quantityPrecision: 4, pricePrecision: digits, feeRate: Number(TAKER) },
    ...{ makerFeeRate: 0.0002, takerFeeRate: Number(TAKER), tradeMinLimit: 0, tradeMinQuantity: 0.0001, tradeMinUSDT: 2 },
    ...{ currency: settle, asset: base, status, apiStateOpen: 'true', apiStateClose: 'true', ensureTrigger: true },
    ...{
      triggerFeeRate: '0.00050000',
      brokerState: false,
      launchTime: 1586275200000,
      maintainTime: 0,
      offTime: 0,
      displayName: symbol,
    },
  }
}

/** Rows of `maintMarginRatio`. @see docs-v3 "Position and Maintenance Margin Ratio" */
export function tierRows({ symbol, brackets }: Listing): readonly Json[] {
  return brackets.map(({ floor, cap, rate, cum }, i) => ({
    ...{ tier: `Tier ${i + 1}`, symbol, minPositionVal: floor.toFixed(), maxPositionVal: cap.toFixed() },
    ...{ maintMarginRatio: rate.toFixed(6), maintAmount: cum.toFixed(6) },
  }))
}
