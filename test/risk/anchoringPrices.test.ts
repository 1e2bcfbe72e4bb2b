import { describe, expect, test } from 'vitest'
import { anchoring, medianReferences } from '../../src/risk/anchoring.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { ALL_MARKET, alongFactor } from '../../src/risk/path.ts'
import { aLoan, anAsset, aPool, aPosition, aReserve, WETH } from '../support/books.ts'

const ETH = alongFactor('ETH')
const at = (usd: string | number, oracleDeviation = '0.005') => ({
  references: new Map([['ETH', dec(usd)]]),
  oracleDeviation: dec(oracleDeviation),
})

/** 10 ETH at 3,030 by the oracle against 20,000 USDC, threshold 83 %: dies at 20,000 / 8.3 = 2,409.64. */
const loan = (oracle: number, over: Partial<AaveV3Position['reserves'][number]> = {}): AaveV3Position => {
  const [, , usdc] = aLoan().reserves
  const price = BigInt(oracle) * 10n ** 8n
  const weth = aReserve({ asset: WETH, id: 0, decimals: 18, price, supplied: 10n ** 19n, liquidationThreshold: 8300n, ...over })
  return aLoan({ revision: 11, reserves: [weth, { ...usdc, debt: 20_000n * 10n ** 6n } as typeof weth] })
}

describe('whose price counts', () => {
  const CBBTC = anAsset('cbBTC', 'BTC', 'cbBTC/BTC')

  test('a leg is measured from the reference by the exact ratio, the oracle unrounded', () => {
    // 2,409.638554.. / 3,030 of its own price, / 3,001 of the reference: 8.3 x 3,030 = 25,149, 8.3 x 3,001 = 24,908.3
    const found = anchoring([loan(3030), aPool()], ETH, at(3001, '0.1'))
    const { own, anchored, widened } = found?.legs[0] ?? {}
    const far = (ours: Decimal | null | undefined, over: string) => ours?.minus(dec(20_000).div(over)).abs().lt('1e-30')
    expect([far(own?.down, '25149'), far(anchored?.down, '24908.3'), far(widened?.down, '22417.47')]).toEqual([true, true, true])
  })

  test('the divergence is that of the dearest and the cheapest of all', () => {
    // 3,030 / 2,990 = 1.013378
    const pools = [3000, 2990, 3010].map((mark) => aPool({ id: `${mark}`, positions: [aPosition({ mark: dec(mark) })] }))
    expect(anchoring([loan(3030), ...pools], ETH, at(3000))?.divergence.toFixed(6)).toBe('0.013378')
  })

  test('a staked perpetual and one of another coin tell nothing of the price, and lie on no other path', () => {
    const ether = { mark: dec(2990), entry: dec(2990) }
    const others = [
      aPosition({ symbol: 'STETHUSDT', basis: 'stETH/ETH', mark: dec(3500) }),
      aPosition({ symbol: 'BTCUSDT', factor: 'BTC', mark: dec(90_000) }),
    ]
    const pool = aPool({ positions: [aPosition(ether), ...others] })
    expect([...medianReferences([pool], ETH)].map(([factor, price]) => [factor, price.toFixed()])).toEqual([['ETH', '2990']])
    expect(anchoring([loan(3030), pool], ETH, at(3000))?.legs[1]?.price?.toFixed()).toBe('2990')
  })

  test('an inverse contract is marked in USD whatever its coin costs', () => {
    const inverse = { ...aPosition({ contract: 'inverse', size: dec(1000), mark: dec(2990) }) }
    const pool = aPool({ settle: WETH, settlePrice: dec(3030), positions: [inverse] })
    expect(medianReferences([pool], ETH).get('ETH')?.toFixed()).toBe('2990')
  })

  test('two symbols, the dearer one listed first: the same one decides, for a fall and for a rise', () => {
    const pool = (marks: readonly number[], side: 'long' | 'short') => {
      const positions = marks.map((mark) =>
        aPosition({ symbol: `ETH${mark}`, side, size: dec(10), entry: dec(mark), mark: dec(mark) }),
      )
      return anchoring([aPool({ positions })], ETH, at(3000))?.legs[0]
    }
    // All marks are put where the one is at 3,000: a fall begins from the dearest, a rise from the cheapest.
    const [long, short] = [pool([3010, 2990], 'long'), pool([3010, 2990], 'short')]
    expect(
      long?.anchored.down
        ?.div(long.own.down ?? 0)
        .minus(dec(3010).div(3000))
        .abs()
        .lt('1e-20'),
    ).toBe(true)
    expect(
      short?.anchored.up
        ?.div(short.own.up ?? 0)
        .minus(dec(2990).div(3000))
        .abs()
        .lt('1e-20'),
    ).toBe(true)
    expect(pool([2990, 3010], 'long')?.anchored).toEqual(long?.anchored)
    expect(pool([2990, 3010], 'short')?.anchored).toEqual(short?.anchored)
  })

  test('all markets together start factor by factor, also where a leg shows the price of one of them only', () => {
    // 10 WETH at 3,030 put to 3,000, and 0.2 cbBTC whose own price is none of BTC's: stays at 90,000.
    const [, btc, usdc] = aLoan().reserves
    const weth = aReserve({
      asset: WETH,
      id: 0,
      decimals: 18,
      price: 3030n * 10n ** 8n,
      supplied: 10n ** 19n,
      liquidationThreshold: 8300n,
    })
    const wrapped = aLoan({ revision: 11, reserves: [weth, { ...btc, asset: CBBTC } as typeof weth, usdc as typeof weth] })
    const found = anchoring([wrapped, aPool()], ALL_MARKET, at(3000, '0'))
    // 22,000 / (30,000 x 0.83 + 18,000 x 0.78 = 38,940)
    expect(found?.legs[0]?.anchored.down?.toFixed(10)).toBe(dec(22_000).div(38_940).toFixed(10))
    expect(found?.legs[0]?.own.down?.toFixed(10)).toBe(dec(22_000).div(39_189).toFixed(10))
  })
})
