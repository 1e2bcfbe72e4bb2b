import { type Address, getAddress } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ReportJson } from '../../src/report/schema.ts'
import { openDemoAccount } from '../sandbox/demoAccount.ts'
import { openSandbox, type Sandbox } from '../sandbox/openSandbox.ts'
import { reportOf } from '../support/hullmark.ts'
import { openRpcProxy, PASS, type RpcProxy } from '../support/rpcProxy.ts'
import { openingCalls } from './loanStage.ts'

const FORTY = Array.from({ length: 40 }, (_, i): Address => getAddress(`0x${(0xf0_00_00 + i).toString(16).padStart(40, '0')}`))

let sandbox: Sandbox
let proxy: RpcProxy
beforeAll(async () => {
  sandbox = await openSandbox()
  proxy = await openRpcProxy(sandbox.chain.url)
  const loan = { supplied: { WETH: 10n ** 18n, WBTC: 10n ** 6n }, owed: { USDC: 10n ** 9n } }
  await sandbox.chain.send(FORTY.flatMap((wallet) => openingCalls(sandbox.chain, wallet, loan)))
})
afterAll(() => Promise.all([sandbox.stop(), proxy.close()]))

let passes = 0
/** An environment with nothing cached, whose requests to the chain go through the proxy. */
const coldEnv = (book: string): Record<string, string> => ({
  ...sandbox.env,
  HULLMARK_BOOK: book,
  HULLMARK_CACHE_DIR: `${sandbox.folder}/cold-${passes++}`,
  SANDBOX_RPC_URL: proxy.url,
})

/** One pass of the command line, and what it asked: of the chain by HTTP request, of the exchange by path. */
async function pass(
  env: Record<string, string>,
): Promise<{ report: ReportJson; chain: string[][]; exchange: Record<string, number> }> {
  proxy.rule(() => PASS)
  sandbox.binance.requests.reset()
  await sandbox.chain.mine()
  const { code, report, err } = await reportOf(env)
  expect({ code, err, gaps: report.gaps }).toEqual({ code: 0, err: '', gaps: [] })
  const chain = proxy.requests.map(({ calls }) => calls.map(({ method }) => method))
  return { report, chain, exchange: { ...sandbox.binance.requests.byPath } }
}

const ONE_REQUEST = [['eth_call', 'eth_getBlockByNumber']]
/** What every pass asks: the account twice over, what its positions cost, and whether there are others on COIN-M. */
const EACH = {
  '/fapi/v3/positionRisk': 1,
  '/fapi/v3/account': 1,
  '/fapi/v1/premiumIndex': 1,
  '/dapi/v1/account': 1,
  '/api/v3/account': 1,
}
const INDEX = '/fapi/v1/assetIndex'
/** What a first pass learns besides, and later ones of the same day remember. */
const LEARNED = {
  '/fapi/v1/time': 1,
  '/fapi/v1/exchangeInfo': 1,
  '/fapi/v1/leverageBracket': 1,
  '/fapi/v1/accountConfig': 1,
  '/fapi/v1/fundingInfo': 1,
  '/sapi/v1/account/apiRestrictions': 1,
  '/sapi/v1/portfolio/account': 1,
  '/fapi/v1/income': 1,
  '/fapi/v1/openAlgoOrders': 1,
}
/** In multi-assets mode besides, hourly: which assets are margin. */
const BACKING = { '/fapi/v3/balance': 1 }

describe('requests to the chain', () => {
  test.each([1, 40])('one HTTP request a pass for %i wallets, cold and warm', async (count) => {
    const wallets = FORTY.slice(0, count)
    const env = coldEnv(await sandbox.book({ wallets, exchange: false }))
    for (const temperature of ['cold', 'warm']) {
      const { report, chain, exchange } = await pass(env)
      expect(chain, temperature).toEqual(ONE_REQUEST)
      expect(exchange).toEqual({})
      expect(report.legs.map(({ class: agreement, health }) => [agreement, health !== null])).toEqual(
        wallets.map(() => ['agree', true]),
      )
    }
  })

  test('the exchange beside it changes nothing', async () => {
    const { report, chain } = await pass(coldEnv(await sandbox.book({ wallets: FORTY })))
    expect(chain).toEqual(ONE_REQUEST)
    expect(report.legs).toHaveLength(41)
  })
})

describe('requests to the exchange', () => {
  afterEach(() => {
    openDemoAccount(sandbox.binance.exchange)
    expect(sandbox.binance.violations).toEqual([])
  })
  const inMultiAssets = () =>
    sandbox.binance.account({
      ...{ mode: 'multi', hedge: false, wallets: { USDT: '9000', ETH: '1' } },
      positions: [{ symbol: 'ETHUSDT', side: 'BOTH', amount: '20', entryPrice: '3000' }],
    })

  test('single-asset mode: a cold pass learns ten things once, a warm one asks five', async () => {
    const env = coldEnv(await sandbox.book({ wallets: [] }))
    expect((await pass(env)).exchange).toEqual({ ...LEARNED, ...EACH })
    for (let i = 0; i < 3; i += 1) expect((await pass(env)).exchange).toEqual(EACH)
  })

  test('multi-assets mode: one more, the worth of the margin assets', async () => {
    inMultiAssets()
    const env = coldEnv(await sandbox.book({ wallets: [] }))
    expect((await pass(env)).exchange).toEqual({ ...LEARNED, ...BACKING, ...EACH, [INDEX]: 1 })
    for (let i = 0; i < 3; i += 1) expect((await pass(env)).exchange).toEqual({ ...EACH, [INDEX]: 1 })
  })

  test('more positions do not cost more requests', async () => {
    sandbox.binance.account({
      ...{ mode: 'single', hedge: true, wallets: { USDT: '100000', USDC: '50000' } },
      positions: [
        { symbol: 'ETHUSDT', side: 'LONG', amount: '10', entryPrice: '3000' },
        { symbol: 'ETHUSDT', side: 'SHORT', amount: '-4', entryPrice: '3000' },
        { symbol: 'BTCUSDT', side: 'SHORT', amount: '-1', entryPrice: '90000', isolatedWallet: '20000' },
        { symbol: 'ETHUSDC', side: 'LONG', amount: '5', entryPrice: '3000' },
      ],
    })
    const env = coldEnv(await sandbox.book({ wallets: [] }))
    // Stops are asked for by symbol, each five minutes.
    expect((await pass(env)).exchange).toEqual({ ...LEARNED, '/fapi/v1/openAlgoOrders': 3, ...EACH })
    const { report, exchange } = await pass(env)
    expect(exchange).toEqual(EACH)
    expect(report.legs).toHaveLength(3)
  })

  test('a changed account mode is noticed by the totals, and asked for once', async () => {
    const env = coldEnv(await sandbox.book({ wallets: [] }))
    await pass(env)
    inMultiAssets()
    expect((await pass(env)).exchange).toEqual({ ...EACH, ...BACKING, [INDEX]: 1, '/fapi/v1/accountConfig': 1 })
    expect((await pass(env)).exchange).toEqual({ ...EACH, [INDEX]: 1 })
  })
})
