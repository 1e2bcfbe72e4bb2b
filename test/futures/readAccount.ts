import type { AccountReading } from '../../src/futures/exchange.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import type { AccountInput } from '../sandbox/venue/account.ts'

/** A leg by its id; where there is none the test says what there is instead. */
export function legOf(reading: AccountReading, id: string): MarginAccount {
  const leg = reading.accounts.find((one) => one.id === id)
  if (leg === undefined)
    throw new Error(`no leg ${id}, only ${reading.accounts.map((one) => one.id).join(', ')}; gaps: ${why(reading)}`)
  return leg
}

/** The gaps of a reading, a line each. */
export const why = ({ gaps }: AccountReading): string =>
  gaps.map(({ leg, code, reason }) => `${leg} ${code}: ${reason}`).join('\n')

/** Two positions in one cross pool, one in another, one isolated, and a coin that backs nothing. */
export const SINGLE: AccountInput = {
  mode: 'single',
  hedge: false,
  wallets: { USDT: '12000', USDC: '5000', BNB: '2' },
  positions: [
    { symbol: 'ETHUSDT', side: 'BOTH', amount: '20', entryPrice: '2900' },
    { symbol: 'BTCUSDT', side: 'BOTH', amount: '-0.1', entryPrice: '91000' },
    { symbol: 'SOLUSDT', side: 'BOTH', amount: '10', entryPrice: '150', isolatedWallet: '200' },
    { symbol: 'ETHUSDC', side: 'BOTH', amount: '1', entryPrice: '3000' },
  ],
  openOrderMargin: { BTCUSDT: '50' },
}
