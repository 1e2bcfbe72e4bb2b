import { randomUUID } from 'node:crypto'
import { EMPTY_MEMORY } from '../alerts/memory.ts'
import { notAfter } from '../alerts/notAfter.ts'
import { onlyChannels } from '../alerts/onlyChannels.ts'
import type { Outgoing } from '../alerts/outgoing.ts'
import type { AlertPolicy } from '../alerts/policy.ts'
import type { Told } from '../alerts/told.ts'
import type { Clock } from '../clock.ts'
import type { DeliveryRecord, Hush, Lease, PassRecord } from '../history/store.ts'
import type { PatientStore } from './patientStore.ts'
import { parseRecollection, type Recollection, recollectionText } from './recollection.ts'

/** What a watch carries from turn to turn: in this process, and in the store where that works. */
export type Keeper = {
  readonly now: () => Recollection
  readonly change: (change: Partial<Recollection>) => void
  readonly hushes: () => readonly Hush[]
  /**
   * The right to write, for one turn, held until it is released or the signal ends; `null` where the store cannot say: then the alarms
   * go on without it.
   */
  readonly lease: (signal: AbortSignal) => Promise<{ readonly release: () => Promise<void> } | null | 'held'>
  /** Takes over what the store knows better. @returns A sentence on what is wrong; null: nothing. */
  readonly recall: () => Promise<string | null>
  /** Whether the store was ever asked with success: until then nobody knows what was told before. */
  readonly recalled: () => boolean
  /** Notes an attempt at a message, to be written with the next commit. */
  readonly note: (out: Outgoing, at: number, outcome: 'sending' | Told) => void
  /** One transaction. @returns A sentence where it failed; null: it is stored. */
  readonly commit: (pass: PassRecord | null) => Promise<string | null>
}

/** What a keeper needs. */
export type KeeperTools = {
  readonly store: PatientStore
  readonly clock: Clock
  readonly policy: AlertPolicy
  /** The names of the book's channels. */
  readonly channels: readonly string[]
  /** Fingerprints of the book's wallets. */
  readonly places: readonly string[]
}

/** How long a killed process may keep others away: one that starts in its place still tells within 70 s what it finds. */
const LEASE_MS = 20_000

/** A turn that takes longer holds on to its lease by renewing it. */
const RENEW_MS = 5_000

/** Attempts that wait for a store which takes nothing. */
const MOST_NOTED = 1_000

/** A hush that was set further ahead than this was set by a clock that stood wrong, and would last until then. */
const AHEAD_MS = 60_000

export function openKeeper(book: string, { store, clock, policy, channels, places }: KeeperTools): Keeper {
  const holder = `${process.pid}.${randomUUID()}`
  let held: Recollection = { turns: 0, memory: EMPTY_MEMORY, lastReportAt: null, places }
  let hushes: readonly Hush[] = []
  let noted: readonly DeliveryRecord[] = []
  let recalled = false

  async function renewed(lease: Lease, over: AbortSignal): Promise<void> {
    for (;;) {
      await clock.sleep(RENEW_MS, over)
      if (over.aborted) return
      await store.ask(() => lease.renew())
    }
  }

  return {
    now: () => held,
    change: (change) => {
      held = { ...held, ...change }
    },
    hushes: () => hushes.filter(({ at, until }) => until > clock.now() && at <= clock.now() + AHEAD_MS),
    recalled: () => recalled,
    lease: async (signal) => {
      const taken = await store.ask((open) => open.lease(book, holder, { now: clock.now(), ms: LEASE_MS }))
      if (!taken.ok) return null
      const lease = taken.value
      if (lease === null) return 'held'
      const over = new AbortController()
      const end = (): void => over.abort()
      signal.addEventListener('abort', end, { once: true })
      void renewed(lease, over.signal)
      return {
        release: async () => {
          end()
          signal.removeEventListener('abort', end)
          await store.ask(() => lease.release())
        },
      }
    },
    recall: async () => {
      const found = await store.ask(async (open) => ({
        text: await open.memory(book),
        quiet: await open.hushes(book, clock.now()),
      }))
      if (!found.ok) return found.fault
      const { text, quiet } = found.value
      const stored = text === null ? null : readable(text)
      if (stored !== null && isForeign(stored.places, places)) return FOREIGN
      hushes = quiet
      if (stored !== null && !recalled) held = joined(stored, held)
      // Only what another process stored is newer: of its own this one also knows what came after it was stored.
      else if (stored !== null && stored.turns > held.turns) held = stored
      recalled = true
      held = { ...held, places, memory: onlyChannels(notAfter(held.memory, { now: clock.now(), policy }), channels) }
      return text !== null && stored === null ? 'what was remembered cannot be read: what stands is told again' : null
    },
    note: (out, at, outcome) => {
      noted = [...noted, deliveryOf(out, at, outcome)]
    },
    commit: async (pass) => {
      const deliveries = noted
      noted = []
      // Counted at each commit: what is stored while a later one fails must not pass for the newer of the two.
      if (recalled) held = { ...held, turns: held.turns + 1 }
      // What this process found before it could ask would take the place of all that is remembered.
      const memory = recalled ? recollectionText(held) : null
      const done = await store.ask((open) => open.commit(book, { pass, memory, deliveries }))
      if (done.ok) return null
      // Stored twice it is stored once, and no more is kept than a disk that is full for hours makes worth keeping.
      noted = [...deliveries, ...noted].slice(-MOST_NOTED)
      return done.fault
    },
  }
}

/** What is stored, and what this process found before it could ask for it. */
function joined(stored: Recollection, own: Recollection): Recollection {
  const revision = Math.max(stored.memory.revision, own.memory.revision)
  const alerts = { ...own.memory.alerts, ...stored.memory.alerts }
  const channels = { ...own.memory.channels, ...stored.memory.channels }
  return { ...stored, memory: { ...stored.memory, revision, alerts, channels } }
}

/** Two books of one name would tell each other's alerts to be over. A book that changed keeps something of what it was. */
function isForeign(stored: readonly string[], own: readonly string[]): boolean {
  return stored.length > 0 && own.length > 0 && !stored.some((place) => own.includes(place))
}

const FOREIGN = 'It remembers another book of the same name: give this one a name of its own, or a history of its own.'

function readable(text: string): Recollection | null {
  try {
    return parseRecollection(text)
  } catch {
    return null
  }
}

function deliveryOf({ id, channel, about }: Outgoing, at: number, outcome: 'sending' | Told): DeliveryRecord {
  const row = { messageId: id, channel, about, at }
  if (outcome === 'sending' || outcome === 'told') return { ...row, outcome, reason: null }
  return { ...row, outcome: outcome.permanent ? 'refused' : 'failed', reason: outcome.reason }
}
