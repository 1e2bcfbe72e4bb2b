import type { Reader } from '../ccxtReader.ts'
import type { ExchangeAccount, KeyRights } from '../exchange.ts'
import { type RightsReading, readKeyRights, UNTOLD_RIGHTS } from '../keyRights.ts'
import { missing, named, type Row, rowOf } from '../row.ts'
import { BYBIT, resultOf } from './pages.ts'

/** Groups of rights by which money can leave the account. */
const MOVES = ['Wallet', 'FiatP2P', 'FiatBitPay', 'FiatGlobalPay', 'FiatConvertBroker', 'BitCard'] as const
/** Groups that open no position and move nothing. */
const HARMLESS = ['Affiliate', 'ByXPost', 'NFT'] as const

/**
 * Reads what a key may do.
 *
 * @throws AccessError for a key that can do more than it should
 * @see https://bybit-exchange.github.io/docs/v5/user/apikey-info
 */
export async function readRights(reader: Reader, account: ExchangeAccount, renew = false): Promise<RightsReading> {
  if (account.environment === 'demo') {
    return { rights: UNTOLD_RIGHTS, note: 'what the key may do is not told for demo accounts' }
  }
  const ask = async (): Promise<KeyRights> =>
    rightsOf(named(resultOf('query-api', await reader.ask('privateGetV5UserQueryApi', {}, 1)), 'query-api'))
  return readKeyRights({ venue: BYBIT, readOnly: '"Read-Only"', ask }, { reader, account, renew })
}

/** A key is read-only as a whole: then its groups say what it may look at. */
function rightsOf(row: Row): KeyRights {
  const readOnly = String(row.fields.readOnly)
  if (readOnly !== '0' && readOnly !== '1') throw missing(row, 'readOnly')
  const writes = readOnly === '0'
  const { fields } = rowOf(BYBIT, 'permissions of query-api', row.fields.permissions)
  const may = (group: string): boolean => {
    const rights = fields[group]
    if (rights === undefined) return false
    if (!Array.isArray(rights)) throw missing(row, `permissions.${group}`)
    return writes && rights.length > 0
  }
  const { ips } = row.fields
  if (!Array.isArray(ips)) throw missing(row, 'ips')
  const quiet: readonly string[] = [...MOVES, ...HARMLESS]
  return {
    read: true,
    withdraw: MOVES.some(may),
    // A group that came since may well be one of orders.
    trade: Object.keys(fields).some((group) => !quiet.includes(group) && may(group)),
    ipRestricted: ips.length > 0 && !ips.includes('*'),
    expiresAt: endOf(row),
  }
}

/** Only a key that is bound to no address ends; of the others Bybit writes the year 1970. */
function endOf({ fields: { expiredAt } }: Row): number | null {
  const at = typeof expiredAt === 'string' ? Date.parse(expiredAt) : Number.NaN
  return Number.isSafeInteger(at) && at > 0 ? at : null
}
