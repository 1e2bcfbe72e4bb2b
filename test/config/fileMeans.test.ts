import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { protocols } from '../../src/lending/protocols.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { DEFAULT_MEANS } from '../../src/risk/means.ts'
import { load, problemsOf } from '../support/configFolder.ts'

const WALLET = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'
const LOAN = `loans:\n  - { protocol: aave-v3, chain: ethereum, wallet: "${WALLET}" }\n`
/** What follows starts on line 3. */
const book = (text: string) => ({ files: { 'hullmark.yaml': `${LOAN}${text}` } })
const means = async (text: string) => (await load(book(text))).book.means

describe('what nobody states', () => {
  test('without a book file, and in one that is silent: no time, no odds, the default costs', async () => {
    expect((await load({ env: { WALLET } })).book.means).toEqual(DEFAULT_MEANS)
    const { book: silent } = await load(book(''))
    expect(silent.means).toEqual(DEFAULT_MEANS)
    expect(silent.policy).toEqual(DEFAULT_POLICY)
  })

  test('one time says nothing of the others', async () => {
    const { minutes, swapCost, volatility } = await means('money: { repay: 1 min }')
    expect([minutes.topUp, minutes.repay?.toFixed(), minutes.withdraw]).toEqual([null, '1', null])
    expect(swapCost.toFixed()).toBe('0.001')
    expect(volatility.size).toBe(0)
  })
})

test.each([
  // 1 / 60 = 0.01666..., upwards
  ['1 s', '0.017'],
  ['90 s', '1.5'],
  ['1.5m', '1.5'],
  ['20m', '20'],
  ['20 min', '20'],
  ['2 h', '120'],
  // 7 x 24 x 60
  ['7 d', '10080'],
])('withdraw: %s is %s minutes', async (text, minutes) => {
  expect((await means(`money: { withdraw: ${text} }`)).minutes.withdraw?.toFixed()).toBe(minutes)
})

test.each([
  ['0 %', '0'],
  ['0.1 %', '0.001'],
  ['0.1%', '0.001'],
  ['49.9 %', '0.499'],
])('swapCost: %s', async (text, share) => {
  expect((await means(`money: { swapCost: ${text} }`)).swapCost.toFixed()).toBe(share)
})

test.each([
  ['0', '0'],
  ['0.5 %', '0.005'],
  ['19.99 %', '0.1999'],
])('oracleDeviation: %s', async (text, share) => {
  expect((await load(book(`policy: { oracleDeviation: ${text} }`))).book.policy.oracleDeviation.toFixed()).toBe(share)
})

test.each([
  ['ETH: 60%', 'ETH', '0.6'],
  ['ETH: 0.6', 'ETH', '0.6'],
  ['kPEPE: 500 %', 'kPEPE', '5'],
  ['USD:USDC: 0.5 %', 'USD:USDC', '0.005'],
  ['wbETH/ETH@binance: 4 %', 'wbETH/ETH@binance', '0.04'],
])('volatility: { %s }', async (text, factor, share) => {
  expect((await means(`volatility: { ${text} }`)).volatility.get(factor)?.toFixed()).toBe(share)
})

const TIME = 'is not a time; write the unit: "5 min", "90 s" or "2 h"'
const SWAP = 'must be 0 % or more and less than 50 %; write it as "0.1 %" or 0.001'
const DEVIATION = 'must be 0 % or more and less than 20 %; write it as "0.5 %" or 0.005'
const VOLATILITY = 'must be more than 0 % and at most 500 %; write it as "60 %"'
const FACTOR = 'must be a factor, as ETH or USD:USDC, or a ratio, as wstETH/ETH'
const DAYS = 'must be a number of days above 0 and up to 3650, without a unit, as 30 or 0.5'

