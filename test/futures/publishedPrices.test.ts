import { expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { openReader } from '../contract/openReader.ts'
import vectors from '../fixtures/liquidation-vectors.json' with { type: 'json' }
import { openBinance } from '../sandbox/binance.ts'
import { contracts } from '../sandbox/venue/contracts.ts'
import { num } from '../sandbox/venue/num.ts'
import { keyOf } from './openAccount.ts'

/** Prices that were published, or recorded from a venue, by the whole way from its answers to the report. */

type Position = { readonly pair: string; readonly entry: number; readonly size: number; readonly mark: number } & {
  readonly mmr: number
  readonly cum: number
}

test.each(['binance-usdm-cross-faq-eth', 'binance-usdm-cross-faq-btc'])('%s', async (id) => {
  const vector = vectors.vectors.find((one) => one.id === id)
  if (vector?.positions === undefined || vector.walletBalance === undefined) throw new Error(`no vector ${id}`)
  const held = (vector.positions as readonly Position[]).map((one) => ({
    ...one,
    symbol: one.pair.split(':')[0]?.replace('/', '') ?? '',
  }))
  // The tiers that the example names, standing alone: it says nothing of the others.
  const alone = ({ mmr, cum }: Position) => [{ floor: num(0), cap: num('1e12'), rate: num(mmr), cum: num(cum), leverage: 1 }]
  const venue = await openBinance({
    contracts: contracts.map((one) => ({
      ...one,
      mark: String(held.find(({ symbol }) => symbol === one.symbol)?.mark ?? one.mark),
    })),
    brackets: Object.fromEntries(held.map((one) => [one.symbol, alone(one)])),
  })
  const reader = openReader('binance', { credential: keyOf(venue), endpoint: venue.url })
  try {
    venue.account({
      ...{ mode: 'single', hedge: false, wallets: { USDT: String(vector.walletBalance) } },
      positions: held.map(({ symbol, size, entry }) => ({
        symbol,
        side: 'BOTH',
        amount: String(size),
        entryPrice: String(entry),
      })),
    })
    const { accounts, gaps } = await reader.read()
    expect(gaps).toEqual([])
    const at = Math.max(...accounts.map(({ source }) => source.readAt))
    const view = assess(
      { book: 'main', at, legs: accounts, cash: [], gaps: [], disputes: [], oneSource: [], notes: [] },
      DEFAULT_POLICY,
    )
    const target = vector.target?.split(':')[0]?.replace('/', '')
    const price = view.legs[0]?.liquidation.find(({ symbol, side }) => symbol === target && side === 'down')?.price
    // Published to the cent; ours is the last safe tick, up to a cent above.
    expect(price?.minus(vector.expected).abs().lte('0.015')).toBe(true)
  } finally {
    await venue.stop()
    await reader.close()
  }
})

test('binance-ccxt-coinm-cross-short: a real short of three contracts', async () => {
  const vector = vectors.vectors.find((one) => one.id === 'binance-ccxt-coinm-cross-short')
  if (vector?.walletBalance === undefined || vector.contracts === undefined) throw new Error('no such vector')
  const venue = await openBinance()
  const reader = openReader('binance', { credential: keyOf(venue), endpoint: venue.url })
  try {
    // The double's first bracket is the vector's own: 0.4 %, nothing deducted.
    const face = Number(vector.contracts) * Number(vector.contractSize)
    venue.coin.setMark('BTCUSD_PERP', String(vector.entry))
    venue.coin.account({
      coins: { BTC: vector.walletBalance.toFixed(8) },
      positions: [{ symbol: 'BTCUSD_PERP', amount: String(-face), entry: String(vector.entry) }],
    })
    const { accounts, gaps } = await reader.read()
    expect(gaps).toEqual([])
    const leg = accounts.find(({ id }) => id === 'binance/main/coin-m-BTC-cross')
    if (leg === undefined) throw new Error('no leg')
    const view = assess(
      { book: 'main', at: leg.source.readAt, legs: [leg], cash: [], gaps: [], disputes: [], oneSource: [], notes: [] },
      DEFAULT_POLICY,
    )
    const price = view.legs[0]?.liquidation.find(({ symbol, side }) => symbol === 'BTCUSD_PERP' && side === 'up')?.price
    // 300 x 0.996 / (300 / 68,911.00000037 - 0.00023156) = 72,491.16879818; ours is the last safe tick below it.
    expect(price?.minus(vector.expected).abs().lte(vector.tolerance)).toBe(true)
  } finally {
    await venue.stop()
    await reader.close()
  }
})
