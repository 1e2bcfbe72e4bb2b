import { weexKeyOf } from '../futures/openWeexAccount.ts'
import { openWeex } from '../sandbox/venues/weex.ts'
import { openReader } from './openReader.ts'
import { venueContract } from './venueContract.ts'

type Rows = Record<string, unknown>[]

venueContract({
  name: 'weex',
  symbols: { eth: 'ETHUSDT', btc: 'BTCUSDT', sol: 'SOLUSDT' },
  cross: 'weex/main/USDT-cross',
  isolatedId: (symbol, side) => `weex/main/${symbol}-${side}`,
  // It holds both sides apart, but a cross pool with both is one that cannot be told.
  hedges: false,
  inverse: null,
  crossOfMany: false,
  anchored: true,
  requests: { positions: '/capi/v3/account/position/allPosition', marks: '/capi/v3/market/exchangeInfo' },
  withoutPrice: (answer, none) => (answer as Rows).map((row) => ({ ...row, liquidatePrice: none })),
  withoutMark: (answer, symbol) => {
    const info = answer as { symbols: { symbol: string }[] }
    return { ...info, symbols: info.symbols.filter((one) => one.symbol !== symbol) }
  },
  withoutPositions: () => [],
  open: async (more = 0) => {
    const venue = await openWeex({ more })
    // Of the two meanings that the documentation leaves open, one by which every reading of the suite's balances says the same.
    venue.state.isolatedInBalance = true
    const reader = openReader('weex', { credential: weexKeyOf(venue.key), endpoint: venue.url })
    // The suite names more markets by their coin, and its accounts are read as if hours apart.
    const named = (symbol: string): string => (/^M\d+$/.test(symbol) ? `${symbol}USDT` : symbol)
    return {
      ...{ server: venue, read: reader.read, setMark: venue.setMark, deadAt: venue.deadAt, tickOf: venue.tickOf },
      account: (input) => {
        venue.limits.forget()
        venue.account({ ...input, positions: input.positions.map((one) => ({ ...one, symbol: named(one.symbol) })) })
      },
      close: async () => {
        await venue.stop()
        await reader.close()
      },
    }
  },
})
