import { describe, expect } from 'vitest'
import { corridor, pathsOf } from '../../src/risk/corridor.ts'
import { dec, ONE, sum, ZERO } from '../../src/risk/decimal.ts'
import type { FuturesPosition, MarginAccount } from '../../src/risk/marginAccount.ts'
import { alongFactor } from '../../src/risk/path.ts'
import { maintenanceOf, marginState, notionalAt, profit, symbolTrigger } from '../../src/risk/rules/margin.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { totalsOf } from '../../src/risk/totals.ts'
import { safetyFactor } from '../../src/risk/verdict.ts'
import type { LegView } from '../../src/risk/view.ts'
import { expectClose, expectNoNarrower, expectSameReach, type Given, invariant, poolsOf, reach } from '../support/invariant.ts'

/** The invariants of RISK section 7 that speak of futures, numbered as there. */

type Pick_ = { readonly pool: MarginAccount; readonly position: FuturesPosition }

/** A pool of the book and one of its positions. */
function picked({ legs, oneOf }: Given, wanted: (pool: MarginAccount) => boolean = () => true): Pick_ | null {
  const pools = poolsOf(legs).filter(wanted)
  if (pools.length === 0) return null
  const pool = oneOf(pools)
  return { pool, position: oneOf(pool.positions) }
}

const isStable = ({ settle }: MarginAccount): boolean => settle.factor.startsWith('USD:')
const isLinear = ({ positions }: MarginAccount): boolean => positions.every(({ contract }) => contract === 'linear')
const ofPositions = (pool: MarginAccount, positions: readonly FuturesPosition[]): MarginAccount => ({ ...pool, positions })
/** Only the balance in the settle coin. */
const ownOnly = (pool: MarginAccount): MarginAccount => ({
  ...pool,
  wallet: pool.wallet.filter(({ asset }) => asset.key === pool.settle.key),
})

