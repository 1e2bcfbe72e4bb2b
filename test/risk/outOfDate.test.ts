import { describe, expect, test } from 'vitest'
import { outOfDate } from '../../src/risk/outOfDate.ts'
import { aChainSource, aLoan, anExchangeSource, aPool, NOW } from '../support/books.ts'

const SECOND = 1000
/** Blocks speak for 120 s, exchanges for 30; the block was 8 s old when it was read, the exchange's answer came 2 s before. */
const BOOK = [aLoan(), aPool()]

describe('a book that was read', () => {
  test('is fresh then', () => expect(outOfDate(BOOK, NOW)).toEqual([]))

  test('each source by its own lifetime', () => {
    expect(outOfDate(BOOK, NOW + 28 * SECOND)).toEqual([])
    expect(outOfDate(BOOK, NOW + 29 * SECOND)).toEqual(['Binance: the answer is 31 s old'])
    expect(outOfDate([aLoan()], NOW + 112 * SECOND)).toEqual([])
    expect(outOfDate([aLoan()], NOW + 113 * SECOND)).toEqual(['Ethereum: block 24100000 is 2 min old'])
  })

  test('one reason for all legs of one reading', () => {
    expect(outOfDate([aLoan(), aLoan({ id: 'aave-v3/ethereum/0xcd' })], NOW + 113 * SECOND)).toHaveLength(1)
  })

  test('a reading that our clock has not reached is not fresh; one that was set right by a little is', () => {
    expect(outOfDate([aLoan()], NOW - 60 * SECOND)).toEqual([])
    expect(outOfDate([aLoan()], NOW - 61 * SECOND)).toEqual([
      'Ethereum: it was read at a time that our clock has not reached yet',
    ])
    const ahead = aPool({ source: anExchangeSource({ readAt: NOW + 3600 * SECOND, venueTime: NOW + 3600 * SECOND }) })
    expect(outOfDate([aLoan({ source: aChainSource() }), ahead], NOW)).toHaveLength(1)
  })
})
