import { aaveV3 } from './aaveV3.ts'
import type { LendingProtocol } from './protocol.ts'

/** Every lending protocol that can be read; the names are those of the book file. */
export const protocols = { 'aave-v3': aaveV3 } as const satisfies Readonly<Record<string, LendingProtocol>>
