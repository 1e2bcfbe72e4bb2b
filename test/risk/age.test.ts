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

  test('an exchange whose clock is half a minute behind ours is no older for that', () => {
    const exchange = anExchangeSource({ readAt: NOW - 2000, venueTime: NOW - 32_000 })
    expect(ageOf(exchange, [exchange], NOW)).toEqual({ seconds: 2, stale: false, reason: null })
  })

  test('an answer that waited for the rest of the pass ages meanwhile', () => {
    const exchange = anExchangeSource({ readAt: NOW - 31_000, venueTime: NOW - 31_000 })
    expect(ageOf(exchange, [exchange], NOW)).toEqual({ seconds: 31, stale: true, reason: 'the answer is 31 s old' })
  })

  test('an answer is fresh up to its lifetime and stale beyond it: 30 s of an exchange, 120 s of a block', () => {
    const exchange = (ms: number) => {
      const one = anExchangeSource({ readAt: NOW - ms, venueTime: NOW - ms })
      return ageOf(one, [one], NOW)
    }
    expect(exchange(30_000)).toEqual({ seconds: 30, stale: false, reason: null })
    expect(exchange(30_001)).toEqual({ seconds: 30.001, stale: true, reason: 'the answer is 30 s old' })
    expect(exchange(119_900)).toEqual({ seconds: 119.9, stale: true, reason: 'the answer is 119 s old' })
    expect(exchange(120_000)).toEqual({ seconds: 120, stale: true, reason: 'the answer is 2 min old' })
    const chain = (secondsAgo: number) => {
      const one = aChainSource({ block: block(secondsAgo) })
      return ageOf(one, [one, anExchangeSource()], NOW)
    }
    expect(chain(120)).toEqual({ seconds: 120, stale: false, reason: null })
    expect(chain(121)).toEqual({ seconds: 121, stale: true, reason: 'block 7 is 2 min old' })
  })

  test('clocks agree up to 60 s apart; beyond, two alone leave the age unknown and the reason says by how much', () => {
    const chain = (secondsAgo: number) => {
      const one = aChainSource({ block: block(secondsAgo) })
      return ageOf(one, [one], NOW)
    }
    expect(chain(60)).toEqual({ seconds: 60, stale: false, reason: null })
    const reason = (name: string, seconds: number) =>
      `our clock and ${name}'s time disagree, so the age is unknown (they differ by ${seconds} s)`
    expect(chain(61)).toEqual({ seconds: null, stale: true, reason: reason('Ethereum', 61) })
    const ahead = anExchangeSource({ readAt: NOW, venueTime: NOW + 90_400 })
    expect(ageOf(ahead, [ahead], NOW)).toEqual({ seconds: null, stale: true, reason: reason('Binance', 90) })
  })

  test('a venue that tells no time contradicts nobody, and confirms nobody', () => {
    const silent = anExchangeSource({ venueTime: null })
    expect(ageOf(silent, [silent], NOW)).toEqual({ seconds: 2, stale: false, reason: null })
    const off = aChainSource({ block: block(600) })
    const unknown = "our clock and Binance's time disagree, so the age is unknown"
    expect(ageOf(silent, [silent, off], NOW)).toEqual({ seconds: null, stale: true, reason: unknown })
  })

  test('two venues that differ from us by exactly the same confirm each other, two answers of one do not', () => {
    const late = NOW + 3_600_000
    const binance = anExchangeSource({ readAt: late, venueTime: NOW })
    const okx = anExchangeSource({ name: 'OKX', readAt: late, venueTime: NOW })
    expect(ageOf(binance, [binance, okx], late + 3000)).toEqual({ seconds: 3, stale: false, reason: null })
    const again = anExchangeSource({ readAt: late + 500, venueTime: NOW + 250 })
    expect(ageOf(binance, [binance, again], late)).toMatchObject({ seconds: null, stale: true })
    // One lagging node, asked twice a second apart: the head it hands out is no younger for that.
    const head = aChainSource({ block: block(600) })
    const next = aChainSource({ readAt: NOW + 1000, block: block(600) })
    expect(ageOf(head, [head, next], NOW)).toMatchObject({ seconds: null, stale: true })
  })

  test('other clocks outvote ours when they are 60 s apart, not 61, and the one that waited least counts', () => {
    // Ours is an hour ahead by Binance; the block is `seconds` older than that.
    const age = (seconds: number, first: 'chain' | 'exchange') => {
      const late = NOW + 3_600_000
      const chain = aChainSource({ readAt: late, block: block(seconds) })
      const exchange = anExchangeSource({ readAt: late, venueTime: NOW })
      return ageOf(chain, first === 'chain' ? [chain, exchange] : [exchange, chain], late)
    }
    expect(age(60, 'chain')).toEqual({ seconds: 60, stale: false, reason: null })
    expect(age(60, 'exchange')).toEqual({ seconds: 60, stale: false, reason: null })
    expect(age(61, 'chain')).toMatchObject({ seconds: null, stale: true })
  })
})
