import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StoreError } from './errors.ts'
import type { Cache } from './futures/exchange.ts'

/** Raised whenever the meaning of a cached value changes: files of another version are not read. */
const VERSION = 1

/** A file dated a little ahead of our clock is still ours; one further ahead is from before the clock was set back. */
const AHEAD_MS = 60_000

/** A disk answers in milliseconds; an unplugged network drive never does, and the cache is not worth a leg. */
const PATIENCE = { waits: 10, ms: 100 } as const
const HINT = 'See HULLMARK_CACHE_DIR.'

type Entry = { readonly version: number; readonly key: string; readonly at: number; readonly value: unknown }

/** What a cache needs of the world. */
export type CacheTools = {
  /** Our clock, milliseconds since 1970. */
  readonly now: () => number
  /** Told one sentence, once, when the folder cannot be written. */
  readonly warn: (sentence: string) => void
}

/**
 * A cache of one file a key, for the owner alone. It may vanish at any time; a file that cannot be read, is broken, of another
 * version or too old is no value. Where the folder cannot be written it lives as long as the process.
 *
 * @param folder - Made when first written.
 */
export function openCache(folder: string, { now, warn }: CacheTools): Cache {
  const memory = new Map<string, Entry>()
  let warned = false
  let made: Promise<void> | null = null
  let hangs = false
  /** Waits for the disk, but not for ever, and not twice. */
  const soon = async <T>(work: () => Promise<T>): Promise<T> => {
    if (hangs) throw new StoreError(`${folder} does not answer.`, HINT)
    const patience = new AbortController()
    const end = async (): Promise<never> => {
      // In short waits: a moment in which this process was too busy to listen counts as one of them.
      for (let i = 0; i < PATIENCE.waits; i++) await sleep(PATIENCE.ms, undefined, { signal: patience.signal })
      hangs = true
      throw new StoreError(`${folder} does not answer.`, HINT)
    }
    return Promise.race([work(), end()]).finally(() => patience.abort())
  }

  const fresh = (entry: Entry | null | undefined, maxAgeMs: number): entry is Entry => {
    if (entry === null || entry === undefined) return false
    const age = now() - entry.at
    return age >= -AHEAD_MS && age < maxAgeMs
  }
  return {
    get: async (key, maxAgeMs) => {
      const stored = await soon(() => readEntry(join(folder, fileOf(key)), key)).catch(() => null)
      const newest = later(stored, memory.get(key))
      return fresh(newest, maxAgeMs) ? newest.value : null
    },
    set: async (key, value) => {
      const entry: Entry = { version: VERSION, key, at: now(), value }
      memory.set(key, entry)
      try {
        await soon(async () => {
          made ??= makeFolder(folder)
          await made
          await writeWhole(join(folder, fileOf(key)), JSON.stringify(entry))
        })
      } catch {
        // Made anew next time: the folder may have been removed while we ran.
        made = null
        if (!warned) warn(`The cache folder cannot be written: what venues rarely change is read again by every run. ${HINT}`)
        warned = true
      }
    },
  }
}

function later(a: Entry | null, b: Entry | undefined): Entry | null {
  if (a === null || b === undefined) return a ?? b ?? null
  return a.at >= b.at ? a : b
}

/** A readable beginning, and a hash that keeps keys apart however they are written. */
function fileOf(key: string): string {
  const readable = key.replaceAll(/[^a-zA-Z0-9]+/g, '-').slice(0, 40)
  return `${readable}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}.json`
}

async function readEntry(path: string, key: string): Promise<Entry | null> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isEntry(parsed) && parsed.key === key ? parsed : null
  } catch {
    return null
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false
  const { version, key, at } = value as Partial<Entry>
  return version === VERSION && typeof key === 'string' && typeof at === 'number' && Number.isFinite(at) && 'value' in value
}

/** A folder that is there already may be shared, and keeps its mode: the files are closed to others in any case. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
}

/** Readers see the old file or the new one, never half of it. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
