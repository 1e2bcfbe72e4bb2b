import { describe, expect, test } from 'vitest'
import type { Asset } from '../../src/risk/asset.ts'
import { dec, ONE } from '../../src/risk/decimal.ts'
import { ladderOf } from '../../src/risk/ladder.ts'
import type { Cash } from '../../src/risk/leg.ts'
import { rescuePlan } from '../../src/risk/rescue.ts'
import type { RescueBook } from '../../src/risk/rescueDesk.ts'
import { openRoutes } from '../../src/risk/routes.ts'
import { withoutWithdrawals } from '../../src/risk/withoutWithdrawals.ts'
import { aLoan, aPool, aPosition, USDC, USDT } from '../support/books.ts'

const cash = (id: string, asset: Asset): Cash => ({ id, place: id, asset, amount: dec(5000), price: ONE })

/** The same kind of account on another exchange. */
const okx = aPool({ id: 'okx/main/USDT-cross', settle: { ...USDT, key: 'okx/USDT' }, positions: [aPosition({ size: dec(1) })] })
const pool = aPool()
const loan = aLoan()

const book: RescueBook = {
  legs: [loan, pool, okx],
  cash: [cash('wallet', USDC), cash('binance/main futures', { ...USDC, key: 'binance/USDC' })],
  donors: [{ leg: okx.id, withdrawable: dec(8000) }],
}

const open = ({ routes }: RescueBook) => routes?.flatMap(({ from, to, closed }) => (closed === null ? [[from, to]] : []))

describe('while no exchange lets anything out', () => {
  test('the wallet reaches everything, an exchange only itself', () => {
    expect(open(withoutWithdrawals(book))).toEqual([
      ['wallet', loan.id],
      ['wallet', pool.id],
      ['wallet', okx.id],
      ['binance/main futures', pool.id],
      [okx.id, okx.id],
    ])
  })

  test('what is there already is kept: routes that are not listed, closed ones and their reasons', () => {
    const routes = openRoutes([{ id: 'wallet' }, { id: okx.id }], [loan]).map((one) => ({
      ...one,
      minutes: dec(20),
      closed: one.from === 'wallet' ? 'no gas' : null,
    }))
    const { routes: after } = withoutWithdrawals({ ...book, routes })
    expect(after?.map(({ closed, minutes }) => [closed, minutes?.toFixed()])).toEqual([
      ['no gas', '20'],
      ['the exchange lets nothing out', '20'],
    ])
  })

  test('the plan does without, and says why', () => {
    // The pool needs it. Freely it gets 18,000 of all three; then 5,000 of the wallet and the 5,000 that lie on the same exchange.
    const [free, blocked] = [rescuePlan(book), rescuePlan(withoutWithdrawals(book))]
    expect(new Set(free.moves.map(({ from }) => from))).toEqual(new Set(['wallet', 'binance/main futures', okx.id]))
    expect(blocked.moves.map(({ from, to }) => [from, to])).toEqual([
      ['wallet', pool.id],
      ['binance/main futures', pool.id],
    ])
    // 12,000 + 10,000 (the stablecoin is swapped at 0.1 %): 60,000 x 0.3664 of room less 240 x: 38,010 / 59,760
    expect(blocked.after?.move.toFixed(4)).toBe('-0.3640')
    expect(free.after?.distance.gt(blocked.after?.distance ?? 0)).toBe(true)
    expect(blocked.limits).toContain(`binance/main futures to Aave v3 Ethereum: the exchange lets nothing out`)
  })

  test('the second rung of the ladder falls, the first does not', () => {
    const only: RescueBook = { legs: [loan, pool], cash: [cash('okx/main', { ...USDT, key: 'okx/USDT' })] }
    const [free, blocked] = [ladderOf(only, null), ladderOf(withoutWithdrawals(only), null)]
    expect(blocked.safetyFactor?.eq(free.safetyFactor ?? 0)).toBe(true)
    expect([blocked.withCash?.eq(blocked.safetyFactor ?? 0), free.withCash?.gt(blocked.withCash ?? 0)]).toEqual([true, true])
  })
})
