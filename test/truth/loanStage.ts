import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, encodeFunctionData, parseAbi } from 'viem'
import type { ReportJson } from '../../src/report/schema.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { MainSymbol } from '../sandbox/aaveReserves.ts'
import { type Binance, openBinance } from '../sandbox/binance.ts'
import { bookText, SANDBOX_VARIABLES } from '../sandbox/bookText.ts'
import { type Chain, openChain } from '../sandbox/chain.ts'
import { loanCalls } from '../sandbox/loans.ts'
import type { Call } from '../sandbox/miner.ts'
import { reportOf } from '../support/hullmark.ts'

export type LegJson = ReportJson['legs'][number]
export type Move = { readonly asset: MainSymbol; readonly side: 'down' | 'up' }

/** A loan to be opened: amounts in base units of the token. */
export type LoanBook = {
  readonly eMode?: number
  readonly supplied: Readonly<Partial<Record<MainSymbol, bigint>>>
  /** Supplied with the collateral switch off. */
  readonly off?: readonly MainSymbol[]
  /** At a variable rate. */
  readonly owed: Readonly<Partial<Record<MainSymbol, bigint>>>
  readonly stable?: Readonly<Partial<Record<MainSymbol, bigint>>>
}

/** A chain of its own that hullmark reads through its command line. */
export type LoanStage = {
  readonly chain: Chain
  readonly user: Address
  /** What the command line says. */
  readonly report: () => Promise<ReportJson>
  /** What it says of the user's loan, the one leg. */
  readonly leg: () => Promise<LegJson>
  readonly stop: () => Promise<void>
}

/** A price as the oracle holds it: 1e8 is 1 USD. */
export const usd = (text: string): bigint => BigInt(dec(text).times('1e8').toFixed(0))

/**
 * @param at - The head's time; default: the real one.
 * @param extra - Further lines of the book file.
 */
export async function openLoanStage(at?: bigint, extra = ''): Promise<LoanStage> {
  const chain = await openChain(at === undefined ? {} : { at })
  const binance: Binance = await openBinance()
  const folder = await mkdtemp(join(tmpdir(), 'hullmark-truth-'))
  const user = chain.accounts.users[0]
  const path = join(folder, 'hullmark.yaml')
  await writeFile(path, bookText({ chain, binance }, { wallets: [user], exchange: false, extra, chainId: chain.chainId }), {
    mode: 0o600,
  })
  const env = { HULLMARK_BOOK: path, HULLMARK_CACHE_DIR: join(folder, 'cache'), [SANDBOX_VARIABLES.rpc]: chain.url }
  const report = async (): Promise<ReportJson> => {
    const { code, report: said, err } = await reportOf(env)
    if (code !== 0 || said.legs.length !== 1) {
      throw new RangeError(`exit code ${code}, ${said.legs.length} legs: ${err}${JSON.stringify(said.gaps)}`)
    }
    return said
  }
  return {
    ...{ chain, user, report },
    leg: async () => (await report()).legs[0] as LegJson,
    stop: async () => {
      await Promise.all([chain.stop(), binance.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Opens the loan in one block that bears the time of the head: it owes exactly what it borrows, no second of interest. */
export async function openLoan({ chain, user }: LoanStage, book: LoanBook): Promise<void> {
  await chain.send(openingCalls(chain, user, book))
}

/** What an account does to open a loan, unsent. */
export function openingCalls(
  chain: Chain,
  user: Address,
  { eMode = 0, supplied, off = [], owed, stable = {} }: LoanBook,
): readonly Call[] {
  const calls = loanCalls(chain)
  return [
    ...entriesOf(supplied).flatMap(([symbol, amount]) => calls.supply(user, symbol, amount)),
    ...off.map((symbol) => calls.setCollateral(user, symbol, false)),
    ...(eMode === 0 ? [] : [calls.setEMode(user, eMode)]),
    ...entriesOf(owed).map(([symbol, amount]) => calls.borrow(user, symbol, amount)),
    ...entriesOf(stable).map(([symbol, amount]) => calls.borrow(user, symbol, amount, 'stable')),
  ]
}

/** The entries of a record of reserves. */
export function entriesOf(record: Readonly<Partial<Record<MainSymbol, bigint>>>): readonly (readonly [MainSymbol, bigint])[] {
  return Object.entries(record) as [MainSymbol, bigint][]
}

const CONFIGURATOR = parseAbi([
  'function configureReserveAsCollateral(address asset, uint256 ltv, uint256 threshold, uint256 bonus)',
])

/** Governance changes what a reserve counts for; basis points. */
export async function setThreshold(chain: Chain, asset: MainSymbol, threshold: bigint): Promise<void> {
  const args = [chain.tokens[asset].address, threshold - 250n, threshold, 10_500n] as const
  const data = encodeFunctionData({ abi: CONFIGURATOR, functionName: 'configureReserveAsCollateral', args })
  await chain.send([{ from: chain.accounts.deployer, to: chain.configurator, data }])
}

/** The price that the report gives for one asset alone, in units of the oracle; null: none on that side. */
export function reportedPrice(leg: LegJson, { asset, side }: Move): bigint | null {
  const found = leg.liquidation.filter((one) => one.asset === asset && one.side === side)
  if (found.length > 1) throw new RangeError(`${found.length} prices for ${asset} ${side}`)
  const [one] = found
  if (one === undefined) return null
  if (one.price === null || !one.exact) throw new RangeError(`the price of ${asset} is ${one.price}, exact: ${one.exact}`)
  return usd(one.price)
}

/** What a liquidator takes and pays for. */
export type Pair = { readonly collateral: MainSymbol; readonly debt: MainSymbol }

export const REFUSED = '45 HEALTH_FACTOR_NOT_BELOW_THRESHOLD'

/**
 * Sends a real liquidationCall in a block that bears the time the report was read at, and puts the chain back.
 *
 * @returns `liquidated`, or why the pool refused.
 */
export async function liquidationNow({ chain, user }: LoanStage, leg: LegJson, pair: Pair): Promise<string> {
  if (leg.source.timestamp === null) throw new RangeError('the report names no block time')
  const timestamp = BigInt(Date.parse(leg.source.timestamp) / 1000)
  const wanted = { liquidator: chain.accounts.liquidator, user, ...pair, amount: 'max', timestamp } as const
  return chain.rehearse(async () => {
    const result = await chain.liquidate(wanted)
    return result.ok ? 'liquidated' : result.reason
  })
}

/** As {@link liquidationNow}, with the oracle's price of one asset moved first. */
export function liquidationAt(stage: LoanStage, leg: LegJson, at: Pair & { asset: MainSymbol; price: bigint }): Promise<string> {
  return stage.chain.rehearse(async () => {
    await stage.chain.setPrice(at.asset, at.price)
    return liquidationNow(stage, leg, at)
  })
}
