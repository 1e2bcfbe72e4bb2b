import { describe, expect, test } from 'vitest'
import { prepareStep } from '../../src/lending/prepareStep.ts'
import { transactionJson } from '../../src/report/transactionJson.ts'
import { transactionLines } from '../../src/report/transactionLines.ts'
import { transactionsSchema } from '../../src/report/transactionSchema.ts'
import { assess } from '../../src/risk/assess.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { idleSupplies } from '../../src/risk/idleSupplies.ts'
import type { Cash, Leg } from '../../src/risk/leg.ts'
import type { ByHand } from '../../src/risk/payment.ts'
import type { Move } from '../../src/risk/rescueMove.ts'
import { rescueSteps } from '../../src/risk/rescueSteps.ts'
import { aPool, aSnapshot, USDT } from '../support/books.ts'
import { ALICE, aaveLoan, BOB, coins, cometLoan, moved, onChain } from '../support/payBook.ts'

type Book = { readonly legs: readonly Leg[]; readonly cash: readonly Cash[] }
const viewOf = ({ legs, cash }: Book) => assess(aSnapshot({ legs: [...legs], cash: [...cash] }), DEFAULT_POLICY)

/** The whole page of some moves, lines that went on below each other as one. */
async function page(moves: readonly Move[], book: Book, side: 'up' | 'down' = 'up'): Promise<string> {
  const steps = await Promise.all(rescueSteps(moves, book).map(prepareStep))
  const found = { steps, withheld: [] }
  transactionsSchema.parse(transactionJson(found, viewOf(book), side))
  return transactionLines(found, viewOf(book), side).join('\n').replace(/\s+/g, ' ')
}

const loan = aaveLoan()
const purse = coins('30000')

describe('what a transaction does, in words', () => {
  test('a supply that lies idle: withdrawn first, then repaid; or brought to the exchange by hand', async () => {
    const idle = cometLoan({ baseBalance: 5_000n * 10n ** 6n, collateral: [], reported: { liquidatable: false } })
    const book = { legs: [loan, idle, aPool()], cash: idleSupplies([idle]).supplies }
    const supply = book.cash[0] as Cash
    const text = await page([moved(supply, loan, '1000'), moved(supply, aPool(), '250.5')], book)
    expect(text).toContain('1 Withdraw 1,000.000003 USDC from Compound III Ethereum USDC to 0x90f7..b906, whose it is.')
    expect(text).toContain('2 Allow the Pool of Aave v3 Ethereum to take exactly 1,000.000003 USDC')
    expect(text).toContain('3 Repay 1,000.000003 USDC to Aave v3 Ethereum.')
    expect(text).toContain('4 Withdraw 250.5 USDC from Compound III Ethereum USDC to 0x90f7..b906, whose it is.')
    expect(text).toContain(
      'BY HAND Bring 250.5 USDC from your wallet (withdrawn from Compound III Ethereum USDC) to Binance USDT cross',
    )
  })

  test('for somebody else', async () => {
    const other = coins('500', BOB)
    const text = await page([moved(other, loan, '500')], { legs: [loan], cash: [other] })
    expect(text).toContain('Allow the Pool of Aave v3 Ethereum to take exactly 500 USDC from 0x15d3..6a65.')
    expect(text).toContain('Repay 500 USDC to Aave v3 Ethereum, for 0x90f7..b906.')
  })

  test('every digit of the amount', async () => {
    const text = await page([moved(purse, loan, '1234.567891')], { legs: [loan], cash: [purse] })
    // And three base units for the pool's own rounding.
    expect(text).toContain('to take exactly 1,234.567894 USDC')
    expect(text).toContain('Repay 1,234.567894 USDC to Aave v3 Ethereum.')
  })

  test('debt at a stable rate', async () => {
    const reserves = aaveLoan().reserves.map((one) => (one.debt > 0n ? { ...one, stableDebt: one.debt } : one))
    const old = aaveLoan({ revision: 1, reserves })
    expect(await page([moved(purse, old, '22000')], { legs: [old], cash: [purse] })).toContain(
      'Repay all USDC that Aave v3 Ethereum is owed when it is mined, at most 22,022.000001, of the debt at a stable rate.',
    )
  })

  test('all but the interest', async () => {
    const little = coins('22000')
    expect(await page([moved(little, loan, '22000')], { legs: [loan], cash: [little] })).toContain(
      'Repay 22,000 USDC to Aave v3 Ethereum: all that was owed when it was read, the interest from then on stays owed.',
    )
  })

  test('an allowance that must be 0 first; then nothing is said of approvals that fail', async () => {
    const [usdt, held] = [aaveLoan({}, 'USDT'), coins('500', ALICE, onChain('USDT'))]
    const text = await page([moved(held, usdt, '500')], { legs: [usdt], cash: [held] })
    expect(text).toContain('1 Set what the Pool of Aave v3 Ethereum may take of USDT to 0, for USDT refuses to change')
    expect(text).toContain('2 Allow the Pool')
    expect(text).not.toContain('Should an approval fail')
    expect(await page([moved(purse, loan, '1')], { legs: [loan], cash: [purse] })).toContain('Should an approval fail')
  })

  test('a Comet; the transactions of several moves are counted through', async () => {
    const comet = cometLoan()
    const moves = [moved(purse, comet, '100'), moved(purse, loan, '100')]
    const text = await page(moves, { legs: [comet, loan], cash: [purse] })
    expect(text).toContain('1 Allow the Comet of Compound III Ethereum USDC to take exactly 100.000003 USDC')
    expect(text).toContain('4 Repay 100.000003 USDC to Aave v3 Ethereum.')
  })
})

