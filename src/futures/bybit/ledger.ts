import { IncompleteAnswerError, UnsupportedError } from '../../errors.ts'
import { type Decimal, sum } from '../../risk/decimal.ts'
import type { Reader } from '../ccxtReader.ts'
import { decimalOrNull, missing, named, type Row, rowsOf, textField } from '../row.ts'
import type { Category } from './markets.ts'
import { allRows, BYBIT, resultOf } from './pages.ts'
import { symbolIn } from './tiers.ts'

/** How an account margins its positions: all of them, or each alone. */
export type MarginMode = 'cross' | 'isolated'

/** A position as it is listed, and the coin it settles in where it was asked for by that. */
export type Listed = { readonly row: Row; readonly category: Category; readonly settle: string | null }

/** What the venue told of an account at one moment. */
export type Ledger = {
  readonly mode: MarginMode
  readonly positions: readonly Listed[]
  /** Options: they share the margin, and their risk is not told. */
  readonly options: readonly Row[]
  /** Coins of the wallet, by name. */
  readonly coins: ReadonlyMap<string, Row>
}

/**
 * Reads positions and wallet.
 *
 * @param settles - The coins that linear markets settle in: positions are listed by it.
 * @throws UnsupportedError for an account whose rules are not known
 * @see https://bybit-exchange.github.io/docs/v5/position, https://bybit-exchange.github.io/docs/v5/account/wallet-balance
 */
export async function readLedger(reader: Reader, settles: readonly string[]): Promise<Ledger> {
  const mode = await marginMode(reader)
  const list = async (category: Category, settle: string | null): Promise<readonly Listed[]> => {
    const params = { category, ...(settle === null ? {} : { settleCoin: settle }) }
    return (await open(reader, params)).map((row) => ({ row: named(row, symbolIn(row)), category, settle }))
  }
  const [lists, options, coins] = await Promise.all([
    Promise.all([...settles.map((settle) => list('linear', settle)), list('inverse', null)]),
    // In isolated mode there are none.
    mode === 'cross' ? open(reader, { category: 'option' }) : [],
    readWallet(reader),
  ])
  return { mode, positions: lists.flat(), options, coins }
}

/** @throws UnsupportedError for classic accounts, the first generation of unified ones, and portfolio margin */
async function marginMode(reader: Reader): Promise<MarginMode> {
  const info = named(resultOf('account/info', await reader.ask('privateGetV5AccountInfo')), 'account/info')
  const status = String(info.fields.unifiedMarginStatus)
  if (status === '1') throw new UnsupportedError(BYBIT, 'runs this as a classic account, which hullmark does not read')
  if (status === '3' || status === '4') {
    throw new UnsupportedError(
      BYBIT,
      'runs this as a unified trading account 1.0, whose inverse positions have a wallet of their own',
    )
  }
  if (status !== '5' && status !== '6') throw missing(info, 'unifiedMarginStatus')
  const mode = textField(info, 'marginMode')
  if (mode === 'REGULAR_MARGIN') return 'cross'
  if (mode === 'ISOLATED_MARGIN') return 'isolated'
  if (mode === 'PORTFOLIO_MARGIN') {
    throw new UnsupportedError(
      BYBIT,
      'runs this account in portfolio margin mode, whose risk it reckons by scenarios that it does not tell',
    )
  }
  throw missing(info, 'marginMode')
}

/** Positions that are open, or whose size cannot be read. */
async function open(reader: Reader, params: Readonly<Record<string, string>>): Promise<readonly Row[]> {
  const label = `position/list ${Object.values(params).join(' ')}`
  const rows = await allRows(reader, { call: 'privateGetV5PositionList', params: { ...params, limit: 200 }, label })
  return rows.filter((row) => decimalOrNull(row, 'size')?.isZero() !== true)
}

async function readWallet(reader: Reader): Promise<Ledger['coins']> {
  const label = 'wallet-balance'
  const result = resultOf(label, await reader.ask('privateGetV5AccountWalletBalance', { accountType: 'UNIFIED' }))
  const [account, another] = rowsOf(BYBIT, label, result.fields.list)
  if (account === undefined || another !== undefined) throw new IncompleteAnswerError(BYBIT, `list of ${label}`)
  const rows = rowsOf(BYBIT, label, account.fields.coin)
  return new Map(rows.map((row) => [textField(row, 'coin'), named(row, `${String(row.fields.coin)} in the wallet`)]))
}

/** Two moments apart, margins move with the marks: beyond this share they are not those of the same positions. */
const APART = '0.02'

/** Why what is listed in a coin is not believed. */
export type Doubt = 'none' | 'differ' | 'untold'
export type Doubts = ReadonlyMap<string, Doubt>

/** Coins whose wallet holds another maintenance margin than the positions that are listed in it: empty is not zero. */
export function disagreements({ positions, coins }: Ledger, settleOf: (one: Listed) => string | null): Doubts {
  const found = new Map<string, Doubt>()
  for (const coin of new Set([...coins.keys(), ...positions.map(settleOf).filter((one) => one !== null)])) {
    const own = positions.filter((one) => settleOf(one) === coin)
    const row = coins.get(coin)
    const held = row === undefined ? null : decimalOrNull(row, 'totalPositionMM')
    const doubt = doubtOf(own, held)
    if (doubt !== null) found.set(coin, doubt)
  }
  return found
}

function doubtOf(own: readonly Listed[], held: Decimal | null): Doubt | null {
  if (own.length === 0) return held?.gt(0) ? 'none' : null
  const listed = own.map(({ row }) => decimalOrNull(row, 'positionMM'))
  const told = listed.filter((one) => one !== null)
  // What a position does not tell is told with it.
  if (told.length < listed.length) return null
  if (held === null) return 'untold'
  return held.minus(sum(told)).abs().gt(sum(told).times(APART).plus('0.01')) ? 'differ' : null
}
