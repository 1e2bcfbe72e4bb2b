import { deadline } from './deadline.ts'
import { outOfTime, TrackerError } from './errors.ts'
import type { Budgets } from './futures/budget.ts'
import type { AccountReading, Cache, ExchangeAccount } from './futures/exchange.ts'
import { EXCHANGES } from './futures/exchanges.ts'
import { vanishedNotes } from './futures/vanished.ts'
import { readChain } from './lending/chainReader.ts'
import type { ChainQuery } from './lending/protocol.ts'
import { gapOf } from './risk/gap.ts'
import type { Cash, Gap, Leg, Snapshot } from './risk/leg.ts'

/** What a pass reads: the chains with their wallets and markets, and the exchange accounts. */
export type Reads = {
  readonly name: string
  readonly chains: readonly ChainQuery[]
  readonly accounts: readonly ExchangeAccount[]
  /** Deadline of one request and of the whole pass, milliseconds. */
  readonly requestMs: number
  readonly passMs: number
}

/** What a pass may use of the world. */
export type Tools = {
  /** Ends the pass early: the user's interrupt. */
  readonly signal: AbortSignal
  readonly fetch: typeof fetch
  readonly now: () => number
  readonly cache: Cache
  /** What may still be asked of the exchanges. */
  readonly budgets: Budgets
  /** Told of every error that nobody expected. */
  readonly onBug: (error: unknown) => void
}

type Part = {
  readonly legs: readonly Leg[]
  readonly cash: readonly Cash[]
  readonly gaps: readonly Gap[]
  readonly disputes: Snapshot['disputes']
  readonly oneSource: Snapshot['oneSource']
  readonly notes: readonly string[]
}

const NOTHING: Part = { legs: [], cash: [], gaps: [], disputes: [], oneSource: [], notes: [] }

/**
 * Reads all legs and the free cash of a book together. Never throws: what fails becomes a gap beside the others,
 * and every wait ends at the pass's deadline.
 */
export async function collect(reads: Reads, tools: Tools): Promise<Snapshot> {
  const signal = deadline(reads.passMs, tools.signal)
  const parts = await Promise.all([
    ...reads.chains.map((query) =>
      part(query.endpoint.title, () => chainPart(query, reads, { ...tools, signal }), { signal, onBug: tools.onBug }),
    ),
    ...reads.accounts.map((account) =>
      part(`${account.exchange}/${account.name}`, () => accountPart(account, reads, { ...tools, signal }), {
        signal,
        onBug: tools.onBug,
      }),
    ),
  ])
  return {
    book: reads.name,
    at: tools.now(),
    legs: parts.flatMap(({ legs }) => legs),
    cash: unique(parts.flatMap(({ cash }) => cash)),
    gaps: parts.flatMap(({ gaps }) => gaps),
    disputes: parts.flatMap(({ disputes }) => disputes),
    oneSource: parts.flatMap(({ oneSource }) => oneSource),
    notes: parts.flatMap(({ notes }) => notes),
  }
}

async function chainPart(query: ChainQuery, { requestMs }: Reads, tools: Tools): Promise<Part> {
  const { title, nodes } = query.endpoint
  const { positions, confirmed, ...rest } = await readChain(query, { ...tools, requestMs })
  return { ...rest, legs: positions, oneSource: confirmed ? [] : [{ name: title, missed: nodes.length > 1 }] }
}

async function accountPart(account: ExchangeAccount, { requestMs }: Reads, tools: Tools): Promise<Part> {
  const exchange = EXCHANGES[account.exchange as keyof typeof EXCHANGES]
  const own = { ...tools, requestMs }
  const reading: AccountReading = await exchange.readAccount(account, own)
  const { accounts, cash, gaps, notes } = reading
  const gone = await vanishedNotes(exchange, account, { reading, tools: own })
  // Empty is said only after a positive read.
  const empty =
    accounts.length === 0 && gaps.length === 0 ? [`no open position on ${exchange.title}, account ${account.name}`] : []
  return { ...NOTHING, legs: accounts, cash, gaps, notes: [...notes, ...gone, ...empty] }
}

/** Runs one read so that it ends with the signal even if it does not listen to it, and so that a failure is a gap. */
async function part(name: string, read: () => Promise<Part>, { signal, onBug }: Pick<Tools, 'signal' | 'onBug'>): Promise<Part> {
  try {
    return await Promise.race([read(), ended(name, signal)])
  } catch (error) {
    if (!(error instanceof TrackerError)) onBug(error)
    return { ...NOTHING, gaps: [gapOf(name, error)] }
  }
}

function ended(name: string, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => reject(outOfTime(name))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}

/** The same coins of one wallet seen by several markets are one holding. */
function unique(cash: readonly Cash[]): Cash[] {
  return [...new Map(cash.map((one) => [one.id, one])).values()]
}
