import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReportJson } from '../../src/report/schema.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import { type Binance, openBinance } from '../sandbox/binance.ts'
import type { AccountInput } from '../sandbox/venue/account.ts'
import { contracts } from '../sandbox/venue/contracts.ts'
import { reportOf } from '../support/hullmark.ts'

type LegJson = ReportJson['legs'][number]
export type Marks = Readonly<Record<string, string>>

/** The exchange's double, which hullmark reads through its command line. */
export type VenueStage = {
  readonly venue: Binance
  /** What the command line says; fails where anything is unknown. */
  readonly report: () => Promise<ReportJson>
  /** Puts marks and account as stated; nothing is liquidated by it. */
  readonly place: (input: AccountInput, marks: Marks) => void
  readonly stop: () => Promise<void>
}

export async function openVenueStage(): Promise<VenueStage> {
  const venue = await openBinance()
  const folder = await mkdtemp(join(tmpdir(), 'hullmark-truth-'))
  const path = join(folder, 'hullmark.yaml')
  const account = `{ exchange: binance, name: main, key: KEY, secret: SECRET, endpoint: "${venue.url}" }`
  await writeFile(path, `name: truth\naccounts:\n  - ${account}\n`, { mode: 0o600 })
  const env = { HULLMARK_BOOK: path, HULLMARK_CACHE_DIR: join(folder, 'cache'), KEY: venue.apiKey, SECRET: venue.apiSecret }
  return {
    venue,
    report: async () => {
      const { code, report, err } = await reportOf(env)
      if (code !== 0) throw new RangeError(`exit code ${code}: ${err}${JSON.stringify(report.gaps)}`)
      return report
    },
    place: (input, marks) => {
      // Each reading in a minute of its own: there are more of them than one allows.
      venue.limits.fapi.reset()
      venue.exchange.engine = 'halted'
      for (const [symbol, mark] of Object.entries(marks)) venue.setMark(symbol, mark)
      venue.account(input)
      venue.exchange.engine = 'running'
    },
    stop: async () => {
      await venue.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The step of a symbol's price. */
export function tickOf(symbol: string): Decimal {
  const contract = contracts.find((listed) => listed.symbol === symbol)
  if (contract === undefined) throw new RangeError(`no contract ${symbol}`)
  return dec(contract.tick)
}

/** The venue's own name of the pool that a leg stands for. */
export function poolOf(leg: LegJson, hedge: boolean): string {
  const name = leg.id.split('/').at(-1) ?? ''
  if (name === 'multi-assets-cross') return 'cross'
  const [what = '', how = ''] = name.split('-')
  return how === 'cross' ? `cross:${what}` : `isolated:${what}:${hedge ? how.toUpperCase() : 'BOTH'}`
}

/** The prices of one symbol alone that the report gives for a leg. */
export function pricesOf(
  leg: LegJson,
): readonly { readonly symbol: string; readonly side: 'down' | 'up'; readonly price: Decimal }[] {
  return leg.liquidation.flatMap(({ symbol, side, price, exact }) => {
    if (symbol === null) return []
    if (price === null || !exact) throw new RangeError(`the price of ${symbol} is ${price}, exact: ${exact}`)
    return [{ symbol, side, price: dec(price) }]
  })
}

/** The pools that the venue liquidates by its own rule when a mark moves there; account and marks are put back. */
export function diesAt(
  { venue, place }: VenueStage,
  setting: readonly [AccountInput, Marks],
  at: { symbol: string; mark: Decimal },
): ReadonlySet<string> {
  const died = venue.setMark(at.symbol, at.mark.toFixed())
  place(...setting)
  return new Set(died.map(({ pool }) => pool))
}

/** Where the sandbox's markets stand. */
export const MARKS: Marks = { ETHUSDT: '3000', BTCUSDT: '90000', SOLUSDT: '150', ETHUSDC: '3000', BTCUSDC: '90000' }
/** An account in single-asset one-way mode, unless said otherwise. */
export const one = (input: Partial<AccountInput> & Pick<AccountInput, 'wallets' | 'positions'>): AccountInput => ({
  mode: 'single',
  hedge: false,
  ...input,
})
export const eth = (amount: string, more: object = {}) =>
  ({ symbol: 'ETHUSDT', side: 'BOTH', amount, entryPrice: '3000', ...more }) as const
export const btc = (amount: string, more: object = {}) =>
  ({ symbol: 'BTCUSDT', side: 'BOTH', amount, entryPrice: '90000', ...more }) as const
