import { IncompleteAnswerError, TrackerError } from '../../errors.ts'
import { type Decimal, dec } from '../../risk/decimal.ts'
import type { FundingPaid, FuturesPosition, MarginAccount, StopOrder } from '../../risk/marginAccount.ts'
import type { Reader } from '../ccxtReader.ts'
import type { ForcedClose } from '../exchange.ts'
import { orFault } from '../orFault.ts'
import { decimalField, flagField, named, positiveField, type Row, rowOf, rowsOf, textField } from '../row.ts'
import type { Holder } from './holders.ts'
import { HYPERLIQUID } from './markets.ts'
import { question } from './question.ts'
import { timeIn } from './timeIn.ts'

const MINUTE = 60_000
const DAYS = 7
const WEEK = DAYS * 24 * 60 * MINUTE
/** Answers that reach back in time hold so many rows at most. */
const FUNDING_PAGE = 500
const FILLS_PAGE = 2000
const MOST_PAGES = 20

/** The pools of one holder on one dex. */
export type Place = { readonly holder: Holder; readonly dex: string; readonly accounts: readonly MarginAccount[] }

/**
 * Adds to pools what decides no liquidation: stops, and funding paid. What cannot be read costs no leg: it is not known, with a note.
 * Places in the queue are nowhere told.
 */
export async function withCircumstances(
  reader: Reader,
  { holder, dex, accounts }: Place,
): Promise<{ readonly accounts: readonly MarginAccount[]; readonly notes: readonly string[] }> {
  if (accounts.length === 0) return { accounts, notes: [] }
  const [orders, paid] = await Promise.all([orFault(readOrders(reader, holder, dex)), orFault(readPaid(reader, holder))])
  return {
    accounts: accounts.map((one) => ({
      ...one,
      circumstances: {
        stops: orders instanceof TrackerError ? null : one.positions.flatMap((position) => stopsOf(position, orders)),
        fundingPaid: paid instanceof TrackerError ? null : paidFor(one.positions, paid),
        adl: null,
      },
    })),
    notes: [
      ...(orders instanceof TrackerError ? [`${holder.id}: stops were not read: ${orders.message}`] : []),
      ...(paid instanceof TrackerError ? [`${holder.id}: funding paid was not read: ${paid.message}`] : []),
    ],
  }
}

/** A conditional order of the answer; texts, for it is remembered. */
type Order = { readonly coin: string; readonly side: string; readonly type: string; readonly trigger: string } & {
  readonly size: string
  readonly reduceOnly: boolean
  readonly whole: boolean
}

/**
 * The conditional orders that stand. Those that belong to an order which is not filled yet are listed, too, but guard nothing: that order
 * names them as its children.
 *
 * @see Hyperliquid docs, info endpoint, "Retrieve a user's open orders with additional frontend info"
 */
function readOrders(reader: Reader, { address }: Holder, dex: string): Promise<readonly Order[]> {
  return reader.rare({
    key: `${reader.key('stops', 'own')}:${address}:${dex}`,
    maxAgeMs: 5 * MINUTE,
    read: async () => {
      const answer = await question(reader, 'frontendOpenOrders', dex === '' ? { user: address } : { user: address, dex }, 1)
      const rows = rowsOf(HYPERLIQUID, 'frontendOpenOrders', answer)
      const waiting = new Set(rows.flatMap(childrenOf))
      return rows.filter(({ fields }) => fields.isTrigger !== false && !waiting.has(String(fields.oid))).map(orderOf)
    },
    accept: (cached) => (Array.isArray(cached) && cached.every(isOrder) ? cached : null),
  })
}

function childrenOf({ fields: { children } }: Row): readonly string[] {
  return Array.isArray(children) ? children.map((one: unknown) => String((one as { oid?: unknown } | null)?.oid)) : []
}

function orderOf(row: Row): Order {
  const coin = textField(row, 'coin')
  const order = named(row, `order of ${coin}`)
  return {
    coin,
    side: textField(order, 'side'),
    type: textField(order, 'orderType'),
    trigger: positiveField(order, 'triggerPx').toFixed(),
    size: decimalField(order, 'sz').toFixed(),
    reduceOnly: flagField(order, 'reduceOnly'),
    whole: order.fields.isPositionTpsl === true,
  }
}

function isOrder(value: unknown): value is Order {
  const { coin, side, type, trigger, size, reduceOnly, whole } = (value ?? {}) as Partial<Record<keyof Order, unknown>>
  const texts = [coin, side, type, trigger, size].every((one) => typeof one === 'string')
  return texts && typeof reduceOnly === 'boolean' && typeof whole === 'boolean'
}

