import type { Asset } from '../../src/risk/asset.ts'
import { type Decimal, dec, ONE, sum, ZERO } from '../../src/risk/decimal.ts'
import type { Cash, Snapshot } from '../../src/risk/leg.ts'
import type { RescueBook } from '../../src/risk/rescueDesk.ts'
import { type Entry, figure } from './entry.ts'

/** The book's own cash; where the entry gives another amount, that much of a dollar that is always one. The books swap without cost. */
export function bookOf({ legs, cash }: Snapshot, entry: Entry): RescueBook {
  const own = sum(cash.map(({ amount, price }) => amount.times(price ?? ZERO)))
  const wanted = entry.cash === undefined ? own : figure(entry, 'cash')
  return { legs, cash: wanted.eq(own) ? cash : [dollars(wanted)], conversionCost: dec(0) }
}

function dollars(amount: Decimal): Cash {
  const asset: Asset = { key: 'USD', symbol: 'USD', factor: 'USD:USD', basis: null }
  return { id: 'cash', place: 'cash', asset, amount, price: ONE }
}
