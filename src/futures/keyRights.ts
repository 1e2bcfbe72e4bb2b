import { AccessError, TrackerError } from '../errors.ts'
import type { Reader } from './ccxtReader.ts'
import type { ExchangeAccount, KeyRights } from './exchange.ts'

const DAY = 86_400_000
const SOON = 14 * DAY

/** What a key may do, and the sentence for the user where something must be said of it. */
export type RightsReading = { readonly rights: KeyRights; readonly note: string | null }

export const UNTOLD_RIGHTS: KeyRights = { read: null, trade: null, withdraw: null, ipRestricted: null, expiresAt: null }

/** How one venue tells what a key may do. */
export type RightsSource = {
  /** `Binance`. */
  readonly venue: string
  /** What the venue calls a key that may only read: `"Enable Reading" and nothing else`. */
  readonly readOnly: string
  /** Asks the venue, once. @throws TrackerError */
  readonly ask: (reader: Reader) => Promise<KeyRights>
}

/**
 * Reads what a key may do, at most daily while it is acceptable, and refuses a key that can do more than it should. Where the
 * venue does not tell, the risk figures are worth more than the proof: a note says so.
 *
 * @param renew - Asks whatever is remembered. Default: false.
 * @throws AccessError for a key that can move money, that may not read, or that can trade without the user's word for it
 */
export async function readKeyRights(
  { venue, readOnly, ask }: RightsSource,
  { reader, account, renew = false }: { readonly reader: Reader; readonly account: ExchangeAccount; readonly renew?: boolean },
): Promise<RightsReading> {
  const refusal = ({ read, trade, withdraw }: KeyRights): AccessError | null => {
    if (withdraw === true) {
      const hint = `Such a key is never accepted: create a read-only key (${readOnly}) and delete this one from here.`
      return new AccessError(venue, 'says the key can withdraw or transfer', hint)
    }
    if (read === false) return new AccessError(venue, 'says the key may not read', `Create a read-only key (${readOnly}).`)
    if (trade === true && !account.allowTrading) {
      const hint = `Create a read-only key (${readOnly}), or allow trading keys for this account in the configuration.`
      return new AccessError(venue, 'says the key can trade', hint)
    }
    return null
  }
  const rare = {
    key: reader.key('rights', 'own'),
    maxAgeMs: DAY,
    read: () => ask(reader),
    // A refusal is never remembered: the user may have mended the key since.
    accept: (cached: unknown) => (isRights(cached) && refusal(cached) === null ? cached : null),
  }
  let rights: KeyRights
  try {
    rights = await reader.rare(rare, renew)
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error
    return { rights: UNTOLD_RIGHTS, note: `rights not provable today: ${error.message}` }
  }
  const refused = refusal(rights)
  if (refused !== null) throw refused
  const said = [
    ...(rights.trade === true ? ['the key can trade, which the book allows'] : []),
    ...endWords(rights.expiresAt, reader.source().readAt),
  ]
  return { rights, note: said.length === 0 ? null : said.join('; ') }
}

/** That a key ends soon: after that nothing of its account can be read. */
function endWords(expiresAt: number | null, now: number): readonly string[] {
  if (expiresAt === null || expiresAt - now > SOON) return []
  const days = Math.max(0, Math.floor((expiresAt - now) / DAY))
  return [`the key ends in ${days} day${days === 1 ? '' : 's'}: renew it before`]
}

function isRights(value: unknown): value is KeyRights {
  if (typeof value !== 'object' || value === null) return false
  const { read, trade, withdraw, ipRestricted, expiresAt } = value as Partial<KeyRights>
  return (
    [read, trade, withdraw].every((one) => typeof one === 'boolean') &&
    (ipRestricted === null || typeof ipRestricted === 'boolean') &&
    (expiresAt === null || (typeof expiresAt === 'number' && Number.isSafeInteger(expiresAt)))
  )
}
