import type { Exchange } from './exchange.ts'

/**
 * The demo's futures leg: 20 ETH long on 12 000 USDT of cross margin, entered at 3 000, the mark at 3 000.
 *
 * By Binance's formula it is liquidated at (12 000 - 20 x 3 000) / (20 x 0.004 - 20) = 48 000 / 19.92 = 2 409.6386: the
 * notional there, 48 192.77, stands in the first bracket, though it stands in the second (60 000) at the mark.
 */
export function openDemoAccount(exchange: Exchange): void {
  exchange.setMark('BTCUSDT', '90000')
  exchange.setMark('ETHUSDT', '3000')
  exchange.account({
    mode: 'single',
    hedge: false,
    wallets: { USDT: '12000' },
    positions: [{ symbol: 'ETHUSDT', side: 'BOTH', amount: '20', entryPrice: '3000' }],
  })
}
