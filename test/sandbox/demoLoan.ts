import type { Address } from 'viem'
import type { Chain } from './connectChain.ts'
import { loanCalls } from './loans.ts'

const ether = (whole: bigint): bigint => whole * 10n ** 18n
const usdc = (whole: bigint): bigint => whole * 10n ** 6n

/**
 * The loan of the demo book: 10 WETH and 0.2 WBTC supplied, 22,000 USDC borrowed, of which 10,000 lie idle in
 * the wallet, the rest having gone to the exchange. All in one block at the real time, so that its health is free of interest there:
 * (30,000 + 18,000) x 0.8112 (the pool cuts the average threshold 0.81125 to basis points) / 22,000 = 1.769890909...
 *
 * The supplier borrows as well, so that the reserves pay and ask what real ones do. USDC: 13,412,000 of 50,000,000 in use, at
 * 4 % + 4 % x 0.26824 / 0.9 = 5.192 % a year the loan costs 3.13 a day. WETH and WBTC: 0.353 in use, at 2 % + 4 % x 0.353 / 0.8 borrowers
 * pay 3.77 %, of which 0.353 x 0.9 = 1.2 % reaches the lenders: 1.57 a day on 48,000.
 */
export async function openDemoLoan(chain: Chain, account: Address = chain.accounts.borrower): Promise<Address> {
  const calls = loanCalls(chain)
  const { supplier } = chain.accounts
  await chain.mine()
  await chain.send([
    ...calls.supply(account, 'WETH', ether(10n)),
    ...calls.supply(account, 'WBTC', 20_000_000n),
    calls.borrow(account, 'USDC', usdc(22_000n)),
    calls.spend(account, 'USDC', usdc(12_000n)),
    calls.borrow(supplier, 'USDC', usdc(13_390_000n)),
    calls.borrow(supplier, 'WETH', ether(7_070n)),
    calls.borrow(supplier, 'WBTC', 353n * 10n ** 8n),
  ])
  return account
}
