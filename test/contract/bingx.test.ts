import { keyOf } from '../futures/openAccount.ts'
import { openBingx } from '../sandbox/venues/bingx.ts'
import { openReader } from './openReader.ts'
import { venueContract } from './venueContract.ts'

type Listed = { readonly data: readonly { readonly symbol: string }[] }

venueContract({
  name: 'bingx',
  symbols: { eth: 'ETH-USDT', btc: 'BTC-USDT', sol: 'SOL-USDT' },
  cross: 'bingx/main/USDT-cross',
  isolatedId: (symbol, side) => `bingx/main/${symbol}-${side}`,
  hedges: true,
  inverse: null,
  crossOfMany: true,
  requests: { positions: '/openApi/swap/v2/user/positions', marks: '/openApi/swap/v2/quote/premiumIndex' },
  withoutPrice: (answer, none) => {
    const list = answer as Listed
    return { ...list, data: list.data.map((row) => ({ ...row, liquidationPrice: none === null ? null : Number(none) })) }
  },
  withoutMark: (answer, symbol) => {
    const list = answer as Listed
    return { ...list, data: list.data.filter((one) => one.symbol !== symbol) }
  },
  withoutPositions: (answer) => ({ ...(answer as Listed), data: [] }),
  open: async (more = 0) => {
    const venue = await openBingx({ more })
    const reader = openReader('bingx', { credential: keyOf(venue.key), endpoint: venue.url })
    // A market of the suite is named as every venue's: `M7`.
    const named = (symbol: string): string => (/^M\d+$/.test(symbol) ? `${symbol}-USDT` : symbol)
    return {
      ...{ server: venue, setMark: venue.setMark, deadAt: venue.deadAt, tickOf: venue.tickOf },
      read: (change) => {
        // Each reading begins with a new window.
        venue.limits.reset()
        return reader.read(change)
      },
      account: (input) =>
        venue.account({ ...input, positions: input.positions.map((one) => ({ ...one, symbol: named(one.symbol) })) }),
      close: async () => {
        await venue.stop()
        await reader.close()
      },
    }
  },
})
