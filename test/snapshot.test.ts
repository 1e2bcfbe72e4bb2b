import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { DEMO_SNAPSHOT } from '../src/commands/demoSnapshot.ts'
import { toJson } from '../src/report/json.ts'
import { dec } from '../src/risk/decimal.ts'
import type { Circumstances } from '../src/risk/marginAccount.ts'
import { loadSnapshot, parseSnapshot, saveSnapshot, snapshotText } from '../src/snapshot.ts'
import { SNAPSHOT_VERSION } from '../src/snapshotForm.ts'
import { aComet, aLoan, aPool, aPosition, aSnapshot, aSpoke, WETH } from './support/books.ts'
import { findings } from './support/findings.ts'

const folder = mkdtempSync(join(tmpdir(), 'hullmark-snapshot-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const CIRCUMSTANCES: Circumstances = {
  stops: [
    {
      ...{ symbol: 'ETHUSDT', side: 'long', kind: 'stop', trigger: dec('2500.5'), triggerBy: 'mark' },
      ...{ size: dec(20), reduceOnly: true },
    },
  ],
  fundingPaid: [{ symbol: 'ETHUSDT', days: 7, amount: dec('-12.5') }],
  adl: [{ symbol: 'ETHUSDT', side: 'long', rank: 3, of: 5 }],
}
/** A leg of every shape. */
const EVERY_LEG = aSnapshot({
  legs: [aLoan(), aPool({ circumstances: CIRCUMSTANCES }), aComet({ quote: WETH }), aSpoke()],
  disputes: [{ leg: aLoan().id, by: 'node.example', said: aLoan({ id: 'aave-v3/as-said/0xab' }) }],
  oneSource: [{ name: 'Ethereum', missed: true }],
})

test('saved and read back it gives the same report, to the last digit', async () => {
  const path = join(folder, 'snapshot.json')
  await saveSnapshot(path, EVERY_LEG)
  const again = await loadSnapshot(path)
  expect(toJson(findings(again))).toEqual(toJson(findings(EVERY_LEG)))
  expect(again).toEqual(EVERY_LEG)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

describe('a file of version 1, which knew neither funding nor initial and withdrawable margin', () => {
  const rich = aPool({
    positions: [aPosition({ funding: { rate: dec('0.0001'), intervalHours: dec(8), window: null } })],
    reported: { equity: null, maintenance: null, initialMargin: dec(3000), withdrawable: dec(9000) },
  })
  const old = (drop: readonly string[]): string => {
    const text = snapshotText(aSnapshot({ legs: [aLoan(), rich] })).replace(`"version": ${SNAPSHOT_VERSION}`, '"version": 1')
    return JSON.stringify(JSON.parse(text, (key, value) => (drop.includes(key) ? undefined : value)))
  }

  test('is read, and what it does not tell is not known', () => {
    const [, pool] = parseSnapshot(old(['funding', 'initialMargin', 'withdrawable', 'priceSource']), 'file').legs
    expect(pool).toMatchObject({
      positions: [{ symbol: 'ETHUSDT', funding: null }],
      reported: { initialMargin: null, withdrawable: null },
    })
  })

  test('lacks nothing else without being refused', () => {
    expect(() => parseSnapshot(old(['maintenance']), 'file')).toThrow('legs.1.reported.maintenance')
    expect(() => parseSnapshot(old(['mark']), 'file')).toThrow('legs.1.positions.0.mark')
    expect(() => parseSnapshot(old(['reported']), 'file')).toThrow('legs.1.reported')
  })
})

test.each(['funding', 'initialMargin', 'withdrawable'])('a file of version 2 has to tell %s', (field) => {
  const second = snapshotText(EVERY_LEG).replace(`"version": ${SNAPSHOT_VERSION}`, '"version": 2')
  const text = JSON.stringify(JSON.parse(second, (key, value) => (key === field ? undefined : value)))
  expect(() => parseSnapshot(text, 'file')).toThrow(new RegExp(`legs\\.1\\..*${field}`))
})

describe('the source of a price', () => {
  const without = (version: number): string => {
    const text = snapshotText(aSnapshot({ legs: [aLoan()] })).replace(`"version": ${SNAPSHOT_VERSION}`, `"version": ${version}`)
    return JSON.stringify(JSON.parse(text, (key, value) => (key === 'priceSource' ? undefined : value)))
  }

  test('is not known in files of the versions before, and has to be told from version 3 on', () => {
    expect(parseSnapshot(without(2), 'file').legs[0]).toMatchObject({
      reserves: expect.arrayContaining([expect.objectContaining({ priceSource: null })]),
    })
    expect(() => parseSnapshot(without(3), 'file')).toThrow('legs.0.reserves.0.priceSource')
  })
})

test('who told a loan, and what a second node says of it, are not known in files before version 5, and have to be told from there on', () => {
  const without = (version: number): string => {
    const text = snapshotText(aSnapshot({ legs: [aLoan()] })).replace(`"version": ${SNAPSHOT_VERSION}`, `"version": ${version}`)
    const dropped = ['disputes', 'oneSource', 'operators']
    return JSON.stringify(JSON.parse(text, (key, value) => (dropped.includes(key) ? undefined : value)))
  }
  expect(parseSnapshot(without(4), 'file')).toMatchObject({ disputes: [], oneSource: [], legs: [{ source: { operators: [] } }] })
  expect(() => parseSnapshot(without(5), 'file')).toThrow('legs.0.source.operators')
})

/** Every value of a JSON document by its path. */
function paths(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at]
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, [...at, Array.isArray(value) ? Number(key) : key]))
}

