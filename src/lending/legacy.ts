import { type Address, decodeFunctionResult, encodeFunctionData, type Hex } from 'viem'
import { legacyLensAbi, legacyLensCode } from '../../abis/lens/legacy.ts'
import { IncompleteAnswerError, type TrackerError, UnsupportedError } from '../errors.ts'
import { gapOf } from '../risk/gap.ts'
import type { Gap } from '../risk/leg.ts'
import { AAVE_V2_MARKETS, COMPOUND_V2_MARKETS } from './legacyMarkets.ts'
import { shortAddress } from './plainSymbol.ts'
import type { LendingProtocol, Market, Reading } from './protocol.ts'
import { readMarkets } from './readMarkets.ts'

/**
 * Markets that are wound down: a loan that is left there is named, and is unknown, so that no book with one looks calm. It is not weighed.
 *
 * @see LENDING 1.1, 2: reserves of Aave v2 frozen in 2025, Compound v2 winding down since 2025-09
 */
type Legacy = Pick<LendingProtocol, 'name' | 'title' | 'markets'> & {
  /** Which question of the lens its markets are asked. */
  readonly question: 'pools' | 'comptrollers'
}

function legacy({ question, ...named }: Legacy): LendingProtocol {
  return {
    ...named,
    supports: 'a loan that is left there is named, and is unknown: it is not weighed',
    liquidation: 'none',
    lens: legacyLensCode,
    ask: (markets, wallets) =>
      markets.map(({ address }) => encodeFunctionData({ abi: legacyLensAbi, functionName: question, args: [address, wallets] })),
    read: (markets, wallets, answers) =>
      readMarkets(markets, answers, (market, bytes) => {
        const left = leftIn(bytes, question)
        return left?.length === wallets.length ? readMarket(market, wallets, left) : null
      }),
  }
}

/** What is left in Aave v2. */
export const aaveV2 = legacy({ name: 'aave-v2', title: 'Aave v2', markets: AAVE_V2_MARKETS, question: 'pools' })

/** What is left in Compound v2. */
export const compoundV2 = legacy({
  ...{ name: 'compound-v2', title: 'Compound v2', markets: COMPOUND_V2_MARKETS, question: 'comptrollers' },
})

type Leftover = { readonly ok: boolean; readonly supplied: boolean; readonly owed: boolean }

function leftIn(bytes: Hex, functionName: Legacy['question']): readonly Leftover[] | null {
  try {
    return decodeFunctionResult({ abi: legacyLensAbi, functionName, data: bytes })
  } catch {
    return null
  }
}

function readMarket(market: Market, wallets: readonly Address[], left: readonly Leftover[]): Reading {
  const gaps: Gap[] = []
  const notes: string[] = []
  for (const [i, wallet] of wallets.entries()) {
    const { ok, supplied, owed } = left[i] as Leftover
    const fault = faultOf(market, wallet, { ok, owed })
    if (fault !== null) gaps.push(gapOf(`${market.protocol}/${market.name}/${wallet.toLowerCase()}`, fault))
    else if (supplied) notes.push(`${shortAddress(wallet)} still has a supply in ${market.title}, and owes nothing there`)
  }
  return { positions: [], cash: [], gaps, notes }
}

function faultOf({ title }: Market, wallet: Address, { ok, owed }: Pick<Leftover, 'ok' | 'owed'>): TrackerError | null {
  const who = `${title}, ${shortAddress(wallet)},`
  if (owed)
    return new UnsupportedError(who, 'holds a loan, which is named here and not weighed: move it to a market that is kept')
  return ok ? null : new IncompleteAnswerError(who, 'account')
}
