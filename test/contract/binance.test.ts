import { keyOf } from '../futures/openAccount.ts'
import { openBinance } from '../sandbox/binance.ts'
import { presentBrackets } from '../sandbox/venue/brackets.ts'
import { coinContracts } from '../sandbox/venue/coinContracts.ts'
import { type Contract, contracts } from '../sandbox/venue/contracts.ts'
import { num } from '../sandbox/venue/num.ts'
import { isDead } from '../sandbox/venue/pool.ts'
import { poolsOf } from '../sandbox/venue/pools.ts'
import { openReader } from './openReader.ts'
import { venueContract } from './venueContract.ts'

type Rows = Record<string, unknown>[]

const isCoin = (symbol: string): boolean => coinContracts.some((one) => one.symbol === symbol)

/** So many more perpetuals, `M0`, `M1`, ... */
function moreContracts(more: number): Contract[] {
  const [like] = contracts
  if (like === undefined) throw new Error('the sandbox lists nothing')
  return Array.from({ length: more }, (_, i) => ({
    ...like,
    symbol: `M${i}`,
    pair: `M${i}`,
    base: `M${i}`,
    tick: '0.01',
    mark: '10',
  }))
}

venueContract({
  name: 'binance',
  symbols: { eth: 'ETHUSDT', btc: 'BTCUSDT', sol: 'SOLUSDT' },
  cross: 'binance/main/USDT-cross',
  isolatedId: (symbol, side) => `binance/main/${symbol}-${side}`,
  hedges: true,
  inverse: { eth: 'ETHUSD_PERP', cross: 'binance/main/coin-m-ETH-cross' },
  crossOfMany: true,
  requests: { positions: '/fapi/v3/positionRisk', marks: '/fapi/v1/exchangeInfo' },
  withoutPrice: (answer, none) => (answer as Rows).map((row) => ({ ...row, liquidationPrice: none })),
  withoutMark: (answer, symbol) => {
    const markets = answer as { symbols: { symbol: string }[] }
    return { ...markets, symbols: markets.symbols.filter((one) => one.symbol !== symbol) }
  },
  withoutPositions: () => [],
  open: async (more = 0) => {
    const extra = moreContracts(more)
    const listed = [...contracts, ...extra]
    const brackets = Object.fromEntries(extra.map(({ symbol }) => [symbol, presentBrackets.SOLUSDT ?? []]))
    const venue = await openBinance({ contracts: listed, brackets })
    const reader = openReader('binance', { credential: keyOf(venue), endpoint: venue.url })
    return {
      ...{ server: venue, read: reader.read },
      setMark: (symbol, mark) => {
        if (isCoin(symbol)) venue.coin.setMark(symbol, mark)
        else venue.setMark(symbol, mark)
      },
      account: ({ wallet, positions: all, coins = {}, hedge = false, orderMargin }) => {
        const positions = all.filter(({ symbol }) => !isCoin(symbol))
        const apart = positions.reduce((sum, { isolated = '0' }) => sum.plus(isolated), num(wallet))
        venue.account({
          ...{ mode: 'single', hedge, wallets: { USDT: apart.toFixed() } },
          ...(orderMargin === undefined ? {} : { openOrderMargin: { ETHUSDT: orderMargin } }),
          positions: positions.map(({ symbol, amount, entry, leverage, isolated }) => ({
            ...{ symbol, amount, entryPrice: entry },
            side: hedge ? (num(amount).gt(0) ? 'LONG' : 'SHORT') : 'BOTH',
            ...(leverage === undefined ? {} : { leverage }),
            ...(isolated === undefined ? {} : { isolatedWallet: isolated }),
          })),
        })
        venue.coin.account({ coins, hedge, positions: all.filter(({ symbol }) => isCoin(symbol)) })
      },
      deadAt: (symbol, mark) => {
        if (isCoin(symbol)) return venue.coin.deadAt(symbol, mark)
        const { state } = venue.exchange
        const marks = new Map([...state.marks, [symbol, num(mark)]])
        const dead = poolsOf(state).filter((pool) => isDead(pool, marks))
        return dead.map(({ name, positions: [first] }) =>
          name.startsWith('cross') ? 'cross' : `${first?.symbol} ${first?.amount.gt(0) ? 'long' : 'short'}`,
        )
      },
      tickOf: (symbol) => [...listed, ...coinContracts].find((one) => one.symbol === symbol)?.tick ?? '0',
      close: async () => {
        await venue.stop()
        await reader.close()
      },
    }
  },
})
