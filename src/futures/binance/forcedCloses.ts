import type { Reader } from '../ccxtReader.ts'
import type { ForcedClose } from '../exchange.ts'
import { decimalField, named, rowsOf, textField } from '../row.ts'

const BINANCE = 'Binance'
const MOST = 100

/**
 * What Binance itself has closed on USDⓈ-M since a time, the newest first.
 *
 * @param since - Milliseconds since 1970, the venue's clock.
 * @throws TrackerError
 * @see Binance "User's Force Orders": an order whose client id begins with `autoclose-` is a liquidation, with `adl_autoclose` a deleveraging
 */
export async function readForcedCloses(reader: Reader, since: number): Promise<readonly ForcedClose[]> {
  const answer = await reader.ask('fapiPrivateGetForceOrders', { startTime: since, limit: MOST }, 1)
  return rowsOf(BINANCE, 'forceOrders', answer)
    .flatMap((row): ForcedClose[] => {
      const symbol = textField(row, 'symbol')
      const order = named(row, `forced order of ${symbol}`)
      const id = textField(order, 'clientOrderId')
      const kind = id.startsWith('autoclose-') ? 'liquidation' : id.startsWith('adl_autoclose') ? 'deleveraging' : null
      return kind === null ? [] : [{ symbol, kind, at: decimalField(order, 'time').toNumber() }]
    })
    .sort((a, b) => b.at - a.at)
}
