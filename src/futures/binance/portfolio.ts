import { TrackerError, UnsupportedError } from '../../errors.ts'
import type { Rare, Reader } from '../ccxtReader.ts'
import type { ExchangeAccount } from '../exchange.ts'
import { decimalOrNull, rowOf, textField } from '../row.ts'
import { NOT_PORTFOLIO } from './refusal.ts'

const BINANCE = 'Binance'
const HOUR = 3_600_000

/**
 * Refuses an account in Portfolio Margin Pro: the futures interface answers for it as for any other, and yet it is liquidated by the ratio
 * of the whole, which no pool of it tells.
 *
 * @returns What must be said where the venue does not tell; null: it is an ordinary account.
 * @throws UnsupportedError with the venue's own ratio
 * @see Binance FAQ 1fc7ab7c087644f0b697b53af38a43cf; "Get Classic Portfolio Margin Account Info" (sapi/v1/portfolio/account)
 */
export async function refusePortfolio(reader: Reader, { environment }: ExchangeAccount): Promise<string | null> {
  // The host that tells has no demo.
  if (environment !== 'live') return null
  const rare: Rare<{ readonly portfolio: false }> = {
    key: reader.key('portfolio', 'own'),
    maxAgeMs: HOUR,
    read: () => asked(reader),
    // A refusal is never remembered: the account may have left the mode since.
    accept: (cached) => ((cached as { portfolio?: unknown } | null)?.portfolio === false ? { portfolio: false } : null),
  }
  try {
    await reader.rare(rare)
    return null
  } catch (error) {
    if (!(error instanceof TrackerError) || error instanceof UnsupportedError) throw error
    return `that the account is not in Portfolio Margin Pro mode is not proven today: ${error.message}`
  }
}

async function asked(reader: Reader): Promise<{ readonly portfolio: false }> {
  let answer: unknown
  try {
    // Once: its host is another one, and the figures must not wait for it.
    answer = await reader.ask('sapiGetPortfolioAccount', {}, 1)
  } catch (error) {
    if (error === NOT_PORTFOLIO) return { portfolio: false }
    throw error
  }
  const row = rowOf(BINANCE, 'portfolio account', answer)
  textField(row, 'accountType')
  const ratio = decimalOrNull(row, 'uniMMR')
  const { accountStatus: status } = row.fields
  const own = [
    ...(ratio === null ? [] : [`uniMMR ${ratio.toFixed()}`]),
    ...(typeof status === 'string' && /^[A-Z_]{1,40}$/.test(status) ? [`status ${status}`] : []),
  ]
  const told = own.length === 0 ? '' : ` (its own words: ${own.join(', ')})`
  throw new UnsupportedError(BINANCE, `runs this account in Portfolio Margin Pro mode${told}`)
}
