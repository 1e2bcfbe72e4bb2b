import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import type { Cash, Leg } from '../../src/risk/leg.ts'
import type { Move } from '../../src/risk/rescueMove.ts'
import { rescueSteps } from '../../src/risk/rescueSteps.ts'
import { aPool, aSpoke, USDT } from '../support/books.ts'
import { AAVE_POOL, ALICE, aaveLoan, BOB, COMET_USDC, coins, cometLoan, moved, onChain, TOKENS } from '../support/payBook.ts'

const steps = (moves: readonly Move[], legs: readonly Leg[], cash: readonly Cash[]) => rescueSteps(moves, { legs, cash })
/** The parts of every payment as text, by hand the reason. */
const told = (...args: Parameters<typeof steps>) =>
  steps(...args).map((step) =>
    step.payment === null ? step.byHand : step.payment.parts.map(({ rate, amount, pays }) => `${rate} ${amount} ${pays}`),
  )
const loan = aaveLoan()
const purse = coins('10000')

describe('what a payment is', () => {
  test('of an Aave loan', () => {
    expect(steps([moved(purse, loan, '10000')], [loan], [purse])).toMatchObject([
      {
        payment: {
          ...{ protocol: 'aave-v3', chainId: 1, market: 'ethereum-core', contract: AAVE_POOL, token: TOKENS.USDC },
          ...{ decimals: 6, payer: ALICE, borrower: ALICE },
          parts: [{ rate: 'variable', amount: 10_000_000_000n, pays: 'part' }],
        },
      },
    ])
  })

  test('of a Compound loan', () => {
    const comet = cometLoan()
    expect(steps([moved(purse, comet, '10000')], [comet], [purse])).toMatchObject([
      { payment: { protocol: 'compound-v3', contract: COMET_USDC, parts: [{ rate: 'variable', amount: 10_000_000_000n }] } },
    ])
  })

  test('the borrower in lower case, however the book has it; the payer is whose wallet the cash is in', () => {
    const other = coins('10', BOB)
    const mixed = aaveLoan({ wallet: '0x90F79bf6EB2c4f870365E785982E1f101E93b906' })
    expect(steps([moved(other, mixed, '10')], [mixed], [other])).toMatchObject([{ payment: { payer: BOB, borrower: ALICE } }])
  })
})

describe('the amount', () => {
  test('is rounded up to a base unit, and the last digits of a division are no unit', () => {
    // Three units more for the pool's own rounding.
    const paid = (amount: string) => told([moved(purse, loan, amount)], [loan], [purse])
    expect(paid('1234.5678901')).toEqual([['variable 1234567894 part']])
    expect(paid('1234.567890000000000000000000000000000000000000000000000001')).toEqual([['variable 1234567893 part']])
    expect(paid('1234.567889999999999999999999999999999999999999999999999999')).toEqual([['variable 1234567893 part']])
  })

  test('is never more than the wallet holds', () => {
    const little = coins('99.9999999')
    expect(told([moved(little, loan, '100')], [loan], [little])).toEqual([['variable 99999999 part']])
    // The second finds what the first left.
    const two = [moved(purse, loan, '9999.9999995'), moved(purse, cometLoan(), '0.0000005')]
    expect(told(two, [loan, cometLoan()], [purse])).toEqual([['variable 10000000000 part']])
  })

  test('makes up for the rounding of the pool as far as the wallet has it to spare', () => {
    const paid = (held: string) => told([moved(coins(held), loan, '100')], [loan], [coins(held)])
    expect(paid('100.000002')).toEqual([['variable 100000002 part']])
    expect(paid('100.000003')).toEqual([['variable 100000003 part']])
    expect(paid('100.000004')).toEqual([['variable 100000003 part']])
    // Nor does it take the units that another move needs.
    const both = [moved(purse, loan, '5000'), moved(purse, cometLoan(), '5000')]
    expect(told(both, [loan, cometLoan()], [purse])).toEqual([['variable 5000000000 part'], ['variable 5000000000 part']])
  })

  test('is what arrives, not what the plan takes: a token is worth itself, whatever two oracles say of it', () => {
    const move = moved(purse, loan, '1000', { arrives: dec('1010.1') })
    expect(told([move], [loan], [purse])).toEqual([['variable 1010100003 part']])
  })

  test('under one base unit there is nothing to send', () => {
    const crumb = coins('0.0000001')
    expect(told([moved(crumb, loan, '0.0000001')], [loan], [crumb])).toEqual([])
  })
})

