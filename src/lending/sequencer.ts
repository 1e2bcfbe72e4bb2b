import { type Address, decodeFunctionResult, encodeFunctionData, type Hex } from 'viem'
import { sequencerLensAbi, sequencerLensCode } from '../../abis/lens/sequencer.ts'
import { IncompleteAnswerError } from '../errors.ts'
import { gapOf } from '../risk/gap.ts'
import { CHAINS } from './chains.ts'
import type { LensAnswer, LensPiece, Market, ReadContext, Reading } from './protocol.ts'

/**
 * The feeds that tell whether a rollup's sequencer is up, by chain. The others have none.
 *
 * @see https://docs.chain.link/data-feeds/l2-sequencer-feeds
 */
const FEEDS: Readonly<Record<string, Address>> = {
  arbitrum: '0xFdB631F5EE196F0ed6FAa767959853A9F217697D',
  base: '0xBCF85224fc0756B9Fa45aA7892530B47e10b6433',
  celo: '0x4CD491Dc27C8B0BbD10D516A502856B786939d18',
  mantle: '0xaDE1b9AbB98c6A542E4B49db2588a3Ec4bF7Cdf0',
  megaeth: '0x78B2195A21B8BBe82acaB43F90F9180E9513FD0C',
  metis: '0x58218ea7422255EBE94e56b504035a784b7AA204',
  optimism: '0x371EAD81c9102C9BF4874A9075FFFf170F2Ee389',
  scroll: '0x45c2b8C204568A03Dc7A2E32B71D67Fe97F908A9',
  soneium: '0xaDE1b9AbB98c6A542E4B49db2588a3Ec4bF7Cdf0',
  xlayer: '0x45c2b8C204568A03Dc7A2E32B71D67Fe97F908A9',
  zksync: '0x0E6AC8B967393dcD3D36677c126976157F993940',
}

/** So long after a restart people still find their way back, and whoever keeps a grace period keeps it, seconds. */
const BACK_LATELY = 3600n

/** The sequencer of a chain, asked like a market; none where no feed tells of it. */
export function sequencerOf(chainId: number): readonly Market[] {
  const chain = CHAINS.find(({ id }) => id === chainId)
  const address = chain === undefined ? undefined : FEEDS[chain.name]
  if (chain === undefined || address === undefined) return []
  return [{ name: `${chain.name}-sequencer`, title: `${chain.title}'s sequencer`, protocol: 'sequencer', chainId, address }]
}

/**
 * Whether the sequencer is up. While it is down prices stand still and nobody can repay the usual way: nothing of the chain may look
 * calm then, so that is a gap. A feed that does not tell is a note, for the age of the block tells of a chain that stands still, too.
 */
export const sequencer: LensPiece = {
  lens: sequencerLensCode,
  ask: (markets) =>
    markets.map(({ address }) => encodeFunctionData({ abi: sequencerLensAbi, functionName: 'state', args: [address] })),
  read: (markets, _wallets, answers, context) => {
    const all = markets.map((market, i) => readState(market, answers[i] as LensAnswer, context))
    return { positions: [], cash: [], gaps: all.flatMap(({ gaps }) => gaps), notes: all.flatMap(({ notes }) => notes) }
  },
}

function readState({ title }: Market, answer: LensAnswer, { block }: ReadContext): Pick<Reading, 'gaps' | 'notes'> {
  const state = answer.ok ? stateIn(answer.bytes) : null
  if (state === null) return { gaps: [], notes: [`whether ${title} is up could not be read`] }
  const [status, since] = state
  if (status !== 0n) {
    const down = new IncompleteAnswerError(title, 'status', {
      what: `is down${since === 0n ? '' : ` since ${timeOf(since)}`}: prices there stand still, and nothing can be sent the usual way`,
      hint: 'Once it is back, liquidations may come at once. Have money ready there.',
      retryable: true,
    })
    return { gaps: [gapOf(title, down)], notes: [] }
  }
  const lately = since > 0n && block.timestamp >= since && block.timestamp - since < BACK_LATELY
  return {
    gaps: [],
    notes: lately ? [`${title} was down and is back since ${timeOf(since)}: liquidations may come at once`] : [],
  }
}

function stateIn(data: Hex): readonly [bigint, bigint] | null {
  try {
    const [status, since] = decodeFunctionResult({ abi: sequencerLensAbi, functionName: 'state', data })
    // A time that no date can hold is no time.
    return since <= 8_640_000_000_000n ? [status, since] : null
  } catch {
    return null
  }
}

function timeOf(seconds: bigint): string {
  return new Date(Number(seconds) * 1000).toISOString().replace(':00.000Z', 'Z').replace('T', ' ')
}
