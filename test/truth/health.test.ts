import { type Address, decodeFunctionResult, encodeFunctionData, getAddress, type Hex, maxUint256 } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readChain } from '../../src/lending/chainReader.ts'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { checkLoan } from '../../src/risk/reconcile.ts'
import { accountOf } from '../../src/risk/rules/aaveV3.ts'
import { POOL_ABI } from '../sandbox/aaveAbi.ts'
import type { MainSymbol } from '../sandbox/aaveReserves.ts'
import { type Chain, openChain } from '../sandbox/chain.ts'
import { asAaveV3, readTools, sandboxQuery } from '../support/chainRead.ts'
import { openRpcProxy, type RpcProxy } from '../support/rpcProxy.ts'
import { type LoanBook, openingCalls } from './loanStage.ts'
import { randomLoan, randomPrices } from './randomLoan.ts'
import { randomness } from './randomness.ts'

const DAY = 86_400n
const COUNT = 200
/** The loans are opened in so many rounds, days apart, so that each bears interest of its own age. */
const ROUNDS = 4

const WALLETS = Array.from(
  { length: COUNT },
  (_, i): Address => getAddress(`0x${(0xb0_00_00 + i).toString(16).padStart(40, '0')}`),
)

let chain: Chain
let proxy: RpcProxy
const books: LoanBook[] = []
beforeAll(async () => {
  chain = await openChain({ at: BigInt(Math.floor(Date.now() / 1000)) - 400n * DAY })
  proxy = await openRpcProxy(chain.url)
  const random = randomness(3)
  for (let round = 0; round < ROUNDS; round += 1) {
    const wallets = WALLETS.slice((round * COUNT) / ROUNDS, ((round + 1) * COUNT) / ROUNDS)
    const opened = wallets.map((wallet) => {
      const book = randomLoan(random)
      books.push(book)
      return openingCalls(chain, wallet, book)
    })
    await chain.send(opened.flat().map((call) => ({ ...call, gas: 2_000_000n })))
    const { timestamp } = await chain.block()
    await chain.mine(timestamp + random.between(DAY, 120n * DAY))
  }
  for (const [symbol, price] of randomPrices(random, 300n)) await chain.setPrice(symbol, price)
  // The prices show from a new block on, which is the head that is read.
  await chain.mine((await chain.block()).timestamp + 7n)
}, 120_000)
afterAll(() => Promise.all([chain.stop(), proxy.close()]))

type Told = {
  readonly totalCollateral: bigint
  readonly totalDebt: bigint
  readonly liquidationThreshold: bigint
  readonly healthFactor: bigint
}

/** `getUserAccountData` of each wallet at a block, asked of the pool itself. */
async function toldByPool(block: bigint): Promise<ReadonlyMap<string, Told>> {
  const batch = WALLETS.map((wallet, id) => {
    const data = encodeFunctionData({ abi: POOL_ABI, functionName: 'getUserAccountData', args: [wallet] })
    return { jsonrpc: '2.0', id, method: 'eth_call', params: [{ to: chain.pool, data }, `0x${block.toString(16)}`] }
  })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(chain.url, { method: 'POST', headers, body: JSON.stringify(batch) })
  const answers = (await response.json()) as { readonly id: number; readonly result: Hex }[]
  return new Map(
    answers.map(({ id, result }) => {
      const [totalCollateral, totalDebt, , liquidationThreshold, , healthFactor] = decodeFunctionResult({
        abi: POOL_ABI,
        functionName: 'getUserAccountData',
        data: result,
      })
      return [(WALLETS[id] as Address).toLowerCase(), { totalCollateral, totalDebt, liquidationThreshold, healthFactor }]
    }),
  )
}