describe('a whole debt', () => {
  const rich = coins('30000')

  test('may take a thousandth and a unit more, for the interest', () => {
    expect(told([moved(rich, loan, '22000')], [loan], [rich])).toEqual([['variable 22022000001 all']])
  })

  test('exactly that much more in the wallet will do, a unit less will not', () => {
    const [enough, short] = [coins('22022.000001'), coins('22022')]
    expect(told([moved(enough, loan, '22000')], [loan], [enough])).toEqual([['variable 22022000001 all']])
    expect(told([moved(short, loan, '22000')], [loan], [short])).toEqual([['variable 22000000000 all-but-interest']])
  })

  test('what other moves take of the same wallet is not there for interest, whether they come later or came before', () => {
    const pool = aPool()
    const margin = moved(rich, pool, '7990', { accepts: USDT, conversion: { from: rich.asset, to: USDT, costUsd: dec(0) } })
    const repay = moved(rich, loan, '22000')
    expect(told([repay, margin], [loan, pool], [rich])).toEqual([['variable 22000000000 all-but-interest'], 'to-exchange'])
    expect(told([margin, repay], [loan, pool], [rich])).toEqual(['to-exchange', ['variable 22000000000 all-but-interest']])
  })

  test('from two wallets: the second pays the rest, and the interest', () => {
    const other = coins('5000', BOB)
    const both = [moved(other, loan, '5000'), moved(rich, loan, '17000')]
    expect(told(both, [loan], [rich, other])).toEqual([['variable 5000000000 part'], ['variable 17017000001 all']])
  })
})

describe('debt at two rates', () => {
  const both = (revision: number, stableDebt: bigint | null) =>
    aaveLoan({ revision, reserves: aaveLoan().reserves.map((one) => (one.debt > 0n ? { ...one, stableDebt } : one)) })
  const rich = coins('30000')

  test('the variable first, then the stable', () => {
    const old = both(4, 2_000_000_000n)
    expect(told([moved(rich, old, '19000')], [old], [rich])).toEqual([['variable 19000000003 part']])
    expect(told([moved(rich, old, '21000')], [old], [rich])).toEqual([
      ['variable 20000000000 all-but-interest', 'stable 1000000003 part'],
    ])
    expect(told([moved(rich, old, '22000')], [old], [rich])).toEqual([['variable 20020000001 all', 'stable 2002000001 all']])
  })

  test('from v3.2 on there is none; before, where it was not read, there is no transaction', () => {
    expect(told([moved(rich, both(5, null), '1')], [both(5, null)], [rich])).toEqual([['variable 1000003 part']])
    expect(told([moved(rich, both(4, null), '1')], [both(4, null)], [rich])).toEqual(['contract-unknown'])
  })
})

describe('what no transaction does', () => {
  const only = (move: Move, leg: Leg, cash: Cash) => told([move], [leg], [cash])[0]
  const swapped = { accepts: onChain('USDT'), conversion: { from: onChain('USDC'), to: onChain('USDT'), costUsd: dec(1) } }

  test('a deposit at an exchange', () => {
    expect(only(moved(purse, aPool(), '1', { accepts: USDT }), aPool(), purse)).toBe('to-exchange')
  })

  test('money that lies at an exchange, as cash or as margin', () => {
    const cash: Cash = { ...purse, id: 'binance/main futures USDC', asset: { ...purse.asset, key: 'binance/USDC' } }
    expect(only(moved(cash, loan, '1', { accepts: purse.asset }), loan, cash)).toBe('from-exchange')
    expect(told([{ ...moved(purse, loan, '1'), from: aPool().id }], [loan, aPool()], [])).toEqual(['from-exchange'])
  })

  test('a swap', () => expect(only(moved(purse, loan, '1', swapped), loan, purse)).toBe('swap'))

  test('the same dollar on another chain, or in another contract, is another token', () => {
    const far = coins('10', ALICE, onChain('USDC', 42161))
    expect(only(moved(far, loan, '1', { accepts: onChain('USDC') }), loan, far)).toBe('other-token')
    const bridged = coins('10', ALICE, { ...onChain('USDC'), key: `eip155:1/${BOB}` })
    expect(only(moved(bridged, loan, '1', { accepts: onChain('USDC') }), loan, bridged)).toBe('other-token')
  })

  test('a debt in what is no token', () => {
    const odd = coins('10', ALICE, { ...onChain('USDC'), key: 'eip155:1/usdc' })
    expect(only(moved(odd, loan, '1'), loan, odd)).toBe('other-token')
  })

  test('Aave v4', () => {
    const spoke = aSpoke()
    expect(only(moved(purse, spoke, '1'), spoke, purse)).toBe('protocol')
  })

  test('a contract, a wallet or a borrower that is not known', () => {
    const [nowhere, nobody] = [aaveLoan({ contract: null }), aaveLoan({ wallet: '0xab' })]
    expect(only(moved(purse, nowhere, '1'), nowhere, purse)).toBe('contract-unknown')
    expect(only(moved(purse, nobody, '1'), nobody, purse)).toBe('payer-unknown')
    const found = { ...purse, id: 'cash/0xab/usdc' }
    expect(only(moved(found, loan, '1'), loan, found)).toBe('payer-unknown')
  })
})
