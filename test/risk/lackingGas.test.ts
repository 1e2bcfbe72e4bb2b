import { expect, test } from 'vitest'
import { NATIVE } from '../../src/risk/asset.ts'
import { dec } from '../../src/risk/decimal.ts'
import { supplyOf } from '../../src/risk/idleSupplies.ts'
import { lackingGas } from '../../src/risk/lackingGas.ts'
import type { Cash } from '../../src/risk/leg.ts'
import { aPool, USDT } from '../support/books.ts'
import { ALICE, aaveLoan, BOB, coins, onChain } from '../support/payBook.ts'

const ether = (wallet: string, chainId = 1, amount = '0.1'): Cash => ({
  ...coins(amount, wallet, { key: `eip155:${chainId}/${NATIVE}`, symbol: 'ETH', factor: 'ETH', basis: null }),
  price: null,
})
const [loan, pool] = [aaveLoan(), aPool()]
const legs = [loan, pool]
const supply: Cash = { ...coins('5'), id: supplyOf(loan, onChain('USDC').key) }
const lacks = (cash: readonly Cash[], from: string, to: string) => lackingGas({ legs, cash, supplies: [supply] })(from, to)

test('cash in a wallet is sent by that wallet, on the chain where it lies', () => {
  const purse = coins('100')
  expect(lacks([purse], purse.id, loan.id)).toBe(true)
  expect(lacks([purse, ether(ALICE)], purse.id, loan.id)).toBe(false)
  expect(lacks([purse, ether(BOB)], purse.id, pool.id)).toBe(true)
  expect(lacks([purse, ether(ALICE, 42161)], purse.id, loan.id)).toBe(true)
  expect(lacks([purse, ether(ALICE, 1, '0')], purse.id, loan.id)).toBe(true)
})

test('what lies idle is withdrawn by the wallet of its loan', () => {
  expect(lacks([ether(BOB)], supply.id, pool.id)).toBe(true)
  expect(lacks([ether(ALICE)], supply.id, pool.id)).toBe(false)
})

test('what comes from an exchange is paid to a loan by the wallet of that loan', () => {
  const idle: Cash = { id: 'binance/main funding USDT', place: 'Binance', asset: USDT, amount: dec(5), price: dec(1) }
  expect(lacks([idle], idle.id, loan.id)).toBe(true)
  expect(lacks([idle, ether(ALICE)], idle.id, loan.id)).toBe(false)
  expect(lacks([], pool.id, loan.id)).toBe(true)
})

test('within an exchange nobody pays for gas, and of money of unknown place nobody knows who does', () => {
  expect(lacks([], 'binance/second/USDT-cross', pool.id)).toBeNull()
  expect(lacks([{ ...coins('5'), id: 'purse' }], 'purse', loan.id)).toBeNull()
})
