import { TrackerError, UnsupportedError } from '../../errors.ts'
import type { Reader } from '../ccxtReader.ts'
import { orFault } from '../orFault.ts'
import { missing, rowOf, textField } from '../row.ts'
import { BINGX, dataOf, ONCE } from './answers.ts'
import type { Ledger } from './rows.ts'

/**
 * Refuses an account in which other coins back its positions: the formula of that mode is not published.
 *
 * @throws UnsupportedError for multi-assets mode; TrackerError where the mode is not told, for it may be that one
 * @see https://bingx-api.github.io/docs-v3/ "Query multi-assets mode"
 */
export async function refuseSharedAssets(reader: Reader): Promise<void> {
  const row = rowOf(BINGX, 'assetMode', dataOf('assetMode', await reader.ask('swapV1PrivateGetTradeAssetMode')))
  const mode = textField(row, 'assetMode')
  if (mode !== 'singleAssetMode')
    throw new UnsupportedError(BINGX, 'runs this account in multi-assets mode, whose rules it does not publish')
}

/** Whether longs and shorts of one market are held apart. A key that may not ask is told by the positions. */
export async function hedgeMode(reader: Reader): Promise<boolean | null> {
  const answer = await orFault(reader.ask('swapV1PrivateGetPositionSideDual', {}, ONCE))
  if (answer instanceof TrackerError) return null
  const row = rowOf(BINGX, 'dual', dataOf('dual', answer))
  // Text in the documentation, true or false on the wire.
  const told = String(row.fields.dualSidePosition)
  if (told !== 'true' && told !== 'false') throw missing(row, 'dualSidePosition')
  return told === 'true'
}

/** Whether some position says that its market holds two sides apart. */
export function holdsApart({ positions }: Ledger): boolean {
  return positions.some(({ fields }) => fields.onlyOnePosition === false)
}
