import type { Address } from 'viem'
import type { Chain } from './connectChain.ts'
import { loanCalls } from './loans.ts'

const ether = (whole: bigint): bigint => whole * 10n ** 18n
const usdc = (whole: bigint): bigint => whole * 10n ** 6n

/**
 * The loan of the demo book: 10 WETH and 0.2 WBTC supplied, 22,000 USDC borrowed, of which 10,000 lie idle in
 * the wallet, the rest having gone to the exchange. All in one block at the real time, so that its health is free of interest there:
 * (30,000 + 18,000) x 0.8112 (the pool cuts the average threshold 0.81125 to basis points) / 22,000 = 1.769890909...
 */
export async function openDemoLoan(chain: Chain, account: Address = chain.accounts.borrower): Promise<Address> {
  const calls = loanCalls(chain)
  await chain.mine()
  await chain.send([
    ...calls.supply(account, 'WETH', ether(10n)),
    ...calls.supply(account, 'WBTC', 20_000_000n),
    calls.borrow(account, 'USDC', usdc(22_000n)),
    calls.spend(account, 'USDC', usdc(12_000n)),
  ])
  return account
}
