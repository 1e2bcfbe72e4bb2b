import { parseAbiItem } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readChain } from '../../src/lending/chainReader.ts'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { accountOf } from '../../src/risk/rules/aaveV3.ts'
import { liquidate } from '../../src/risk/rules/aaveV3Liquidation.ts'
import { type AaveV3Call, liquidationCalls } from '../../src/risk/rules/aaveV3LiquidationCall.ts'
import { type MainSymbol, sandboxReserves } from '../sandbox/aaveReserves.ts'
import { type Chain, openChain } from '../sandbox/chain.ts'
import { onlyPosition, readTools, sandboxQuery } from '../support/chainRead.ts'
import { openRpcProxy, type RpcProxy } from '../support/rpcProxy.ts'
import { entriesOf, type LoanBook, openingCalls, usd } from './loanStage.ts'
import { randomLoan } from './randomLoan.ts'
import { randomness } from './randomness.ts'

/** What `liquidationCalls` says is what a real liquidationCall of the v3.0 contracts takes, to the last base unit. */

const WAD = 10n ** 18n
const DAY = 86_400n
const SYMBOLS = sandboxReserves(0).map(({ symbol }) => symbol as MainSymbol)
const weth = (amount: string): bigint => (usd(amount) * WAD) / 10n ** 8n
const wbtc = usd
const usdc = (amount: string): bigint => usd(amount) / 100n

let chain: Chain
let proxy: RpcProxy
beforeAll(async () => {
  chain = await openChain()
  proxy = await openRpcProxy(chain.url)
})
afterAll(() => Promise.all([chain.stop(), proxy.close()]))

const user = () => chain.accounts.users[0]

async function position(): Promise<AaveV3Position> {
  return onlyPosition(await readChain(sandboxQuery(chain, proxy.url, [user()]), readTools()))
}

const symbolOf = (id: number): MainSymbol => SYMBOLS[id] as MainSymbol
const CALL = parseAbiItem(
  'event LiquidationCall(address indexed collateralAsset, address indexed debtAsset, address indexed user, uint256 debtToCover, uint256 liquidatedCollateralAmount, address liquidator, bool receiveAToken)',
)
const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)')

type Taken = { readonly repaid: bigint; readonly seized: bigint; readonly fee: bigint }

/** Sends the call in a block of the head's own time, and tells what its events say; null: the pool refused. */
async function takenByPool({ collateral, debt }: Pick<AaveV3Call, 'collateral' | 'debt'>): Promise<Taken | null> {
  const { timestamp } = await chain.block()
  const pair = { collateral: symbolOf(collateral), debt: symbolOf(debt) }
  const wanted = { liquidator: chain.accounts.liquidator, user: user(), ...pair, amount: 'max', timestamp } as const
  if (!(await chain.liquidate(wanted)).ok) return null
  const { number } = await chain.block()
  const at = { fromBlock: number, toBlock: number, strict: true } as const
  const [call] = await chain.public.getLogs({ ...at, address: chain.pool, event: CALL })
  if (call === undefined) throw new RangeError('no LiquidationCall')
  // The treasury of the sandbox is the deployer.
  const args = { from: user(), to: chain.accounts.deployer }
  const fees = await chain.public.getLogs({ ...at, address: chain.tokens[pair.collateral].aToken, event: TRANSFER, args })
  const fee = fees.reduce((total, { args: { value } }) => total + value, 0n)
  return { repaid: call.args.debtToCover, seized: call.args.liquidatedCollateralAmount + fee, fee }
}

/** Balances by reserve id, without what is empty. */
const balances = ({ reserves }: AaveV3Position) =>
  reserves
    .filter(({ supplied, debt }) => supplied > 0n || debt > 0n)
    .map(({ id, supplied, debt, collateral }) => ({ id, supplied, debt, collateral }))

/** Opens the loan without a second of interest and lets prices fall. */
async function stage(book: LoanBook, prices: Partial<Record<MainSymbol, string>>): Promise<AaveV3Position> {
  await chain.mine()
  await chain.send(openingCalls(chain, user(), book))
  for (const [symbol, price] of Object.entries(prices)) await chain.setPrice(symbol as MainSymbol, usd(price))
  await chain.mine((await chain.block()).timestamp)
  return position()
}

type Case = {
  readonly book: LoanBook
  readonly prices: Partial<Record<MainSymbol, string>>
  /** Health to four digits. */
  readonly health: string
  /** The worst course as the pool must play it: collateral, debt, repaid, seized in base units. */
  readonly steps: readonly (readonly [MainSymbol, MainSymbol, bigint, bigint])[]
}

