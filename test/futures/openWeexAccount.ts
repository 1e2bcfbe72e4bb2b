import type { AccountReading, Credential } from '../../src/futures/exchange.ts'
import { assess } from '../../src/risk/assess.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { RiskView } from '../../src/risk/view.ts'
import { Secret } from '../../src/secret.ts'
import { type AccountReader, openReader } from '../contract/openReader.ts'
import { openWeex, type Weex } from '../sandbox/venues/weex.ts'
import type { WeexKey } from '../sandbox/venues/weexGate.ts'

/** An account on the double, and everything a test turns to read it. */
export type OpenedWeex = AccountReader & { readonly venue: Weex }

/** The key that the double has issued, or one with other parts. */
export function weexKeyOf(key: Pick<WeexKey, 'apiKey' | 'apiSecret' | 'passphrase'>): Credential {
  const [apiKey, apiSecret, passphrase] = [new Secret(key.apiKey), new Secret(key.apiSecret), new Secret(key.passphrase)]
  return { kind: 'key', apiKey, apiSecret, passphrase }
}

export async function openWeexAccount(): Promise<OpenedWeex> {
  const venue = await openWeex()
  const reader = openReader('weex', { credential: weexKeyOf(venue.key), endpoint: venue.url })
  return {
    ...{ ...reader, venue },
    close: async () => {
      await venue.stop()
      await reader.close()
    },
  }
}

export function viewOf({ accounts, cash, gaps, notes }: AccountReading): RiskView {
  const at = Math.max(0, ...accounts.map(({ source }) => source.readAt))
  return assess({ book: 'main', at, legs: accounts, cash, gaps, disputes: [], oneSource: [], notes }, DEFAULT_POLICY)
}

/** Prices of single symbols that a reading gives, by leg. */
export function pricesOf(reading: AccountReading): string[] {
  return viewOf(reading).legs.flatMap(({ id, liquidation }) =>
    liquidation.flatMap(({ symbol, price }) => (symbol === null || price === null ? [] : [`${id} ${symbol} ${price.toFixed()}`])),
  )
}
