import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

let names: Map<string, string> | null = null

/** Aave v3.0 reverts with a number as text; this adds its name from the contract source: `45 HEALTH_FACTOR_NOT_BELOW_THRESHOLD`. */
export function revertName(reason: string): string {
  names ??= readNames()
  const name = names.get(reason)
  return name === undefined ? reason : `${reason} ${name}`
}

function readNames(): Map<string, string> {
  const path = createRequire(import.meta.url).resolve('@aave/core-v3/contracts/protocol/libraries/helpers/Errors.sol')
  const constants = readFileSync(path, 'utf8').matchAll(/string public constant (\w+) = '(\d+)'/g)
  return new Map([...constants].map(([, name, number]) => [number ?? '', name ?? '']))
}
