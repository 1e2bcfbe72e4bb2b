import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Hex } from 'viem'

/** What makes a deployment what it is: a change in any of these makes kept states useless. */
const SOURCES = [
  'aaveArtifact.ts',
  'aaveReserves.ts',
  'accounts.ts',
  'anvil.ts',
  'chain.ts',
  'deployAave.ts',
  'loans.ts',
  'miner.ts',
]

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The file in `folder` that keeps the state of a market with so many extra reserves, deployed by the code as it is now. */
export function stateFile(folder: string, extraReserves: number): string {
  const code = SOURCES.map((name) => readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8'))
  const { version } = createRequire(import.meta.url)('@aave/core-v3/package.json') as { version: string }
  const key = sha256([version, `${extraReserves}`, ...code].join('\0')).slice(0, 16)
  return join(folder, `chain-${key}.txt`)
}

/** The state kept in a file; null: there is none, or not whole. */
export async function recallState(file: string): Promise<Hex | null> {
  const kept = await readFile(file, 'utf8').catch(() => '')
  const [hash, state = ''] = kept.split('\n')
  return state.startsWith('0x') && hash === sha256(state) ? (state as Hex) : null
}

/** Keeps a state for the next start. Never throws: without it the next start takes longer, and that is all. */
export async function keepState(file: string, state: Hex): Promise<void> {
  const temporary = `${file}.${randomUUID()}`
  try {
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(temporary, `${sha256(state)}\n${state}`)
    await rename(temporary, file)
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}
