import { describe, expect, test } from 'vitest'
import { openDemoAccount } from './demoAccount.ts'
import { createExchange, type Exchange } from './exchange.ts'
import { accountInformation } from './venue/accountInformation.ts'
import { bracketTable } from './venue/brackets.ts'
import { positionRisk } from './venue/positionRisk.ts'

function price(exchange: Exchange, symbol: string, side = 'BOTH'): string {
  const position = exchange.state.positions.find((held) => held.symbol === symbol && held.side === side)
  if (position === undefined) throw new Error(`no ${side} ${symbol}`)
  return exchange.liquidationPriceOf(position)?.toFixed(8, 1) ?? 'none'
}

const row = (exchange: Exchange, symbol: string) =>
  positionRisk(exchange).find((one) => (one as { symbol: string }).symbol === symbol)

describe('liquidation', () => {
  test('the demo account lives at 2 409.64 and dies a tick below', () => {
    const exchange = createExchange()
    openDemoAccount(exchange)
    expect(exchange.wouldLiquidate('ETHUSDT', '2409.64')).toBe(false)
    expect(exchange.wouldLiquidate('ETHUSDT', '2409.63')).toBe(true)
    expect(exchange.setMark('ETHUSDT', '2409.64')).toEqual([])
    expect(exchange.setMark('ETHUSDT', '2409.63')).toMatchObject([
      { pool: 'cross:USDT', symbol: 'ETHUSDT', mark: '2409.63000000' },
    ])
    expect(exchange.state.positions).toEqual([])
    // 12 000 + 20 x (2 409.63 - 3 000) = 192.6, less 1.25 % of 48 192.6: nothing is left, and nothing is owed
    expect(exchange.liquidations).toMatchObject([{ profit: '-11807.40000000', fee: '602.40750000', walletAfter: '0.00000000' }])
  })

  test('and to the last published digit of a mark', () => {
    const exchange = createExchange()
    openDemoAccount(exchange)
    expect(exchange.wouldLiquidate('ETHUSDT', '2409.63855422')).toBe(false)
    expect(exchange.wouldLiquidate('ETHUSDT', '2409.63855421')).toBe(true)
    expect(exchange.marks.ETHUSDT).toBe('3000.00000000') // asking changes nothing
  })

  test('margin balance equal to maintenance margin is not below it', () => {
    const exchange = createExchange()
    exchange.account({
      ...{ mode: 'single', hedge: false, wallets: { USDT: '1012' } },
      positions: [{ symbol: 'ETHUSDT', side: 'BOTH', amount: '1', entryPrice: '4000' }],
    })
    // 1 012 - 1 000 = 12 = 3 000 x 0.004
    expect(exchange.liquidations).toEqual([])
    expect(exchange.wouldLiquidate('ETHUSDT', '2999.99')).toBe(true)
  })

  test('what is left after profit and fee stays in the wallet', () => {
    const exchange = createExchange({ liquidationFee: '0.001' })
    openDemoAccount(exchange)
    exchange.setMark('ETHUSDT', '2409')
    // 12 000 - 11 820 - 48.18 = 131.82
    expect(accountInformation(exchange)).toMatchObject({
      totalWalletBalance: '131.82000000',
      totalMaintMargin: '0.00000000',
      positions: [],
    })
  })

  test('an isolated position dies alone', () => {
    const exchange = createExchange()
    exchange.account({
      ...{ mode: 'single', hedge: false, wallets: { USDT: '10300' } },
      positions: [
        { symbol: 'ETHUSDT', side: 'BOTH', amount: '1', entryPrice: '3000', isolatedWallet: '300' },
        { symbol: 'BTCUSDT', side: 'BOTH', amount: '0.1', entryPrice: '90000' },
      ],
    })
    const died = exchange.setMark('ETHUSDT', '2700')
    expect(died).toMatchObject([{ pool: 'isolated:ETHUSDT:BOTH', walletAfter: '10000.00000000' }])
    expect(exchange.state.positions.map(({ symbol }) => symbol)).toEqual(['BTCUSDT'])
  })

  test('USDC does not protect a USDT position in single-asset mode, and does in multi-assets mode', () => {
    const wallets = { USDT: '1000', USDC: '5000' }
    const positions = [{ symbol: 'ETHUSDT', side: 'BOTH', amount: '5', entryPrice: '3000' }] as const
    const single = createExchange()
    single.account({ mode: 'single', hedge: false, wallets, positions })
    const multi = createExchange()
    multi.account({ mode: 'multi', hedge: false, wallets, positions })
    expect(single.setMark('ETHUSDT', '2500')).toHaveLength(1)
    expect(multi.setMark('ETHUSDT', '2500')).toEqual([])
    expect(single.state.wallets.get('USDC')?.toFixed()).toBe('5000')
  })

  test('a halted engine shows the account underwater', () => {
    const exchange = createExchange()
    openDemoAccount(exchange)
    exchange.engine = 'halted'
    expect(exchange.setMark('ETHUSDT', '2400')).toEqual([])
    // 12 000 - 12 000 = 0 against 48 000 x 0.004
    expect(accountInformation(exchange)).toMatchObject({ totalMarginBalance: '0.00000000', totalMaintMargin: '192.00000000' })
  })
})