function changed(
  path: readonly (string | number)[],
  change: (holder: Record<string | number, unknown>, key: string | number) => void,
): string {
  const copy = JSON.parse(snapshotText(EVERY_LEG))
  const holder = path.slice(0, -1).reduce((inner, key) => inner[key], copy)
  change(holder, path.at(-1) as string | number)
  return JSON.stringify(copy)
}

test('the sentinel of a loan is not known in files before version 5, and has to be told from there on', () => {
  const without = (version: number): string => {
    const loan = aLoan({ sentinel: 'bars' })
    const text = snapshotText(aSnapshot({ legs: [loan] })).replace(`"version": ${SNAPSHOT_VERSION}`, `"version": ${version}`)
    return JSON.stringify(JSON.parse(text, (key, value) => (key === 'sentinel' ? undefined : value)))
  }
  expect(parseSnapshot(without(4), 'file').legs[0]).toMatchObject({ sentinel: null })
  expect(() => parseSnapshot(without(5), 'file')).toThrow('legs.0.sentinel')
  expect(parseSnapshot(snapshotText(aSnapshot({ legs: [aLoan({ sentinel: 'bars' })] })), 'file').legs[0]).toMatchObject({
    sentinel: 'bars',
  })
})

test('what decides no liquidation is not known in files before version 4, and has to be told from there on', () => {
  const without = (version: number): string => {
    const text = snapshotText(aSnapshot({ legs: [aPool()] })).replace(`"version": ${SNAPSHOT_VERSION}`, `"version": ${version}`)
    return JSON.stringify(JSON.parse(text, (key, value) => (key === 'circumstances' ? undefined : value)))
  }
  expect(parseSnapshot(without(3), 'file').legs[0]).toMatchObject({ circumstances: null })
  expect(() => parseSnapshot(without(4), 'file')).toThrow('legs.0.circumstances')
})

