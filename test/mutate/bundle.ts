import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/** The tests that know `src/risk`: no chain, no socket, no build. */
const TESTS = ['test/risk', 'test/report', 'test/snapshot.test.ts']

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/**
 * Writes all tests and the code under test into one file that a thread loads in a moment.
 *
 * @param root - The tree as Stryker changed it. @returns The path of the file.
 */
export async function bundle(root: string): Promise<string> {
  const outfile = join(root, `mutants-${process.pid}.mjs`)
  const tests = TESTS.flatMap((path) => testsIn(join(root, path)))
  const loads = tests.map((file) => `[${JSON.stringify(relative(root, file))}, () => import(${JSON.stringify(file)})]`)
  await build({
    stdin: {
      contents: `import { serve } from ${JSON.stringify(here('worker.ts'))}\nawait serve([${loads.join(',\n')}])`,
      resolveDir: root,
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    alias: { vitest: here('vitest.ts') },
    logLevel: 'error',
    plugins: [
      {
        name: 'where it stood',
        setup: (steps) => steps.onLoad({ filter: /\.ts$/ }, ({ path }) => ({ loader: 'ts', contents: located(path) })),
      },
    ],
  })
  return outfile
}

function testsIn(path: string): string[] {
  if (path.endsWith('.ts')) return [path]
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.test.ts')).map((file) => join(path, file))
}

/** A test reads its fixtures from beside itself, not from beside the bundle. */
function located(path: string): string {
  return readFileSync(path, 'utf8')
    .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
    .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
}
