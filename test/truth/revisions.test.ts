import { type Address, encodeFunctionData, erc20Abi, maxUint256 } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { checkLoan } from '../../src/risk/reconcile.ts'
import { accountOf } from '../../src/risk/rules/aaveV3.ts'
import type { Reserve } from '../contracts/aave/planMarkets.ts'
import { onlyPosition } from '../support/chainRead.ts'
import type { RevisionAccount } from './revisionAccount.ts'
import { openRevisionBook, type RevisionBook } from './revisionBook.ts'
import {
  type Answer,
  accountQuestion,
  ask,
  placing,
  type Question,
  REVISIONS,
  readRevision,
  toldIn,
  walletOf,
} from './revisionStage.ts'

const WAD = 10n ** 18n
const RAY = 10n ** 27n
const ceilDiv = (a: bigint, b: bigint): bigint => (a + b - 1n) / b

let book: RevisionBook
beforeAll(async () => {
  book = await openRevisionBook(11)
}, 120_000)
afterAll(() => book.stage.stop())

describe.each(REVISIONS)('sixty random accounts of pool revision %d', (revision) => {
  test('health, collateral, debt, threshold and loan-to-value equal those of the pool to the last digit', async () => {
    const { pool } = book.stage.marketOf(revision)
    const read = book.positionsOf(revision)
    const answers = await ask(
      book.stage,
      read.map(({ wallet }) => accountQuestion(book.stage, pool, wallet as Address)),
    )
    const digits = new Set<bigint>()
    for (const [i, position] of read.entries()) {
      const { totalCollateral, totalDebt, liquidationThreshold, healthFactor } = accountOf(position)
      const ours = {
        ...{ totalCollateral, totalDebt, liquidationThreshold, ltv: averageLtv(position, totalCollateral) },
        healthFactor: healthFactor ?? maxUint256,
      }
      expect(ours, `account ${i}`).toEqual(toldIn(book.stage, answers[i] as Answer))
      expect(position.revision).toBe(revision)
      expect(new Set(checkLoan(position).map(({ agreement }) => agreement)), `account ${i}`).not.toContain('disputed')
      if (healthFactor !== null) digits.add(healthFactor)
    }
    expect(digits.size).toBeGreaterThan(40)
  })

  test('among them is what makes it hard', () => {
    const read = book.positionsOf(revision)
    const at = (matches: (position: AaveV3Position, account: RevisionAccount) => boolean): number =>
      read.filter((position, i) => matches(position, book.accountsOf(revision)[i] as RevisionAccount)).length
    const counts = {
      inCategory: at(({ reserves }) => reserves.some(({ inEMode, supplied }) => inEMode && supplied > 0n)),
      besideCategory: at(
        ({ eModeCategory, reserves }) =>
          eModeCategory !== 0 && reserves.some(({ inEMode, collateral, supplied }) => !inEMode && collateral && supplied > 0n),
      ),
      switchedOff: at(({ reserves }) => reserves.some(({ supplied, collateral }) => supplied > 0n && !collateral)),
      frozen: at(({ reserves }) => reserves.some(({ frozen, collateral }) => frozen && collateral)),
      noThreshold: at((_, { holdings }) => holdings.some(({ reserve, collateral }) => collateral && reserve.threshold === 0n)),
      dust: at(({ reserves }) =>
        reserves.some(
          ({ supplied, price, decimals }) => supplied > 0n && (supplied * (price ?? 0n)) / 10n ** BigInt(decimals) < 100n,
        ),
      ),
      longDecimals: at(({ reserves }) => reserves.some(({ decimals }) => decimals === 27)),
      shortDecimals: at(({ reserves }) => reserves.some(({ decimals }) => decimals === 6)),
      severalDebts: at(({ reserves }) => reserves.filter(({ debt }) => debt > 0n).length > 1),
      ghoOwed: at(({ reserves }) => reserves.some(({ asset, debt }) => asset.symbol === 'GHO' && debt > 0n)),
      liquidatable: at((position) => (accountOf(position).healthFactor ?? WAD) < WAD),
      ...(revision < 5
        ? {
            stable: at((_, { holdings }) => holdings.some(({ stableDebt }) => stableDebt > 0n)),
            categoryPrice: at(({ eModeCategory, reserves }) => eModeCategory === 4 && reserves.some(({ inEMode }) => inEMode)),
          }
        : {}),
      ...(revision < 8
        ? { discounted: at((_, { holdings }) => holdings.some(({ discountPercent }) => discountPercent > 0n)) }
        : {}),
    }
    for (const [kind, count] of Object.entries(counts)) expect(count, `revision ${revision}, ${kind}`).toBeGreaterThan(3)
  })
})

