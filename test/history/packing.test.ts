import { describe, expect, test } from 'vitest'
import { DEMO_SNAPSHOT } from '../../src/commands/demoSnapshot.ts'
import { StoreError } from '../../src/errors.ts'
import { PACKING, pack, unpack } from '../../src/history/packing.ts'

describe('packing', () => {
  test('both documents come back to the last character', async () => {
    for (const documents of [
      { snapshot: DEMO_SNAPSHOT, view: '{"room":"-0.1967"}' },
      { snapshot: '', view: '' },
      { snapshot: '💧ẞ\u0000\ud7ff', view: 'x'.repeat(1_000_000) },
    ])
      expect(await unpack(await pack(documents), PACKING)).toEqual(documents)
  })

  test('a pass takes less than a third of its text', async () => {
    const text = JSON.stringify(JSON.parse(DEMO_SNAPSHOT), null, 1)
    expect((await pack({ snapshot: text, view: '' })).length).toBeLessThan(text.length / 3)
  })

  test('damaged bytes, or a packing of the future, are a StoreError', async () => {
    const packed = await pack({ snapshot: 'a', view: 'b' })
    await expect(unpack(packed.slice(0, -1), PACKING)).rejects.toThrow(StoreError)
    await expect(unpack(new Uint8Array(10), PACKING)).rejects.toThrow('damaged')
    await expect(unpack(packed, PACKING + 1)).rejects.toMatchObject({ hint: 'Update hullmark.' })
  })
})
