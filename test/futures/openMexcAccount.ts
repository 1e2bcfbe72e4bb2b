import type { AccountReading } from '../../src/futures/exchange.ts'
import { assess } from '../../src/risk/assess.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { type AccountReader, openReader } from '../contract/openReader.ts'
import { type Mexc, openMexc } from '../sandbox/venues/mexc.ts'
import { keyOf } from './openAccount.ts'

/** An account on the double, and everything a test turns to read it. */
export type OpenedMexc = AccountReader & { readonly venue: Mexc }

/** @param more - So many more markets, `M0_USDT`, `M1_USDT`, ... Default: none. */
export async function openMexcAccount(more = 0): Promise<OpenedMexc> {
  const venue = await openMexc({ more })
  const reader = openReader('mexc', { credential: keyOf(venue.key), endpoint: venue.url })
  return {
    ...{ ...reader, venue },
    close: async () => {
      await venue.stop()
      await reader.close()
    },
  }
}

/** Prices of single symbols that a reading gives, by leg, and how they compare with the venue's. */
export function pricesOf({ accounts, cash, gaps, notes }: AccountReading): string[] {
  const at = Math.max(...accounts.map(({ source }) => source.readAt))
  const view = assess({ book: 'main', at, legs: accounts, cash, gaps, disputes: [], oneSource: [], notes }, DEFAULT_POLICY)
  return view.legs.flatMap(({ id, liquidation, checks }) => {
    const said = [...new Set(checks.map(({ agreement }) => agreement))].filter((one) => one !== 'none' && one !== 'ours-only')
    return liquidation.flatMap(({ symbol, price }) =>
      symbol === null || price === null ? [] : [`${id} ${symbol} ${price.toFixed()} ${said.join('/')}`],
    )
  })
}
