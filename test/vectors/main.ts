import { checkFiles } from './checkFiles.ts'

/**
 * `npm run vectors -- FILE...`: checks worked books, every field of `expect` and of `extra`, relative tolerance 1e-9. One line a
 * book, its differences below it, and at the end `N passed, N failed`. Ends 0 when all passed, 1 when one failed, and 2 with one
 * sentence for a file that is none of worked books.
 */
const { out, complaint, code } = checkFiles(process.argv.slice(2))
for (const line of out) process.stdout.write(`${line}\n`)
if (complaint !== null) process.stderr.write(`${complaint}\n`)
process.exitCode = code
