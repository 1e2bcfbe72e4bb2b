import type { Address } from 'viem'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { asAaveV3 } from '../support/chainRead.ts'
import { randomness } from './randomness.ts'
import { type RevisionAccount, randomRevisionAccount } from './revisionAccount.ts'
import { openRevisionStage, placing, REVISIONS, type RevisionStage, readRevision, walletOf } from './revisionStage.ts'

const COUNT = 60

/** Random accounts in a market of every revision, as they were placed and as the program reads them; by wallet in one order. */
export type RevisionBook = {
  readonly stage: RevisionStage
  readonly walletsOf: (revision: number) => readonly Address[]
  readonly accountsOf: (revision: number) => readonly RevisionAccount[]
  readonly positionsOf: (revision: number) => readonly AaveV3Position[]
}

/** The same accounts for the same seed. @throws RangeError when an account could not be read. */
export async function openRevisionBook(seed: number): Promise<RevisionBook> {
  const stage = await openRevisionStage(REVISIONS)
  const random = randomness(seed)
  const accounts = new Map<number, readonly RevisionAccount[]>()
  const positions = new Map<number, readonly AaveV3Position[]>()
  const walletsOf = (revision: number) => Array.from({ length: COUNT }, (_, i) => walletOf(revision, i))
  for (const revision of REVISIONS) {
    const drawn = Array.from({ length: COUNT }, () => randomRevisionAccount(random, revision, stage.reserves))
    accounts.set(revision, drawn)
    const market = stage.marketOf(revision)
    await stage.node.miner.send(drawn.map((account, i) => placing(stage, market, walletOf(revision, i), account)))
  }
  for (const revision of REVISIONS) {
    const reading = await readRevision(stage, stage.marketOf(revision), walletsOf(revision))
    const read = reading.positions.map(asAaveV3)
    const wallets = read.map(({ wallet }) => wallet).join()
    if (wallets !== walletsOf(revision).join()) throw new RangeError(`revision ${revision}: ${JSON.stringify(reading.gaps)}`)
    positions.set(revision, read)
  }
  return {
    stage,
    walletsOf,
    accountsOf: (revision) => accounts.get(revision) ?? [],
    positionsOf: (revision) => positions.get(revision) ?? [],
  }
}
