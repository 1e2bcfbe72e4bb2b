import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { boundedFetch } from '../../src/boundedFetch.ts'
import { openCache } from '../../src/cache.ts'
import { CLOCK } from '../../src/clock.ts'
import { openBudgets } from '../../src/futures/budget.ts'
import type { AccountReading, Examination, ExchangeAccount, ExchangeTools, ForcedClose } from '../../src/futures/exchange.ts'
import { EXCHANGES } from '../../src/futures/exchanges.ts'
import type { Change } from '../futures/openAccount.ts'

/** A reader of one account with a cache on disk. Every reading opens the cache anew, as another process would. */
export type AccountReader = {
  readonly read: (change?: Change) => Promise<AccountReading>
  readonly examine: (change?: Change) => Promise<Examination>
  /** What the venue itself closed since a time of ours. */
  readonly forcedCloses: (since: number, change?: Change) => Promise<readonly ForcedClose[]>
  readonly close: () => Promise<void>
}

export function openReader(
  exchange: keyof typeof EXCHANGES,
  own: Pick<ExchangeAccount, 'credential' | 'endpoint'>,
): AccountReader {
  const root = mkdtempSync(join(tmpdir(), `hullmark-${exchange}-`))
  const settings = ({ account, tools }: Change): [ExchangeAccount, ExchangeTools] => {
    const now = tools?.now ?? Date.now
    return [
      { name: 'main', exchange, environment: 'live', allowTrading: false, ...own, ...account },
      {
        ...{ signal: new AbortController().signal, requestMs: 2000, fetch: boundedFetch(), now },
        cache: openCache(root, { now, warn: () => undefined }),
        budgets: openBudgets(CLOCK),
        ...tools,
      },
    ]
  }
  return {
    read: (change = {}) => EXCHANGES[exchange].readAccount(...settings(change)),
    examine: (change = {}) => EXCHANGES[exchange].examine(...settings(change)),
    forcedCloses: (since, change = {}) => {
      const { forcedCloses } = EXCHANGES[exchange]
      if (forcedCloses === null) throw new Error(`${exchange} tells no forced closes`)
      return forcedCloses(...settings(change), since)
    },
    // What was just learned may still be on its way to the disk.
    close: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  }
}
