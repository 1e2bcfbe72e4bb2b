import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Address, encodeFunctionData, keccak256, maxUint256, slice, toHex } from 'viem'
import { POOL_ABI, TOKEN_ABI } from '../test/sandbox/aaveAbi.ts'
import { sandboxReserves, type TokenSymbol } from '../test/sandbox/aaveReserves.ts'
import { openChain } from '../test/sandbox/chain.ts'
import { keepState, recallState, stateFile } from '../test/sandbox/chainState.ts'
import type { Chain } from '../test/sandbox/connectChain.ts'
import { TOOLS_FOLDER } from '../test/sandbox/ensureAnvil.ts'
import { tokenOf } from '../test/sandbox/market.ts'
import type { Call } from '../test/sandbox/miner.ts'

/** As many as Aave's largest market lists, roughly. */
const RESERVES = 63
const SUPPLIES = 6
const BORROWS = 3
const WALLETS = 200
const USD = 10n ** 8n

/** A chain with the market of 63 reserves, and 200 wallets with six supplies and three borrows each. */
export type ChainStage = { readonly chain: Chain; readonly wallets: readonly Address[] }

/** A wallet of the stage. */
const walletOf = (index: number): Address => slice(keccak256(toHex(`hullmark bench ${index}`)), 12)

/**
 * Opens the stage. Takes a minute the first time, and seconds from then on: its state is kept beside that of the sandbox.
 *
 * @throws SandboxError when anvil cannot be had or does not start.
 */
export async function openChainStage(): Promise<ChainStage> {
  const extraReserves = RESERVES - sandboxReserves(0).length
  const chain = await openChain({ extraReserves })
  const wallets = Array.from({ length: WALLETS }, (_, i) => walletOf(i))
  const own = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)))
  const market = basename(stateFile(tmpdir(), extraReserves), '.txt')
  const file = join(TOOLS_FOLDER, `bench-${market}-${own.digest('hex').slice(0, 16)}.txt`)
  try {
    const kept = await recallState(file)
    if (kept === null) {
      await chain.send(stageCalls(chain, wallets, sandboxReserves(extraReserves)))
      await keepState(file, await chain.test.dumpState())
    } else {
      await chain.test.loadState({ state: kept })
    }
    // What a loaded state says of blocks need not be what the head's own header says: its parent is to be one of ours.
    await chain.mine()
    // A month of interest, so that no index is round.
    await chain.mine((await chain.block()).timestamp + 30n * 86_400n)
  } catch (error) {
    await chain.stop()
    throw error
  }
  return { chain, wallets }
}

type Reserves = ReturnType<typeof sandboxReserves>

/** Everything that the wallets do. The lender gives the supplies, so that one approval a token is enough. */
function stageCalls(chain: Chain, wallets: readonly Address[], reserves: Reserves): readonly Call[] {
  const lender = chain.accounts.supplier
  const money = reserves.flatMap(({ symbol, decimals }): Call[] => {
    const { address } = tokenOf(chain, symbol)
    const amount = 10n ** BigInt(decimals + 9)
    return [
      { from: lender, to: address, data: encodeFunctionData({ abi: TOKEN_ABI, functionName: 'mint', args: [lender, amount] }) },
      {
        from: lender,
        to: address,
        data: encodeFunctionData({ abi: TOKEN_ABI, functionName: 'approve', args: [chain.pool, maxUint256] }),
      },
    ]
  })
  return [...money, ...wallets.flatMap((wallet, index) => walletCalls(chain, { wallet, index, reserves }))]
}

/**
 * Six supplies of 10,000 to 19,000 USD and three borrows of 1,000 to 8,000 USD, each of another reserve. Every fifth wallet has one supply
 * that is no collateral. Every tenth is in the e-mode, where it may owe the two reserves of the category alone.
 */
function walletCalls(
  chain: Chain,
  { wallet, index, reserves }: { readonly wallet: Address; readonly index: number; readonly reserves: Reserves },
): readonly Call[] {
  const inEMode = index % 10 === 1
  const correlated = reserves.filter(({ eMode }) => eMode === 1)
  // Steps of 5 through 63 reserves meet none twice.
  const around = Array.from({ length: RESERVES }, (_, i) => reserves[(index * 7 + i * 5) % RESERVES] as Reserves[number])
  const order = inEMode ? [...correlated.slice(0, 1), ...around.filter(({ eMode }) => eMode === 0)] : around
  const supplied = order.slice(0, SUPPLIES)
  const borrowed = inEMode ? correlated : order.slice(SUPPLIES, SUPPLIES + BORROWS)
  const pool = (data: Call['data'], from: Address): Call => ({ from, to: chain.pool, data })
  const amountOf = ({ price, decimals }: Reserves[number], usd: bigint): bigint => (usd * USD * 10n ** BigInt(decimals)) / price
  const address = (symbol: TokenSymbol): Address => tokenOf(chain, symbol).address
  const supplies = supplied.map((reserve, i) => {
    const amount = amountOf(reserve, 10_000n + BigInt(((index + i) % 10) * 1000)) + BigInt(index)
    const args = [address(reserve.symbol), amount, wallet, 0] as const
    return pool(encodeFunctionData({ abi: POOL_ABI, functionName: 'supply', args }), chain.accounts.supplier)
  })
  const borrows = borrowed.map((reserve, i) => {
    const amount = amountOf(reserve, 1_000n + BigInt(((index + 3 * i) % 8) * 1000)) + BigInt(index)
    const args = [address(reserve.symbol), amount, 2n, 0, wallet] as const
    return pool(encodeFunctionData({ abi: POOL_ABI, functionName: 'borrow', args }), wallet)
  })
  const off = encodeFunctionData({
    abi: POOL_ABI,
    functionName: 'setUserUseReserveAsCollateral',
    args: [address((supplied[1] as Reserves[number]).symbol), false],
  })
  const eMode = encodeFunctionData({ abi: POOL_ABI, functionName: 'setUserEMode', args: [1] })
  return [...supplies, ...(index % 5 === 0 ? [pool(off, wallet)] : []), ...(inEMode ? [pool(eMode, wallet)] : []), ...borrows]
}
