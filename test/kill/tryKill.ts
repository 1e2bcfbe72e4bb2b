import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { SAYS, tellsStored } from './errand.ts'
import { type Ended, type Ground, type KillPoint, sent } from './killPoint.ts'
import type { Received } from './receiver.ts'
import type { Story } from './stories.ts'

const MINUTE = 60_000
/** A report is due at eight. */
const BEGAN = Date.parse('2026-11-22T08:00:05Z')
/** Longer than a lease that a killed process leaves behind. */
const AFTER = 3 * MINUTE
const PATIENCE_MS = 60_000

/** A story up to the pass that will be killed. */
export type Prepared = { readonly story: Story; readonly folder: string; readonly remove: () => void }

/** What one kill brought to light. */
export type Tried = {
  /** False: the child had ended before it came to this point. */
  readonly killed: boolean
  /** Messages that arrived twice. */
  readonly repeats: number
  /** Passes that were told as stored before the kill. */
  readonly stored: number
  /** One sentence each. */
  readonly problems: readonly string[]
}

/** Tells a story up to the pass that is killed. */
export async function prepared(story: Story, ground: Ground): Promise<Prepared> {
  const folder = mkdtempSync(join(tmpdir(), 'hullmark-kill-'))
  for (const [i, { eth, turns }] of story.before.entries()) {
    const at = BEGAN - (story.before.length - i) * 60 * MINUTE
    const { code } = await sent({ ...errandIn(folder, ground), at, eth, turns }, null, ground)
    if (code !== 0) throw new RangeError(`${story.name}: what comes before it ended with ${code}`)
  }
  ground.receiver.take()
  return { story, folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Kills the pass of a story at one point, starts anew, and looks whether anything was lost. */
export async function tryKill({ story, folder }: Prepared, point: KillPoint, ground: Ground): Promise<Tried> {
  const own = mkdtempSync(join(tmpdir(), 'hullmark-kill-'))
  try {
    cpSync(folder, own, { recursive: true })
    const errand = errandIn(own, ground)
    const first = await sent({ ...errand, at: BEGAN, ...story.pass }, point, ground)
    const count = { from: BEGAN, to: BEGAN + AFTER - 1 }
    const again = { ...errand, at: BEGAN + AFTER, eth: story.pass.eth, turns: ['look', 'due'], count } as const
    const second = await sent(again, null, ground)
    const received = ground.receiver.take()
    const stored = first.said.filter(tellsStored).length
    const twice = received.filter((one, i) => received.findIndex(({ id }) => id === one.id) < i)
    const problems = [
      ...(first.killed || first.code === 0 ? [] : [`ended with ${first.code} instead of being killed`]),
      ...first.said.filter((line) => line.startsWith(SAYS.bug)),
      ...problemsOf(second, stored),
      ...lostOf(story, received),
      ...twice.filter(({ title }) => !title.endsWith(' (again)')).map(({ title }) => `told twice and not marked: ${title}`),
      // One channel, one message at a time: no more can have been on its way.
      ...(twice.length > 1 ? [`${twice.length} messages told twice`] : []),
      ...strangersIn(dirname(errand.history)),
    ]
    return { killed: first.killed, repeats: twice.length, stored, problems }
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}

function errandIn(folder: string, { receiver }: Ground) {
  return { history: join(folder, 'kept', 'history.db'), url: receiver.url, patienceMs: PATIENCE_MS, count: null }
}

/** What is wrong with the process that came after. */
function problemsOf({ code, said }: Ended, stored: number): readonly string[] {
  const word = (beginning: string): string => said.find((line) => line.startsWith(beginning))?.slice(beginning.length) ?? ''
  const kept = Number(word(SAYS.passes) || 'nothing')
  return [
    ...(code === 0 ? [] : [`the next process ended with ${code}`]),
    ...(word(SAYS.over) === '{"how":"made","notStored":null,"untold":0}' ? [] : [`the next process: ${word(SAYS.over)}`]),
    ...(kept >= stored ? [] : [`${stored} told as stored, ${kept} in the history`]),
    ...said.filter((line) => line.startsWith(SAYS.bug)),
    // A file that was made and not yet written to is empty: nothing was in it that could be lost.
    ...said.filter((line) => line.startsWith(SAYS.notice) && !line.endsWith('was empty: it is begun anew.')),
  ]
}

/** Messages that never arrived, or under more than one id or more than twice. */
function lostOf({ due }: Story, received: readonly Received[]): readonly string[] {
  return due.flatMap((kind) => {
    const all = received.filter((one) => one.kind === kind)
    const ids = new Set(all.map(({ id }) => id))
    if (all.length === 0) return [`no ${kind} arrived`]
    if (ids.size > 1) return [`${ids.size} different messages for one ${kind}: ${all.map(({ title }) => title).join('; ')}`]
    return all.length > 2 ? [`the ${kind} arrived ${all.length} times`] : []
  })
}

/** Files that a kill may not leave behind. */
function strangersIn(folder: string): readonly string[] {
  const known = ['history.db', 'history.db-journal']
  const found = existsSync(folder) ? readdirSync(folder) : []
  return found.filter((name) => !known.includes(name)).map((name) => `left behind: ${name}`)
}
