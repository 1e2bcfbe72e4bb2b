import type { Payment, Prepared } from '../risk/payment.ts'
import { publishedPool } from './aaveV3Markets.ts'

/** Who says that a contract is its market's. A Comet is what its market is named by, in the settings; a Pool is told by the node. */
export function vouching({
  protocol,
  chainId,
  market,
  contract,
}: Pick<Payment, 'protocol' | 'chainId' | 'market' | 'contract'>): Prepared['contractBy'] | 'other-contract' {
  if (protocol === 'compound-v3') return 'settings'
  const published = publishedPool(chainId, market)
  if (published === null) return 'node'
  return published.toLowerCase() === contract ? 'published' : 'other-contract'
}