const CASES: readonly (readonly [string, Case])[] = [
  [
    'health above 0.95: half of the debt',
    {
      // 10 x 2,050 x 0.83 = 17,015 for 17,500; 8,750 x 1.05 / 2,050 = 4.481707317073170731..
      book: { supplied: { WETH: weth('10') }, owed: { USDC: usdc('17500') } },
      prices: { WETH: '2050' },
      health: '0.9723',
      // floor(8,750 / 2,050) to a wei is 4.268292682926829268, x 1.05 = 4.4817073170731707314
      steps: [['WETH', 'USDC', usdc('8750'), 4_481_707_317_073_170_731n]],
    },
  ],
  [
    'health of exactly 0.95: all of it',
    {
      // 1 x 950 x 0.83 = 788.5 of 830; 830 / 950 = 0.873684210526315789, x 1.05 = 0.91736842105263157845
      book: { supplied: { WETH: weth('1') }, owed: { USDC: usdc('830') } },
      prices: { WETH: '950' },
      health: '0.9500',
      steps: [['WETH', 'USDC', usdc('830'), 917_368_421_052_631_578n]],
    },
  ],
  [
    'a tick above 0.95: half of it, though it is a small loan',
    {
      // 415 / 950.00000001 = 0.436842105258559556.., x 1.05 = 0.4586842105214875338; then health is 0.8300 x 514.25 / 415 = 1.0285
      book: { supplied: { WETH: weth('1') }, owed: { USDC: usdc('830') } },
      prices: { WETH: '950.00000001' },
      health: '0.9500',
      steps: [['WETH', 'USDC', usdc('415'), 458_684_210_521_487_534n]],
    },
  ],
  [
    'capped by the collateral: bad debt stays, as v3.0 has it',
    {
      // 1 x 500 x 0.83 of 800: all 800 would take 1.68 WETH. 500 / 1.05 = 476.190476 is repaid, 323.809524 stay with nothing behind.
      book: { supplied: { WETH: weth('1') }, owed: { USDC: usdc('800') } },
      prices: { WETH: '500' },
      health: '0.5188',
      steps: [['WETH', 'USDC', 476_190_476n, weth('1')]],
    },
  ],
  [
    'two collaterals: the larger bonus first, the other one when that was not enough',
    {
      // 5 WETH x 1,000 x 0.83 + 0.1 WBTC x 30,000 x 0.78 = 6,490 of 9,000. WETH: capped at 5,000, 4,761.904762 repaid, 238.10
      // lost. WBTC: 3,000, 2,857.142857 repaid, 142.86 lost. Both together repay 7,619.047619; the rest stays.
      book: { supplied: { WETH: weth('5'), WBTC: wbtc('0.1') }, owed: { USDC: usdc('9000') } },
      prices: { WETH: '1000', WBTC: '30000' },
      health: '0.7211',
      steps: [
        ['WETH', 'USDC', 4_761_904_762n, weth('5')],
        ['WBTC', 'USDC', 2_857_142_857n, wbtc('0.1')],
      ],
    },
  ],
  [
    'in e-mode: the bonus of the category',
    {
      // 10 x 3,300 x 0.95 = 31,350 of 10.8 x 3,000 = 32,400; half is 5.4 WETH: x 3,000 / 3,300 = 4.909090909090909090, x 1.01.
      // Threshold x bonus is 0.9595, so each half raises health by little: 15,806.1 of 16,200, then 8,034.15 of 8,100, then alive.
      book: { eMode: 1, supplied: { wstETH: weth('10') }, owed: { WETH: weth('10.8') } },
      prices: { wstETH: '3300' },
      health: '0.9676',
      steps: [
        ['wstETH', 'WETH', weth('5.4'), 4_958_181_818_181_818_181n],
        ['wstETH', 'WETH', weth('2.7'), 2_479_090_909_090_909_090n],
        ['wstETH', 'WETH', weth('1.35'), 1_239_545_454_545_454_545n],
      ],
    },
  ],
  [
    'dust: the last units are repaid too',
    {
      // 3 units of USDC against 3,600,000,000 wei worth 3.6e-6 USD at 1,000: in whole oracle units 360 x 0.83 = 298.8, half up 299 of 300. Half of 3 is 1.5, half up 2: they buy
      // 2,000,000,000 wei, x 1.05. What is left: 1 unit against 1.5e-6 USD.
      book: { supplied: { WETH: 3_600_000_000n }, owed: { USDC: 3n } },
      prices: { WETH: '1000' },
      health: '0.9967',
      steps: [['WETH', 'USDC', 2n, 2_100_000_000n]],
    },
  ],
]

