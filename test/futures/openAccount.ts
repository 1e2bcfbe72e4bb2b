import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { boundedFetch } from '../../src/boundedFetch.ts'
import { openCache } from '../../src/cache.ts'
import { CLOCK } from '../../src/clock.ts'
import { openBudgets } from '../../src/futures/budget.ts'
import type { AccountReading, Credential, Examination, ExchangeAccount, ExchangeTools } from '../../src/futures/exchange.ts'
import { EXCHANGES } from '../../src/futures/exchanges.ts'
import { Secret } from '../../src/secret.ts'
import { type Binance, openBinance } from '../sandbox/binance.ts'

/** An account on the wire double, and everything a test turns to read it. */
export type Opened = {
  readonly venue: Binance
  /** Our clock less the machine's, milliseconds. */
  readonly ours: { aheadMs: number }
  readonly warnings: string[]
  readonly read: (change?: Change) => Promise<AccountReading>
  readonly examine: (change?: Change) => Promise<Examination>
  /** A cold start: another process, with nothing cached. */
  readonly forget: () => void
  readonly close: () => Promise<void>
}

export type Change = { readonly account?: Partial<ExchangeAccount>; readonly tools?: Partial<ExchangeTools> }

/** The key that the double has issued, or one with other parts. */
export function keyOf({ apiKey, apiSecret }: Pick<Binance, 'apiKey' | 'apiSecret'>): Credential {
  return { kind: 'key', apiKey: new Secret(apiKey), apiSecret: new Secret(apiSecret), passphrase: null }
}

/** Opens the double, and a reader of it with a cache on disk. Every reading opens the cache anew, as another process would. */
export async function openAccount(): Promise<Opened> {
  const venue = await openBinance()
  const root = mkdtempSync(join(tmpdir(), 'hullmark-binance-'))
  const ours = { aheadMs: 0 }
  const warnings: string[] = []
  const now = (): number => Date.now() + ours.aheadMs
  let run = 0
  const settings = ({ account, tools }: Change): [ExchangeAccount, ExchangeTools] => [
    {
      ...{ name: 'main', exchange: 'binance', environment: 'live', allowTrading: false, endpoint: venue.url },
      credential: keyOf(venue),
      ...account,
    },
    {
      ...{ signal: new AbortController().signal, requestMs: 2000, fetch: boundedFetch(), now },
      cache: openCache(join(root, String(run)), { now, warn: (sentence) => warnings.push(sentence) }),
      budgets: openBudgets(CLOCK),
      ...tools,
    },
  ]
  return {
    ...{ venue, ours, warnings },
    read: (change = {}) => EXCHANGES.binance.readAccount(...settings(change)),
    examine: (change = {}) => EXCHANGES.binance.examine(...settings(change)),
    forget: () => {
      run++
    },
    close: async () => {
      await venue.stop()
      // What was just learned may still be on its way to the disk.
      await rm(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