test.each([
  ['money:', 'money is empty'],
  ['money: 5m', 'money must be a group of settings, one on each line'],
  ['money: [5m]', 'money must be a group of settings, one on each line'],
  ['money: { fees: 1 % }', 'unknown setting "fees" of money; there are: topUp, repay, withdraw, swapCost'],
  ['money: { topUp: 5 }', `money.topUp ${TIME}`],
  ['money: { topUp: soon }', `money.topUp ${TIME}`],
  ['money: { topUp: -5m }', `money.topUp ${TIME}`],
  ['money: { topUp: 1 month }', `money.topUp ${TIME}`],
  ['money: { topUp: }', 'money.topUp is empty'],
  ['money: { topUp: { x: 1 } }', 'money.topUp must be a text'],
  ['money: { repay: 0 s }', 'money.repay must be between 1 s and 7 d'],
  ['money: { withdraw: 8 d }', 'money.withdraw must be between 1 s and 7 d'],
  ['money: { swapCost: 50 % }', `money.swapCost ${SWAP}`],
  ['money: { swapCost: -0 % }', `money.swapCost ${SWAP}`],
  ['money: { swapCost: -0.1 % }', `money.swapCost ${SWAP}`],
  ['money: { swapCost: NaN }', 'money.swapCost is not a share; write it as "0.1 %" or 0.001'],
  ['money: { swapCost: 1e999 }', `money.swapCost ${SWAP}`],
  ['volatility:', 'volatility must be a group of settings, one on each line'],
  ['volatility: 60 %', 'volatility must be a group of settings, one on each line'],
  ['volatility: [ETH]', 'volatility must be a group of settings, one on each line'],
  ['volatility: { ETH: 0 % }', `volatility.ETH ${VOLATILITY}`],
  ['volatility: { ETH: 500.1 % }', `volatility.ETH ${VOLATILITY}`],
  ['volatility: { ETH: 60 }', `volatility.ETH ${VOLATILITY}`],
  ['volatility: { ETH: 2 }', 'volatility.ETH may be read in two ways; write it with %, as "60 %"'],
  ['volatility: { ETH: high }', 'volatility.ETH is not a share; write it as "60 %"'],
  ['volatility: { ETH: }', 'volatility.ETH is empty'],
  ['volatility: { ETH: [60 %] }', 'volatility.ETH must be a text'],
  ['volatility: { ETH: 60 %, ETH: 70 % }', '"ETH" stands twice in the same group; keep one of them'],
  ['volatility: { usd:USDC: 1 % }', `volatility: "usd:USDC" ${FACTOR}`],
  ['volatility: { a/b/c: 1 % }', `volatility: "a/b/c" ${FACTOR}`],
  ['volatility: { __proto__: 1 % }', `volatility: "__proto__" ${FACTOR}`],
  ['volatility: { "\\e[2J": 1 % }', `volatility: "?[2J" ${FACTOR}`],
  ['policy: { oracleDeviation: 20 % }', `policy.oracleDeviation ${DEVIATION}`],
  ['policy: { oracleDeviation: -1 % }', `policy.oracleDeviation ${DEVIATION}`],
  ['policy: { oracleDeviation: 0.5 }', `policy.oracleDeviation ${DEVIATION}`],
  [
    'policy: { oracleDrift: 1 % }',
    'unknown setting "oracleDrift" of policy; there are: room, peg, days, lowHealth, oracleDeviation',
  ],
  ['policy: { days: 30 }', 'policy.days must be a group of settings, one on each line'],
  ['policy: { days: { critical: 0 } }', `policy.days.critical ${DAYS}`],
  ['policy: { days: { notice: -30 } }', `policy.days.notice ${DAYS}`],
  ['policy: { days: { notice: 3651 } }', `policy.days.notice ${DAYS}`],
  ['policy: { days: { notice: 30 % } }', `policy.days.notice ${DAYS}`],
  ['policy: { days: { ok: 90 } }', 'unknown setting "ok" of policy.days; there are: notice, warning, critical'],
  [
    'prices: { ETH: 3000 }',
    expect.stringMatching(
      /^unknown setting "prices"; there are: .*policy, money, volatility, deadlines, schedule, alerts, legLimits, factorLimits, channels, history, ping, aliases$/,
    ),
  ],
])('%s is refused with its place', async (text, sentence) => {
  const [problem = '', ...more] = await problemsOf(book(text))
  expect(more).toEqual([])
  expect(problem.slice(0, 17)).toBe('hullmark.yaml:3: ')
  expect(problem.slice(17)).toEqual(sentence)
})

test('the line of each fault, though there are several', async () => {
  expect(await problemsOf(book('money:\n  topUp: 5\n  swapCost: 60 %\nvolatility:\n  ETH: 0\n  b b: 1 %'))).toEqual([
    `hullmark.yaml:4: money.topUp ${TIME}`,
    `hullmark.yaml:5: money.swapCost ${SWAP}`,
    `hullmark.yaml:7: volatility.ETH ${VOLATILITY}`,
    `hullmark.yaml:8: volatility: "b b" ${FACTOR}`,
  ])
})

test('the book file of the README is one, and what stands there as the defaults are the defaults', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(readme) ?? []
  const env = { ETHEREUM_RPC_URL: 'https://node.example', BINANCE_API_KEY: 'k3yk3yk3yk3y', BINANCE_API_SECRET: 's3cr3ts3cr3t' }
  const { book: read } = await load({
    ...{ files: { 'hullmark.yaml': example.replaceAll('0x...', WALLET) }, env },
    sources: { protocols },
  })
  expect(read.policy).toEqual(DEFAULT_POLICY)
  expect([read.requestMs, read.passMs]).toEqual([10_000, 45_000])
  expect(read.means.swapCost).toEqual(DEFAULT_MEANS.swapCost)
  expect(Object.values(read.means.minutes).map((one) => one?.toFixed())).toEqual(['5', '1', '20'])
  expect([...read.means.volatility.keys()]).toEqual(['ETH', 'BTC'])
})
