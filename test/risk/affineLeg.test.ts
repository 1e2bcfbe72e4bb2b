import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { affineLeg } from '../../src/risk/affineLeg.ts'
import { type Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { ALL_MARKET, alongFactor, type Path } from '../../src/risk/path.ts'
import { isDead, type Weighed, weighLeg } from '../../src/risk/weighLeg.ts'
import { anAsset, aPool, aPosition } from '../support/books.ts'
import { type VectorBook, vectorSnapshot } from '../support/vectorBook.ts'

type Exact = { exact: string; dec: string } | null
type Expected = {
  legs?: Record<string, { slackUsd?: Exact }>
  shocks?: Record<string, { perLeg: Record<string, { down: Exact; up: Exact }> }>
}
const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/risk-vectors.json', import.meta.url), 'utf8')) as {
  vectors: { id: string; book: VectorBook; expect: Expected }[]
}

function weighed(leg: Leg, path: Path, s: Decimal): Weighed {
  const affine = affineLeg(leg, (ref) => (path.moves(ref) ? 1 : 0), 1)
  if ('reason' in affine) throw new RangeError(affine.reason)
  return weighLeg(affine, [ONE, s])
}

const rational = ({ exact }: { exact: string }): Decimal => {
  const [numerator = '', denominator = '1'] = exact.split('/')
  return dec(numerator).div(dec(denominator))
}

describe('the affine model of the worked books, computed by an independent exact-rational program', () => {
  // Not V12a: a mark is missing.
  for (const { id, book, expect: expected } of vectors.filter(({ id }) => id !== 'V12a')) {
    test(id, () => {
      for (const leg of vectorSnapshot(book).legs) {
        const slack = expected.legs?.[leg.id]?.slackUsd
        if (slack) {
          const ours = weighed(leg, ALL_MARKET, ONE)
          // A loan without debt is not weighed.
          if (ours.required.isZero() && leg.kind === 'lending') continue
          expect(ours.slack.minus(rational(slack)).abs().lte(ours.size.times('1e-12')), `${leg.id} ${ours.slack}`).toBe(true)
        }
        for (const [name, { perLeg }] of Object.entries(expected.shocks ?? {})) {
          const path = name === 'ALL_MARKET' ? ALL_MARKET : alongFactor(name)
          for (const root of [perLeg[leg.id]?.down, perLeg[leg.id]?.up]) {
            if (!root || rational(root).eq(1)) continue
            const there = weighed(leg, path, rational(root))
            expect(there.slack.abs().lte(there.size.times('1e-12')), `${leg.id} ${name} ${root.dec}: ${there.slack}`).toBe(true)
          }
        }
      }
    })
  }
})

test('what requires nothing is not dead, however little there is', () => {
  expect(isDead({ required: dec(0), slack: dec(-1) })).toBe(false)
  expect(isDead({ required: dec(1), slack: dec(0) })).toBe(true)
  expect(isDead({ required: dec(1), slack: dec('1e-50') })).toBe(false)
})

test('an inverse pool whose mark and coin move apart is not affine', () => {
  const coin = anAsset('BTC', 'BTC')
  const pool = aPool({
    settle: coin,
    wallet: [],
    positions: [aPosition({ contract: 'inverse', factor: 'BTC', basis: 'BTC/venue' })],
  })
  const apart = affineLeg(pool, ({ basis }) => (basis === null ? 0 : 1), 1)
  expect(apart).toEqual({ reason: 'Binance USDT cross: the mark of ETHUSDT and its coin move apart.' })
  expect(affineLeg(pool, ({ factor }) => (factor === 'BTC' ? 1 : 0), 1)).not.toHaveProperty('reason')
})
