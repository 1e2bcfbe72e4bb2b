import { attemptOf } from '../alerts/attempts.ts'
import { due, untold } from '../alerts/due.ts'
import type { Memory } from '../alerts/memory.ts'
import { isAlert, type Outgoing } from '../alerts/outgoing.ts'
import { post, withoutPost } from '../alerts/post.ts'
import { sending } from '../alerts/sending.ts'
import { stranded } from '../alerts/stranded.ts'
import { type Told, told } from '../alerts/told.ts'
import type { Clock } from '../clock.ts'
import type { ChannelSettings, Message } from '../deliver/channel.ts'
import type { PassRecord } from '../history/store.ts'
import { atMost } from './atMost.ts'
import { bareMessage } from './bareMessage.ts'
import type { Keeper } from './keeper.ts'
import type { PatientStore } from './patientStore.ts'
import type { Watched } from './watched.ts'
import { type Known, wording } from './wording.ts'

/** A message and the channel it goes to. */
export type Outbound = { readonly channel: ChannelSettings; readonly message: Message }
export type OnOutcome = (outbound: Outbound, outcome: Told) => void | Promise<void>

/**
 * One attempt at each message, all channels at once; gives each outcome as it arrives, and waits until it is written down before it
 * goes on with that channel. Never throws.
 */
export type Deliver = (messages: readonly Outbound[], signal: AbortSignal, onOutcome: OnOutcome) => Promise<void>

/** What came of telling and storing. */
export type Done = {
  /** One sentence where it could not be stored; null: it is. */
  readonly notStored: string | null
  /** Messages that wait for a channel which did not take what was sent last. */
  readonly untold: number
  /** Channels whose attempt has no end. */
  readonly endless: readonly string[]
  /** Sentences on messages that can never be told any more. */
  readonly lost: readonly string[]
}

/** Tells what is due, and sees to it that it is written down. */
export type Teller = {
  /** With a word for each channel that has not taken any message for long, or that nothing else would show to work again. */
  readonly withTests: (memory: Memory, now: number) => Memory
  /** Writes down the pass and what is on its way, tells it, and writes down what came of it. */
  readonly tellAndStore: (pass: PassRecord | null, known: Known, signal: AbortSignal) => Promise<Done>
}

/** What a teller may use. */
export type TellerTools = {
  readonly clock: Clock
  readonly store: PatientStore
  readonly keeper: Keeper
  readonly deliver: Deliver
  readonly log: (line: string) => void
  readonly onBug: (error: unknown) => void
}

/** A message on its way. */
type Sent = { readonly out: Outgoing; readonly outbound: Outbound }

/** How often a channel gets a word, so that one that no longer works is noticed before it is needed. */
const TEST_MS = 7 * 86_400_000

/** How long the messages of a pass may take, and those told between two passes: then what is under way is taken to have no end. */
const DELIVERY_MS = { pass: 25_000, between: 12_000 } as const

const NO_END = { reason: 'did not end in its time', retryAfterMs: null, maybe: true, permanent: false }