describe('the worst course is what the contracts do', () => {
  test.each(CASES)('%s', (_, { book, prices, health, steps }) =>
    chain.rehearse(async () => {
      const loan = await stage(book, prices)
      expect((Number(accountOf(loan).healthFactor) / 1e18).toFixed(4)).toBe(health)
      const { worst } = liquidate(loan)
      const named = worst.steps.map((s) => [symbolOf(s.collateral), symbolOf(s.debt), s.repaid, s.seized])
      expect(named).toEqual(steps)
      for (const step of worst.steps) {
        const real = await takenByPool(step)
        expect(real).toMatchObject({ repaid: step.repaid, seized: step.seized })
        // A tenth of the bonus goes to the treasury, a part of what is seized and nothing on top.
        if (step.seized > 10n ** 6n) expect(real?.fee).toBeGreaterThan(0n)
        const now = await position()
        expect(balances(now)).toEqual(balances(step.after))
        expect(accountOf(now)).toEqual(accountOf(step.after))
        expect(now.reported).toEqual(step.after.reported)
      }
      // Where the course ends, the pool refuses every pair.
      for (const collateral of [0, 1, 2, 3]) {
        for (const debt of [0, 1, 2, 3]) expect(await takenByPool({ collateral, debt })).toBeNull()
      }
    }),
  )
})

describe('eighty random loans with interest', () => {
  const seen = { calls: 0, halves: 0, wholes: 0, capped: 0, several: 0, eMode: 0, stable: 0, refused: 0 }

  const near = (a: bigint, b: bigint): boolean => a - b <= 2n && b - a <= 2n

  /** Moves the prices of what is collateral alone until health is near the wanted one; false: there is no such price. */
  async function fall(book: LoanBook, wanted: bigint): Promise<boolean> {
    const { healthFactor } = accountOf(await position())
    const alone = entriesOf(book.supplied).filter(([symbol]) => !(symbol in book.owed) && !(symbol in (book.stable ?? {})))
    if (healthFactor === null || alone.length === 0) return false
    for (const [symbol] of alone) await chain.setPrice(symbol, ((await chain.price(symbol)) * wanted) / healthFactor)
    await chain.mine((await chain.block()).timestamp)
    return true
  }

  async function check(book: LoanBook, wanted: bigint, what: string): Promise<void> {
    if (!(await fall(book, wanted))) return
    const loan = await position()
    const calls = liquidationCalls(loan)
    const { healthFactor } = accountOf(loan)
    if (healthFactor === null || healthFactor >= WAD) return
    for (const collateral of loan.reserves.filter(({ supplied }) => supplied > 0n)) {
      for (const debt of loan.reserves.filter((reserve) => reserve.debt > 0n)) {
        const call = calls.find((one) => one.collateral === collateral.id && one.debt === debt.id)
        const label = `${what}: ${collateral.asset.symbol} for ${debt.asset.symbol}`
        await chain.rehearse(async () => {
          const real = await takenByPool({ collateral: collateral.id, debt: debt.id })
          if (call === undefined) {
            expect(real, label).toBeNull()
            seen.refused += 1
            return
          }
          expect(real?.repaid, label).toBe(call.repaid)
          expect(real?.seized, label).toBe(call.seized)
          const now = balances(await position())
          for (const { id, supplied, debt: owed } of call.after.reserves) {
            const real = now.find((one) => one.id === id)
            // Balances are shares of an index: cut to whole shares, they may differ by a few units from what was moved.
            expect(near(real?.supplied ?? 0n, supplied) && near(real?.debt ?? 0n, owed), `${label}: ${id} afterwards`).toBe(true)
          }
          seen.calls += 1
          seen[call.repaid === debt.debt ? 'wholes' : call.seized === collateral.supplied ? 'capped' : 'halves'] += 1
        })
      }
    }
    seen.several += calls.length > 1 ? 1 : 0
    seen.eMode += book.eMode === 0 ? 0 : 1
    seen.stable += Object.keys(book.stable ?? {}).length
  }

  test('every pair takes what is said, and the others are refused', async () => {
    const random = randomness(5)
    for (let i = 0; i < 80; i += 1) {
      const book = randomLoan(random)
      const wanted = (random.chance(0.5) ? random.between(955n, 995n) : random.between(700n, 949n)) * 10n ** 15n
      await chain.rehearse(async () => {
        await chain.mine()
        await chain.send(openingCalls(chain, user(), book))
        await chain.mine((await chain.block()).timestamp + random.between(DAY, 90n * DAY))
        await check(book, wanted, `loan ${i}`)
      })
    }
    for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(2)
  }, 120_000)
})
