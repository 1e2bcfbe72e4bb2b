import type { Reader } from '../ccxtReader.ts'
import type { ExchangeAccount, KeyRights } from '../exchange.ts'
import { type RightsReading, readKeyRights, UNTOLD_RIGHTS } from '../keyRights.ts'
import { flagField, type Row, rowOf } from '../row.ts'

const BINANCE = 'Binance'

/** Rights by which money can leave the account. */
const MOVES = ['enableWithdrawals', 'enableInternalTransfer', 'permitsUniversalTransfer'] as const
/** Rights by which positions can be opened or closed. */
const TRADES = [
  'enableFutures',
  'enableSpotAndMarginTrading',
  'enableMargin',
  'enableVanillaOptions',
  'enablePortfolioMarginTrading',
  'enableFixApiTrade',
] as const

/**
 * Reads what a key may do.
 *
 * @throws AccessError for a key that can do more than it should
 * @see Binance "Get API Key Permission" (sapi/v1/account/apiRestrictions)
 */
export async function readRights(reader: Reader, account: ExchangeAccount, renew = false): Promise<RightsReading> {
  // The host that tells has no demo. A demo's key moves play money.
  if (account.environment !== 'live') {
    return { rights: UNTOLD_RIGHTS, note: 'what the key may do is not told for demo accounts' }
  }
  // Once: its host is another one, and the figures must not wait for it.
  const ask = async (): Promise<KeyRights> =>
    rightsOf(rowOf(BINANCE, 'apiRestrictions', await reader.ask('sapiGetAccountApiRestrictions', {}, 1)))
  return readKeyRights({ venue: BINANCE, readOnly: '"Enable Reading" and nothing else', ask }, { reader, account, renew })
}

function rightsOf(row: Row): KeyRights {
  // These two have always been there; the others came and went, and a right that is not named does not exist.
  const read = flagField(row, 'enableReading')
  const withdraw = flagField(row, 'enableWithdrawals')
  const any = (names: readonly string[]): boolean => names.some((name) => name in row.fields && flagField(row, name))
  return {
    read,
    withdraw: withdraw || any(MOVES),
    trade: any(TRADES),
    ipRestricted: 'ipRestrict' in row.fields ? flagField(row, 'ipRestrict') : null,
    // The venue only tells when a right to trade ends.
    expiresAt: null,
  }
}