describe('multi-assets mode', () => {
  // The venue's own example: USDT index 0.99, buffers 1 % and 0.5 %, USDC 1; 0.8 % and 1 % of maintenance.
  const faq = () =>
    createExchange({
      brackets: { BTCUSDT: bracketTable([['1000000', '0.008', 100]]), ETHUSDC: bracketTable([['1000000', '0.01', 50]]) },
      indexes: {
        USDTUSD: { index: '0.99', bidBuffer: '0.01', askBuffer: '0.005' },
        USDCUSD: { index: '1', bidBuffer: '0', askBuffer: '0' },
      },
    })
  const positions = [
    { symbol: 'BTCUSDT', side: 'BOTH', amount: '0.5', entryPrice: '20000', leverage: 100 },
    { symbol: 'ETHUSDC', side: 'BOTH', amount: '20', entryPrice: '600', leverage: 50 },
  ] as const

  test('the worked example of the venue: 199.596 of 416.02, 76.525 available', () => {
    const exchange = faq()
    exchange.setMark('BTCUSDT', '20000')
    exchange.setMark('ETHUSDC', '600')
    exchange.account({ mode: 'multi', hedge: false, wallets: { USDT: '200', USDC: '220' }, positions })
    expect(accountInformation(exchange)).toMatchObject({
      ...{ totalMarginBalance: '416.02000000', totalMaintMargin: '199.59600000', availableBalance: '76.52500000' },
      // 76.525 / 0.99495 = 76.9134...: the example shows 76.91
      assets: [
        { asset: 'USDT', availableBalance: '76.91341273' },
        { asset: 'USDC', availableBalance: '76.52500000' },
        {},
        {},
        {},
      ],
    })
  })

  test('dies where the balance of the whole account meets its maintenance, and at the price it reports', () => {
    const exchange = faq()
    exchange.setMark('BTCUSDT', '20000')
    exchange.setMark('ETHUSDC', '600')
    exchange.account({ mode: 'multi', hedge: false, wallets: { USDT: '200', USDC: '220' }, positions })
    // USDT goes into debt before the account dies, so its equity counts at the ask:
    // 0.99495 x (200 + 0.5 (P - 20 000)) + 220 = 0.99495 x 0.004 P + 120
    // P = (9 800 - 100 / 0.99495) / 0.496 = 9 699.492437... / 0.496 = 19 555.428301...
    const btc = price(exchange, 'BTCUSDT')
    expect(btc.slice(0, 8)).toBe('19555.42')
    expect(exchange.wouldLiquidate('BTCUSDT', '19555.43')).toBe(false)
    expect(exchange.wouldLiquidate('BTCUSDT', '19555.42')).toBe(true)
  })

  test('a coin counts less its haircut, and its fall can liquidate', () => {
    const exchange = createExchange()
    exchange.account({
      ...{ mode: 'multi', hedge: false, wallets: { ETH: '1' } },
      positions: [{ symbol: 'BTCUSDT', side: 'BOTH', amount: '0.1', entryPrice: '90000' }],
    })
    expect(accountInformation(exchange)).toMatchObject({ totalMarginBalance: '2850.00000000' }) // 3 000 x 0.95
    // maintenance 9 000 x 0.004 x 1.0001 = 36.0036: ETH may fall to 37.898...
    expect(exchange.setIndex('ETHUSD', { index: '38' })).toEqual([]) // 38 x 0.95 = 36.1
    expect(exchange.setIndex('ETHUSD', { index: '37.8' })).toHaveLength(1) // 35.91
  })
})

