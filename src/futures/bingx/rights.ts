import { TrackerError } from '../../errors.ts'
import type { Reader } from '../ccxtReader.ts'
import type { ExchangeAccount, KeyRights } from '../exchange.ts'
import { type RightsReading, readKeyRights } from '../keyRights.ts'
import { orFault } from '../orFault.ts'
import { missing, type Row, rowOf } from '../row.ts'
import { BINGX, ONCE } from './answers.ts'

/** @see https://bingx-api.github.io/docs-v3/ "Query API KEY permissions": 1 spot, 2 read, 3 perpetual futures, 4, 5 and 7 move money */
const [READ, TRADES, MOVES] = [2, [1, 3], [4, 5, 7]]
const KNOWN = [READ, ...TRADES, ...MOVES]

/**
 * Reads what a key may do, from two answers that each tell something the other does not.
 *
 * @throws AccessError for a key that can do more than it should
 */
export function readRights(reader: Reader, account: ExchangeAccount, renew = false): Promise<RightsReading> {
  const ask = async (): Promise<KeyRights> => {
    const [numbers, flags] = await Promise.all([
      orFault(reader.ask('accountV1PrivateGetAccountApiPermissions', {}, ONCE)),
      orFault(reader.ask('accountV1PrivateGetAccountApiRestrictions', {}, ONCE)),
    ])
    if (numbers instanceof TrackerError) throw numbers
    return rightsOf(flat(numbers, 'permissions'), flags instanceof TrackerError ? null : flat(flags, 'enableReading'))
  }
  return readKeyRights({ venue: BINGX, readOnly: '"Read" and nothing else', ask }, { reader, account, renew })
}

/** Documentation and clients differ on whether the fields stand in `data` or beside the code. */
function flat(answer: unknown, field: string): Row {
  const row = rowOf(BINGX, 'apiPermissions', answer)
  return row.fields[field] === undefined && typeof row.fields.data === 'object' && row.fields.data !== null
    ? rowOf(BINGX, 'apiPermissions', row.fields.data)
    : row
}

function rightsOf(row: Row, flags: Row | null): KeyRights {
  const { permissions, ipAddresses } = row.fields
  if (!Array.isArray(permissions)) throw missing(row, 'permissions')
  const numbers = permissions.map(Number)
  if (!numbers.every(Number.isSafeInteger)) throw missing(row, 'permissions')
  const has = (some: readonly number[]): boolean => some.some((one) => numbers.includes(one))
  const on = (...names: readonly string[]): boolean => names.some((name) => flags?.fields[name] === true)
  const bound = Array.isArray(ipAddresses) ? ipAddresses.some((one) => typeof one === 'string' && one !== '') : null
  return {
    read: numbers.includes(READ) || on('enableReading'),
    trade: has(TRADES) || on('enableFutures', 'enableSpotAndMarginTrading'),
    // A number that nobody knows may be one that moves money.
    withdraw:
      has(MOVES) ||
      numbers.some((one) => !KNOWN.includes(one)) ||
      on('permitsUniversalTransfer', 'enableWithdrawals', 'enableInternalTransfer'),
    ipRestricted: bound === true || on('ipRestrict') ? true : bound === null && flags === null ? null : false,
    // It tells no end: an unbound key that may trade is deleted after 14 days without use.
    expiresAt: null,
  }
}