test('the contract of a loan and its debt at a stable rate are not known in files before version 5, and have to be told from there on', () => {
  const without = (field: string, version: number): string => {
    const text = snapshotText(aSnapshot({ legs: [aLoan(), aComet()] }))
    const older = text.replace(`"version": ${SNAPSHOT_VERSION}`, `"version": ${version}`)
    const file = JSON.parse(older, (key, value) => (key === field ? undefined : value))
    return JSON.stringify(file)
  }
  expect(parseSnapshot(without('contract', 4), 'file').legs).toMatchObject([{ contract: null }, { contract: null }])
  expect(() => parseSnapshot(without('contract', 5), 'file')).toThrow(/legs\.0\.contract[\s\S]*legs\.1\.contract/)
  expect(parseSnapshot(without('stableDebt', 4), 'file').legs[0]).toMatchObject({
    reserves: expect.arrayContaining([expect.objectContaining({ stableDebt: null })]),
  })
  expect(() => parseSnapshot(without('stableDebt', 5), 'file')).toThrow('legs.0.reserves.0.stableDebt')
})

test('pauses, liquidity, caps and times of prices are not known in files before version 6, and have to be told from there on', () => {
  const fields = ['supplyPaused', 'withdrawPaused', 'baseAvailable', 'priceCap']
  const without = (version: number, lacking: readonly string[]): string => {
    const text = snapshotText(aSnapshot({ legs: [aComet(), aLoan()] }))
    const older = text.replace(`"version": ${SNAPSHOT_VERSION}`, `"version": ${version}`)
    return JSON.stringify(JSON.parse(older, (key, value) => (lacking.includes(key) ? undefined : value)))
  }
  const [comet, loan] = parseSnapshot(without(5, fields), 'file').legs
  expect(comet).toMatchObject({ supplyPaused: null, withdrawPaused: null, baseAvailable: null })
  expect(loan).toMatchObject({ reserves: expect.arrayContaining([expect.objectContaining({ priceCap: null })]) })
  for (const field of fields) expect(() => parseSnapshot(without(6, [field]), 'file'), field).toThrow(field)
  expect(() => parseSnapshot(without(6, ['priceUpdatedAt']), 'file')).toThrow('legs.0.base.priceUpdatedAt')
})

test('the rates of Compound III are not known in files before version 6, and have to be told from there on', () => {
  const rates = { utilization: 82n * 10n ** 16n, supply: 10n ** 9n, borrow: 2n * 10n ** 9n, curve: null }
  const text = snapshotText(aSnapshot({ legs: [aComet({ rates })] }))
  const without = (version: number): string => {
    const older = text.replace(`"version": ${SNAPSHOT_VERSION}`, `"version": ${version}`)
    return JSON.stringify(JSON.parse(older, (key, value) => (key === 'rates' ? undefined : value)))
  }
  for (const version of [1, 2, 3, 4, 5]) expect(parseSnapshot(without(version), 'file').legs[0]).toMatchObject({ rates: null })
  expect(() => parseSnapshot(without(6), 'file')).toThrow('legs.0.rates')
  expect(parseSnapshot(text, 'file').legs[0]).toMatchObject({ rates })
  const curve = { kink: 90n * 10n ** 16n, rateAtKink: 3n, rateAtFull: 7n }
  const bent = aComet({ rates: { ...rates, curve } })
  expect(parseSnapshot(snapshotText(aSnapshot({ legs: [bent] })), 'file').legs[0]).toEqual(bent)
  const wide = text.replace('"borrow": "2000000000"', `"borrow": "${2n ** 64n}"`)
  expect(() => parseSnapshot(wide, 'file')).toThrow('legs.0.rates.borrow: must be a rate a second')
})

