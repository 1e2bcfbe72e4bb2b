import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { DEMO_SNAPSHOT } from '../../src/commands/demoSnapshot.ts'
import { hullmark } from '../support/hullmark.ts'

/** `assess FILE --since EARLIER`: the demo's book against itself an hour before, when the position was half as large. */

const folder = mkdtempSync(join(tmpdir(), 'hullmark-since-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Source = { readAt: number; venueTime: number; block: { timestamp: string } | null }
type Reported = Record<string, string | null>
type Position = { size: string; reported: Reported }
type Form = { book: string; at: number; legs: { kind: string; source: Source; reported: Reported; positions?: Position[] }[] }

function saved(name: string, change: (snapshot: Form) => void): string {
  const snapshot = JSON.parse(DEMO_SNAPSHOT) as Form
  change(snapshot)
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(snapshot), { mode: 0o600 })
  return path
}

const HOUR = 3_600_000
const NOW = saved('now.json', () => undefined)
const HALF = saved('half.json', (snapshot) => {
  snapshot.at -= HOUR
  for (const { source, positions, reported } of snapshot.legs) {
    source.readAt -= HOUR
    source.venueTime -= HOUR
    if (source.block !== null) source.block.timestamp = String(Number(source.block.timestamp) - HOUR / 1000)
    for (const position of positions ?? []) {
      position.size = '10'
      // Half the position has another liquidation price and half the maintenance; nobody recorded them.
      position.reported = { liquidationPrice: null, maintenance: null, unrealized: '0' }
      Object.assign(reported, { equity: '12000', maintenance: null, initialMargin: null })
    }
  }
})
const OTHER = saved('other.json', (snapshot) => {
  snapshot.book = 'other'
})
const LATER = saved('later.json', (snapshot) => {
  snapshot.at += 1
})
const run = (...args: string[]) => hullmark(args, { env: {}, cwd: folder })

describe('--since', () => {
  test('tells that the position grew, and that the room fell for that alone', async () => {
    const { code, out } = await run('assess', NOW, '--since', HALF, '-f', 'json')
    const { changes } = JSON.parse(out) as { changes: { room: { parts: Record<string, string | null> } } }
    const { parts } = changes.room
    expect(code).toBe(0)
    expect(Number(parts.position)).toBeLessThan(-0.1)
    expect([parts.price, parts.parameters].map(Number)).toEqual([0, 0])
  })

  test('in the terminal and in Markdown the same is said in words', async () => {
    for (const format of ['terminal', 'markdown']) {
      const { out } = await run('assess', NOW, '--since', HALF, '-f', format)
      expect(out.toLowerCase()).toContain('since')
      expect(out).toContain('ETHUSDT')
    }
  })

  test('without it nothing of the kind is said', async () => {
    expect((await run('assess', NOW)).out.toLowerCase()).not.toContain('since')
  })

  test.each([
    [OTHER, 'is of the book "other", and this one is "demo"'],
    [LATER, 'which is later; name an earlier one'],
  ])('%s is refused', async (file, problem) => {
    const { code, out, err } = await run('assess', NOW, '--since', file)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(problem)
  })

  test('a file that is no snapshot is refused as any other', async () => {
    writeFileSync(join(folder, 'rubbish.json'), '{}')
    expect((await run('assess', NOW, '--since', join(folder, 'rubbish.json'))).code).toBe(2)
  })
})
