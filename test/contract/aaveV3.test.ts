import { numberToHex, padHex, parseUnits, stringToHex, toHex } from 'viem'
import { sandboxReserves, type TokenSymbol } from '../sandbox/aaveReserves.ts'
import { ACCOUNTS } from '../sandbox/accounts.ts'
import { startAnvil } from '../sandbox/anvil.ts'
import { connectChain } from '../sandbox/connectChain.ts'
import { deployAave } from '../sandbox/deployAave.ts'
import { tokenOf } from '../sandbox/market.ts'
import { openNode } from '../sandbox/node.ts'
import { readAtHead, sandboxMarket } from '../support/chainRead.ts'
import { LISTED } from './lendingCoins.ts'
import { type Coin, type LendingStage, lendingContract } from './lendingContract.ts'

const SYMBOL: Readonly<Record<Coin, TokenSymbol>> = { usd: 'USDC', eth: 'WETH', btc: 'WBTC', fake: 'X1', hostile: 'X2' }
const RAY = 'X3'
/** Where the mock token keeps its symbol: behind balances, allowances, supply and name. */
const SYMBOL_SLOT = toHex(4, { size: 32 })

async function open(): Promise<LendingStage> {
  const anvil = await startAnvil({ timestamp: 1_750_000_000n })
  const node = openNode(anvil.url)
  const own: Readonly<Record<string, object>> = {
    // In the category of ETH, so that it can be borrowed there.
    USDC: { eMode: 1 },
    X1: { price: LISTED.fake.price },
    X2: { price: LISTED.hostile.price },
    X3: { decimals: 27 },
  }
  const reserves = sandboxReserves(3).map((reserve) => ({ ...reserve, ...own[reserve.symbol] }))
  await node.miner.send(deployAave(ACCOUNTS.deployer, reserves))
  const chain = await connectChain(anvil.url)
  await chain.supply(ACCOUNTS.supplier, 'USDC', parseUnits('50000000', 6))
  // Only now: the sandbox finds its tokens by their symbols.
  for (const coin of ['fake', 'hostile'] as const) {
    const { symbol } = LISTED[coin]
    const bytes = new TextEncoder().encode(symbol).length
    const short = BigInt(padHex(stringToHex(symbol), { dir: 'right', size: 32 })) | BigInt(bytes * 2)
    await node.rpc('anvil_setStorageAt', [tokenOf(chain, SYMBOL[coin]).address, SYMBOL_SLOT, numberToHex(short, { size: 32 })])
  }
  const units = (symbol: TokenSymbol, amount: string): bigint => parseUnits(amount, tokenOf(chain, symbol).decimals)
  const market = sandboxMarket(chain)
  const read: LendingStage['readIn'] = (one, ...wallets) =>
    readAtHead(node, { markets: [one], wallets, usd: tokenOf(chain, 'USDC').address })
  return {
    market,
    token: (coin) => tokenOf(chain, SYMBOL[coin]).address,
    supply: (wallet, coin, amount) => chain.supply(wallet, SYMBOL[coin], units(SYMBOL[coin], amount)),
    borrow: (wallet, amount) => chain.borrow(wallet, 'USDC', units('USDC', amount)),
    fund: (wallet, coin, amount) => chain.fund(wallet, SYMBOL[coin], units(SYMBOL[coin], amount)),
    setPrice: (coin, ticks) => chain.setPrice(SYMBOL[coin], ticks),
    liquidate: async (user, coin) => {
      const { liquidator } = ACCOUNTS
      const result = await chain.liquidate({ liquidator, user, collateral: SYMBOL[coin], debt: 'USDC', amount: 'max' })
      return result.ok ? null : result.reason
    },
    rehearse: chain.rehearse,
    wait: async (seconds) => chain.mine((await chain.block()).timestamp + seconds),
    read: (...wallets) => read(market, ...wallets),
    readIn: read,
    stop: () => chain.stop().then(anvil.stop),
    pause: () => chain.setReserveFlags('USDC', { paused: true }),
    switchOff: (wallet, coin) => chain.setCollateral(wallet, SYMBOL[coin], false),
    enterEMode: (wallet) => chain.setEMode(wallet, 1),
    freeze: (coin) => chain.setReserveFlags(SYMBOL[coin], { frozen: true }),
    supplyRay: (wallet) => chain.supply(wallet, RAY, units(RAY, '100')),
    openRayMarket: null,
  }
}

lendingContract({
  name: 'aave-v3',
  open,
  has: { collateralSwitch: true, eMode: true, freeze: true, ray: true },
  cover: { eth: '0.83', btc: '0.78', eMode: '0.95' },
  tellsHealth: true,
  paused: { refusal: /RESERVE_PAUSED/, note: /paused/ },
  healthy: /HEALTH_FACTOR_NOT_BELOW_THRESHOLD/,
  wipedOut: 'debt',
})
