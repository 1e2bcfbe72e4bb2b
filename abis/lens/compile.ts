/**
 * Compiles the lens sources beside this file and writes their ABI and code as TypeScript: `npx tsx abis/lens/compile.ts`.
 * A test compiles again and compares, so that the bytecode in the repository is proven to be these sources.
 */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import solc from 'solc'

/** What one written file holds: constant name -> value. */
type Outputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>

type Contract = { abi: unknown; evm: { bytecode: { object: string }; deployedBytecode: { object: string } } }

/** Written file -> the source of its code. */
const SOURCE_OF = {
  'dispatcher.ts': 'Dispatcher.sol',
  'aaveV3.ts': 'AaveV3Lens.sol',
  'compoundV3.ts': 'CompoundV3Lens.sol',
  'legacy.ts': 'LegacyLens.sol',
  'owners.ts': 'OwnersLens.sol',
  'sequencer.ts': 'SequencerLens.sol',
} as const
const SOURCES = ['BoundedReader.sol', ...Object.values(SOURCE_OF)]

/** Compiles all sources: file name -> constants in it. Throws with the compiler's own words. */
export function compileLenses(): Outputs {
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(SOURCES.map((name) => [name, { content: readFileSync(new URL(name, import.meta.url), 'utf8') }])),
    settings: {
      // The oldest rules that every chain in the list runs: no PUSH0, no MCOPY. No metadata, so that the bytes depend on the code alone.
      evmVersion: 'london',
      optimizer: { enabled: true, runs: 1000 },
      viaIR: true,
      metadata: { appendCBOR: false, bytecodeHash: 'none' },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
    },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as {
    errors?: { severity: string; formattedMessage: string }[]
    contracts: Record<string, Record<string, Contract>>
  }
  const faults = (output.errors ?? []).map((error) => error.formattedMessage)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  const contract = (file: string, name: string): Contract => {
    const found = output.contracts[file]?.[name]
    if (found === undefined) throw new Error(`${file} holds no ${name}`)
    return found
  }
  const dispatcher = contract('Dispatcher.sol', 'Dispatcher')
  const once = contract('Dispatcher.sol', 'DispatcherOnce')
  const aaveV3 = contract('AaveV3Lens.sol', 'AaveV3Lens')
  const compoundV3 = contract('CompoundV3Lens.sol', 'CompoundV3Lens')
  const legacy = contract('LegacyLens.sol', 'LegacyLens')
  const owners = contract('OwnersLens.sol', 'OwnersLens')
  const sequencer = contract('SequencerLens.sol', 'SequencerLens')
  return {
    'dispatcher.ts': {
      dispatcherAbi: dispatcher.abi,
      dispatcherCode: `0x${dispatcher.evm.deployedBytecode.object}`,
      dispatcherOnceAbi: once.abi,
      dispatcherOnceCreationCode: `0x${once.evm.bytecode.object}`,
    },
    'aaveV3.ts': { aaveV3LensAbi: aaveV3.abi, aaveV3LensCode: `0x${aaveV3.evm.deployedBytecode.object}` },
    'compoundV3.ts': { compoundV3LensAbi: compoundV3.abi, compoundV3LensCode: `0x${compoundV3.evm.deployedBytecode.object}` },
    'legacy.ts': { legacyLensAbi: legacy.abi, legacyLensCode: `0x${legacy.evm.deployedBytecode.object}` },
    'owners.ts': { ownersLensAbi: owners.abi, ownersLensCode: `0x${owners.evm.deployedBytecode.object}` },
    'sequencer.ts': { sequencerLensAbi: sequencer.abi, sequencerLensCode: `0x${sequencer.evm.deployedBytecode.object}` },
  }
}

function write(): void {
  for (const [file, constants] of Object.entries(compileLenses())) {
    const lines = Object.entries(constants).map(([name, value]) => {
      const literal = typeof value === 'string' ? `'${value}'` : JSON.stringify(value, null, 2)
      return `export const ${name} = ${literal} as const\n`
    })
    const source = SOURCE_OF[file as keyof typeof SOURCE_OF]
    const head = `// Written by compile.ts from ${source}; solc ${solc.version()}, london, optimizer 1000 runs, via IR. Do not edit.\n\n`
    writeFileSync(new URL(file, import.meta.url), head + lines.join('\n'))
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) write()
