import Database from 'libsql'
import { openSqlite } from '../../src/history/sqlite.ts'
import { aCommit, aDelivery, aPass, DAY, NOON } from './records.ts'

/** A process of its own beside a test: says on stdout what it did, one word a line, and ends by being killed or with its stdin. */

const [task = '', path = '', name = ''] = process.argv.slice(2)
const say = (word: string): boolean => process.stdout.write(`${word}\n`)
const open = (): ReturnType<typeof openSqlite> =>
  openSqlite(path, { now: () => NOON, onNotice: (sentence) => say(`notice: ${sentence}`) })
/** Not compressible, and the same each time: 20,000 characters. */
const noise = (seed: number): string => {
  let state = seed + 1
  const next = (): number => {
    state = (state * 48271) % 2147483647
    return state
  }
  return Array.from({ length: 2_500 }, () => next().toString(16).padStart(8, '0')).join('')
}

/** Holds the file as a stuck program would, until its stdin ends. */
async function lock(): Promise<void> {
  const database = new Database(path)
  database.exec('BEGIN EXCLUSIVE')
  say('locked')
  for await (const _ of process.stdin);
  database.exec('ROLLBACK')
  database.close()
}

/** Commits without end; each is said once it is told as stored. */
async function write(): Promise<void> {
  const store = await open()
  for (let i = 0; ; i++) {
    const id = `${name}-${i}`
    await store.commit(
      'main',
      aCommit(aPass(id, NOON + i, { snapshot: noise(i) }), { memory: id, deliveries: [aDelivery(id, NOON + i)] }),
    )
    say(id)
  }
}

/** Commits until there is no room, makes some by tidying, and goes on. */
async function fill(): Promise<void> {
  const store = await open()
  const commit = (i: number): Promise<void> => {
    const id = `${name}-${i}`
    return store.commit(
      'main',
      aCommit(aPass(id, NOON + i, { snapshot: noise(i) }), { memory: id, deliveries: [aDelivery(id, NOON + i)] }),
    )
  }
  let i = 0
  for (; ; i++) {
    const refused = await commit(i).then(
      () => null,
      (error: unknown) => error as Error,
    )
    if (refused !== null) {
      say(`refused ${refused.name}: ${refused.message}`)
      break
    }
    say(`stored ${name}-${i}`)
  }
  say(`memory ${await store.memory('main')}`)
  await store.retire('main', { now: NOON + 2 * DAY, keepMs: DAY })
  await commit(i + 1)
  say(`stored ${name}-${i + 1}`)
  await store.close()
}

const tasks: Readonly<Record<string, () => Promise<void>>> = { lock, write, fill }
await tasks[task]?.()
