import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CRASHES } from '../../src/risk/crashes.ts'

type Preset = {
  readonly name: string
  readonly assets: Readonly<
    Record<string, { readonly peak: number; readonly low: number; readonly hours: number; readonly maxDrop: number } | null>
  >
}
const PRESETS = JSON.parse(readFileSync(new URL('../fixtures/crash-presets.json', import.meta.url), 'utf8')) as readonly Preset[]

/** A list without a figure says so by leaving the asset out, or by null. */
const known = ({ assets }: Preset) =>
  Object.entries(assets).flatMap(([name, one]) => (one === null ? [] : [[name, one] as const]))

describe('the twelve falls', () => {
  test('are those of the list, in its order', () => {
    expect(PRESETS).toHaveLength(12)
    expect(CRASHES.map(({ name }) => name)).toEqual(PRESETS.map(({ name }) => name))
  })

  test.each(PRESETS.map((preset, i) => [preset.name, preset, i] as const))('%s: every figure and all hours', (_, preset, i) => {
    const crash = CRASHES[i]
    const drops = known(preset).map(([name, { maxDrop }]) => [name, String(maxDrop)])
    expect([...(crash?.falls ?? [])].map(([name, at]) => [name, at.minus(1).toFixed()])).toEqual(drops)
    expect([...(crash?.hours ?? [])]).toEqual(known(preset).map(([name, { hours }]) => [name, hours]))
    // The figures are those of the candles: low / peak - 1, to four decimals.
    for (const [, { low, peak, maxDrop }] of known(preset)) expect(Math.abs(low / peak - 1 - maxDrop)).toBeLessThan(0.00005001)
  })

  test('what was not traded, or badly printed, has no figure', () => {
    const [first] = CRASHES
    expect([...(first?.falls.keys() ?? [])]).toEqual(['BTC', 'ETH', 'BNB', 'XRP'])
    expect(first?.falls.get('ETH')?.toFixed()).toBe('0.4397')
    expect(CRASHES.slice(1).every(({ falls }) => falls.size === 7)).toBe(true)
  })
})
