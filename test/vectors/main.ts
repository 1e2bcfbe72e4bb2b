import { readFileSync } from 'node:fs'
import { checkBook, type Vector } from './checkBook.ts'

/**
 * `npm run vectors -- FILE...`: checks worked books, every field of `expect` and of `extra`, relative tolerance 1e-9. One line a
 * book, its differences below it, and at the end `N passed, N failed`.
 */

const files = process.argv.slice(2)
if (files.length === 0) {
  process.stderr.write('Usage: npm run vectors -- FILE...   (files of the form of test/fixtures/risk-vectors.json)\n')
  process.exit(2)
}
let passed = 0
let failed = 0
for (const file of files) {
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: readonly Vector[] }
  for (const vector of vectors) {
    const lines = linesOf(vector)
    if (lines.length === 1) passed++
    else failed++
    process.stdout.write(`${lines.join('\n')}\n`)
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)

function linesOf(vector: Vector): string[] {
  const name = `${vector.id} ${vector.title}`
  try {
    const { differences, compared } = checkBook(vector)
    if (differences.length === 0) return [`ok    ${name} (${compared} figures)`]
    return [
      `FAIL  ${name}`,
      ...differences.map(({ path, ours, expected }) => `      ${path}: ours ${ours}, expected ${expected}`),
    ]
  } catch (error) {
    return [`FAIL  ${name}`, `      ${error instanceof Error ? error.message : String(error)}`]
  }
}