describe('pools', () => {
  invariant('6 more margin never shrinks the interval', {}, (given) => {
    const { pool } = picked(given) ?? {}
    if (pool === undefined) return false
    const more = given.oneOf(pool.wallet)
    const wallet = pool.wallet.map((held) => {
      return held === more ? { ...held, amount: held.amount.plus(dec(given.amount).div(held.price)) } : held
    })
    expectNoNarrower(reach([{ ...pool, wallet }], given.path), reach([pool], given.path))
    return true
  })

  invariant('11 realising the profit changes nothing', {}, (given) => {
    const { pool } = picked(given, ({ rules }) => rules.basis === 'mark') ?? {}
    const own = pool?.wallet.find(({ asset }) => asset.key === pool.settle.key)
    if (pool === undefined || own === undefined) return false
    const won = sum(pool.positions.map((p) => profit(p, p.mark)))
    const wallet = pool.wallet.map((held) => (held === own ? { ...held, amount: held.amount.plus(won) } : held))
    const after = { ...pool, wallet, positions: pool.positions.map((p) => ({ ...p, entry: p.mark })) }
    expectSameReach(reach([after], given.path), reach([pool], given.path))
    expectClose(solvency(after).slack, solvency(pool).slack, 'slack')
    return true
  })

  invariant('13 one position as two symbols of the same pool never hurts', {}, (given) => {
    const { pool, position } = picked(given) ?? {}
    if (pool === undefined || position === undefined) return false
    const part = position.size.times(given.amount).div(1001)
    const two = [
      { ...position, symbol: 'ONE', size: part },
      { ...position, symbol: 'OTHER', size: position.size.minus(part) },
    ]
    const after = ofPositions(
      pool,
      pool.positions.flatMap((p) => (p === position ? two : [p])),
    )
    expectNoNarrower(reach([after], given.path), reach([pool], given.path))
    return true
  })

  invariant('19 both sides of one size: no delta, the profit stands still, only maintenance moves', {}, (given) => {
    const { pool, position } = picked(given, (one) => isLinear(one) && isStable(one)) ?? {}
    if (pool === undefined || position === undefined) return false
    const other = { ...position, side: position.side === 'long' ? ('short' as const) : ('long' as const) }
    const hedged = ownOnly(ofPositions(pool, [position, { ...other, entry: position.entry.times('1.1') }]))
    const profitAt = (s: string) => sum(hedged.positions.map((p) => profit(p, p.mark.times(s))))
    expectClose(profitAt('0.3').plus(1), profitAt('7').plus(1), 'profit')
    const state = solvency(hedged)
    const { netDelta } = totalsOf([hedged], [state as unknown as LegView], [])
    expect(netDelta?.get(position.factor)?.isZero()).toBe(true)
    const path = alongFactor(position.factor)
    const moved = marginState(hedged, path, dec('1.5'))
    expectClose(moved.equity.minus(moved.maintenance), state.slack.minus(moved.maintenance.minus(state.required)), 'slack')
    return true
  })

  invariant('20 two pools of distinct symbols as one never shrink the interval', { least: 0.1 }, (given) => {
    const { pool } = picked(given, ({ positions }) => new Set(positions.map(({ symbol }) => symbol)).size > 1) ?? {}
    const symbol = pool?.positions[0]?.symbol
    if (pool === undefined || symbol === undefined) return false
    // Any split of the wallet, also one that leaves a pool in debt.
    const share = dec(given.amount).div(500).minus('0.5')
    const part = (mine: boolean): MarginAccount => ({
      ...pool,
      id: `${pool.id}/${mine}`,
      orderMargin: mine ? pool.orderMargin : ZERO,
      wallet: pool.wallet.map((held) => ({ ...held, amount: held.amount.times(mine ? share : ONE.minus(share)) })),
      positions: pool.positions.filter((p) => (p.symbol === symbol) === mine),
    })
    expectNoNarrower(reach([pool], given.path), reach([part(true), part(false)], given.path))
    return true
  })

  invariant('25 an inverse short of the size of its coins: no delta, no death on the way up', { least: 0.1 }, (given) => {
    const { pool, position } = picked(given, (one) => !isLinear(one) && one.rules.basis === 'mark') ?? {}
    const own = pool?.wallet[0]
    if (pool === undefined || position === undefined || own === undefined) return false
    const short = { ...position, side: 'short' as const, mark: pool.settlePrice }
    const wallet = [{ ...own, amount: short.size.div(short.entry), ratio: ONE }]
    const hedged = { ...pool, wallet, positions: [short] }
    const { netDelta } = totalsOf([hedged], [solvency(hedged) as unknown as LegView], [])
    expect(netDelta?.get(short.factor)?.abs().lte(short.size.times('1e-40'))).toBe(true)
    expect(corridor([hedged], alongFactor(short.factor)).ceiling).toBeNull()
    return true
  })

  invariant('27 one long on stablecoins: the safety factor is mark over liquidation price', {}, (given) => {
    const { pool, position } = picked(given, (one) => isLinear(one) && isStable(one)) ?? {}
    if (pool === undefined || position === undefined) return false
    const long = ownOnly(ofPositions(pool, [{ ...position, side: 'long' }]))
    const price = symbolTrigger(long, position.symbol, 'down')?.exact ?? null
    const factor = safetyFactor(pathsOf([long]).map((path) => corridor([long], path)))
    expectClose(factor, price === null ? null : position.mark.div(price), 'safety factor')
    return true
  })

  invariant('32 one symbol on stablecoins: its factor and it alone are the same', {}, (given) => {
    const { pool, position } = picked(given, (one) => isLinear(one) && isStable(one)) ?? {}
    if (pool === undefined || position === undefined) return false
    const one = ownOnly(
      ofPositions(
        pool,
        pool.positions.filter(({ symbol }) => symbol === position.symbol),
      ),
    )
    const { floor, ceiling } = corridor([one], alongFactor(position.factor))
    const alone = (side: 'down' | 'up') => symbolTrigger(one, position.symbol, side)?.exact.div(position.mark) ?? null
    expectClose(floor?.at ?? null, alone('down'), 'down')
    expectClose(ceiling?.at ?? null, alone('up'), 'up')
    return true
  })

  invariant('33 brackets that meet: maintenance goes on where the next one begins', { wish: { jumps: false } }, (given) => {
    const { position } = picked(given) ?? {}
    const caps = position?.tiers.flatMap(({ cap }) => (cap === null ? [] : [cap])) ?? []
    if (position === undefined || caps.length === 0) return false
    const step = dec('1e-30')
    for (const cap of caps) {
      const [inside, outside] = [cap.minus(step), cap.plus(step)].map((n) => maintenanceOf(n, position.tiers, 'marginal'))
      expect(outside?.minus(inside ?? ZERO).lte(step.times(2))).toBe(true)
      expect(outside?.gte(inside ?? ZERO)).toBe(true)
    }
    expect(notionalAt(position, position.mark).gt(0)).toBe(true)
    return true
  })
})
