import { z } from 'zod'
import { type Arrival, type Played, type Rank, worstOf } from './played.ts'
import type { ChannelName } from './story.ts'
import type { About } from './truth.ts'

/** What a message says for programs. */
const form = z.object({
  alerts: z.array(z.object({ alert: z.string(), why: z.string(), level: z.string().nullable() })),
})

const RANKS: Readonly<Record<string, Rank>> = { notice: 0, warning: 1, critical: 2, liquidatable: 3 }

/** Something that whoever listens to a channel heard of an alert. */
export type Change = {
  readonly at: number
  readonly wall: number
  readonly rank: Rank
  readonly before: Rank
  readonly why: string
  readonly again: boolean
}

/** What the listener of a channel believes. */
export type Heard = {
  /** Since when, and how bad. */
  readonly at: (about: About, at: number) => { readonly rank: Rank; readonly at: number }
  readonly changes: (about: About) => readonly Change[]
  /** Alerts of states that were told and never told to be over, and when they were told last. */
  readonly standing: () => readonly { readonly key: string; readonly at: number }[]
}

/** They happen once, and are never over. */
const EVENTS = /^(vanished|position|parameters)(\/|$)/

const known = new WeakMap<Played, Map<ChannelName, Heard>>()

export function heardBy(played: Played, name: ChannelName): Heard {
  const all = known.get(played) ?? new Map<ChannelName, Heard>()
  known.set(played, all)
  const heard = all.get(name) ?? listen(played.arrivals.filter(({ channel }) => channel === name))
  all.set(name, heard)
  return heard
}

function listen(arrivals: readonly Arrival[]): Heard {
  const told = new Map<string, Rank>()
  const toldAt = new Map<string, number>()
  const changes: Record<About, Change[]> = { room: [], gap: [] }
  for (const { at, wall, message } of arrivals) {
    if (message.json === null || message.kind === 'report' || message.kind === 'test') continue
    const before = { room: worst(told, 'room'), gap: worst(told, 'gap') }
    const { alerts } = form.parse(JSON.parse(message.json))
    for (const { alert, level } of alerts) {
      if (level === null) told.delete(alert)
      else told.set(alert, RANKS[level] ?? 0)
      toldAt.set(alert, at)
    }
    for (const about of ['room', 'gap'] as const) {
      const own = alerts.filter(({ alert }) => isAbout(alert, about))
      const [first] = own
      if (first === undefined) continue
      const why = own.find((one) => one.why !== 'stands')?.why ?? 'stands'
      changes[about].push({ at, wall, rank: worst(told, about), before: before[about], why, again: message.again })
    }
  }
  return {
    at: (about, at) => {
      const last = changes[about].findLast((one) => one.at <= at)
      return { rank: last?.rank ?? 0, at: last?.at ?? Number.NEGATIVE_INFINITY }
    },
    changes: (about) => changes[about],
    standing: () => [...told.keys()].filter((key) => !EVENTS.test(key)).map((key) => ({ key, at: toldAt.get(key) ?? 0 })),
  }
}

function isAbout(key: string, about: About): boolean {
  return key === about || key.startsWith(`${about}/`)
}

function worst(told: ReadonlyMap<string, Rank>, about: About): Rank {
  return worstOf(0, ...[...told].filter(([key]) => isAbout(key, about)).map(([, rank]) => rank))
}
