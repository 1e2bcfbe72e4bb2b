import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner'
import { bundle } from './bundle.ts'
import type { Answer, Beat, Ran } from './worker.ts'

/** Random tests meet the same few books for every mutant; which is the smallest book that fails nobody asks. */
const FUZZ = { FUZZ_RUNS: '12', FUZZ_SEED: '20261122', FUZZ_SHRINK: 'no' }

/** How long each test takes with nothing changed, for the processes that Stryker starts anew. */
const TIMES = 'mutants-times.json'

/** Tries mutants in one thread that keeps everything loaded: a whole run takes minutes instead of hours. */
function createRunner(): TestRunner {
  let worker: Worker | null = null
  let limit: NodeJS.Timeout | undefined

  const opened = async (): Promise<Worker> => {
    worker ??= new Worker(await bundle(process.cwd()), { env: { ...process.env, ...FUZZ }, execArgv: [] })
    return worker
  }

  /** @returns null: the test that ran never came back. */
  const ask = async (question: object): Promise<Answer | null> => {
    const asked = await opened()
    return new Promise((done, fail) => {
      const end = (answer: Answer | null): void => {
        clearTimeout(limit)
        asked.off('error', fail)
        asked.off('message', hear)
        done(answer)
      }
      const stuck = (): void => {
        worker = null
        asked.terminate().then(() => end(null), fail)
      }
      function hear(message: Beat | Answer): void {
        clearTimeout(limit)
        if (!('limitMs' in message)) end(message)
        else if (message.limitMs !== null) limit = setTimeout(stuck, message.limitMs)
      }
      asked.on('error', fail)
      asked.on('message', hear)
      asked.postMessage(question)
    })
  }

  return {
    capabilities: () => ({ reloadEnvironment: true }),
    dryRun: async (): Promise<DryRunResult> => {
      const answer = await ask({ kind: 'all' })
      if (answer === null) return { status: DryRunStatus.Timeout }
      writeFileSync(join(process.cwd(), TIMES), JSON.stringify(Object.fromEntries(answer.ran.map(({ id, ms }) => [id, ms]))))
      return { status: DryRunStatus.Complete, tests: answer.ran.map(resultOf), mutantCoverage: answer.coverage as never }
    },
    mutantRun: async ({ activeMutant, testFilter, hitLimit }: MutantRunOptions): Promise<MutantRunResult> => {
      const times: unknown = existsSync(TIMES) ? JSON.parse(readFileSync(TIMES, 'utf8')) : {}
      const answer = await ask({
        kind: 'mutant',
        id: activeMutant.id,
        tests: testFilter ?? null,
        hitLimit: hitLimit ?? null,
        times,
      })
      if (answer === null) return toMutantRunResult({ status: DryRunStatus.Timeout, reason: 'a test never came back' })
      const looped = determineHitLimitReached(answer.hits ?? undefined, hitLimit)
      return toMutantRunResult(looped ?? { status: DryRunStatus.Complete, tests: answer.ran.map(resultOf) })
    },
    dispose: async () => void (await worker?.terminate()),
  }
}
createRunner.inject = [] as const

function resultOf({ id, name, file, ms, failure }: Ran): TestResult {
  const test = { id, name, fileName: resolve(file), timeSpentMs: ms }
  return failure === null
    ? { ...test, status: TestStatus.Success }
    : { ...test, status: TestStatus.Failed, failureMessage: failure }
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'in-process', createRunner)]
