import { parentPort } from 'node:worker_threads'
import { type Case, found } from './vitest.ts'

/**
 * Runs the tests of the bundle for one mutant after the other, in a thread of its own: one that never comes back is ended from outside.
 * All files stay loaded; what the code remembers from one call to the next is forgotten before each mutant.
 */

/** What Stryker's changed code looks at. */
type Switches = {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  hitCount?: number | undefined
  hitLimit?: number | undefined
  mutantCoverage?: unknown
}

type Question =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'mutant'
      readonly id: string
      readonly tests: readonly string[] | null
      readonly hitLimit: number | null
      readonly times: Readonly<Record<string, number>>
    }

/** How a test went; `failure` null: it passed. */
export type Ran = {
  readonly id: string
  readonly file: string
  readonly name: string
  readonly ms: number
  readonly failure: string | null
}
export type Answer = { readonly ran: readonly Ran[]; readonly hits: number | null; readonly coverage: unknown }
/** The most milliseconds that the test which begins now may take; null: none runs. */
export type Beat = { readonly limitMs: number | null }

/** So many times its time with nothing changed, and a little: a test that takes longer never ends. */
const PATIENCE = { times: 12, ms: 3_000 } as const

/**
 * A test slower than this, milliseconds, is left out for a mutant that more than so many tests meet: a whole run would take hours. What only
 * such a test would notice counts as alive, so the share that is told is at most too bad.
 */
const SLOW = { ms: 100, met: 25 } as const

const switches = globalThis as unknown as { __stryker__?: Switches }
const state = (): Switches => {
  switches.__stryker__ ??= {}
  return switches.__stryker__
}

/** Caches of the code under test: a mutant must neither meet nor leave behind what another one computed. */
const caches: Forgetting[] = []
const Lasting = WeakMap

class Forgetting {
  private inner: WeakMap<WeakKey, unknown>

  constructor(entries?: readonly (readonly [WeakKey, unknown])[] | null) {
    this.inner = new Lasting(entries ?? [])
    if (loading) caches.push(this)
  }
  get(key: WeakKey): unknown {
    return this.inner.get(key)
  }
  set(key: WeakKey, value: unknown): this {
    this.inner.set(key, value)
    return this
  }
  has(key: WeakKey): boolean {
    return this.inner.has(key)
  }
  delete(key: WeakKey): boolean {
    return this.inner.delete(key)
  }
  forget(): void {
    this.inner = new Lasting()
  }
}

let loading = true

/** @param files - Each reads one test file. */
export async function serve(files: readonly (readonly [file: string, load: () => Promise<unknown>])[]): Promise<void> {
  const ready = load(files)
  parentPort?.on('message', async (question: Question) => {
    await ready
    const answer = question.kind === 'all' ? await all() : await mutant(question)
    parentPort?.postMessage({ limitMs: null } satisfies Beat)
    parentPort?.postMessage(answer)
  })
  await ready
}

async function load(files: Parameters<typeof serve>[0]): Promise<void> {
  Object.assign(globalThis, { WeakMap: Forgetting })
  for (const [file, read] of files) {
    found.file = file
    await read()
  }
  Object.assign(globalThis, { WeakMap: Lasting })
  loading = false
}

async function all(): Promise<Answer> {
  const ran: Ran[] = []
  for (const one of found.cases) {
    state().currentTestId = one.id
    ran.push(await run(one, null))
  }
  state().currentTestId = undefined
  return { ran, hits: null, coverage: state().mutantCoverage }
}

async function mutant({ id, tests, hitLimit, times }: Extract<Question, { kind: 'mutant' }>): Promise<Answer> {
  for (const cache of caches) cache.forget()
  const wanted = tests === null ? null : new Set(tests)
  const time = ({ id: test }: Case): number => times[test] ?? 0
  // The quickest first: most mutants are noticed by the first test that meets them.
  const cases = found.cases
    .filter((one) => wanted?.has(one.id) ?? true)
    .filter((one, _index, met) => met.length <= SLOW.met || time(one) <= SLOW.ms)
    .toSorted((a, b) => time(a) - time(b))
  Object.assign(state(), { activeMutant: id, hitCount: hitLimit === null ? undefined : 0, hitLimit: hitLimit ?? undefined })
  const ran: Ran[] = []
  for (const one of cases) {
    ran.push(await run(one, time(one)))
    if (ran.at(-1)?.failure !== null) break
  }
  state().activeMutant = undefined
  return { ran, hits: state().hitCount ?? null, coverage: null }
}

async function run({ id, file, name, body, scopes }: Case, usualMs: number | null): Promise<Ran> {
  const limitMs = usualMs === null ? null : PATIENCE.ms + PATIENCE.times * usualMs
  parentPort?.postMessage({ limitMs } satisfies Beat)
  const began = performance.now()
  let failure: string | null = null
  try {
    for (const scope of scopes.filter(({ ran }) => !ran)) {
      scope.ran = true
      for (const hook of scope.before) await hook()
    }
    for (const { beforeEach } of scopes) for (const hook of beforeEach) await hook()
    await body({})
  } catch (error) {
    failure = (error instanceof Error ? error.message : String(error)).slice(0, 300)
  }
  for (const hook of found.finished.splice(0)) await hook()
  return { id, file, name, ms: performance.now() - began, failure }
}
