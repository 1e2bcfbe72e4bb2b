import { type Address, decodeFunctionResult, encodeFunctionData, maxUint256 } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { accountOf, trigger } from '../../src/risk/rules/aaveV3.ts'
import { type AaveV3Call, liquidationCalls } from '../../src/risk/rules/aaveV3LiquidationCall.ts'
import type { Reserve } from '../contracts/aave/planMarkets.ts'
import { type Randomness, randomness } from './randomness.ts'
import type { RevisionAccount } from './revisionAccount.ts'
import { openRevisionBook, type RevisionBook } from './revisionBook.ts'
import { type Answer, accountQuestion, ask, type Question, REVISIONS, refusalOf, toldIn } from './revisionStage.ts'

const WAD = 10n ** 18n

let book: RevisionBook
beforeAll(async () => {
  book = await openRevisionBook(12)
}, 120_000)
afterAll(() => book.stage.stop())

test.each(REVISIONS)(
  'pool revision %d refuses at each liquidation price, and takes 1e-8 beyond what we say it takes',
  async (revision) => {
    const seen = { down: 0, up: 0, none: 0, taken: 0, dusty: 0 }
    const random = randomness(revision)
    for (const [i, position] of book.positionsOf(revision).entries()) {
      const { healthFactor } = accountOf(position)
      if (healthFactor === null || healthFactor < WAD) continue
      const account = book.accountsOf(revision)[i] as RevisionAccount
      for (const { id } of position.reserves) {
        const reserve = book.stage.reserves.find((other) => other.id === id) as Reserve
        for (const side of ['down', 'up'] as const) {
          const found = trigger(position, id, side)
          const what = `revision ${revision}, account ${i}, ${reserve.symbol} ${side}`
          if (found.kind === 'liquidatable') throw new RangeError(`${what}: alive and dead`)
          if (found.kind === 'price') expect(found.exact, what).toBe(true)
          const walk = { position, reserve, side, account, what }
          await expectAlive(walk, random, found.kind === 'price' ? found.price : null)
          if (found.kind === 'none') seen.none += 1
          else {
            const { taken, dusty } = await expectLastSafe(walk, found.price)
            seen[side] += 1
            seen.taken += taken
            seen.dusty += dusty
          }
        }
      }
    }
    expect(seen.dusty > 3, 'refused for dust').toBe(revision >= 7)
    for (const kind of ['down', 'up', 'none', 'taken'] as const) expect(seen[kind], kind).toBeGreaterThan(20)
  },
  120_000,
)

type Walk = {
  readonly position: AaveV3Position
  readonly reserve: Reserve
  readonly side: 'down' | 'up'
  readonly account: RevisionAccount
  readonly what: string
}

/** Today's answer of the feed that the account's pool asks for the reserve, and that feed. */
function feedOf({ position, reserve }: Walk): Address {
  const read = position.reserves.find(({ id }) => id === reserve.id)
  const own = position.revision < 5 && read?.inEMode ? book.stage.categoryFeeds.get(position.eModeCategory) : undefined
  return own ?? reserve.feed
}

function questionAt(walk: Walk, price: bigint): Question {
  const { position } = walk
  const question = accountQuestion(book.stage, book.stage.marketOf(position.revision).pool, position.wallet as Address)
  return { ...question, prices: new Map([[feedOf(walk), price]]) }
}

/** No tick of the walk up to its end is dead: some anywhere on it, some close to its end. */
async function expectAlive(walk: Walk, random: Randomness, price: bigint | null): Promise<void> {
  const today = walk.position.reserves.find(({ id }) => id === walk.reserve.id)?.price as bigint
  const end = price ?? (walk.side === 'down' ? 1n : today * 1_000_000n)
  const [low, high] = end < today ? [end, today] : [today, end]
  const near = [1n, 2n, 7n, 100n, 10n ** 6n].map((far) => (walk.side === 'down' ? end + far : end - far))
  const ticks = [end, ...near, random.between(low, high), random.between(low, high)].filter((tick) => tick >= low && tick <= high)
  const answers = await ask(
    book.stage,
    ticks.map((tick) => questionAt(walk, tick)),
  )
  const dead = ticks.filter((_, i) => toldIn(book.stage, answers[i] as Answer).healthFactor < WAD)
  expect(dead, `${walk.what}: dead before ${end}`).toEqual([])
}

