import { dec } from '../../src/risk/decimal.ts'
import type { AccountInput, PositionInput } from '../sandbox/venue/account.ts'
import type { Randomness } from './randomness.ts'
import type { Marks } from './venueStage.ts'

/** What an account may hold: prices about which marks and entries are drawn, and the step of a size. */
const MARKETS = [
  { symbol: 'ETHUSDT', price: 3_000, digits: 3 },
  { symbol: 'BTCUSDT', price: 90_000, digits: 3 },
  { symbol: 'SOLUSDT', price: 150, digits: 2 },
  { symbol: 'ETHUSDC', price: 3_000, digits: 3 },
] as const

/** Between two figures, with so many digits after the point. */
function figure(random: Randomness, least: number, most: number, digits: number): string {
  const scale = 10 ** digits
  return dec(random.between(BigInt(Math.round(least * scale)), BigInt(Math.round(most * scale))))
    .div(scale)
    .toFixed()
}

/** Marks a fifth around the usual ones, with the eight digits that the venue publishes. */
export function randomMarks(random: Randomness): Marks {
  return Object.fromEntries(MARKETS.map(({ symbol, price }) => [symbol, figure(random, price * 0.8, price * 1.2, 8)]))
}

/** An account in single-asset mode that lives at these marks: one to four markets, long, short or both, shared margin or own. */
export function randomAccount(random: Randomness, marks: Marks): AccountInput {
  const hedge = random.chance(0.4)
  const chosen = MARKETS.filter(() => random.chance(0.6))
  const positions = (chosen.length > 0 ? chosen : [MARKETS[0]]).flatMap(({ symbol, digits }): PositionInput[] => {
    const mark = Number(marks[symbol])
    const isolated = random.chance(0.3)
    const size = (): number => (random.chance(0.3) ? 2_000_000 : 60_000) * (0.05 + random.share())
    const position = (side: PositionInput['side'], short: boolean): PositionInput => {
      const notional = size()
      const amount = figure(random, (notional / mark) * 0.9, notional / mark, digits)
      const entryPrice = figure(random, mark * 0.95, mark * 1.05, 2)
      // A tenth to a third of the notional: more than what an entry 5 % off can lose and the maintenance asks.
      const own = isolated ? { isolatedWallet: figure(random, notional * 0.1, notional * 0.35, 2) } : {}
      return { symbol, side, amount: short ? `-${amount}` : amount, entryPrice, ...own }
    }
    if (!hedge) return [position('BOTH', random.chance(0.5))]
    return [position('LONG', false), position('SHORT', true)].filter((_, i) => i === 0 || random.chance(0.7))
  })
  return { mode: 'single', hedge, wallets: walletsFor(random, positions, marks), positions }
}

/** The same in multi-assets mode: USDT positions on USDT, and on coins that count less a haircut or are owed. */
export function randomMultiAccount(random: Randomness, marks: Marks): AccountInput {
  const { hedge, positions, wallets } = randomAccount(random, marks)
  const shared = positions.filter(({ symbol }) => symbol.endsWith('USDT')).map(({ isolatedWallet: _, ...position }) => position)
  const others = { ETH: figure(random, 4, 12, 4), USDC: random.chance(0.3) ? '-2000' : '2000' }
  if (shared.length === 0) return randomMultiAccount(random, marks)
  return { mode: 'multi', hedge, positions: shared, wallets: { ...others, USDT: wallets.USDT ?? '0' } }
}

function walletsFor(random: Randomness, positions: readonly PositionInput[], marks: Marks): Record<string, string> {
  const wallets: Record<string, string> = {}
  for (const margin of ['USDT', 'USDC']) {
    const own = positions.filter(({ symbol }) => symbol.endsWith(margin))
    const setAside = own.reduce((sum, { isolatedWallet }) => sum.plus(isolatedWallet ?? 0), dec(0))
    const notional = own
      .filter(({ isolatedWallet }) => isolatedWallet === undefined)
      .reduce((sum, { symbol, amount }) => sum + Math.abs(Number(amount)) * Number(marks[symbol]), 0)
    wallets[margin] = setAside.plus(figure(random, notional * 0.1, notional * 0.5, 6)).toFixed()
  }
  return wallets
}
