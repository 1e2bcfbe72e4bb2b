import { changesBetween } from '../../src/risk/changes.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import { agreed } from './agreed.ts'
import { anAsset, aPosition, aReserve, USDC } from './books.ts'
import { CASH, FUNDED_POOL, RATED_LOAN, reportFindings, reportSnapshot } from './reportBook.ts'

/** Puts a text in the place of a mark, wherever it stands. */
export function replaced<T>(value: T, mark: string, by: string): T {
  const walk = (one: unknown): unknown => {
    if (typeof one === 'string') return one.replaceAll(mark, by)
    if (Array.isArray(one)) return one.map(walk)
    if (one instanceof Map) return new Map([...one].map(([key, held]) => [walk(key), walk(held)]))
    if (one === null || typeof one !== 'object' || Object.getPrototypeOf(one) !== Object.prototype) return one
    return Object.fromEntries(Object.entries(one).map(([key, held]) => [key, walk(held)]))
  }
  return walk(value) as T
}

/** Stands wherever a stranger may put a name. */
export const MARK = 'QQMARK'
const token = { ...anAsset(MARK, `OWN:${MARK}`), key: 'eip155:1/0xbad' }
const coin = { ...USDC, symbol: MARK }
const reserves = [
  aReserve({ asset: token, id: 0, decimals: 18, price: 3000n * 10n ** 8n, supplied: 10n ** 19n }),
  aReserve({ asset: coin, id: 2, decimals: 6, debt: 18_000n * 10n ** 6n, collateral: false }),
]
const bad = (size: number, cash: number, threshold: bigint): Snapshot =>
  reportSnapshot({
    book: MARK,
    legs: [
      {
        ...RATED_LOAN,
        venue: MARK,
        reserves: reserves.map((row) => ({ ...row, liquidationThreshold: threshold })),
        source: { ...RATED_LOAN.source, name: MARK, notes: [MARK] },
      },
      { ...FUNDED_POOL, venue: `${MARK} 2`, positions: [aPosition({ symbol: MARK, size: dec(size) })] },
    ],
    cash: [{ ...CASH, asset: coin, amount: dec(cash), place: MARK }],
    notes: [MARK],
  })
const gap = { leg: MARK, code: 'unreachable', reason: MARK, hint: MARK, retryable: true }
const whole = agreed(bad(20, 10_000, 7800n))
/** The page's book, with the mark in every foreign name: read in part, read whole, and what changed in it. */
export const MARKED_PART = reportFindings({ ...whole, gaps: [gap] })
export const MARKED_WHOLE = reportFindings(whole)
export const MARKED_CHANGES = changesBetween(agreed(bad(10, 8000, 7700n)), { ...whole, gaps: [gap] }, { policy: DEFAULT_POLICY })
