import { plain } from '../../src/report/words.ts'
import { checkBook, type Vector } from './checkBook.ts'
import { readVectors, VectorFileError } from './readVectors.ts'

/** What the command prints and how it ends. */
export type Outcome = { readonly out: readonly string[]; readonly complaint: string | null; readonly code: 0 | 1 | 2 }

const LONGEST = 300

/** Checks the books of all files. A file that is no such file ends it before anything is checked. */
export function checkFiles(files: readonly string[]): Outcome {
  const broken = (complaint: string): Outcome => ({ out: [], complaint, code: 2 })
  if (files.length === 0)
    return broken('Usage: npm run vectors -- FILE...   (files of the form of test/fixtures/risk-vectors.json)')
  let books: readonly Vector[]
  try {
    books = files.flatMap(readVectors)
  } catch (error) {
    if (error instanceof VectorFileError) return broken(plain(error.message, LONGEST))
    throw error
  }
  const lines = books.map(linesOf)
  const failed = lines.filter(({ length }) => length > 1).length
  return {
    out: [...lines.flat(), `${books.length - failed} passed, ${failed} failed`],
    complaint: null,
    code: failed === 0 ? 0 : 1,
  }
}

function linesOf(vector: Vector): readonly string[] {
  const name = plain(`${vector.id} ${vector.title}`)
  const { differences, compared } = checkBook(vector)
  if (differences.length === 0) return [`ok    ${name} (${compared} figures)`]
  return [
    `FAIL  ${name}`,
    ...differences
      .map(({ path, ours, expected }) => plain(`${path}: ours ${ours}, expected ${expected}`, LONGEST))
      .map((line) => `      ${line}`),
  ]
}
