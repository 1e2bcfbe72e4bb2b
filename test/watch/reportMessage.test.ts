import { expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { DEFAULT_MEANS } from '../../src/risk/means.ts'
import { outlookOf } from '../../src/risk/outlook.ts'
import { reportMessage } from '../../src/watch/reportMessage.ts'
import { bookAt } from './bookAt.ts'

const NOW = Date.parse('2026-11-22T08:00:00Z')

function jsonFor(
  detail: { amounts: boolean; addresses: boolean },
  aliases: ReadonlyMap<string, string> = new Map(),
): string | null {
  const snapshot = bookAt(NOW, 3000)
  const view = assess(snapshot, DEFAULT_POLICY)
  const outlook = outlookOf(snapshot, view, { policy: DEFAULT_POLICY, means: DEFAULT_MEANS, onBug: () => undefined })
  return reportMessage({ findings: { view, outlook }, changes: undefined }, { id: 'r', banners: [], aliases, detail }).json
}

const ADDRESS = /0x[0-9a-fA-F]{40}\b/

test('programs get the whole report, without addresses unless the channel wants them', () => {
  const whole = jsonFor({ amounts: true, addresses: true }) ?? ''
  const [address = ''] = ADDRESS.exec(whole) ?? []
  expect(address).not.toBe('')
  const hidden = jsonFor({ amounts: true, addresses: false }, new Map([[address.toLowerCase(), 'my "cold" one\\']])) ?? ''
  expect(hidden).not.toMatch(ADDRESS)
  // Still JSON, with the same figures.
  expect(JSON.stringify(JSON.parse(hidden).verdict)).toBe(JSON.stringify(JSON.parse(whole).verdict))
  expect(hidden).toContain('my \\"cold\\" one\\\\')
})

test('a channel without amounts gets no report for programs', () => {
  expect(jsonFor({ amounts: false, addresses: true })).toBeNull()
})
