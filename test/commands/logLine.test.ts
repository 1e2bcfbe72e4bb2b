import { expect, test } from 'vitest'
import { logLine } from '../../src/commands/logLine.ts'
import { hostileTexts } from '../support/hostileTexts.ts'

test('500 texts: each is one line, with nothing in it that a terminal or a reader of logs would obey', () => {
  for (const text of hostileTexts(500)) {
    const line = logLine(`desk: told: WARNING ${text}`, Date.UTC(2026, 10, 22, 13, 40))
    expect(line.startsWith('2026-11-22T13:40:00.000Z desk: told: WARNING')).toBe(true)
    expect(line.endsWith('\n')).toBe(true)
    expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
  }
})

test('a page of HTML is cut', () => expect(logLine('x'.repeat(5_000), 0).length).toBeLessThan(1_100))
