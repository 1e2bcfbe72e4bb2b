import { keyOf } from '../futures/openAccount.ts'
import { openMexc } from '../sandbox/venues/mexc.ts'
import { openReader } from './openReader.ts'
import { venueContract } from './venueContract.ts'

type Listed = { readonly data: readonly { readonly symbol: string }[] }

venueContract({
  name: 'mexc',
  symbols: { eth: 'ETH_USDT', btc: 'BTC_USDT', sol: 'SOL_USDT' },
  cross: 'mexc/main/USDT-cross',
  isolatedId: (symbol, side) => `mexc/main/${symbol}-${side}`,
  hedges: true,
  inverse: { eth: 'ETH_USD', cross: 'mexc/main/ETH-cross' },
  crossOfMany: true,
  requests: { positions: '/api/v1/private/position/open_positions', marks: '/api/v1/contract/ticker' },
  withoutPrice: (answer, none) => {
    const list = answer as Listed
    return { ...list, data: list.data.map((row) => ({ ...row, liquidatePrice: none === null ? null : Number(none) })) }
  },
  withoutMark: (answer, symbol) => {
    const list = answer as Listed
    return { ...list, data: list.data.filter((one) => one.symbol !== symbol) }
  },
  withoutPositions: (answer) => ({ ...(answer as Listed), data: [] }),
  open: async (more = 0) => {
    const venue = await openMexc({ more })
    const reader = openReader('mexc', { credential: keyOf(venue.key), endpoint: venue.url })
    // A market of the suite is named as every venue's: `M7`.
    const named = (symbol: string): string => (/^M\d+$/.test(symbol) ? `${symbol}_USDT` : symbol)
    return {
      ...{ server: venue, read: reader.read, setMark: venue.setMark, deadAt: venue.deadAt, tickOf: venue.tickOf },
      account: (input) =>
        venue.account({ ...input, positions: input.positions.map((one) => ({ ...one, symbol: named(one.symbol) })) }),
      close: async () => {
        await venue.stop()
        await reader.close()
      },
    }
  },
})
