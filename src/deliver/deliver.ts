import { withinDeadline } from '../deadline.ts'
import { DeliveryError } from '../errors.ts'
import type { Channel, ChannelSettings, Message, SendTools } from './channel.ts'
import { CHANNELS } from './channels.ts'

/** A message and the channel it goes to. */
export type Outbound = { readonly channel: ChannelSettings; readonly message: Message }

/** What came of an attempt: the channel took the message, or why it did not. */
export type Outcome = 'told' | Failure

type Failure = {
  /** The sentence without the channel: `refused the token`. Without secrets. */
  readonly reason: string
  /** The pause that the other side asks for, milliseconds; null: none. */
  readonly retryAfterMs: number | null
  /** Whether it may have arrived all the same. */
  readonly maybe: boolean
  /** Whether trying again cannot help: a token that was revoked. */
  readonly permanent: boolean
  /** Whether it is this message that is refused, for its size or its words: another one may be taken. */
  readonly ofMessage?: boolean
}

/** What the deliveries may use of the world. */
export type DeliverTools<One extends Outbound> = SendTools & {
  /**
   * Each outcome as it arrives. After the signal has ended no failure arrives any more. A channel's next message waits for what this gives:
   * a process that is killed meanwhile repeats one message, not all of them.
   */
  readonly onOutcome: (one: One, outcome: Outcome) => unknown
  readonly onBug: (error: unknown) => void
  /** How long one attempt may take, milliseconds. Default 10 s. */
  readonly attemptMs?: number
}

const ATTEMPT_MS = 10_000

/**
 * One attempt at each message: all channels at once, the messages of one after the other, in their order. A channel that hangs delays no
 * other; of one that did not answer in time, or asks us to wait, nothing more is asked now. Never throws.
 *
 * @see RELIABILITY rules 2, 3
 */
export async function deliverAll<One extends Outbound>(outbound: readonly One[], tools: DeliverTools<One>): Promise<void> {
  const byChannel = new Map<string, One[]>()
  for (const one of outbound) byChannel.set(one.channel.name, [...(byChannel.get(one.channel.name) ?? []), one])
  await Promise.all([...byChannel.values()].map((messages) => inOrder(messages, tools)))
}

async function inOrder<One extends Outbound>(messages: readonly One[], tools: DeliverTools<One>): Promise<void> {
  let closed: Failure | null = null
  for (const one of messages) {
    const outcome: Outcome = closed ?? (await attempt(one, tools))
    // That it was taken stays true.
    if (tools.signal.aborted && outcome !== 'told') return
    if (outcome !== 'told') closed ??= closedBy(outcome)
    try {
      await tools.onOutcome(one, outcome)
    } catch (error) {
      tools.onBug(error)
    }
  }
}

/** Why nothing more is asked of a channel now; null: the next message may fare better. */
function closedBy({ reason, retryAfterMs }: Failure): Failure | null {
  if (reason === LATE.reason) return NOT_TRIED
  // Who is asked all the same while it wants us to wait makes the pause longer.
  return retryAfterMs === null ? null : { reason, retryAfterMs, maybe: false, permanent: false }
}

const LATE = { reason: 'did not answer in time', retryAfterMs: null, maybe: true, permanent: false } as const
const NOT_TRIED = { ...LATE, reason: 'did not answer to the message before', maybe: false }

async function attempt({ channel, message }: Outbound, tools: DeliverTools<never>): Promise<Outcome> {
  try {
    return await withinDeadline(tools.attemptMs ?? ATTEMPT_MS, [tools.signal], (signal) =>
      Promise.race([send(channel, message, { fetch: tools.fetch, now: tools.now, signal }), ended(signal)]),
    )
  } catch (error) {
    if (error instanceof DeliveryError) return failed(error)
    tools.onBug(error)
    return {
      reason: 'failed for a reason that nobody expected, a bug of ours',
      retryAfterMs: null,
      maybe: true,
      permanent: false,
    }
  }
}

async function send(settings: ChannelSettings, message: Message, tools: SendTools): Promise<Outcome> {
  const kinds: Readonly<Record<string, Channel<unknown>>> = CHANNELS
  const channel = Object.hasOwn(kinds, settings.kind) ? kinds[settings.kind] : undefined
  const read = channel?.read(settings.options)
  if (channel === undefined || read === undefined || 'problems' in read)
    return { reason: 'is not set up', retryAfterMs: null, maybe: false, permanent: true }
  await channel.send(message, read.options, tools)
  return 'told'
}

/** The end of an attempt, whether or not the channel notices it. */
function ended(signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(LATE)
    else signal.addEventListener('abort', () => resolve(LATE), { once: true })
  })
}

function failed({ what, retryAfterMs, maybe, retryable, ofMessage }: DeliveryError): Outcome {
  return { reason: what, retryAfterMs, maybe, permanent: !retryable && !ofMessage, ofMessage }
}
