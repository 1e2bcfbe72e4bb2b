import { deathPriceWords, healthWords } from '../../src/report/words.ts'
import { type Band, bandOf } from '../../src/risk/band.ts'
import { type Carry, carryOf, type LegCarry } from '../../src/risk/carry.ts'
import { sooner } from '../../src/risk/daysLeft.ts'
import { Decimal } from '../../src/risk/decimal.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { projection } from '../../src/risk/projection.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { totalsOf } from '../../src/risk/totals.ts'
import type { Liquidation } from '../../src/risk/view.ts'
import { type Entry, EntryError, figure, given, group } from './entry.ts'

/** The entries of `extra` that speak of time: what holding a book costs, and how a loan stands some hours later. */

/** `carry`: a rate is one for all, or a group by the name of the asset or symbol. Costs are above 0 in the books, below 0 here. */
export function carry({ legs, cash }: Snapshot, entry: Entry): unknown {
  const rates = group(entry, 'rates')
  const weighed = legs.map((leg) => ({ leg, state: solvency(leg) }))
  const views = weighed.map(({ state }) => ({ ...state }) as never)
  const found = carryOf(
    weighed,
    {
      loan: (_, { symbol }) => ({ supply: yearly(rates, 'supplyApy', symbol), borrow: yearly(rates, 'borrowApy', symbol) }),
      funding: (_, { symbol }) => {
        const [rate, intervalHours] = [rateOf(rates, 'fundingPerInterval', symbol), rateOf(rates, 'intervalHours', symbol)]
        return rate === null || intervalHours === null ? null : { rate, intervalHours, window: null }
      },
    },
    totalsOf(legs, views, cash),
  )
  const of = (kind: 'lending' | 'futures') => found.legs.filter((_, i) => legs[i]?.kind === kind)
  return {
    ...given(entry, ['rates']),
    supplyPerDay: one(found.supply),
    borrowPerDay: one(found.borrow)?.neg(),
    fundingPerDay: one(found.funding)?.neg(),
    netPerDay: one(found.net),
    loanDaysToLiquidation: daysOf(of('lending')),
    futuresDaysToLiquidation: daysOf(of('futures')),
    bookDaysToLiquidation: found.days.soonest,
    breakEvenDriftPerDay: one(found.breakEvenDrift) ?? null,
  }
}

/** null where the entry gives none: what depends on it is not known then. */
function rateOf(rates: Entry, name: string, of: string): Decimal | null {
  const value = rates[name]
  const [from, key] = typeof value === 'object' && value !== null ? [group(rates, name), of] : [rates, name]
  return from[key] === undefined ? null : figure(from, key)
}

function yearly(rates: Entry, name: string, of: string): Band | null {
  const apy = rateOf(rates, name, of)
  return apy === null ? null : bandOf(apy)
}

/** Both ends of a band are the same, where the rates are. */
function one(band: Carry['net']): Decimal | undefined {
  if (band !== null && !band.low.eq(band.high)) throw new EntryError('its figures are bands')
  return band?.low
}

function daysOf(legs: readonly LegCarry[]): Decimal | null {
  return legs.reduce<Decimal | null>((least, { days }) => sooner(least, days?.soonest ?? null), null)
}

/** `accrual`: the first Aave v3 loan with debt, its debts grown by so many seconds at one yearly rate. */
export function accrual({ legs }: Snapshot, entry: Entry): unknown {
  const loan = legs.find(
    (leg) => leg.kind === 'lending' && leg.protocol === 'aave-v3' && leg.reserves.some(({ debt }) => debt > 0n),
  )
  if (loan === undefined) throw new EntryError('the book has no loan that owes anything')
  const apr = figure(entry, 'apr')
  const found = projection(charging(loan as AaveV3Position, apr), BigInt(figure(entry, 'seconds').toFixed(0)))
  if (found === null) return undefined
  const death = (side: Liquidation['side']) => found.liquidation.find((end) => end.side === side)?.price ?? null
  const [down, up] = [death('down'), death('up')]
  return {
    ...given(entry, ['apr', 'seconds']),
    debtAtReport: found.debt,
    hfAtReport: found.health,
    displayHf3: found.health === null ? null : shortened(healthWords(found.health), 3, Decimal.ROUND_FLOOR),
    displayDebt2: found.debt.toFixed(2, Decimal.ROUND_CEIL),
    liqPriceDown: down,
    displayLiqPriceDown2: down === null ? null : shortened(deathPriceWords(down, 'down'), 2, Decimal.ROUND_CEIL),
    liqPriceUp: up,
    displayLiqPriceUp2: up === null ? null : shortened(deathPriceWords(up, 'up'), 2, Decimal.ROUND_FLOOR),
  }
}

/** The product's own words with as many decimals as the books show: rounded twice to one side is rounded once. */
function shortened(words: string, decimals: number, side: typeof Decimal.ROUND_CEIL | typeof Decimal.ROUND_FLOOR): string {
  return new Decimal(words.replaceAll(',', '')).toFixed(decimals, side)
}

function charging(loan: AaveV3Position, apr: Decimal): AaveV3Position {
  const borrowRate = BigInt(apr.times('1e27').toFixed(0))
  return { ...loan, reserves: loan.reserves.map((reserve) => ({ ...reserve, borrowRate })) }
}