describe('what has to be known before', () => {
  test('that nobody but the node named the contract', async () => {
    const own = aaveLoan({ id: `aave-v3/mine/${ALICE}` })
    const said = 'The contract of Aave v3 Ethereum was named by the node alone'
    expect(await page([moved(purse, own, '1')], { legs: [own], cash: [purse] })).toContain(said)
    expect(await page([moved(purse, loan, '1')], { legs: [loan], cash: [purse] })).not.toContain(said)
  })

  test('that figures are disputed', async () => {
    const disputed = aaveLoan({ reported: { ...loan.reported, healthFactor: 15n * 10n ** 17n } })
    const said = 'The figures of Aave v3 Ethereum are disputed: these are the moves by our own.'
    expect(await page([moved(purse, disputed, '1')], { legs: [disputed], cash: [purse] })).toContain(said)
    expect(await page([moved(purse, loan, '1')], { legs: [loan], cash: [purse] })).not.toContain(said)
  })
})

describe('by hand', () => {
  const pool = aPool()
  const swap = { accepts: onChain('USDT'), conversion: { from: onChain('USDC'), to: onChain('USDT'), costUsd: dec(1) } }
  const idle: Cash = {
    ...purse,
    id: 'binance/main futures USDC',
    place: 'binance/main futures',
    asset: { ...USDT, symbol: 'USDC' },
  }
  const cases: readonly (readonly [string, readonly [Move], Book, string])[] = [
    [
      'a deposit at an exchange',
      [moved(purse, pool, '999.5', { accepts: USDT, conversion: { ...swap.conversion, to: USDT } })],
      { legs: [pool], cash: [purse] },
      "Bring 999.5 USDC, swapped to USDT, from wallet 0x90f7..b906 on Ethereum to Binance USDT cross by the exchange's own pages: no transaction is built for that, and hullmark never names an address to pay to.",
    ],
    [
      'money at an exchange',
      [moved(idle, loan, '10', { accepts: onChain('USDC') })],
      { legs: [loan], cash: [idle] },
      "Withdraw 10 USDC from binance/main futures to your wallet by the exchange's own pages, then run this again to repay Aave v3 Ethereum with it.",
    ],
    [
      'a swap',
      [moved(purse, loan, '10', swap)],
      { legs: [loan], cash: [purse] },
      'Swap 10 USDC from wallet 0x90f7..b906 on Ethereum to USDT, then run this again',
    ],
    [
      'the same dollar elsewhere',
      [moved(coins('9', ALICE, onChain('USDC', 10)), loan, '5', { accepts: onChain('USDC') })],
      { legs: [loan], cash: [coins('9', ALICE, onChain('USDC', 10))] },
      'Change 5 USDC from wallet 0x90f7..b906 on Ethereum into the USDC that Aave v3 Ethereum is owed, which is another contract or lies on another chain',
    ],
  ]
  test.each(cases)('%s', async (_, moves, book, sentence) => {
    const text = await page(moves, book)
    expect(text).toContain(`BY HAND ${sentence}`)
    // Nothing to be signed: nothing to be warned of.
    expect(text).not.toContain('Nothing is signed or sent')
  })

  test('every reason has a sentence of its own', () => {
    const reasons: readonly ByHand[] = ['protocol', 'contract-unknown', 'payer-unknown', 'other-contract', 'supply-contract']
    const view = viewOf({ legs: [loan], cash: [purse] })
    const said = reasons.map((byHand) =>
      transactionLines(
        { steps: [{ move: moved(purse, loan, '1'), withdrawal: null, payment: null, byHand }], withheld: [] },
        view,
        'up',
      ).join(' '),
    )
    expect(new Set(said).size).toBe(reasons.length)
    for (const sentence of said) expect(sentence.replace(/\s+/g, ' ')).toMatch(/no transaction is built|No transaction is built/)
  })
})

test('a hostile symbol, venue or place does no harm, and data stays one line', async () => {
  const evil = '\u001b[2J\u202e\nUSDC'
  const asset = { ...onChain('USDC'), symbol: evil }
  const cash = { ...coins('10', ALICE, asset), place: `wallet ${evil}` }
  const bad = aaveLoan({ venue: `Aave ${evil}` })
  const book = { legs: [bad], cash: [cash] }
  const view = viewOf(book)
  for (const over of [{}, { conversion: { from: asset, to: asset, costUsd: dec(0) } }]) {
    const [step] = rescueSteps([moved(cash, bad, '5', over)], book)
    if (step === undefined) throw new RangeError('no step')
    const done = await prepareStep(step)
    const lines = transactionLines({ steps: [done], withheld: [evil] }, view, 'up')
    const more = transactionLines({ steps: [done], withheld: [] }, view, 'up')
    for (const sign of ['\u001b', '\u202e', '\n']) expect([...lines, ...more].join('')).not.toContain(sign)
  }
})
