import {
  type Abi,
  type Address,
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  getAddress,
  type Hex,
  parseAbi,
  toHex,
} from 'viem'
import { readChain } from '../../src/lending/chainReader.ts'
import { operatorOf } from '../../src/lending/operatorOf.ts'
import type { Reading } from '../../src/lending/protocol.ts'
import { Secret } from '../../src/secret.ts'
import { compileAave } from '../contracts/aave/compileAave.ts'
import { type Markets, planMarkets, type RevisionMarket } from '../contracts/aave/planMarkets.ts'
import { type Anvil, SANDBOX_CHAIN_ID, startAnvil } from '../sandbox/anvil.ts'
import type { Call } from '../sandbox/miner.ts'
import { type Node, openNode } from '../sandbox/node.ts'
import { readTools } from '../support/chainRead.ts'
import { configurationBits, type RevisionAccount } from './revisionAccount.ts'

/** Every revision that there was: v3.0 to v3.7. */
export const REVISIONS = Array.from({ length: 11 }, (_, i) => i + 1)

export type RevisionStage = Markets & {
  readonly node: Node
  readonly stop: Anvil['stop']
  readonly marketOf: (revision: number) => RevisionMarket
}

/** Whoever changes or liquidates something on this stage. */
export const ANYBODY: Address = getAddress(`0x${'11ad'.padStart(40, '0')}`)

/** A chain with one market double a revision. */
export async function openRevisionStage(revisions: readonly number[]): Promise<RevisionStage> {
  const anvil = await startAnvil({ timestamp: BigInt(Math.floor(Date.now() / 1000)) })
  try {
    const node = openNode(anvil.url)
    const { calls, placed } = planMarkets(compileAave(), revisions)
    await node.miner.send(calls)
    const marketOf = (revision: number): RevisionMarket => {
      const found = placed.markets.find((market) => market.revision === revision)
      if (found === undefined) throw new RangeError(`no market of revision ${revision}`)
      return found
    }
    return { ...placed, node, stop: anvil.stop, marketOf }
  } catch (error) {
    await anvil.stop()
    throw error
  }
}

/** A wallet of its own for each revision and place. */
export function walletOf(revision: number, place: number): Address {
  return getAddress(`0x${(0xac_00_00_00 + revision * 0x1_00_00 + place).toString(16).padStart(40, '0')}`)
}

/** The call that gives a wallet the account. */
export function placing(
  { poolAbi }: Markets,
  { pool, revision }: RevisionMarket,
  wallet: Address,
  account: RevisionAccount,
): Call {
  const holdings = account.holdings.map(({ reserve, collateral: _, ...holding }) => ({ asset: reserve.token, ...holding }))
  const args = [wallet, configurationBits(account, revision), BigInt(account.mode), holdings]
  return { from: ANYBODY, to: pool, data: encodeFunctionData({ abi: poolAbi, functionName: 'setUser', args }) }
}

/** Reads wallets of one market as the program does. */
export function readRevision(
  stage: RevisionStage,
  { provider, revision }: RevisionMarket,
  wallets: readonly Address[],
): Promise<Reading> {
  const url = stage.node.public.transport.url
  if (url === undefined) throw new RangeError('a node without an address')
  const node = { rpc: new Secret(url), operator: operatorOf(url), publicDefault: false }
  return readChain(
    {
      endpoint: { name: 'revisions', title: 'Revisions', chainId: SANDBOX_CHAIN_ID, nodes: [node] },
      markets: [
        {
          name: `r${revision}`,
          title: `Aave v3 r${revision}`,
          protocol: 'aave-v3',
          chainId: SANDBOX_CHAIN_ID,
          address: provider,
        },
      ],
      wallets,
      owned: 'unasked',
      factorOf: (_, token) => ({ factor: `OWN:${token}`, basis: null }),
    },
    readTools(),
  )
}

/** What the pool says of an account, in its own words. */
export type Told = {
  readonly totalCollateral: bigint
  readonly totalDebt: bigint
  readonly liquidationThreshold: bigint
  readonly ltv: bigint
  readonly healthFactor: bigint
}

/** One question to the double; `prices`: answers of feeds that hold for this call alone. */
export type Question = { readonly to: Address; readonly data: Hex; readonly prices?: ReadonlyMap<Address, bigint> }

/** The answer's bytes, or what it reverted with. */
export type Answer = { readonly ok: boolean; readonly bytes: Hex }

/** Asks many things at the head, in batches; nothing is mined. */
export async function ask(stage: RevisionStage, questions: readonly Question[]): Promise<readonly Answer[]> {
  const url = stage.node.public.transport.url
  if (url === undefined) throw new RangeError('a node without an address')
  const answers: Answer[] = []
  for (let from = 0; from < questions.length; from += 500) {
    const batch = questions.slice(from, from + 500).map(({ to, data, prices = new Map() }, id) => {
      const slot = toHex(0, { size: 32 })
      const override = Object.fromEntries(
        [...prices].map(([feed, price]) => [feed, { stateDiff: { [slot]: toHex(price, { size: 32 }) } }]),
      )
      return { jsonrpc: '2.0', id, method: 'eth_call', params: [{ from: ANYBODY, to, data }, 'latest', override] }
    })
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(batch),
    })
    type Row = { readonly id: number; readonly result?: Hex; readonly error?: { readonly data?: Hex; readonly message: string } }
    const rows = new Map(((await response.json()) as Row[]).map((row) => [row.id, row]))
    for (const { id } of batch) {
      const row = rows.get(id)
      if (row?.result !== undefined) answers.push({ ok: true, bytes: row.result })
      else if (row?.error?.data !== undefined) answers.push({ ok: false, bytes: row.error.data })
      else throw new RangeError(`no answer: ${row?.error?.message}`)
    }
  }
  return answers
}

export function accountQuestion({ poolAbi }: Markets, pool: Address, wallet: Address): Question {
  return { to: pool, data: encodeFunctionData({ abi: poolAbi, functionName: 'getUserAccountData', args: [wallet] }) }
}

export function toldIn({ poolAbi }: Markets, { ok, bytes }: Answer): Told {
  if (!ok) throw new RangeError(`getUserAccountData reverted: ${bytes}`)
  const words = decodeFunctionResult({ abi: poolAbi, functionName: 'getUserAccountData', data: bytes }) as readonly bigint[]
  const [totalCollateral, totalDebt, , liquidationThreshold, ltv, healthFactor] = words as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ]
  return { totalCollateral, totalDebt, liquidationThreshold, ltv, healthFactor }
}

/** Numbers that pools before v3.4 revert with, by the names that later ones have. @see Errors.sol */
const CODES: Readonly<Record<string, string>> = {
  '25': 'InvalidBurnAmount',
  '27': 'ReserveInactive',
  '29': 'ReservePaused',
  '45': 'HealthFactorNotBelowThreshold',
  '46': 'CollateralCannotBeLiquidated',
  '47': 'SpecifiedCurrencyNotBorrowedByUser',
  '59': 'PriceOracleSentinelCheckFailed',
  '97': 'LiquidationGraceSentinelCheckFailed',
  '103': 'MustNotLeaveDust',
}

/** Why the pool refused; null: it did not. */
export function refusalOf({ ok, bytes }: Answer, poolAbi: Abi): string | null {
  if (ok) return null
  if (bytes === '0x') return 'without a word'
  const { errorName, args } = decodeErrorResult({ abi: [...poolAbi, ...parseAbi(['error Error(string)'])], data: bytes })
  return errorName === 'Error' ? (CODES[String(args?.[0])] ?? String(args?.[0])) : errorName
}