function stopsOf({ symbol, side }: FuturesPosition, orders: readonly Order[]): readonly StopOrder[] {
  // `A` sells and `B` buys.
  const closing = side === 'long' ? 'A' : 'B'
  return orders.flatMap(({ coin, side: way, type, trigger, size, reduceOnly, whole }): StopOrder[] => {
    const kind = type.startsWith('Stop') ? 'stop' : type.startsWith('Take Profit') ? 'take-profit' : null
    if (coin !== symbol || way !== closing || kind === null) return []
    // They are set off by the mark. One of the whole position may come without a size.
    const all = whole || dec(size).isZero()
    const own = { trigger: dec(trigger), triggerBy: 'mark' as const, size: all ? null : dec(size) }
    return [{ symbol, side, kind, ...own, reduceOnly: reduceOnly || whole }]
  })
}

type Payment = { readonly coin: string; readonly amount: string }

/** Funding of the last 7 days of all dexes, by coin, at most an hour old. */
function readPaid(reader: Reader, { address }: Holder): Promise<readonly Payment[]> {
  return reader.rare({
    key: `${reader.key('paid', 'own')}:${address}`,
    maxAgeMs: 60 * MINUTE,
    read: async () => {
      const { readAt, venueTime } = reader.source()
      const since = (venueTime ?? readAt) - WEEK
      const rows = await allSince(reader, { type: 'userFunding', user: address, since, page: FUNDING_PAGE })
      const sums = new Map<string, Decimal>()
      for (const row of rows) {
        const delta = rowOf(HYPERLIQUID, 'delta of userFunding', row.fields.delta)
        const coin = textField(delta, 'coin')
        // The documentation prints a blank before it.
        const amount = decimalField({ ...delta, fields: { usdc: textField(delta, 'usdc').trim() } }, 'usdc')
        sums.set(coin, sums.get(coin)?.plus(amount) ?? amount)
      }
      return [...sums].map(([coin, amount]) => ({ coin, amount: amount.toFixed() }))
    },
    accept: (cached) => (Array.isArray(cached) && cached.every(isPayment) ? cached : null),
  })
}

function isPayment(value: unknown): value is Payment {
  const { coin, amount } = (value ?? {}) as Partial<Record<keyof Payment, unknown>>
  return typeof coin === 'string' && typeof amount === 'string'
}

function paidFor(positions: readonly FuturesPosition[], paid: readonly Payment[]): readonly FundingPaid[] {
  return positions.flatMap(({ symbol }) =>
    paid.filter(({ coin }) => coin === symbol).map(({ amount }) => ({ symbol, days: DAYS, amount: dec(amount) })),
  )
}

type Back = { readonly type: string; readonly user: string; readonly since: number; readonly page: number }

/** All rows since a time. A full page is followed by the next from its last moment on; what both hold counts once. */
async function allSince(reader: Reader, { type, user, since, page }: Back): Promise<readonly Row[]> {
  const all = new Map<string, Row>()
  let startTime = since
  for (let i = 0; i < MOST_PAGES; i++) {
    const rows = rowsOf(HYPERLIQUID, type, await question(reader, type, { user, startTime }, 1))
    for (const row of rows) all.set(JSON.stringify(row.fields), row)
    if (rows.length < page) return [...all.values()]
    const last = Math.max(...rows.map((row) => timeIn(row.fields.time) ?? Number.NaN))
    if (!(last > startTime)) break
    startTime = last
  }
  throw new IncompleteAnswerError(HYPERLIQUID, `${type}: it goes on for longer than is read`)
}

/** What was closed of a holder by force. The counterparty's fill carries the same mark, so the name in it decides. */
export async function readForcedCloses(reader: Reader, { address }: Holder, since: number): Promise<readonly ForcedClose[]> {
  const rows = await allSince(reader, { type: 'userFillsByTime', user: address, since, page: FILLS_PAGE })
  return rows.flatMap((row): ForcedClose[] => {
    const { liquidation, time } = row.fields
    if (typeof liquidation !== 'object' || liquidation === null) return []
    const { liquidatedUser } = liquidation as { liquidatedUser?: unknown }
    const at = timeIn(time)
    const ours = typeof liquidatedUser === 'string' && liquidatedUser.toLowerCase() === address
    if (!ours || at === null) return []
    return [{ symbol: textField(row, 'coin'), at, kind: 'liquidation' }]
  })
}
