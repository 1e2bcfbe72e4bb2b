import { openHyperliquid } from '../sandbox/venues/hyperliquid.ts'
import { openReader } from './openReader.ts'
import { venueContract } from './venueContract.ts'

type State = { assetPositions: { position: Record<string, unknown> }[] }
type Listed = [{ universe: { name: string }[] }, unknown[]]

venueContract({
  name: 'hyperliquid',
  symbols: { eth: 'ETH', btc: 'BTC', sol: 'SOL' },
  cross: 'hyperliquid/main/USDC-cross',
  isolatedId: (symbol, side) => `hyperliquid/main/${symbol}-${side}`,
  hedges: false,
  inverse: null,
  crossOfMany: true,
  requests: { positions: 'clearinghouseState', marks: 'metaAndAssetCtxs' },
  withoutPrice: (answer, none) => {
    const state = answer as State
    const assetPositions = state.assetPositions.map((one) => ({ ...one, position: { ...one.position, liquidationPx: none } }))
    return { ...state, assetPositions }
  },
  withoutMark: (answer, symbol) => {
    const [meta, contexts] = answer as Listed
    const keep = meta.universe.map(({ name }) => name !== symbol)
    return [{ ...meta, universe: meta.universe.filter((_, i) => keep[i]) }, contexts.filter((_, i) => keep[i])]
  },
  withoutPositions: (answer) => ({ ...(answer as State), assetPositions: [] }),
  open: async (more = 0) => {
    const venue = await openHyperliquid({ more })
    const reader = openReader('hyperliquid', { credential: { kind: 'address', address: venue.address }, endpoint: venue.url })
    return {
      ...{ server: venue, read: reader.read },
      ...{ account: venue.account, setMark: venue.setMark, deadAt: venue.deadAt, tickOf: venue.tickOf },
      close: async () => {
        await venue.stop()
        await reader.close()
      },
    }
  },
})
