import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DEFAULT_ALERT_POLICY } from '../../src/alerts/policy.ts'
import { openSqlite } from '../../src/history/sqlite.ts'
import { openKeeper } from '../../src/watch/keeper.ts'
import { patientStore } from '../../src/watch/patientStore.ts'
import { simulatedClock } from '../support/simulatedClock.ts'

const SECOND = 1_000

test('a lease is kept for as long as a turn takes, and a process that is gone gives it up within 20 s', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hullmark-keeper-'))
  const clock = simulatedClock(Date.parse('2026-11-22T08:00:00Z'), 60 * SECOND)
  const aProcess = () => {
    const open = () => clock.during(openSqlite(join(folder, 'history.db'), { now: clock.now, onNotice: () => undefined }))
    const onBug = (error: unknown): void => {
      throw error
    }
    const store = patientStore(open, { clock, patienceMs: 60 * SECOND, onBug })
    // What a real history does takes no time of the simulated clock.
    const patient = { ...store, ask: ((work) => clock.during(store.ask(work))) as typeof store.ask }
    onTestFinished(() => store.close())
    return openKeeper('demo', { store: patient, clock, policy: DEFAULT_ALERT_POLICY, channels: [], places: [] })
  }
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [first, second, turn] = [aProcess(), aProcess(), new AbortController()]
  expect(await first.lease(turn.signal)).toMatchObject({ release: expect.any(Function) })
  // Its turn takes a minute.
  await clock.pass(60 * SECOND)
  expect(await second.lease(new AbortController().signal)).toBe('held')
  // It is killed: nothing renews its lease any more.
  turn.abort()
  await clock.pass(21 * SECOND)
  const lease = await second.lease(new AbortController().signal)
  expect(lease).toMatchObject({ release: expect.any(Function) })
  if (lease !== null && lease !== 'held') await lease.release()
  expect(await first.lease(new AbortController().signal)).toMatchObject({ release: expect.any(Function) })
})
