import { Secret } from '../../src/secret.ts'
import { openBybit } from '../sandbox/venues/bybit.ts'
import { openReader } from './openReader.ts'
import { venueContract } from './venueContract.ts'

type Answer = { result: { list: Record<string, unknown>[] } }

const withList = (answer: unknown, list: Record<string, unknown>[]): unknown => {
  const whole = answer as Answer
  return { ...whole, result: { ...whole.result, list } }
}

venueContract({
  name: 'bybit',
  symbols: { eth: 'ETHUSDT', btc: 'BTCUSDT', sol: 'SOLUSDT' },
  cross: 'bybit/main/USDT-cross',
  isolatedId: (symbol, side) => `bybit/main/${symbol}-${side}`,
  // A long and a short of one market in cross mode are margined by a rule that is not published: that is a gap.
  hedges: false,
  inverse: { eth: 'ETHUSD', cross: 'bybit/main/ETH-cross' },
  crossOfMany: true,
  oneMode: true,
  requests: { positions: '/v5/position/list', marks: '/v5/market/instruments-info' },
  withoutPrice: (answer, none) =>
    withList(
      answer,
      (answer as Answer).result.list.map((one) => ({ ...one, liqPrice: none })),
    ),
  withoutMark: (answer, symbol) =>
    withList(
      answer,
      (answer as Answer).result.list.filter((one) => one.symbol !== symbol),
    ),
  withoutPositions: (answer) => withList(answer, []),
  open: async (more = 0) => {
    const venue = await openBybit({ more })
    const { apiKey, apiSecret } = venue.key
    const credential = { kind: 'key' as const, apiKey: new Secret(apiKey), apiSecret: new Secret(apiSecret), passphrase: null }
    const reader = openReader('bybit', { credential, endpoint: venue.url })
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