test('how a rate of Aave follows use is not known in files before version 6, and has to be told from there on', () => {
  const curve = { kink: 9n * 10n ** 26n, rateAtKink: 8n * 10n ** 25n, rateAtFull: 68n * 10n ** 25n }
  const reserves = aLoan().reserves.map((one) => ({ ...one, utilization: 82n * 10n ** 25n, curve }))
  const text = snapshotText(aSnapshot({ legs: [aLoan({ reserves })] }))
  const without = (field: string, version: number): string => {
    const older = text.replace(`"version": ${SNAPSHOT_VERSION}`, `"version": ${version}`)
    return JSON.stringify(
      JSON.parse(older, (key, value) => (['utilization', 'curve'].includes(key) && field.includes(key) ? undefined : value)),
    )
  }
  expect(parseSnapshot(text, 'file').legs[0]).toMatchObject({ reserves })
  for (const version of [1, 2, 3, 4, 5])
    expect(parseSnapshot(without('utilization curve', version), 'file').legs[0]).toMatchObject({
      reserves: reserves.map(() => ({ utilization: null, curve: null })),
    })
  expect(() => parseSnapshot(without('curve', 6), 'file')).toThrow('legs.0.reserves.0.curve')
  expect(() => parseSnapshot(without('utilization', 6), 'file')).toThrow('legs.0.reserves.0.utilization')
})

describe('a snapshot that was tampered with is refused with the path of the field', () => {
  const all = paths(JSON.parse(snapshotText(EVERY_LEG))).filter((path) => typeof path.at(-1) === 'string')
  test('there is something to break', () => expect(all.length).toBeGreaterThan(240))

  test('every field is required', () => {
    for (const path of all) {
      const text = changed(path, (holder, key) => delete holder[key])
      expect(() => parseSnapshot(text, 'file'), path.join('.')).toThrow('is not a snapshot that can be trusted')
    }
  })

  test('no field takes rubbish', () => {
    for (const rubbish of [{}, [], 12.5, 'NaN', '1e999999999', '-5', '\u0000']) {
      for (const path of all) {
        const text = changed(path, (holder, key) => {
          // A text that is free to hold anything is not a figure.
          holder[key] = typeof holder[key] === 'string' && /^-?[\d.]+$/.test(holder[key] as string) ? rubbish : {}
        })
        const negative = rubbish === '-5' && /deduction|amount|unrealized|equity|baseBalance/.test(String(path.at(-1)))
        if (!negative && !String(path.at(-1)).match(/^(asOf)$/))
          expect(() => parseSnapshot(text, 'file'), `${path.join('.')} = ${String(rubbish)}`).toThrow()
      }
    }
  })

  test('the path is named', () => {
    const text = changed(['legs', 1, 'positions', 0, 'mark'], (holder, key) => {
      holder[key] = 'NaN'
    })
    expect(() => parseSnapshot(text, 'file')).toThrow('legs.1.positions.0.mark: must be a decimal number as text')
  })

  test('rubbish, an empty file, too much', async () => {
    expect(() => parseSnapshot('not json', 'file')).toThrow('file is not JSON')
    expect(() => parseSnapshot('', 'file')).toThrow('file is not JSON')
    expect(() => parseSnapshot('null', 'file')).toThrow('is not a snapshot that can be trusted')
    const big = join(folder, 'big.json')
    writeFileSync(big, ' '.repeat(10 * 1024 * 1024 + 1))
    await expect(loadSnapshot(big)).rejects.toThrow('larger than 10 MB')
    await expect(loadSnapshot(join(folder, 'none.json'))).rejects.toThrow('cannot be read (ENOENT)')
    await expect(saveSnapshot(join(folder, 'no/such/folder.json'), aSnapshot())).rejects.toThrow('could not be saved')
  })
})

test('the demo of the published package is a snapshot that gives the figures of the documentation', () => {
  const { verdict, legs } = toJson(findings(parseSnapshot(DEMO_SNAPSHOT, 'demo')))
  expect(verdict).toMatchObject({ grade: 'warning', complete: true })
  expect(verdict.firstLiquidation?.price).toBe('2409.64')
  expect(legs[0]?.health).toMatch(/^1\.769890909/)
  expect(readFileSync(new URL('../src/commands/demoSnapshot.ts', import.meta.url), 'utf8')).toContain('npm run demo:record')
})
