import type { Reader } from '../ccxtReader.ts'
import type { ExchangeAccount, KeyRights } from '../exchange.ts'
import { type RightsReading, readKeyRights } from '../keyRights.ts'
import { decimalOrNull, missing, type Row, rowOf, textField } from '../row.ts'
import { MEXC, ONCE } from './answers.ts'

const DAY_MS = 86_400_000
/** What reading a futures account needs: "View Account Details" and "View Order Details". */
const READS = ['CONTRACT_ACCOUNT_READ', 'CONTRACT_DEAL_READ']

/**
 * Reads what a key may do.
 *
 * @throws AccessError for a key that can do more than it should
 * @see https://www.mexc.com/api-docs/spot-v3/spot-account-trade "Query ApiKey Information" (api/v3/apiKeyInfo)
 */
export function readRights(reader: Reader, account: ExchangeAccount, renew = false): Promise<RightsReading> {
  const { credential } = account
  const accessKey = credential.kind === 'key' ? credential.apiKey.reveal() : ''
  const ask = async (): Promise<KeyRights> => {
    const row = rowOf(MEXC, 'apiKeyInfo', await reader.ask('spotPrivateGetApiKeyInfo', { accessKey }, ONCE))
    return rightsOf(row, reader.source().readAt)
  }
  return readKeyRights({ venue: MEXC, readOnly: 'the "View" permissions and nothing else', ask }, { reader, account, renew })
}

/** Every permission is named by what it is for, and whether it reads or writes: a new one that writes counts as trading. */
function rightsOf(row: Row, now: number): KeyRights {
  const words = textField(row, 'permissions')
    .split(',')
    .map((word) => word.trim().toUpperCase())
  if (!words.every((word) => /^[A-Z0-9_]+$/.test(word))) throw missing(row, 'permissions')
  const writes = words.filter((word) => !word.endsWith('_READ'))
  const moves = writes.filter((word) => /WITHDRAW|TRANSFER/.test(word))
  const { ipWhiteList: addresses } = row.fields
  const days = decimalOrNull(row, 'remainingValidity')
  return {
    read: READS.every((right) => words.includes(right)),
    withdraw: moves.length > 0,
    trade: writes.length > moves.length,
    ipRestricted: typeof addresses === 'string' ? addresses.trim() !== '' : null,
    expiresAt: days === null || days.lt(0) ? null : now + days.times(DAY_MS).round().toNumber(),
  }
}