describe('account', () => {
  test('single-asset totals are the USDT row; isolated margin is no cross balance', () => {
    const exchange = createExchange()
    exchange.account({
      ...{ mode: 'single', hedge: false, wallets: { USDT: '2000', USDC: '700' } },
      positions: [
        { symbol: 'ETHUSDT', side: 'BOTH', amount: '1', entryPrice: '2900', isolatedWallet: '500' },
        { symbol: 'BTCUSDT', side: 'BOTH', amount: '0.1', entryPrice: '89000' },
        { symbol: 'ETHUSDC', side: 'BOTH', amount: '1', entryPrice: '3100' },
      ],
      openOrderMargin: { SOLUSDT: '40' },
    })
    // Profit: ETH 100 isolated, BTC 100 cross. Maintenance: 12 + 36. Initial: 150 + 450 + 40 of orders.
    // Available: 1 500 + 100 - 450 - 40 = 1 110.
    expect(accountInformation(exchange)).toMatchObject({
      ...{ totalWalletBalance: '2000.00000000', totalCrossWalletBalance: '1500.00000000' },
      ...{ totalUnrealizedProfit: '200.00000000', totalCrossUnPnl: '100.00000000', totalMarginBalance: '2200.00000000' },
      ...{ totalMaintMargin: '48.00000000', totalInitialMargin: '640.00000000', totalOpenOrderInitialMargin: '40.00000000' },
      ...{ availableBalance: '1110.00000000', maxWithdrawAmount: '1110.00000000' },
    })
    expect(accountInformation(exchange)).toHaveProperty(
      'assets.1',
      expect.objectContaining({ asset: 'USDC', marginBalance: '600.00000000' }),
    )
    expect(row(exchange, 'SOLUSDT')).toMatchObject({
      positionAmt: '0.00',
      openOrderInitialMargin: '40.00000000',
      liquidationPrice: '0',
    })
  })

  test('initial margins follow the leverage: in the rows, in the asset, and in what can be withdrawn', () => {
    const exchange = createExchange()
    exchange.account({
      ...{ mode: 'single', hedge: false, wallets: { USDT: '20000' } },
      positions: [
        { symbol: 'ETHUSDT', side: 'BOTH', amount: '10', entryPrice: '3100', leverage: 10 },
        { symbol: 'BTCUSDT', side: 'BOTH', amount: '-0.1', entryPrice: '90000', leverage: 5, isolatedWallet: '2000' },
      ],
    })
    // 30,000 / 10 = 3,000 and 9,000 / 5 = 1,800; available 18,000 - 1,000 of loss - 3,000 = 14,000.
    expect(row(exchange, 'ETHUSDT')).toMatchObject({ positionInitialMargin: '3000.00000000' })
    expect(row(exchange, 'BTCUSDT')).toMatchObject({ positionInitialMargin: '1800.00000000' })
    expect(accountInformation(exchange)).toMatchObject({
      ...{ totalPositionInitialMargin: '4800.00000000', maxWithdrawAmount: '14000.00000000' },
      assets: [{ asset: 'USDT', positionInitialMargin: '4800.00000000', maxWithdrawAmount: '14000.00000000' }, {}, {}, {}, {}],
    })
  })

  test('refuses what the venue could not be in', () => {
    const exchange = createExchange()
    const one = { symbol: 'ETHUSDT', side: 'BOTH', amount: '1', entryPrice: '3000' } as const
    const state = (hedge: boolean, position: object) => () =>
      exchange.account({ mode: 'single', hedge, wallets: {}, positions: [{ ...one, ...position }] })
    expect(state(true, {})).toThrow('BOTH does not exist in hedge mode')
    expect(state(true, { side: 'SHORT' })).toThrow('no amount of a SHORT')
    expect(state(false, { symbol: 'DOGEUSDT' })).toThrow('does not list DOGEUSDT')
    expect(() => exchange.setMark('DOGEUSDT', '1')).toThrow('no mark for DOGEUSDT')
  })
})
