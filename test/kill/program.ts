import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The child as one file that starts in a moment, and translates nothing while it is counted. */
export type Program = { readonly path: string; readonly remove: () => void }

/** Builds it within the checkout, where its packages are found. */
export async function program(): Promise<Program> {
  const outdir = join(at('../..'), '.tools', `kill-${process.pid}`)
  mkdirSync(outdir, { recursive: true })
  await build({
    entryPoints: { child: at('./child.ts'), sqliteWorker: at('../../src/history/sqliteWorker.ts') },
    ...{ outdir, bundle: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external', logLevel: 'error' },
  })
  return { path: join(outdir, 'child.js'), remove: () => rmSync(outdir, { recursive: true, force: true }) }
}