async function expectLastSafe(walk: Walk, price: bigint): Promise<{ readonly taken: number; readonly dusty: number }> {
  const { position, reserve, what } = walk
  const beyond = walk.side === 'down' ? price - 1n : price + 1n
  const reserves = position.reserves.map((r) => (r.id === reserve.id ? { ...r, price: beyond } : r))
  const calls = beyond === 0n ? [] : liquidationCalls({ ...position, reserves })
  const asked = (call: AaveV3Call, cover: bigint, at: bigint): Question => liquidation(walk, call, cover, at)
  const answers = await ask(book.stage, [
    ...(beyond === 0n ? [] : [questionAt(walk, beyond)]),
    ...calls.flatMap((call) => [
      asked(call, maxUint256, price),
      asked(call, call.repaid, beyond),
      asked(call, maxUint256, beyond),
      asked(call, call.repaid + 1n, beyond),
    ]),
  ])
  const [account, ...outcomes] = answers
  // One tick below 1 there is no price: the feed is dead.
  if (account === undefined) return { taken: 0, dusty: 0 }
  expect(toldIn(book.stage, account).healthFactor < WAD, `${what}: dead at ${beyond}`).toBe(true)
  // The token takes a discount off what it lets a liquidator repay; our debt is the one that health counts.
  const discounted = position.revision < 8 && walk.account.holdings.some(({ discountPercent }) => discountPercent > 0n)
  let dusty = 0
  for (const [i, call] of calls.entries()) {
    const [before, chosen, most, more] = outcomes.slice(i * 4, i * 4 + 4) as [Answer, Answer, Answer, Answer]
    const label = `${what}, debt ${call.debt} for ${call.collateral}`
    expect(refusalOf(before, book.stage.poolAbi), `${label} at ${price}`).toBe('HealthFactorNotBelowThreshold')
    if (discounted) continue
    const ours = [call.repaid, call.seized]
    const refusal = refusalOf(most, book.stage.poolAbi)
    if (refusal === null) {
      expect(takenIn(most), label).toEqual(ours)
      continue
    }
    // A base unit or two may be less than one scaled unit, or all of it the protocol's share: a token refuses to burn nothing.
    if (refusal === 'InvalidBurnAmount' && (call.seized < 3n || call.repaid < 3n)) continue
    // Whoever offers all would leave dust: what we say is the largest that leaves none.
    expect([position.revision >= 7, refusal], label).toEqual([true, 'MustNotLeaveDust'])
    expect([refusalOf(chosen, book.stage.poolAbi), refusalOf(more, book.stage.poolAbi)], label).toEqual([
      null,
      'MustNotLeaveDust',
    ])
    expect(takenIn(chosen), label).toEqual(ours)
    dusty += 1
  }
  return { taken: calls.length, dusty }
}

function liquidation(walk: Walk, { collateral, debt }: AaveV3Call, cover: bigint, price: bigint): Question {
  const token = (id: number): Address => (book.stage.reserves.find((reserve) => reserve.id === id) as Reserve).token
  const args = [token(collateral), token(debt), walk.position.wallet, cover, false]
  const data = encodeFunctionData({ abi: book.stage.poolAbi, functionName: 'liquidationCall', args })
  return { to: book.stage.marketOf(walk.position.revision).pool, data, prices: new Map([[feedOf(walk), price]]) }
}

function takenIn({ bytes }: Answer): readonly bigint[] {
  return decodeFunctionResult({ abi: book.stage.poolAbi, functionName: 'liquidationCall', data: bytes }) as readonly bigint[]
}
