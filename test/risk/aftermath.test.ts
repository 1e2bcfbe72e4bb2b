import { describe, expect, test } from 'vitest'
import { aftermathsOf } from '../../src/risk/aftermath.ts'
import { play } from '../../src/risk/stress.ts'
import { aPool } from '../support/books.ts'
import { CASH, dead, falls, LOAN, POOL, texts, theLoan } from '../support/stressBook.ts'

describe('what the deaths do to the rest', () => {
  test("REPORT's book when all markets lose 20 %", () => {
    const legs = [theLoan(), aPool()]
    // The pool has nothing left: 22,000 of debt, 10,000 of cash. 30 ETH at 2,400 were 72,000 of delta, 10 are left.
    const [after, ...more] = aftermathsOf(legs, CASH, falls({ ALL: '0.8' })) ?? []
    expect([more.length, after?.stage, texts(after?.orphanDebt), texts(after?.debt), texts(after?.stable)]).toEqual([
      0,
      0,
      ['12000.00', '12000.00'],
      ['22000.00', '22000.00'],
      ['10000.00', '10000.00'],
    ])
    expect([after?.netDelta.before?.get('ETH')?.toFixed(), after?.netDelta.after?.get('ETH')?.toFixed()]).toEqual([
      '72000',
      '24000',
    ])
    // Before: dead. After: the loan alone; its average threshold of 81.12 % times 38,400, of 22,000: 1.41591.
    expect([after?.safetyFactor.before?.toFixed(), after?.safetyFactor.after?.toFixed(4)]).toEqual(['1', '1.4159'])
  })

  test('stage by stage, only where something dies, and by both courses', () => {
    const legs = [theLoan(37_000n), aPool()]
    expect(aftermathsOf(legs, CASH, falls({ ALL: '0.99' }))).toEqual([])
    const found = aftermathsOf(legs, CASH, falls({ ALL: '0.9' }, { ALL: '0.99' }, { ALL: '0.8' })) ?? []
    expect(found.map(({ stage }) => stage)).toEqual([0, 2])
    // At -10 % 35,046 of 37,000, health 0.947: all may be repaid. Most is lost with the ETH: 27,000 / 1.05 = 25,714.29 repaid,
    // 11,285.71 owed, of which BTC at 16,200 cover 12,636. Least with the BTC: 15,428.57 repaid, 21,571.43 owed, 22,410 cover it.
    expect(texts(found[0]?.debt)).toEqual(['11285.71', '21571.43'])
    // 10,000 and 6,000 of the pool, which lives.
    expect([texts(found[0]?.stable), texts(found[0]?.orphanDebt)]).toEqual([
      ['16000.00', '16000.00'],
      ['0.00', '5571.43'],
    ])
    // At -20 % the loan that kept its BTC dies once more: 14,400 x 0.78 = 11,232 of 11,285.71; and the one that kept its ETH:
    // 24,000 x 0.83 = 19,920 of 21,571.43. Nothing is left of the pool.
    expect(texts(found[1]?.stable)).toEqual(['10000.00', '10000.00'])
    const outcome = play(legs, CASH, falls({ ALL: '0.9' }, { ALL: '0.99' }, { ALL: '0.8' }))
    expect(dead(outcome)).toEqual([
      [0, LOAN],
      [2, LOAN],
      [2, POOL],
    ])
  })

  test('a leg that is dead today', () => {
    const found = aftermathsOf([theLoan(40_000n)], [], falls({}))
    expect(found?.map(({ stage }) => stage)).toEqual([null])
  })
})
