import type { Address } from 'viem'
import { UnsupportedError } from '../errors.ts'
import type { Gap } from '../risk/leg.ts'
import { byProtocol, readLensAnswers } from './lensReader.ts'
import { shortAddress } from './plainSymbol.ts'
import type { ChainQuery, LensAnswer, Reading, ReadTools } from './protocol.ts'
import { protocols } from './protocols.ts'
import { openRpc } from './rpc.ts'

/**
 * Reads every market and wallet of a chain at one block: one HTTP request, a batch of the lens call and the block header.
 *
 * @returns Positions, cash and gaps; a market or wallet that failed is a gap beside the others.
 * @throws UnreachableError, AccessError, IncompleteAnswerError when nothing of the chain can be told.
 */
export async function readChain(query: ChainQuery, tools: ReadTools): Promise<Reading> {
  const wallets = [...new Map(query.wallets.map((wallet) => [wallet.toLowerCase(), wallet])).values()]
  const markets = query.markets.filter((market) => market.protocol in protocols)
  const { header, done, notes } = await readLensAnswers({ ...query, markets, wallets }, openRpc(query.endpoint, tools))
  const { number, hash, timestamp } = header
  const context = {
    chainName: query.endpoint.title,
    block: { chainId: query.endpoint.chainId, number, hash, timestamp },
    readAt: tools.now(),
    confirmed: false,
    notes,
    factorOf: query.factorOf,
  }
  const readings = done.flatMap(({ job, answers }) =>
    byProtocol(job).map(([protocol, markets]) => {
      const own = markets.map((market) => answers[job.markets.indexOf(market)] as LensAnswer)
      return protocol.read(markets, job.wallets, own, context)
    }),
  )
  const merged = merge([...readings, unsupported(query)])
  return { ...merged, notes: [...merged.notes, ...absent(query, wallets, merged)] }
}

function unsupported({ markets }: ChainQuery): Reading {
  const foreign = markets.filter((market) => !(market.protocol in protocols))
  const gaps = foreign.map(({ title, protocol }): Gap => {
    const { code, message, hint, retryable } = new UnsupportedError(title, `speaks "${protocol}", which is not known here`)
    return { leg: title, code, reason: message, hint, retryable }
  })
  return { positions: [], cash: [], gaps, notes: [] }
}

/** Parts that were read apart become one: cash seen in two markets is one, and a fault of a market is told once. */
function merge(readings: readonly Reading[]): Reading {
  const cash = new Map<string, Reading['cash'][number]>()
  for (const item of readings.flatMap((reading) => reading.cash)) {
    // One market's oracle may know a price that the other's does not.
    if ((cash.get(item.id)?.price ?? null) === null) cash.set(item.id, item)
  }
  const gaps = new Map(readings.flatMap((reading) => reading.gaps).map((gap) => [`${gap.leg} ${gap.reason}`, gap]))
  return {
    positions: readings.flatMap(({ positions }) => positions),
    cash: [...cash.values()],
    gaps: [...gaps.values()],
    notes: [...new Set(readings.flatMap(({ notes }) => notes))],
  }
}

/** Says of which wallets nothing was found, unless something failed that may hide it. */
function absent({ endpoint, markets }: ChainQuery, wallets: readonly Address[], { positions, gaps }: Reading): readonly string[] {
  if (gaps.length > 0) return []
  const where = markets.map(({ title }) => title).join(', ')
  const holders = new Set(positions.map(({ wallet }) => wallet.toLowerCase()))
  return wallets
    .filter((wallet) => !holders.has(wallet.toLowerCase()))
    .map((wallet) => `no position found on ${endpoint.title} for ${shortAddress(wallet)} (looked in ${where})`)
}
