import { createRequire } from 'node:module'
import { type Abi, type Address, encodeDeployData, type Hex } from 'viem'

/** A compiled contract as `@aave/core-v3` ships it. */
export type AaveArtifact = {
  readonly abi: Abi
  readonly bytecode: Hex
  /** By source file, then library: the byte offsets where its address belongs. */
  readonly linkReferences: Readonly<Record<string, Readonly<Record<string, readonly { start: number; length: number }[]>>>>
}

const require = createRequire(import.meta.url)

/**
 * A contract of Aave v3.0 by its path under `contracts/`, without the ending: `protocol/pool/Pool`.
 *
 * @throws Error of Node's resolver for a path that is not in the package.
 */
export function aaveArtifact(path: string): AaveArtifact {
  const name = path.split('/').at(-1)
  return require(`@aave/core-v3/artifacts/contracts/${path}.sol/${name}.json`) as AaveArtifact
}

/** The creation code with its arguments, and the addresses of its libraries put in place. */
export function deployData(artifact: AaveArtifact, args: readonly unknown[], libraries: Readonly<Record<string, Address>>): Hex {
  let code: string = artifact.bytecode
  for (const wanted of Object.values(artifact.linkReferences)) {
    for (const [library, places] of Object.entries(wanted)) {
      const address = libraries[library]
      if (address === undefined) throw new RangeError(`library ${library} is not deployed`)
      for (const { start, length } of places) {
        const at = 2 + start * 2
        code = code.slice(0, at) + address.slice(2).toLowerCase() + code.slice(at + length * 2)
      }
    }
  }
  return encodeDeployData({ abi: artifact.abi, bytecode: code as Hex, args: [...args] })
}
