import { readFileSync } from 'node:fs'
import solc from 'solc'
import type { Abi, Hex } from 'viem'

export type CompiledContract = { readonly abi: Abi; readonly bytecode: Hex }

type Output = {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
  readonly contracts: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly abi: Abi; readonly evm: { readonly bytecode: { readonly object: string } } }>>
    >
  >
}

const SOURCES = ['Rounding.sol', 'MarketParts.sol', 'Pool.sol'] as const

/**
 * Compiles the market double beside this file.
 *
 * @returns Contracts by name.
 * @throws Error with the compiler's own words.
 */
export function compileAave(): ReadonlyMap<string, CompiledContract> {
  const content = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(SOURCES.map((name) => [name, { content: content(name) }])),
    settings: {
      evmVersion: 'london',
      optimizer: { enabled: true, runs: 1 },
      viaIR: true,
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Output
  const faults = (output.errors ?? []).map(({ formattedMessage }) => formattedMessage)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return new Map(
    Object.values(output.contracts).flatMap((file) =>
      Object.entries(file).map(([name, { abi, evm }]) => [name, { abi, bytecode: `0x${evm.bytecode.object}` }] as const),
    ),
  )
}
