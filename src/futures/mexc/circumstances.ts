import { TrackerError } from '../../errors.ts'
import { sum } from '../../risk/decimal.ts'
import type { AdlRank, Circumstances, FundingPaid, StopOrder } from '../../risk/marginAccount.ts'
import type { Reader } from '../ccxtReader.ts'
import { orFault } from '../orFault.ts'
import { decimalField, decimalOrNull, textField } from '../row.ts'
import { idIn, pagesOf } from './answers.ts'
import { type Place, sideOf } from './rows.ts'
import { readStops, type StopTerms } from './stops.ts'

const DAYS = 7
const DAY_MS = 86_400_000
/** Places in the queue, from 1. The documentation gives the range, not the end that is closed first: the highest, as elsewhere. */
const ADL_LEVELS = 5

/** The circumstances of a pool, by its positions, and what must be said of them. */
export type CircumstancesOf = (places: readonly Place[]) => {
  readonly circumstances: Circumstances | null
  readonly notes: readonly string[]
}

/** Where nothing is held nothing is asked. */
export const NOT_ASKED: CircumstancesOf = () => ({ circumstances: null, notes: [] })

/**
 * Reads what the venue tells of open positions beside their margin: each list is asked once, and one that fails costs no leg.
 *
 * @see https://www.mexc.com/api-docs/futures/account-and-trading-endpoints
 */
export async function readCircumstances(reader: Reader, terms: StopTerms): Promise<CircumstancesOf> {
  const [stops, payments] = await Promise.all([
    orFault(readStops(reader, terms)),
    orFault(readPayments(reader, new Set(terms.places.map(({ side }) => side)))),
  ])
  const notes = [
    ...(stops instanceof TrackerError ? [`stops were not read: ${stops.message}`] : []),
    ...(payments instanceof TrackerError ? [`funding paid was not read: ${payments.message}`] : []),
  ]
  return (places) => {
    const own = (one: { readonly symbol: string; readonly side: string }): boolean =>
      places.some(({ symbol, side }) => symbol === one.symbol && side === one.side)
    const circumstances: Circumstances = {
      stops: stops instanceof TrackerError ? null : stops.filter(own),
      fundingPaid: payments instanceof TrackerError ? null : paidBySymbol(payments.filter(own)),
      adl: ranksOf(places),
    }
    return { circumstances: places.length === 0 ? NOTHING_HELD : circumstances, notes: places.length === 0 ? [] : notes }
  }
}

const NOTHING_HELD: Circumstances = { stops: [], fundingPaid: [], adl: [] }

type Payment = Pick<StopOrder, 'symbol' | 'side'> & Pick<FundingPaid, 'amount'>

/**
 * Payments of the last days. Above 0 was received: the venue's own sample is a long that is paid while the rate is below 0.
 *
 * @see ccxt mexc.js, sample of fetchFundingHistory; the sample in the venue's own documentation is that of another endpoint
 */
async function readPayments(reader: Reader, sides: ReadonlySet<'long' | 'short'>): Promise<readonly Payment[]> {
  const { venueTime, readAt } = reader.source()
  const end = venueTime ?? readAt
  const lists = await Promise.all(
    // The side is required by the documentation, and optional in its older edition.
    [...sides].map((side) =>
      pagesOf(reader, 'funding_records', {
        call: 'contractPrivateGetPositionFundingRecords',
        params: { position_type: side === 'long' ? 1 : 2, start_time: end - DAYS * DAY_MS, end_time: end },
        ...{ page: 'page_num', size: 'page_size' },
      }),
    ),
  )
  // A payment that arrives between two pages moves the others along: some are told twice.
  const once = new Map(lists.flat().map((row) => [idIn(row, 'id'), row]))
  return [...once.values()].map((row) => ({
    symbol: textField(row, 'symbol'),
    side: sideOf(row),
    amount: decimalField(row, 'funding'),
  }))
}

function paidBySymbol(payments: readonly Payment[]): readonly FundingPaid[] {
  return [...new Set(payments.map(({ symbol }) => symbol))].map((symbol) => ({
    symbol,
    days: DAYS,
    amount: sum(payments.filter((one) => one.symbol === symbol).map(({ amount }) => amount)),
  }))
}

/** A rank that is still being reckoned is `null`, and left out. Null: the venue tells none at all. */
function ranksOf(places: readonly Place[]): readonly AdlRank[] | null {
  if (places.every(({ row }) => row.fields.adlLevel === undefined)) return null
  return places.flatMap(({ symbol, side, row }): AdlRank[] => {
    const rank = decimalOrNull(row, 'adlLevel')
    if (rank === null) return []
    return rank.isInteger() && rank.gte(1) && rank.lte(ADL_LEVELS)
      ? [{ symbol, side, rank: rank.toNumber(), of: ADL_LEVELS }]
      : []
  })
}
