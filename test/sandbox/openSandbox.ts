import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TokenSymbol } from './aaveReserves.ts'
import { type Binance, openBinance } from './binance.ts'
import { bookText, SANDBOX_VARIABLES, type SandboxLegs } from './bookText.ts'
import { type Chain, openChain } from './chain.ts'
import { openDemoAccount } from './demoAccount.ts'
import { openDemoLoan } from './demoLoan.ts'

/** A chain with real Aave contracts and an exchange, both on loopback, and the files a user would point hullmark at them with. */
export type Sandbox = {
  readonly chain: Chain
  readonly binance: Binance
  /** A folder of its own: book file and cache. */
  readonly folder: string
  /** The environment that makes hullmark read the sandbox. */
  readonly env: Readonly<Record<string, string>>
  /** Writes another book file and returns its path. */
  readonly book: (legs: Partial<SandboxLegs>) => Promise<string>
  /** Moves a price on the chain, and on the exchange where it trades there. */
  readonly setPrice: (symbol: TokenSymbol, price: string) => Promise<void>
  readonly stop: () => Promise<void>
}

/** The markets that follow a token's price. */
const MARKETS: Readonly<Partial<Record<TokenSymbol, readonly string[]>>> = { WETH: ['ETHUSDT', 'ETHUSDC'], WBTC: ['BTCUSDT'] }

/** What the owner of the documentation's book states; their exchange swaps stablecoins for nothing. */
const MONEY = 'money: { topUp: 5m, repay: 1m, withdraw: 20m, swapCost: 0 % }'

/** Ports, and the time by which chain and exchange go; default: free ones, and the real one. */
export type SandboxOptions = { readonly chain?: number; readonly binance?: number; readonly now?: () => number }

/** Opens the sandbox with the book of the documentation in it. Whoever opens it stops it. */
export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { now } = options
  const binance = await openBinance({ port: options.binance ?? 0, ...(now === undefined ? {} : { now }) })
  const head = now === undefined ? {} : { at: BigInt(Math.floor(now() / 1000)) }
  const chain = await openChain({ port: options.chain ?? 0, ...head }).catch(async (error: unknown) => {
    await binance.stop()
    throw error
  })
  const folder = await mkdtemp(join(tmpdir(), 'hullmark-sandbox-'))
  const wallet = await openDemoLoan(chain)
  openDemoAccount(binance.exchange)
  let books = 0
  const book: Sandbox['book'] = async (legs) => {
    const path = join(folder, books++ === 0 ? 'hullmark.yaml' : `book-${books}.yaml`)
    await writeFile(
      path,
      bookText({ chain, binance }, { wallets: [wallet], exchange: true, extra: '', chainId: chain.chainId, ...legs }),
      {
        mode: 0o600,
      },
    )
    return path
  }
  const env = {
    HULLMARK_BOOK: await book({ extra: MONEY }),
    HULLMARK_CACHE_DIR: join(folder, 'cache'),
    [SANDBOX_VARIABLES.rpc]: chain.url,
    [SANDBOX_VARIABLES.key]: binance.apiKey,
    [SANDBOX_VARIABLES.secret]: binance.apiSecret,
  }
  return {
    ...{ chain, binance, folder, env, book },
    setPrice: async (symbol, price) => {
      await chain.setPrice(symbol, toOracle(price))
      for (const market of MARKETS[symbol] ?? []) if (market in binance.marks) binance.setMark(market, price)
    },
    stop: async () => {
      await Promise.all([chain.stop(), binance.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A price in USD, at most 8 decimals, as the oracle holds it. */
function toOracle(price: string): bigint {
  const [whole = '', fraction = ''] = price.split('.')
  return BigInt(whole + fraction.padEnd(8, '0').slice(0, 8))
}
