import { decodeFunctionResult, encodeFunctionData, type Hex, toHex } from 'viem'
import { POOL_ABI } from '../sandbox/aaveAbi.ts'
import type { MainSymbol } from '../sandbox/aaveReserves.ts'
import type { LoanStage } from './loanStage.ts'

/** What the pool says of the account at one oracle price. */
export type Sight = { readonly threshold: bigint; readonly alive: boolean }

const WAD = 10n ** 18n

/**
 * Asks the real pool for the account at many oracle prices of one asset, all at the head: the feed's answer is overridden within
 * each call, so nothing is mined and nothing of ours is involved.
 */
export async function sightsAt({ chain, user }: LoanStage, asset: MainSymbol, prices: readonly bigint[]): Promise<Sight[]> {
  const data = encodeFunctionData({ abi: POOL_ABI, functionName: 'getUserAccountData', args: [user] })
  const slot = toHex(0, { size: 32 })
  const batch = prices.map((price, id) => {
    const override = { [chain.tokens[asset].aggregator]: { stateDiff: { [slot]: toHex(price, { size: 32 }) } } }
    return { jsonrpc: '2.0', id, method: 'eth_call', params: [{ to: chain.pool, data }, 'latest', override] }
  })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(chain.url, { method: 'POST', headers, body: JSON.stringify(batch) })
  const answers = (await response.json()) as { readonly id: number; readonly result?: Hex; readonly error?: unknown }[]
  const byId = new Map(answers.map((answer) => [answer.id, answer]))
  return prices.map((price, id) => {
    const result = byId.get(id)?.result
    if (result === undefined) throw new RangeError(`no account data at ${price}: ${JSON.stringify(byId.get(id)?.error)}`)
    const decoded = decodeFunctionResult({ abi: POOL_ABI, functionName: 'getUserAccountData', data: result })
    return { threshold: decoded[3], alive: decoded[5] >= WAD }
  })
}

/**
 * Every tick at which a falling collateral makes a loan die or live again, from the pool's own answers alone.
 *
 * The average threshold is monotone in the price, so the walk falls apart into stretches of one threshold, found by bisection;
 * on each the health can only fall. That needs the debt to stay where it is: the asset must not be owed.
 *
 * @returns The last tick of each state, walking down from `from` to `to`: alive first if it is so now, then dead, then alive...
 */
export async function edgesOfFall(stage: LoanStage, asset: MainSymbol, [from, to]: readonly [bigint, bigint]): Promise<bigint[]> {
  const [first, last] = (await sightsAt(stage, asset, [from, to])) as [Sight, Sight]
  const step = last.threshold < first.threshold ? -1n : 1n
  const thresholds: bigint[] = []
  for (let k = first.threshold; k !== last.threshold + step; k += step) thresholds.push(k)
  // The lowest tick whose threshold is still that one, or one before it: beyond it the next stretch begins.
  const within = (sight: Sight, k: bigint): boolean => (k - sight.threshold) * step >= 0n
  const ends = await lowest(stage, asset, { from, to, holds: thresholds.map((k) => (sight) => within(sight, k)) })
  const stretches = ends
    .map((end, i) => ({ top: i === 0 ? from : (ends[i - 1] as bigint) - 1n, end }))
    .filter(({ top, end }) => end <= top)
  const tops = await sightsAt(
    stage,
    asset,
    stretches.map(({ top }) => top),
  )
  const feet = await sightsAt(
    stage,
    asset,
    stretches.map(({ end }) => end),
  )
  const edges: bigint[] = []
  let alive = first.alive
  for (const [i, { top, end }] of stretches.entries()) {
    if ((tops[i] as Sight).alive !== alive) {
      edges.push(top + 1n)
      alive = !alive
    }
    if (alive && !(feet[i] as Sight).alive) {
      edges.push(...(await lowest(stage, asset, { from: top, to: end, holds: [(sight) => sight.alive] })))
      alive = false
    }
  }
  return edges
}

type Search = { readonly from: bigint; readonly to: bigint; readonly holds: readonly ((sight: Sight) => boolean)[] }

/** For each condition that holds at `from` and, once lost, never returns: the lowest tick down to `to` at which it holds. */
async function lowest(stage: LoanStage, asset: MainSymbol, { from, to, holds }: Search): Promise<bigint[]> {
  let ranges = holds.map(() => ({ good: from, low: to }))
  while (ranges.some(({ good, low }) => good > low)) {
    const middles = ranges.map(({ good, low }) => (good + low) / 2n)
    const sights = await sightsAt(stage, asset, middles)
    ranges = ranges.map(({ good, low }, i) => {
      const middle = middles[i] as bigint
      return holds[i]?.(sights[i] as Sight) ? { good: middle, low } : { good, low: middle + 1n }
    })
  }
  return ranges.map(({ good }) => good)
}