/** Makes the teller of a book. @see RELIABILITY rules 2, 4 */
export function openTeller(book: Watched, tools: TellerTools): Teller {
  const { clock, keeper, log } = tools
  const names = book.channels.map(({ name }) => name)
  const worded = wording(book, tools)
  /** When this process last saw each channel take a message, or tested it. */
  const heardAt = new Map<string, number>()

  return {
    withTests: (memory, now) => {
      for (const name of names) if (!heardAt.has(name)) heardAt.set(name, now)
      const silent = names.filter((name) => now - (heardAt.get(name) ?? now) >= TEST_MS)
      for (const name of silent) heardAt.set(name, now)
      const around = { now, policy: book.alerts, hushes: keeper.hushes(), channels: names }
      const channels = [...new Set([...silent, ...stranded(memory, around)])]
      return channels.length === 0 ? memory : post(memory, { kind: 'test', id: `test.${now.toString(36)}`, channels, at: now })
    },
    tellAndStore: async (pass, known, signal) => {
      const { sent, lost } = await marked(known)
      // Killed while it sends, the next process knows what may have arrived, and what it told of. The alarm waits for no disk.
      const fault = await keeper.commit(pass)
      if (sent.length === 0 || signal.aborted) return { untold: stillUntold(), endless: [], notStored: fault, lost }
      const refused = await tell(sent, { ms: pass === null ? DELIVERY_MS.between : DELIVERY_MS.pass, signal })
      // Also where the turn was ended meanwhile: what was told must not be told again by the next process.
      return {
        untold: stillUntold(),
        endless: refused.endless,
        lost: [...lost, ...refused.lost],
        notStored: await keeper.commit(fault === null ? null : pass),
      }
    },
  }

  /** Also what was not tried now, because its channel wants to be left alone. */
  function stillUntold(): number {
    return untold(keeper.now().memory, { now: clock.now(), policy: book.alerts, hushes: keeper.hushes(), channels: names })
  }

  /** Everything that is due, marked as on its way. */
  async function marked(known: Known): Promise<{ readonly sent: readonly Sent[] } & Pick<Done, 'lost'>> {
    const now = clock.now()
    const outgoing = due(keeper.now().memory, { now, policy: book.alerts, hushes: keeper.hushes(), channels: names })
    const sent: Sent[] = []
    const lost: string[] = []
    for (const out of outgoing) {
      const channel = book.channels.find(({ name }) => name === out.channel)
      const message = channel === undefined ? null : await wordedOrNot(out, channel, known)
      if (message === 'later') continue
      if (channel !== undefined && message !== null) sent.push({ out, outbound: { channel, message } })
      else {
        keeper.change({ memory: withoutPost(keeper.now().memory, out) })
        lost.push(`a ${out.kind} for ${out.channel} is lost: nothing can be said of it any more`)
      }
    }
    keeper.change({ memory: sent.reduce((memory, { out }) => sending(memory, out, now), keeper.now().memory) })
    for (const { out } of sent) keeper.note(out, now, 'sending')
    return { sent, lost }
  }

  /** One message that cannot be put into words keeps no other from going out. */
  async function wordedOrNot(out: Outgoing, channel: ChannelSettings, known: Known): Promise<Message | null | 'later'> {
    try {
      return await worded(out, channel, known)
    } catch (error) {
      tools.onBug(error)
      return isAlert(out) ? bareMessage(out, { book: book.name, aliases: book.aliases }) : null
    }
  }

  async function tell(
    sent: readonly Sent[],
    { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
  ): Promise<Pick<Done, 'endless' | 'lost'>> {
    const open = new Set(sent)
    const lost: string[] = []
    const onOutcome = async (one: Outbound, outcome: Told): Promise<void> => {
      const found = sent.find((each) => each.outbound === one)
      if (found === undefined) return
      const inTime = open.delete(found) && !signal.aborted
      // That it was taken stays true however late it is heard of, as long as nothing else was told in its place.
      if (!inTime && (outcome !== 'told' || attemptOf(keeper.now().memory, found.out) === null)) return
      const at = clock.now()
      if (outcome === 'told') heardAt.set(one.channel.name, at)
      else if (outcome.ofMessage === true && !isAlert(found.out))
        lost.push(`a ${found.out.kind} for ${found.out.channel} is lost: the channel ${outcome.reason}`)
      keeper.change({ memory: told(keeper.now().memory, found.out, { outcome, now: at, policy: book.alerts }) })
      keeper.note(found.out, at, outcome)
      log(`${one.channel.name}: ${outcome === 'told' ? 'told' : `not told (${outcome.reason})`}: ${one.message.title}`)
      // The last one is written down with all that the turn did.
      if (open.size > 0) await keeper.commit(null)
    }
    const outbound = sent.map((one) => one.outbound)
    const ended = await atMost(clock, ms, tools.deliver(outbound, signal, onOutcome))
    const endless = ended === null ? [...open] : []
    await Promise.all(endless.map((one) => onOutcome(one.outbound, NO_END)))
    return { lost, endless: [...new Set(endless.map(({ out }) => out.channel))] }
  }
}
