import { aaveV3 } from './aaveV3.ts'
import { compoundV3 } from './compoundV3.ts'
import { aaveV2, compoundV2 } from './legacy.ts'
import type { LendingProtocol, Market } from './protocol.ts'

/** Every lending protocol that can be read; the names are those of the book file. */
export const protocols = {
  'aave-v3': aaveV3,
  'compound-v3': compoundV3,
  'aave-v2': aaveV2,
  'compound-v2': compoundV2,
} as const satisfies Readonly<Record<string, LendingProtocol>>

/** The production markets of one chain, of every protocol. */
export function marketsOf(chainId: number): readonly Market[] {
  return Object.values(protocols).flatMap(({ markets }) => markets.filter((market) => market.chainId === chainId))
}
