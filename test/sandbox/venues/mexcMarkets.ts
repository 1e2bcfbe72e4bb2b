import type { Json } from '../venue/answers.ts'
import { bracketTable } from '../venue/brackets.ts'
import { type Num, num } from '../venue/num.ts'
import type { DeathRule, Held, VenueMarket } from './held.ts'

/** A step of `riskLimitCustom`: contracts up to which it reaches, maintenance rate. */
type Step = readonly [maxVol: string, mmr: string]

/** A market as `contract/detail` lists it. */
export type Listing = VenueMarket & {
  readonly base: string
  readonly quote: string
  readonly settle: string
  readonly contractSize: string
  readonly steps: readonly Step[]
}

/** `liquidationFeeRate` of BTC_USDT in the documentation's sample. */
export const LIQUIDATION_FEE = '0.0004'

/** The steps of BTC_USDT in the documentation. @see https://www.mexc.com/api-docs/futures/market-endpoints "Get contract information" */
const BTC_STEPS: readonly Step[] = [
  ['50000', '0.001'],
  ['60000', '0.004'],
  ['250000', '0.005'],
  ['1200000', '0.01'],
  ['3000000', '0.02'],
  ['4500000', '0.05'],
]
const ETH_STEPS: readonly Step[] = [
  ['15000', '0.004'],
  ['900000', '0.01'],
  ['5000000', '0.025'],
]
const SOL_STEPS: readonly Step[] = [
  ['20000', '0.005'],
  ['4000000', '0.02'],
]

type Own = Pick<Listing, 'tick' | 'mark' | 'contractSize' | 'steps'>

function listing(symbol: string, own: Own): Listing {
  const [base = '', quote = ''] = symbol.split('_')
  const inverse = quote === 'USD'
  // The shared brackets count money at the mark; this venue counts contracts: see `rateOf`.
  const brackets = bracketTable([['1e30', '1', 1]])
  const coin = inverse ? { inverse: base } : {}
  return { symbol, base, quote, settle: inverse ? base : quote, funding: '0.0001', brackets, ...own, ...coin }
}

export function marketsOf(more: number): readonly Listing[] {
  return [
    listing('BTC_USDT', { tick: '0.1', mark: '90000', contractSize: '0.0001', steps: BTC_STEPS }),
    listing('ETH_USDT', { tick: '0.01', mark: '3000', contractSize: '0.001', steps: ETH_STEPS }),
    listing('SOL_USDT', { tick: '0.01', mark: '150', contractSize: '0.01', steps: SOL_STEPS }),
    listing('BTC_USDC', { tick: '0.1', mark: '90000', contractSize: '0.0001', steps: BTC_STEPS }),
    listing('ETH_USD', { tick: '0.01', mark: '3000', contractSize: '10', steps: ETH_STEPS }),
    ...Array.from({ length: more }, (_, i) =>
      listing(`M${i}_USDT`, { tick: '0.001', mark: '10', contractSize: '1', steps: SOL_STEPS }),
    ),
  ]
}

/** Rate of the step that the contracts of a position stand in; beyond the last one the last. */
function rateOf({ contractSize, steps }: Listing, amount: Num): Num {
  const contracts = amount.abs().div(contractSize)
  const [, rate] = steps.find(([maxVol]) => contracts.lte(maxVol)) ?? (steps.at(-1) as Step)
  return num(rate)
}

/** Value at which a position was bought, in the coin it settles in. */
export const boughtOf = ({ amount, entry, inverse }: Held): Num =>
  inverse === null ? amount.abs().times(entry) : amount.abs().div(entry)

/**
 * "Position margin + unrealized PnL ≤ maintenance margin + liquidation fees"; in cross mode "excluding ... all order margin". The
 * maintenance is the step's rate on the value at which it was bought: BTC_USDT, 0.0005 at 109,777.5 with a margin of 27.444375,
 * a rate of 0.001 and a fee of 0.0004: (0.001 x 54.88875 - 27.444375 + 54.88875) / (0.0005 x 0.9996) = 55,020.53, and the
 * documentation's sample says 55,020.5.
 *
 * @see https://www.mexc.com/support/articles/360044646391; https://www.mexc.com/api-docs/futures/account-and-trading-endpoints
 */
export function ruleOf(listed: readonly Listing[]): DeathRule & Required<Pick<DeathRule, 'maintenance'>> {
  const maintenance = (held: Held): Num => {
    const market = listed.find(({ symbol }) => symbol === held.symbol)
    if (market === undefined) throw new Error(`the sandbox does not list ${held.symbol}`)
    return boughtOf(held).times(rateOf(market, held.amount))
  }
  return { atEquality: true, fee: num(LIQUIDATION_FEE), holdsOrderMargin: true, maintenance }
}

/** A row of `contract/detail`. @see https://www.mexc.com/api-docs/futures/market-endpoints "Get contract information" */
export function detailOf({ symbol, base, quote, settle, contractSize, tick, steps }: Listing): Json {
  const custom = steps.map(([maxVol, mmr], i) => ({
    ...{ level: i + 1, maxVol: Number(maxVol), mmr: Number(mmr), imr: Number(mmr) * 2, maxLeverage: 100 },
  }))
  const last = Number(steps.at(-1)?.[0])
  return {
    ...{ symbol, displayName: symbol, displayNameEn: symbol, positionOpenType: 3, baseCoin: base, quoteCoin: quote },
    ...{ settleCoin: settle, futureType: 1, contractSize: Number(contractSize), minLeverage: 1, maxLeverage: 500 },
    ...{ priceScale: 1, volScale: 0, amountScale: 4, priceUnit: Number(tick), volUnit: 1, minVol: 1, maxVol: last },
    ...{ takerFeeRate: 0.0004, makerFeeRate: 0.0001, maintenanceMarginRate: Number(steps[0]?.[1]), initialMarginRate: 0.002 },
    ...{ riskBaseVol: last, riskIncrVol: 0, riskLongShortSwitch: 0, riskIncrMmr: 0, riskIncrImr: 0, riskLevelLimit: 1 },
    ...{ riskLimitType: 'BY_VOLUME', riskLimitMode: 'CUSTOM', riskLimitCustom: custom, state: 0, apiAllowed: true },
    ...{ liquidationFeeRate: Number(LIQUIDATION_FEE), isNew: false, isHot: true, isHidden: false },
  }
}
