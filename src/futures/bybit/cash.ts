import { TrackerError } from '../../errors.ts'
import { ONE } from '../../risk/decimal.ts'
import type { Cash } from '../../risk/leg.ts'
import type { Reader } from '../ccxtReader.ts'
import type { ExchangeAccount } from '../exchange.ts'
import { orFault } from '../orFault.ts'
import { decimalOrNull, type Row, rowsOf } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import type { Ledger } from './ledger.ts'
import { assetOf } from './markets.ts'
import { BYBIT, resultOf } from './pages.ts'
import { backs } from './pools.ts'

export type CashReading = { readonly cash: readonly Cash[]; readonly notes: readonly string[] }

function cashOf(place: string, coin: string, amount: Cash['amount']): Cash {
  return { id: `${place} ${coin}`, place, asset: assetOf(coin), amount, price: isStable(coin) ? ONE : null }
}

/**
 * What of the trading wallet backs nothing: all that is not posted for positions and orders, lent, or a bonus. In cross mode every
 * coin backs every position.
 *
 * @see https://bybit-exchange.github.io/docs/v5/account/wallet-balance, `availableToWithdraw`
 */
export function idleCash(account: string, ledger: Ledger): readonly Cash[] {
  if (ledger.mode === 'cross' && backs(ledger)) return []
  return [...ledger.coins].flatMap(([coin, row]): Cash[] => {
    const amount = idleOf(row)
    return amount?.gt(0) ? [cashOf(`${account} trading`, coin, amount)] : []
  })
}

function idleOf(row: Row): Cash['amount'] | null {
  const balance = decimalOrNull(row, 'walletBalance')
  const held = ['totalPositionIM', 'totalOrderIM', 'locked', 'bonus', 'spotBorrow'].map((field) => decimalOrNull(row, field))
  if (balance === null) return null
  return held.reduce<Cash['amount'] | null>((left, one) => (left === null || one === null ? null : left.minus(one)), balance)
}

/**
 * The funding wallet: it backs nothing. Failing to read it is said, and hides no leg.
 *
 * @see https://bybit-exchange.github.io/docs/v5/asset/balance/all-balance
 */
export async function readFundingWallet(reader: Reader, { name, environment }: ExchangeAccount): Promise<CashReading> {
  // A demo account has none.
  if (environment === 'demo') return { cash: [], notes: [] }
  const place = `bybit/${name} funding`
  const read = await orFault(balances(reader))
  if (read instanceof TrackerError)
    return { cash: [], notes: [`${BYBIT} ${name}: the funding wallet was not read: ${read.message}`] }
  const cash = read.flatMap((row): Cash[] => {
    const amount = decimalOrNull(row, 'transferBalance')
    const { coin } = row.fields
    return typeof coin === 'string' && amount?.gt(0) ? [cashOf(place, coin, amount)] : []
  })
  return { cash, notes: [] }
}

async function balances(reader: Reader): Promise<readonly Row[]> {
  const answer = await reader.ask('privateGetV5AssetTransferQueryAccountCoinsBalance', { accountType: 'FUND' }, 1)
  return rowsOf(BYBIT, 'funding wallet', resultOf('funding wallet', answer).fields.balance)
}
