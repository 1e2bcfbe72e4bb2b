import { type Address, encodeFunctionData, getAddress, pad, toHex } from 'viem'
import { registriesOf } from '../../src/lending/accountRegistries.ts'
import { compileContract } from '../contracts/compileContract.ts'
import { openChain } from '../sandbox/chain.ts'
import type { Chain } from '../sandbox/connectChain.ts'

/** The registries of Ethereum, where hullmark looks for them. */
export const [REGISTRY, LIST] = registriesOf(1).map(({ address }) => address) as [Address, Address]

/** A sandbox chain that calls itself Ethereum, with contracts placed where they are wanted. */
export type OwnerStage = {
  readonly chain: Chain
  /** Puts a contract of test/contracts at an address, over what stood there; storage and what others keep of the address stay. */
  readonly place: (name: string, at: Address) => Promise<void>
  readonly call: (name: string, at: Address, functionName: string, args: readonly unknown[]) => Promise<void>
  /** 10 WETH at 3,000 USD and 83 % cover 24,900 USD. @param usdc - What is borrowed, whole USDC. */
  readonly lend: (account: Address, usdc: bigint) => Promise<void>
}

/** An address of the stage's own. */
export function stageAddress(number: number): Address {
  return getAddress(pad(toHex(0xab_0000 + number), { size: 20 }))
}

export async function openOwnerStage(): Promise<OwnerStage> {
  const chain = await openChain()
  const rpc = chain.public.request as (call: { method: string; params: readonly unknown[] }) => Promise<unknown>
  const place: OwnerStage['place'] = async (name, at) => {
    await rpc({ method: 'anvil_setCode', params: [at, compileContract(name).deployedBytecode] })
  }
  const call: OwnerStage['call'] = async (name, at, functionName, args) => {
    const data = encodeFunctionData({ abi: compileContract(name).abi, functionName, args })
    await chain.send([{ from: stageAddress(0xffff), to: at, data }])
  }
  const lend: OwnerStage['lend'] = async (account, usdc) => {
    await chain.supply(account, 'WETH', 10n * 10n ** 18n)
    await chain.borrow(account, 'USDC', usdc * 10n ** 6n)
  }
  await rpc({ method: 'anvil_setChainId', params: [1] })
  await place('ProxyRegistry', REGISTRY)
  await place('InstaList', LIST)
  return { chain: { ...chain, chainId: 1 }, place, call, lend }
}
