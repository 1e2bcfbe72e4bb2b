import { DEMO_SNAPSHOT } from '../../src/commands/demoSnapshot.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import { parseSnapshot } from '../../src/snapshot.ts'

/**
 * The demo's book at a price of ETH, as read at a moment. Its position dies at 2,409.64: 19.7 % below 3,000, 7.3 % below 2,600.
 *
 * @param now - Milliseconds since 1970.
 * @param eth - Whole dollars.
 */
export function bookAt(now: number, eth: number): Snapshot {
  const raw = JSON.parse(DEMO_SNAPSHOT)
  const aside = now - raw.at
  raw.at = now
  // 10 WETH at 83 % and 18,000 USD of WBTC at 78 % for 22,000 USDC; the pool cuts the mean threshold to whole basis points.
  const collateral = BigInt(eth) * 10n + 18_000n
  const threshold = (BigInt(eth) * 10n * 8300n + 18_000n * 7800n) / collateral
  const healthFactor = String((collateral * threshold * 10n ** 14n + 11_000n) / 22_000n)
  for (const leg of raw.legs) {
    leg.source.readAt += aside
    leg.source.venueTime += aside
    if (leg.source.block !== null) leg.source.block.timestamp = String(Math.floor((leg.source.readAt - 1000) / 1000))
    for (const position of leg.positions ?? []) {
      Object.assign(position, { mark: String(eth), reported: { liquidationPrice: null, maintenance: null, unrealized: null } })
    }
    if (leg.kind === 'futures') leg.reported = { equity: null, maintenance: null, initialMargin: null, withdrawable: null }
    for (const reserve of leg.reserves ?? []) if (reserve.asset.symbol === 'WETH') reserve.price = String(BigInt(eth) * 10n ** 8n)
    if (leg.kind === 'lending') Object.assign(leg.reported, { totalCollateral: String(collateral * 10n ** 8n), healthFactor })
  }
  return parseSnapshot(JSON.stringify(raw), 'the book')
}