/** What can be borrowed against the collateral, basis points, cut to a whole number as the pool does. */
function averageLtv({ reserves }: AaveV3Position, totalCollateral: bigint): bigint {
  // What has no threshold has no loan-to-value either, so it does not matter whether it counts.
  const weighted = reserves
    .filter(({ collateral }) => collateral)
    .reduce((sum, { supplied, price, decimals, ltv }) => sum + ((supplied * (price ?? 0n)) / 10n ** BigInt(decimals)) * ltv, 0n)
  return totalCollateral === 0n ? 0n : weighted / totalCollateral
}

test.each([9, 10, 11])(
  'pool revision %d: the division of health rounds half up before its last four digits are cut',
  async (revision) => {
    const [weth, usdc] = ['WETH', 'USDC'].map((symbol) => book.stage.reserves.find((reserve) => reserve.symbol === symbol)) as [
      Reserve,
      Reserve,
    ]
    const none = { scaledDebt: 0n, scaledSupply: 0n, collateral: false, stableDebt: 0n, discountPercent: 0n, previousIndex: 0n }
    const supplied = (10n * WAD * weth.liquidityIndex) / RAY
    const weighted = ((supplied * weth.price) / WAD) * weth.threshold
    // One debt in 20,000 is such that the half carries over all four digits: 9999 and a half or more.
    const carries = (scaled: bigint): boolean => {
      const debt = ceilDiv(ceilDiv(scaled * usdc.borrowIndex, RAY) * usdc.price, 10n ** 6n)
      return ((weighted * WAD) / debt) % 10_000n === 9_999n && 2n * ((weighted * WAD) % debt) >= debt
    }
    let scaledDebt = 10_000n * 10n ** 6n
    while (!carries(scaledDebt)) scaledDebt += 1n
    const account = {
      mode: 0,
      holdings: [
        { ...none, reserve: weth, scaledSupply: 10n * WAD, collateral: true },
        { ...none, reserve: usdc, scaledDebt },
      ],
    }
    const [market, wallet] = [book.stage.marketOf(revision), walletOf(revision, 1000)]
    await book.stage.node.miner.send([placing(book.stage, market, wallet, account)])
    const position = onlyPosition(await readRevision(book.stage, market, [wallet]))
    const [answer] = await ask(book.stage, [accountQuestion(book.stage, market.pool, wallet)])
    const { totalDebt, healthFactor } = toldIn(book.stage, answer as Answer)
    expect(accountOf(position).healthFactor).toBe(healthFactor)
    expect(healthFactor).toBe((weighted * WAD) / totalDebt / 10_000n + 1n)
  },
)

test('GHO of before v3.4: health counts the debt without the discount up to v3.2, with it in v3.3', async () => {
  const seen = new Set<string>()
  for (const revision of REVISIONS.filter((each) => each < 8)) {
    const { pool } = book.stage.marketOf(revision)
    for (const position of book.positionsOf(revision)) {
      const gho = position.reserves.find(({ asset, debt }) => asset.symbol === 'GHO' && debt > 0n)
      const account = book.accountsOf(revision)[book.walletsOf(revision).indexOf(position.wallet as Address)]
      const holding = account?.holdings.find(({ reserve, discountPercent }) => reserve.symbol === 'GHO' && discountPercent > 0n)
      if (gho === undefined || holding === undefined || (revision < 5 && holding.stableDebt !== 0n)) continue
      const [words] = await ask(book.stage, [reserveQuestion(pool, holding.reserve)])
      const token = `0x${(words as Answer).bytes.slice(2 + 10 * 64 + 24, 2 + 11 * 64)}` as const
      const data = encodeFunctionData({ abi: erc20Abi, functionName: 'balanceOf', args: [position.wallet as Address] })
      const [balance] = await ask(book.stage, [{ to: token, data }])
      const told = BigInt((balance as Answer).bytes)
      expect(gho.debt > told, `revision ${revision}`).toBe(revision < 7)
      if (revision === 7) expect(gho.debt).toBe(told)
      seen.add(`${revision}`)
    }
  }
  expect([...seen].sort()).toEqual(['1', '2', '3', '4', '5', '6', '7'])
})

function reserveQuestion(to: Address, { token }: Reserve): Question {
  return { to, data: encodeFunctionData({ abi: book.stage.poolAbi, functionName: 'getReserveData', args: [token] }) }
}
