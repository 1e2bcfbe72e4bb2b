import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'

/** The linter holds the walls: each is run into once, in a copy of the tree with one line too many. */

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'hullmark-walls-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function lint(files: Readonly<Record<string, string>>): string {
  const place = mkdtempSync(join(folder, 'case-'))
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as Record<string, unknown>
  // No git and no node_modules there: only the rules count.
  const rules = { ...config, vcs: { enabled: false }, $schema: undefined }
  for (const [path, text] of Object.entries({
    ...files,
    'biome.json': JSON.stringify(rules),
    'ccxtPro.grit': readFileSync(join(root, 'ccxtPro.grit'), 'utf8'),
  })) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), text)
  }
  const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/biome'), ['lint', '--error-on-warnings', 'src'], {
    cwd: place,
    encoding: 'utf8',
  })
  return `${stdout}${stderr}`
}

const line = (from: string, name = 'x'): string => `import { ${name} } from '${from}'\nexport const y = ${name}\n`

describe('a line too many fails the check', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['src/risk reads a chain', 'src/risk/a.ts', line('viem')],
    ['src/risk asks the system', 'src/risk/a.ts', line('node:fs')],
    ['src/risk knows an edge folder', 'src/risk/a.ts', line('../lending/protocol.ts')],
    ['a rule of src/risk knows an edge folder', 'src/risk/rules/a.ts', line('../../futures/exchange.ts')],
    ['src/lending knows src/futures', 'src/lending/a.ts', line('../futures/exchange.ts')],
    ['src/futures knows src/lending', 'src/futures/a.ts', line('../lending/protocol.ts')],
    ['src/report knows src/lending', 'src/report/a.ts', line('../lending/protocol.ts')],
    ['src/alerts knows the store', 'src/alerts/a.ts', line('../history/sqlite.ts')],
    ['src/alerts sends', 'src/alerts/a.ts', line('../deliver/deliver.ts')],
    ['src/alerts knows the pass', 'src/alerts/a.ts', line('../run.ts')],
    ['src/deliver knows risk', 'src/deliver/a.ts', line('../risk/leg.ts')],
    ['src/deliver knows the store', 'src/deliver/a.ts', line('../history/store.ts')],
    ['src/history knows the alerts', 'src/history/a.ts', line('../alerts/memory.ts')],
    ['src/history knows legs', 'src/history/a.ts', line('../risk/leg.ts')],
    ['src/lending knows the configuration', 'src/lending/a.ts', line('../config.ts')],
    ['src/lending opens contract-helpers elsewhere', 'src/lending/a.ts', line('@aave/contract-helpers', 'Pool')],
    ['contractHelpers.ts knows a node', 'src/lending/contractHelpers.ts', line('./rpc.ts')],
    ['contractHelpers.ts opens ethers by itself', 'src/lending/contractHelpers.ts', line('ethers', 'Contract')],
    ['a command opens contract-helpers', 'src/commands/a.ts', line('@aave/contract-helpers', 'Pool')],
    ['a venue knows another', 'src/futures/bybit/a.ts', line('../binance/rows.ts')],
    ['a venue knows src/lending', 'src/futures/bybit/a.ts', line('../../lending/protocol.ts')],
    ['src/futures opens ccxt elsewhere', 'src/futures/binance/binance.ts', line('ccxt', 'binanceusdm')],
    ['a command opens ccxt', 'src/commands/a.ts', line('ccxt', 'binanceusdm')],
    ['ccxt.pro by name', 'src/futures/ccxtClient.ts', line('ccxt', 'pro')],
    ['ccxt.pro by a dynamic import', 'src/futures/ccxtClient.ts', "const { pro } = await import('ccxt')\nexport const y = pro\n"],
    [
      'ccxt.pro as a member',
      'src/futures/ccxtClient.ts',
      "const { default: ccxt } = await import('ccxt')\nexport const y = ccxt.pro\n",
    ],
    [
      'ccxt.pro as an index',
      'src/futures/ccxtClient.ts',
      "const { default: ccxt } = await import('ccxt')\nexport const y = ccxt['pro']\n",
    ],
  ]
  for (const [name, path, text] of cases) {
    test(name, () => expect(lint({ [path]: text })).toMatch(/noRestrictedImports|plugin|useLiteralKeys/))
  }

  test('a cycle', () => {
    const found = lint({
      'src/risk/a.ts': line('./b.ts', 'z').replace('y', 'x'),
      'src/risk/b.ts': line('./a.ts', 'x').replace('y', 'z'),
    })
    expect(found).toContain('noImportCycles')
  })
})

test('what is allowed passes, so the walls above are what fails', () => {
  const found = lint({
    'src/errors.ts': 'export const x = 1\n',
    'src/risk/decimal.ts': line('decimal.js', 'Decimal'),
    'src/risk/a.ts': line('../errors.ts'),
    'src/futures/ccxtClient.ts': line('node:module', 'createRequire'),
    'src/futures/bybit/a.ts': line('../row.ts'),
    'src/futures/row.ts': line('../risk/a.ts', 'y').replaceAll('y = y', 'x = y'),
    'src/lending/a.ts': line('viem'),
    'src/lending/contractHelpers.ts': line('@aave/contract-helpers/dist/cjs/commons/types.js'),
  })
  expect(found).not.toMatch(/noRestrictedImports|plugin|noImportCycles/)
})