describe('200 random loans on the real contracts, read in one request', () => {
  let positions: readonly AaveV3Position[]
  beforeAll(async () => {
    const reading = await readChain(sandboxQuery(chain, proxy.url, WALLETS), readTools())
    expect(reading.gaps).toEqual([])
    positions = reading.positions.map(asAaveV3)
  })

  test('one HTTP request, one call of the lens', () => {
    expect(proxy.requests.map(({ calls }) => calls.map(({ method }) => method))).toEqual([['eth_call', 'eth_getBlockByNumber']])
    expect(positions.map(({ wallet }) => wallet)).toEqual(WALLETS)
    const [head] = positions
    expect(new Set(positions.map(({ source }) => source.block?.hash))).toEqual(new Set([head?.source.block?.hash]))
  })

  test('health, collateral, debt and threshold equal those of the contract to the last digit', async () => {
    const block = positions[0]?.source.block
    if (block === undefined || block === null) throw new RangeError('no block')
    expect(block.number).toBe((await chain.block()).number)
    const told = await toldByPool(block.number)
    const digits = new Set<bigint>()
    for (const [i, position] of positions.entries()) {
      const { totalCollateral, totalDebt, liquidationThreshold, healthFactor } = accountOf(position)
      const ours = { totalCollateral, totalDebt, liquidationThreshold, healthFactor: healthFactor ?? maxUint256 }
      expect(ours, `loan ${i}: ${position.wallet}`).toEqual(told.get(position.wallet.toLowerCase()))
      const said = { totalCollateral, totalDebt, healthFactor }
      expect(position.reported, `loan ${i} as the lens read it`).toEqual(said)
      expect(checkLoan(position).map(({ agreement }) => agreement)).toEqual(['agree', 'agree', 'agree'])
      if (healthFactor !== null) digits.add(healthFactor)
    }
    // Two hundred different figures, so that nothing passes because it is always the same.
    expect(digits.size).toBe(COUNT)
  })

  test('among them is what makes it hard', () => {
    const at = (matches: (position: AaveV3Position, book: LoanBook) => boolean): number =>
      positions.filter((position, i) => matches(position, books[i] as LoanBook)).length
    const counts = {
      eMode: at(({ eModeCategory }) => eModeCategory !== 0),
      switchedOff: at(({ reserves }) => reserves.some(({ supplied, collateral }) => supplied > 0n && !collateral)),
      severalCollaterals: at(
        ({ reserves }) => reserves.filter(({ supplied, collateral }) => supplied > 0n && collateral).length > 1,
      ),
      severalDebts: at(({ reserves }) => reserves.filter(({ debt }) => debt > 0n).length > 1),
      stableDebt: at((_, { stable = {} }) => Object.keys(stable).length > 0),
      bothSides: at(({ reserves }) => reserves.some(({ supplied, debt }) => supplied > 0n && debt > 0n)),
      liquidatable: at((position) => (accountOf(position).healthFactor ?? maxUint256) < 10n ** 18n),
      bothRates: at((_, { owed, stable = {} }) => Object.keys(stable).some((symbol) => symbol in owed)),
      accrued: at(({ reserves }, { owed, stable = {} }) =>
        reserves.some(({ asset: { symbol }, debt }) => {
          const borrowed = (owed[symbol as MainSymbol] ?? 0n) + (stable[symbol as MainSymbol] ?? 0n)
          return borrowed > 0n && debt > borrowed
        }),
      ),
    }
    for (const [kind, count] of Object.entries(counts)) expect(count, kind).toBeGreaterThan(9)
    expect(counts.accrued).toBe(COUNT)
  })
})

test('each price comes from the contract that the oracle itself names', async () => {
  const { positions } = await readChain(sandboxQuery(chain, proxy.url, WALLETS.slice(0, 3)), readTools())
  const told = Object.values(chain.tokens).map(({ address, aggregator }) => [address.toLowerCase(), aggregator.toLowerCase()])
  const read = positions
    .map(asAaveV3)
    .flatMap(({ reserves }) => reserves.map(({ asset, priceSource }) => [asset.key.split('/')[1], priceSource]))
  expect(read.length).toBeGreaterThan(3)
  for (const row of read) expect(told).toContainEqual(row)
})
