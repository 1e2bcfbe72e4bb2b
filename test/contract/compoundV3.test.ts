import { type Address, parseUnits } from 'viem'
import { type CometToken, openCometStage } from '../support/cometStage.ts'
import { LISTED } from './lendingCoins.ts'
import { type Coin, type LendingStage, lendingContract } from './lendingContract.ts'

const LENDER: Address = '0x00000000000000000000000000000000000f00d5'
const ABSORB = 8

async function open(): Promise<LendingStage> {
  const stage = await openCometStage()
  const coins = ['eth', 'btc', 'fake', 'hostile'] as const
  const comet = await stage.openComet({ base: LISTED.usd, collateral: coins.map((coin) => LISTED[coin]) })
  const tokens = new Map<Coin, CometToken>([
    ['usd', comet.base],
    ...coins.map((coin, i) => [coin, comet.collateral[i] as CometToken] as const),
  ])
  const of = (coin: Coin): CometToken => tokens.get(coin) as CometToken
  const units = (coin: Coin, amount: string): bigint => parseUnits(amount, of(coin).decimals)
  await stage.send(comet.supply(LENDER, comet.base, units('usd', '50000000')))
  return {
    market: comet.market,
    token: (coin) => of(coin).address,
    supply: (wallet, coin, amount) => stage.send(comet.supply(wallet, of(coin), units(coin, amount))),
    borrow: (wallet, amount) => stage.send(comet.withdraw(wallet, comet.base, units('usd', amount))),
    fund: (wallet, coin, amount) => stage.fund(wallet, of(coin).address, units(coin, amount)),
    setPrice: (coin, ticks) => comet.setPrice(of(coin), ticks),
    liquidate: (wallet) => comet.absorb(wallet),
    rehearse: stage.rehearse,
    wait: stage.wait,
    read: (...wallets) => stage.read([comet.market], wallets, { usd: comet.base.address }),
    readIn: (market, ...wallets) => stage.read([market], wallets),
    stop: stage.stop,
    pause: () => comet.pause(ABSORB),
    switchOff: null,
    enterEMode: null,
    freeze: null,
    supplyRay: null,
    openRayMarket: async () => {
      const ray = { symbol: 'RAY', decimals: 27, price: 10_000_000_000n }
      return (await stage.openComet({ base: LISTED.usd, collateral: [ray], title: 'Compound III Ray' })).market
    },
  }
}

lendingContract({
  name: 'compound-v3',
  open,
  has: { collateralSwitch: false, eMode: false, freeze: false, ray: false },
  // The double's own default: what covers the debt.
  cover: { eth: '0.85', btc: '0.85', eMode: null },
  tellsHealth: false,
  paused: { refusal: /^Paused$/, note: /absorption paused: no liquidation while it lasts/ },
  healthy: /^NotLiquidatable$/,
  wipedOut: 'nothing',
})
