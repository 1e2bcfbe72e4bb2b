import type { Asset } from '../../risk/asset.ts'
import { isDecimalText } from '../../risk/decimal.ts'
import type { FactorRef } from '../../risk/factors.ts'
import type { Rare, Reader } from '../ccxtReader.ts'
import { decimalOrNull, type Row } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { allRows } from './pages.ts'

const DAY = 86_400_000

export type Category = 'linear' | 'inverse'

/** What is kept of a market. */
export type Market = {
  readonly category: Category
  readonly base: string
  readonly settle: string
  readonly tick: string
  /** A contract with a delivery date pays no funding. */
  readonly delivers: boolean
  /** Whether its base is a coin: stocks, metals and currencies are traded, too. */
  readonly coin: boolean
}
export type Markets = Readonly<Record<string, Market>>

/** The market tables of both categories, by symbol. @see https://bybit-exchange.github.io/docs/v5/market/instrument */
export async function readMarkets(reader: Reader, renew = false): Promise<Markets> {
  const rare: Rare<Markets> = {
    key: reader.key('markets', 'venue'),
    maxAgeMs: DAY,
    read: async () => {
      const asked = [
        ['linear', 'Trading'],
        ['linear', 'PreLaunch'],
        ['inverse', 'Trading'],
      ] as const
      const lists = await Promise.all(
        asked.map(async ([category, status]) => {
          const params = { category, status, limit: 1000 }
          const label = `instruments-info ${category}`
          return (await allRows(reader, { call: 'publicGetV5MarketInstrumentsInfo', params, label })).map((row) => ({
            row,
            category,
          }))
        }),
      )
      return slimMarkets(lists.flat())
    },
    accept: acceptMarkets,
  }
  return reader.rare(rare, renew)
}

/** A market that lacks a field is left out: it is missed only where a position needs it. */
function slimMarkets(rows: readonly { readonly row: Row; readonly category: Category }[]): Markets {
  const markets: Record<string, Market> = Object.create(null)
  for (const { row, category } of rows) {
    const { symbol, baseCoin: base, settleCoin: settle, contractType, symbolType, priceFilter } = row.fields
    const told = [symbol, base, settle, contractType].every((one) => typeof one === 'string' && one !== '')
    if (!told || typeof priceFilter !== 'object' || priceFilter === null) continue
    const tick = decimalOrNull({ ...row, fields: priceFilter as Row['fields'] }, 'tickSize')
    if (!tick?.gt(0)) continue
    const coin = !['commodity', 'stock', 'forex', 'xstocks'].includes(String(symbolType))
    const delivers = String(contractType).endsWith('Futures')
    markets[symbol as string] = { category, base: base as string, settle: settle as string, tick: tick.toFixed(), delivers, coin }
  }
  return markets
}

/** Cached markets, if every one of them is whole. Without a prototype: a symbol may be called `constructor`. */
function acceptMarkets(cached: unknown): Markets | null {
  if (typeof cached !== 'object' || cached === null || Array.isArray(cached)) return null
  const whole = (one: Partial<Market> | null): boolean =>
    (one?.category === 'linear' || one?.category === 'inverse') &&
    [one.base, one.settle, one.tick].every((text) => typeof text === 'string') &&
    isDecimalText(one.tick as string) &&
    typeof one.delivers === 'boolean' &&
    typeof one.coin === 'boolean'
  return Object.values(cached).every(whole) ? Object.assign(Object.create(null), cached) : null
}

/** In what linear markets settle: positions are listed by it. */
export function settlesOf(markets: Markets): readonly string[] {
  const listed = Object.values(markets).flatMap(({ category, settle }) => (category === 'linear' ? [settle] : []))
  return [...new Set(['USDT', 'USDC', ...listed])]
}

/** Staked coins that are marked by their own book. */
const STAKED: Readonly<Record<string, string>> = { STETH: 'ETH', METH: 'ETH', CMETH: 'ETH', BBSOL: 'SOL' }

/** What moves the price of a coin that Bybit names. */
function factorOfCoin(coin: string): FactorRef {
  if (isStable(coin)) return { factor: `USD:${coin}`, basis: null }
  const staked = STAKED[coin]
  return staked === undefined ? { factor: coin, basis: null } : { factor: staked, basis: `${coin}/${staked}@bybit` }
}

/** What moves the mark of a market. */
export function factorOf({ base, coin }: Market): FactorRef {
  return coin ? factorOfCoin(base) : { factor: `OWN:bybit/${base}`, basis: null }
}

export function assetOf(symbol: string): Asset {
  return { key: `bybit/${symbol}`, symbol, ...factorOfCoin(symbol) }
}
