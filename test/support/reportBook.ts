import { dec, ZERO } from '../../src/risk/decimal.ts'
import { type Findings, findingsOf } from '../../src/risk/findings.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Cash, Snapshot } from '../../src/risk/leg.ts'
import { DEFAULT_MEANS, type Means } from '../../src/risk/means.ts'
import { aLoan, aPool, aPosition, aSnapshot, USDC } from './books.ts'

/** The book behind REPORT's page, with its rates, and what its owner states. */

/** A yearly rate of so many thousandths of a percent, in ray. */
const rate = (thousandths: bigint): bigint => thousandths * 10n ** 22n

/** 82 % of the USDC is borrowed; all of it: 37.2 % a year, on 22,000 19.3049 a day more. */
const USED = {
  utilization: rate(82_000n),
  curve: { kink: rate(92_000n), rateAtKink: rate(6000n), rateAtFull: rate(37_200n) },
}

/** 30,000 and 18,000 USD lent at 1.195 %: 1.5715 a day; 22,000 borrowed at 5.19 %: 3.1282 a day. */
export const RATED_LOAN = aLoan({
  reserves: aLoan().reserves.map((one) => ({
    ...one,
    liquidationBonus: 10_500n,
    ...{ supplyRate: rate(1195n), borrowRate: rate(5190n) },
    ...(one.debt === 0n ? {} : USED),
  })),
})

/** 0.01 % each 8 hours on 60,000: 18 a day. */
export const FUNDED_POOL = aPool({
  positions: [
    aPosition({
      funding: { rate: dec('0.0001'), intervalHours: dec(8), window: null },
      reported: { liquidationPrice: dec('2409.63855421'), maintenance: dec(250), unrealized: dec(0) },
    }),
  ],
  reported: { equity: dec(12_000), maintenance: dec(250), initialMargin: null, withdrawable: null },
})

export const CASH: Cash = {
  id: 'cash/0xab/usdc',
  place: 'wallet 0xab..cd on Ethereum',
  asset: USDC,
  amount: dec(10_000),
  price: dec(1),
}

export const STATED: Means = {
  ...DEFAULT_MEANS,
  minutes: { topUp: dec(5), repay: dec(1), withdraw: dec(20) },
  swapCost: ZERO,
}

export function reportSnapshot(over: Partial<Snapshot> = {}): Snapshot {
  return aSnapshot({ legs: [RATED_LOAN, FUNDED_POOL], cash: [CASH], ...over })
}

/** What REPORT's page tells. */
export function reportFindings(over: Partial<Snapshot> = {}, means: Means = STATED): Findings {
  return findingsOf(reportSnapshot(over), { policy: DEFAULT_POLICY, means })
}
