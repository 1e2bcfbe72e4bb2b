import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { SqliteSettings } from './sqliteMessage.ts'

/** The thread that holds the file, from the sibling that has the ending of this file: TypeScript in the checkout, JavaScript once built. */
export function startWorker(settings: SqliteSettings): Worker {
  const source = import.meta.url.endsWith('.ts')
  const entry = new URL(source ? './sqliteWorker.ts' : './sqliteWorker.js', import.meta.url)
  // None of the variables, which hold secrets, and none of the loaders is any business of that thread.
  return new Worker(source ? translated(entry) : entry, { workerData: settings, execArgv: [], env: {} })
}

/** A thread does not inherit what translates TypeScript for its parent, and a loader named in `execArgv` does not reach it on Node 20. */
function translated(entry: URL): URL {
  const api = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href.replace(/\.cjs$/, '.mjs')
  const text = `import { register } from ${JSON.stringify(api)}\nregister()\nawait import(${JSON.stringify(entry.href)})`
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`)
}
