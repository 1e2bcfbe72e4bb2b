import type { AccountReading, Credential } from '../../src/futures/exchange.ts'
import { assess } from '../../src/risk/assess.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { Secret } from '../../src/secret.ts'
import { type AccountReader, openReader } from '../contract/openReader.ts'
import type { Json } from '../sandbox/venue/answers.ts'
import { type Bybit, openBybit } from '../sandbox/venues/bybit.ts'

/** An account on the double of Bybit, and a reader of it. */
export type BybitAccount = { readonly venue: Bybit; readonly reader: AccountReader; readonly close: () => Promise<void> }

export const credentialOf = (apiKey: string, apiSecret: string): Credential => ({
  ...{ kind: 'key', apiKey: new Secret(apiKey), apiSecret: new Secret(apiSecret), passphrase: null },
})

export async function openBybitAccount(): Promise<BybitAccount> {
  const venue = await openBybit()
  const credential = credentialOf(venue.key.apiKey, venue.key.apiSecret)
  const reader = openReader('bybit', { credential, endpoint: venue.url })
  return {
    ...{ venue, reader },
    close: async () => {
      await venue.stop()
      await reader.close()
    },
  }
}

export const LONG = { wallet: '12000', positions: [{ symbol: 'ETHUSDT', amount: '20', entry: '3000' }] }

/** Prices of single symbols that a reading gives, by leg. */
export function pricesOf({ accounts, cash, gaps, notes }: AccountReading): readonly string[] {
  const at = Math.max(...accounts.map(({ source }) => source.readAt))
  const view = assess({ book: 'main', at, legs: accounts, cash, gaps, disputes: [], oneSource: [], notes }, DEFAULT_POLICY)
  return view.legs.flatMap(({ id, liquidation }) =>
    liquidation.flatMap(({ symbol, price }) => (symbol === null || price === null ? [] : [`${id} ${symbol} ${price.toFixed()}`])),
  )
}

/** Bends every row of a list that an answer holds. */
export function bendRows(
  venue: Bybit,
  path: string,
  change: (row: Readonly<Record<string, Json>>) => Readonly<Record<string, Json>>,
): void {
  venue.faults.set(path, {
    kind: 'rewrite',
    rewrite: (answer) => {
      const whole = answer as { result: { list: readonly Readonly<Record<string, Json>>[] } }
      return { ...whole, result: { ...whole.result, list: whole.result.list.map(change) } } as Json
    },
  })
}
