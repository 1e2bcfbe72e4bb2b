import { readFileSync } from 'node:fs'
import solc from 'solc'
import type { Abi, Hex } from 'viem'

/** A contract as it is deployed and called. */
export type Compiled = { readonly abi: Abi; readonly bytecode: Hex; readonly deployedBytecode: Hex }

type Output = {
  readonly errors?: readonly { readonly formattedMessage: string }[]
  readonly contracts: Readonly<
    Record<
      string,
      Record<string, { readonly abi: Abi; readonly evm: Record<'bytecode' | 'deployedBytecode', { readonly object: string }> }>
    >
  >
}

const compiled = new Map<string, Compiled>()

/**
 * Compiles a contract of this folder: `Comet` of `Comet.sol`. Once a process.
 *
 * @throws Error with the compiler's own words; a warning is one, too.
 */
export function compileContract(name: string): Compiled {
  const known = compiled.get(name)
  if (known !== undefined) return known
  const file = `${name}.sol`
  const input = {
    language: 'Solidity',
    sources: { [file]: { content: readFileSync(new URL(file, import.meta.url), 'utf8') } },
    settings: {
      evmVersion: 'london',
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
    },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Output
  const faults = (output.errors ?? []).map(({ formattedMessage }) => formattedMessage)
  const contract = output.contracts?.[file]?.[name]
  if (faults.length > 0 || contract === undefined) throw new Error(faults.join('\n') || `${file} holds no ${name}`)
  const { abi, evm } = contract
  const made: Compiled = {
    abi,
    bytecode: `0x${evm.bytecode.object}`,
    deployedBytecode: `0x${evm.deployedBytecode.object}`,
  }
  compiled.set(name, made)
  return made
}
