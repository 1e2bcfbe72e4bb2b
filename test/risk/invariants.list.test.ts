import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Which property stands for which invariant of RISK section 7, read off the titles: `npm run fuzz` runs each of them. */

const FOLDER = new URL('./', import.meta.url)

/** Properties by number. Those of `invariant` and `always` run at least 200 times over random values. */
function titles(): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>()
  for (const file of readdirSync(FOLDER).filter((name) => /^invariants\..*test\.ts$/.test(name))) {
    const text = readFileSync(new URL(file, FOLDER), 'utf8')
    for (const [, number = '', title = ''] of text.matchAll(/\b(?:invariant|always)\(\s*'(\d+) ([^']+)'/g)) {
      found.set(Number(number), [...(found.get(Number(number)) ?? []), title])
    }
  }
  return found
}

test('every invariant from 1 to 33 is a property over random books', () => {
  const found = titles()
  expect([...found.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 33 }, (_, i) => i + 1))
})
