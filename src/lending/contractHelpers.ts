import { type Address, type Hex, isHex } from 'viem'

/** Writes the calls of an Aave v3 pool; nothing of it is sent. Amounts in base units of the token. */
export type PoolCalls = {
  readonly approve: (amount: bigint) => Hex
  readonly repay: (amount: bigint, rate: 'variable' | 'stable') => Hex
  /** To the payer. The package builds none without asking a node, so it is written by the pool's ABI that it brings. */
  readonly withdraw: (amount: bigint) => Hex
}

type Who = { readonly pool: Address; readonly token: Address; readonly payer: Address; readonly borrower: Address }

/** Stands where a node is expected: whoever asks it anything has left the road, for what is written here is written offline. */
const NOBODY: object = new Proxy(
  {},
  {
    get(_, property): never {
      throw new RangeError(`a transaction that is written offline asked a node for ${String(property)}`)
    },
  },
)

/**
 * The calls as `@aave/contract-helpers` writes them. It is loaded here alone, and only then, for it brings ethers along: 210 modules,
 * 30 MB. Of the package only the pool's own part, so that nothing of it that can fetch is loaded.
 */
export async function poolCalls({ pool, token, payer, borrower }: Who): Promise<PoolCalls> {
  const [{ PoolBundle }, { InterestRate }, { IPool__factory }] = await Promise.all([
    import('@aave/contract-helpers/dist/cjs/v3-pool-contract-bundle/index.js'),
    import('@aave/contract-helpers/dist/cjs/commons/types.js'),
    import('@aave/contract-helpers/dist/cjs/v3-pool-contract/typechain/IPool__factory.js'),
  ])
  const bundle = new PoolBundle(NOBODY as ConstructorParameters<typeof PoolBundle>[0], { POOL: pool })
  const modes = { variable: InterestRate.Variable, stable: InterestRate.Stable } as const
  return {
    approve: (amount) =>
      dataOf(bundle.erc20Service.approveTxData({ user: payer, token, spender: pool, amount: amount.toString() }), token),
    repay: (amount, rate) =>
      dataOf(
        bundle.repayTxBuilder.generateTxData({
          user: payer,
          reserve: token,
          amount: amount.toString(),
          interestRateMode: modes[rate],
          onBehalfOf: borrower,
        }),
        pool,
      ),
    withdraw: (amount) => {
      const data = IPool__factory.createInterface().encodeFunctionData('withdraw', [token, amount.toString(), payer])
      return dataOf({ to: pool, data }, pool)
    },
  }
}

function dataOf({ to, data }: { readonly to?: string | undefined; readonly data?: string | undefined }, expected: Address): Hex {
  if (to !== expected || !isHex(data)) throw new RangeError(`a call of ${expected} came out as one of ${to}`)
  return data
}
