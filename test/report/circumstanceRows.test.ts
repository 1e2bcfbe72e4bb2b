import { expect, test } from 'vitest'
import { circumstanceRows } from '../../src/report/circumstanceRows.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Circumstances, StopOrder } from '../../src/risk/marginAccount.ts'
import { aPool, aSnapshot } from '../support/books.ts'
import { findings } from '../support/findings.ts'

const stop = { symbol: 'ETHUSDT', side: 'long', kind: 'stop', triggerBy: 'mark', size: null, reduceOnly: true } as const

function rowsOf(told: Partial<Circumstances>) {
  const circumstances = { stops: null, fundingPaid: null, adl: null, ...told }
  return circumstanceRows(findings(aSnapshot({ legs: [aPool({ circumstances })] }))).map(({ label, text }) => `${label} ${text}`)
}

test('a stop that comes too late, and orders that may flip the position', () => {
  const late: StopOrder = { ...stop, trigger: dec(2300) }
  const loose: StopOrder = { ...stop, trigger: dec(2800), size: dec(25), reduceOnly: false }
  expect(rowsOf({ stops: [late, loose] })).toEqual([
    'STOPS Binance USDT cross: the stop of ETHUSDT long at 2,300.00 lies beyond its liquidation at 2,409.64: the venue comes first',
    'STOPS Binance USDT cross: the orders that close ETHUSDT long are larger than it, and not reduce-only: what is left over opens a short',
  ])
})

test('only the head of the queue is told', () => {
  const place = (rank: number) => rowsOf({ adl: [{ symbol: 'ETHUSDT', side: 'long', rank, of: 4 }] })
  expect(place(3)).toEqual([])
  expect(place(4)).toEqual([
    'QUEUE Binance USDT cross: ETHUSDT long is among the first to be closed against a bankrupt position (4 of 4)',
  ])
})

test('funding that was paid, rounded to the worse side', () => {
  const paid = (amount: string) => ({ symbol: 'ETHUSDT', days: 7, amount: dec(amount) })
  expect(rowsOf({ fundingPaid: [paid('-12.501'), { ...paid('3.999'), symbol: 'BTCUSDT' }] })).toEqual([
    'FUNDING PAID Binance USDT cross: ETHUSDT -12.51, BTCUSDT +3.99 USDT in 7 days',
  ])
})

test('a venue that told nothing has no line', () => {
  expect(rowsOf({})).toEqual([])
  expect(rowsOf({ stops: [], fundingPaid: [], adl: [] })).toEqual([])
})
