import { describe, expect } from 'vitest'
import { toJson } from '../../src/report/json.ts'
import { parseSnapshot, snapshotText } from '../../src/snapshot.ts'
import { findings } from '../support/findings.ts'
import { invariant } from '../support/invariant.ts'

/** Invariant 30 of RISK section 7, for all that a report says. */

describe('books as files', () => {
  invariant('30 written down and read back, in any order of keys, it says the same', { least: 1 }, ({ snapshot }) => {
    const said = toJson(findings(snapshot))
    const text = snapshotText(snapshot)
    expect(parseSnapshot(text, 'file')).toEqual(snapshot)
    expect(toJson(findings(parseSnapshot(JSON.stringify(backwards(JSON.parse(text))), 'file')))).toEqual(said)
    return true
  })
})

function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, backwards(inner)]),
  )
}
