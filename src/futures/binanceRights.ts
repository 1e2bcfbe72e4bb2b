import { AccessError, TrackerError } from '../errors.ts'
import type { Reader } from './ccxtReader.ts'
import type { ExchangeAccount, KeyRights } from './exchange.ts'
import { flagField, type Row, rowOf } from './row.ts'

const BINANCE = 'Binance'
const DAY = 86_400_000

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

/** What a key may do, and the sentence for the user where it could not be told. */
export type RightsReading = { readonly rights: KeyRights; readonly note: string | null }

const UNTOLD: KeyRights = { read: null, trade: null, withdraw: null, ipRestricted: null }

/**
 * Reads what a key may do, at most daily while it is acceptable, and refuses a key that can do more than it should. Where the
 * venue does not tell, the risk figures are worth more than the proof: a note says so.
 *
 * @throws AccessError for a key that can move money, or that can trade without the user's word for it
 * @see Binance "Get API Key Permission" (sapi/v1/account/apiRestrictions)
 */
export async function readRights(reader: Reader, account: ExchangeAccount, renew = false): Promise<RightsReading> {
  // The host that tells has no demo. A demo's key moves play money.
  if (account.environment !== 'live') return { rights: UNTOLD, note: 'what the key may do is not told for demo accounts' }
  const rare = {
    key: reader.key('rights', 'own'),
    maxAgeMs: DAY,
    // Once: its host is another one, and the figures must not wait for it.
    read: async () => rightsOf(rowOf(BINANCE, 'apiRestrictions', await reader.ask('sapiGetAccountApiRestrictions', {}, 1))),
    // A refusal is never remembered: the user may have mended the key since.
    accept: (cached: unknown) => (isRights(cached) && refusal(cached, account) === null ? cached : null),
  }
  let rights: KeyRights
  try {
    rights = await reader.rare(rare, renew)
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error
    return { rights: UNTOLD, note: `rights not provable today: ${error.message}` }
  }
  const refused = refusal(rights, account)
  if (refused !== null) throw refused
  return { rights, note: rights.trade === true ? 'the key can trade, which the book allows' : null }
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
  }
}

function refusal({ read, trade, withdraw }: KeyRights, { allowTrading }: ExchangeAccount): AccessError | null {
  if (withdraw === true) {
    return new AccessError(
      BINANCE,
      'says the key can withdraw or transfer',
      'Such a key is never accepted: create a read-only key ("Enable Reading" and nothing else) and delete this one from here.',
    )
  }
  if (read === false) return new AccessError(BINANCE, 'says the key may not read', 'Switch on "Enable Reading" for the key.')
  if (trade === true && !allowTrading) {
    return new AccessError(
      BINANCE,
      'says the key can trade',
      'Create a read-only key ("Enable Reading" and nothing else), or allow trading keys for this account in the configuration.',
    )
  }
  return null
}

function isRights(value: unknown): value is KeyRights {
  if (typeof value !== 'object' || value === null) return false
  const { read, trade, withdraw, ipRestricted } = value as Partial<KeyRights>
  return (
    [read, trade, withdraw].every((one) => typeof one === 'boolean') &&
    (ipRestricted === null || typeof ipRestricted === 'boolean')
  )
}
