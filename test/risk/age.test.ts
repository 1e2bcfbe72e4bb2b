import { describe, expect, test } from 'vitest'
import { ageOf } from '../../src/risk/age.ts'
import { aChainSource, anExchangeSource, NOW } from '../support/books.ts'

const block = (secondsAgo: number) => ({
  chainId: 1,
  number: 7n,
  hash: '0x',
  timestamp: BigInt(Math.floor(NOW / 1000) - secondsAgo),
})

describe('ageOf', () => {
  test('a block is as old as its timestamp, an exchange as the time since its answer', () => {
    const chain = aChainSource()
    const exchange = anExchangeSource()
    expect(ageOf(chain, [chain, exchange], NOW)).toEqual({ seconds: 8, stale: false, reason: null })
    expect(ageOf(exchange, [chain, exchange], NOW)).toEqual({ seconds: 2, stale: false, reason: null })
  })

  test('a head ten minutes old is stale, whatever else is fresh', () => {
    const chain = aChainSource({ block: block(600) })
    const age = ageOf(chain, [chain, anExchangeSource()], NOW)
    expect(age).toEqual({ seconds: 600, stale: true, reason: 'block 7 is 10 min old' })
  })

  test('a head ten minutes old with nothing else to compare: two clocks disagree, the age is unknown', () => {
    const chain = aChainSource({ block: block(600) })
    expect(ageOf(chain, [chain], NOW)).toMatchObject({ seconds: null, stale: true })
  })

  test('our clock an hour ahead is outvoted by block and exchange, and never makes an age negative', () => {
    const late = NOW + 3_600_000
    const chain = aChainSource({ readAt: late, block: block(8) })
    const exchange = anExchangeSource({ readAt: late, venueTime: NOW })
    expect(ageOf(exchange, [chain, exchange], late).seconds).toBe(0)
    expect(ageOf(chain, [chain, exchange], late)).toMatchObject({ stale: false })
    const early = aChainSource({ block: block(-20) })
    expect(ageOf(early, [early], NOW).seconds).toBe(0)
  })

  test('an answer that waited for the rest of the pass ages meanwhile', () => {
    const exchange = anExchangeSource({ readAt: NOW - 31_000, venueTime: NOW - 31_000 })
    expect(ageOf(exchange, [exchange], NOW)).toEqual({ seconds: 31, stale: true, reason: 'the answer is 31 s old' })
  })
})
