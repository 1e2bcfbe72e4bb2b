import { describe, expect, test } from 'vitest'
import { actions, moveLines } from '../../src/report/moveLines.ts'
import { dec } from '../../src/risk/decimal.ts'
import { supplyOf } from '../../src/risk/idleSupplies.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import { DEFAULT_MEANS } from '../../src/risk/means.ts'
import type { Move } from '../../src/risk/rescueMove.ts'
import { aLoan, aPool, aPosition, USDC, USDT, WETH } from '../support/books.ts'
import { CASH, FUNDED_POOL, RATED_LOAN, reportFindings, STATED } from '../support/reportBook.ts'

const GAP = { leg: 'bybit/main', code: 'unreachable', reason: 'Bybit is away.', hint: '', retryable: true }
const lines = (over: Partial<Snapshot> = {}, means = STATED) => moveLines(reportFindings(over, means))
const owing = (debt: bigint, healthFactor: bigint) =>
  aLoan({
    reserves: aLoan().reserves.map((r) => (r.asset === USDC ? { ...r, debt: debt * 10n ** 6n } : r)),
    reported: { ...aLoan().reported, totalDebt: debt * 10n ** 8n, healthFactor },
  })

describe('the recommended move', () => {
  test('names the coin, the place, the room it brings, and the usual guess beside it', () => {
    expect(lines()).toEqual([
      'Swap 10,000 USDC to USDT and add it to the margin: room grows to -36.4 %.',
      '(Repaying the loan with it instead would leave the room at -19.6 %.)',
    ])
  })

  test('what the swap costs: 10 of 10,000', () => {
    expect(lines({}, DEFAULT_MEANS)[0]).toBe(
      'Swap 10,000 USDC to USDT and add it to the margin (swap about 10 USD): room grows to -36.3 %.',
    )
  })

  test('no swap where the coin is the right one', () => {
    expect(lines({ cash: [{ ...CASH, id: 'binance/main futures USDT', asset: USDT }] })[0]).toBe(
      'Add 10,000 USDT to the margin: room grows to -36.4 %.',
    )
  })

  test('a loan alone is repaid: 36 % of its debt is left', () => {
    // 12,000 / (48,000 x 0.8112) = 0.308186: -69.1 %
    expect(lines({ legs: [aLoan()] })).toEqual(['Repay 10,000 USDC of the loan: room grows to -69.1 %.'])
  })

  test('a small amount of a dear coin is never 0', () => {
    const weth = { ...CASH, asset: WETH, amount: dec('0.8'), price: dec(3000) }
    expect(lines({ cash: [weth] })[0]).toMatch(/^Swap 0\.8 WETH to USDT/)
  })

  test('all the debt repaid leaves no trigger', () => {
    expect(lines({ legs: [aLoan()], cash: [{ ...CASH, amount: dec(22_000) }] })).toEqual([
      'Repay 22,000 USDC of the loan: then no move of the markets liquidates anything.',
    ])
  })

  test('several legs: each move, then the guesses by name', () => {
    const [move, guesses] = lines({ legs: [owing(30_000n, 1_297_920_000_000_000_000n), FUNDED_POOL] })
    expect(move).toMatch(/^(Repay|Swap) .+ and (repay|swap) .+: room grows to -\d\d\.\d %\.$/)
    // 30,000 / 38,937.6: -22.9 %; 5,000 more margin: 43,000 / 59,760: -28.0 %
    expect(guesses).toMatch(/^\(Instead, all to the loan -19\.6 %; all to the margin -22\.9 %; half and half -28\.0 %\.\)$/)
  })

  test('what was not read is not in it', () => {
    expect(lines({ gaps: [GAP] })[0]).toBe(
      'Swap 10,000 USDC to USDT and add it to the margin (of what was read): room grows to -36.4 %.',
    )
  })

  test('whose figures it goes by, where they differ', () => {
    const disputed = { ...RATED_LOAN, reported: { ...RATED_LOAN.reported, healthFactor: 15n * 10n ** 17n } }
    expect(lines({ legs: [disputed, FUNDED_POOL] })[0]).toContain('room grows to -36.4 %, by our own figures.')
    const apart = aPool({ positions: [aPosition({ mark: dec(2990) })] })
    expect(lines({ legs: [RATED_LOAN, apart] })[0]).toMatch(/room grows to -3\d\.\d %, by each venue's own price\.$/)
  })

  test('margin of another account, where it goes further', () => {
    const rich = aPool({
      id: 'binance/main/BTCUSDT-long',
      venue: 'Binance BTCUSDT isolated',
      wallet: [{ asset: USDT, amount: dec(50_000), price: dec(1), priceFrom: 'par', ratio: dec(1) }],
      positions: [aPosition({ size: dec(1) })],
      reported: { equity: null, maintenance: null, initialMargin: dec(150), withdrawable: dec(5000) },
    })
    const found = lines({ legs: [aPool(), rich], cash: [] })
    expect(found).toEqual([
      'Move 5,000 USDT from Binance BTCUSDT isolated to the margin of Binance USDT cross: room grows to -28.0 %.',
    ])
    expect(lines({ legs: [aPool(), rich] })[1]).toMatch(/^Or: (Move|Add) /)
  })
})

describe('without cash that helps', () => {
  test('what is missing to the limit that was crossed, and what could be closed', () => {
    // To -20 %: 12,000 - 12,000 against 192. Close: 12,000 - 30 (1 - k) - 12,000 k = 192 k, k = 11,970 / 12,162, 948 USD
    expect(lines({ cash: [] })).toEqual([
      'No free cash that helps was found: 192 USD of USDT added to the margin would bring the room to -20.0 %. Or close 948 USD of the ETHUSDT long.',
    ])
  })

  test('two legs want two things, and one alone is not enough', () => {
    const [line] = lines({ legs: [owing(33_000n, 1_179_927_272_727_272_727n), FUNDED_POOL], cash: [] })
    expect(line).toMatch(
      / USD of USDC repaid to the loan and 192 USD of USDT added to the margin would bring the room to -20\.0 %/,
    )
    expect(line).toMatch(/Or sell [\d,]+ USD of W(BTC|ETH) and repay USDC with it, and close [\d,]+ USD of the ETHUSDT long\.$/)
  })

  test('cash that is there and cannot be used is not called missing', () => {
    const means = { ...STATED, volatility: new Map([['ETH', dec('0.6')]]), minutes: { ...STATED.minutes, repay: dec(1) } }
    // 38,940 / 38,900: a minute at twice 60 % a year may take more than the 0.1 % that is left.
    const close = owing(38_900n, 1_001_028_277_634_961_439n)
    expect(lines({ legs: [close] }, means)[0]).toMatch(
      /^The free cash cannot be used, or comes too late: [\d,]+ USD of USDC repaid to the loan/,
    )
  })

  test('nothing is said where no limit is crossed, or nothing is at risk', () => {
    expect(lines({ legs: [aLoan()], cash: [] })).toEqual([])
    expect(lines({ legs: [] })).toEqual([])
  })
})

describe('a move in words', () => {
  const { view } = reportFindings()
  const move: Move = {
    ...{ from: CASH.id, to: FUNDED_POOL.id, what: 'add-margin', usd: dec('6174.1742'), amount: dec('6174.1742') },
    ...{ asset: USDC, accepts: USDT, arrives: dec(6168), minutes: dec(5), lacksGas: null },
    conversion: { from: USDC, to: USDT, costUsd: dec('6.1742') },
  }
  const said = (over: Partial<Move>, side?: 'up' | 'down') => actions([{ ...move, ...over }], view, side)

  test('of what there is rounded down, of what is needed up', () => {
    expect(said({})).toBe('Swap 6,174 USDC to USDT and add it to the margin (swap about 7 USD)')
    expect(said({}, 'up')).toBe('Swap 6,175 USDC to USDT and add it to the margin (swap about 7 USD)')
  })

  test('what lies idle in a market is withdrawn first', () => {
    const loan = view.legs.find(({ kind }) => kind === 'lending') as (typeof view.legs)[number]
    const from = supplyOf(loan, USDC.key)
    expect(said({ from })).toBe(
      `Withdraw 6,174 USDC that lie idle in ${loan.venue}, swap it to USDT and add it to the margin (swap about 7 USD)`,
    )
    expect(said({ from, to: loan.id, what: 'repay', conversion: null })).toBe(
      `Withdraw 6,174 USDC that lie idle in ${loan.venue} and repay the loan with it`,
    )
  })

  test('that nobody can pay for the transaction is told', () => {
    expect(said({ lacksGas: true, conversion: null })).toBe('Add 6,174 USDC to the margin (the wallet holds no coin for gas)')
  })

  test('a time of more than ten minutes is told', () => {
    expect(said({ minutes: dec(10) })).not.toContain('min')
    expect(said({ minutes: dec('20.5') })).toContain('(swap about 7 USD, about 21 min)')
    expect(said({ minutes: null })).not.toContain('min)')
  })

  test('from an account to the loan, with and without a swap', () => {
    const into = { from: FUNDED_POOL.id, to: RATED_LOAN.id, what: 'repay' as const }
    expect(said(into)).toBe('Swap 6,174 USDC from the futures account to USDT and repay the loan with it (swap about 7 USD)')
    expect(said({ ...into, conversion: null })).toBe('Move 6,174 USDC from the futures account into the loan')
  })

  test('a hostile symbol does no harm', () => {
    const evil = { ...USDC, symbol: `\u001b[2J\u202e${'W'.repeat(99)}` }
    expect(said({ asset: evil })).toBe('Swap 6,174 [2JWWWWWWWW… to USDT and add it to the margin (swap about 7 USD)')
  })
})
