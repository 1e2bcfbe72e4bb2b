import { describe, expect, test } from 'vitest'
import type { Asset } from '../../src/risk/asset.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { multiplierOf, shockAlong, shocked } from '../../src/risk/shock.ts'
import { aLoan, anAsset, aPool, aPosition, USDT } from '../support/books.ts'

const BTC: Asset = { key: 'binance/BTC', symbol: 'BTC', factor: 'BTC', basis: null }
const held = (asset: Asset, price: number) => ({
  ...{ asset, amount: dec(1), price: dec(price), priceFrom: 'venue' as const, ratio: dec(1) },
})
const pool = aPool({
  wallet: [held(USDT, 1), held(BTC, 90_000)],
  positions: [aPosition(), aPosition({ symbol: 'SOLUSD', factor: 'SOL', contract: 'inverse', mark: dec(150) })],
})
const told = (leg: Leg) =>
  leg.kind === 'futures'
    ? [leg.settlePrice, ...leg.wallet.map(({ price }) => price), ...leg.positions.map(({ mark }) => mark)].map((one) =>
        one.toFixed(),
      )
    : 'reserves' in leg
      ? leg.reserves.map(({ price }) => price)
      : []

describe('a pool along one factor or all of them', () => {
  test('one factor moves what is of it and nothing else', () => {
    expect(told(shockAlong(pool, 'ETH', dec('0.5')))).toEqual(['1', '1', '90000', '1500', '150'])
    expect(told(shockAlong(pool, 'BTC', dec('0.5')))).toEqual(['1', '1', '45000', '3000', '150'])
    expect(told(shockAlong(pool, 'SOL', dec('0.5')))).toEqual(['1', '1', '90000', '3000', '75'])
  })

  test('ALL moves every market, of positions, balances and the settle coin, and no peg', () => {
    expect(told(shockAlong(pool, 'ALL', dec('0.5')))).toEqual(['1', '1', '45000', '1500', '75'])
    // A linear mark is counted in its coin: where both halve it stays.
    const coin = aPool({ settle: BTC, settlePrice: dec(90_000), wallet: [], positions: [aPosition({ mark: dec('0.04') })] })
    expect(told(shockAlong(coin, 'ALL', dec('0.5')))).toEqual(['45000', '0.04'])
    expect(told(shockAlong(coin, 'BTC', dec('0.5')))).toEqual(['45000', '0.08'])
    expect(told(shockAlong(coin, 'ETH', dec('0.5')))).toEqual(['90000', '0.02'])
  })

  test('a settle coin that falls makes linear marks dearer in it, not inverse ones', () => {
    expect(told(shockAlong(pool, 'USD:USDT', dec('0.8')))).toEqual(['0.8', '0.8', '90000', '3750', '150'])
  })
})

test('a loan along one factor, and along all', () => {
  expect(told(shockAlong(aLoan(), 'ETH', dec('0.5')))).toEqual([1500n * 10n ** 8n, 90_000n * 10n ** 8n, 10n ** 8n])
  expect(told(shockAlong(aLoan(), 'ALL', dec('0.5')))).toEqual([1500n * 10n ** 8n, 45_000n * 10n ** 8n, 10n ** 8n])
})

test('a factor times its basis, each where it is named', () => {
  const both = new Map([
    ['ETH', dec('0.8')],
    ['wstETH/ETH', dec('0.95')],
  ])
  const by = (asset: Asset) => multiplierOf(asset, both).toFixed()
  expect([
    by(anAsset('WETH', 'ETH')),
    by(anAsset('wstETH', 'ETH', 'wstETH/ETH')),
    by(anAsset('cbETH', 'ETH', 'cbETH/ETH')),
  ]).toEqual([...['0.8', '0.76', '0.8']])
  expect([by(anAsset('X', 'BTC')), by(anAsset('X', 'BTC', 'wstETH/ETH'))]).toEqual(['1', '0.95'])
  expect(shocked(pool, new Map())).toEqual(pool)
})
