import type { Secret } from '../secret.ts'

/** What a message is for. */
export type MessageKind = 'alert' | 'resolved' | 'digest' | 'report' | 'test'

/** Something to be told, in words that hold no markup: each channel writes them in its own tongue. */
export type Message = {
  /** The same for every attempt at the same message: receivers drop what they have seen. */
  readonly id: string
  readonly kind: MessageKind
  readonly book: string
  /** One line, for a subject or a push notice. */
  readonly title: string
  /** Plain text of several lines, the title not repeated. Foreign text in it is made plain, but may look like markup. */
  readonly text: string
  /** The JSON report or alert as text, for programs; null: there is none. */
  readonly json: string | null
  /** Milliseconds since 1970: when what it tells was so. */
  readonly at: number
  /** Whether an earlier attempt may have arrived: marked "(again)" in the title. */
  readonly again: boolean
}

/** How much of a person's affairs a channel may see. */
export type Detail = {
  /** False: amounts of money are left out; distances, prices and names stay. */
  readonly amounts: boolean
  /** False: addresses are replaced by the aliases of the book file, or by `wallet 1`. */
  readonly addresses: boolean
}

/** A channel as the book file describes it, its secrets read. */
export type ChannelSettings = {
  /** Unique in the book. */
  readonly name: string
  /** A name in the registry of channels. */
  readonly kind: string
  readonly detail: Detail
  /** Which kinds of message it takes; alerts and what resolves them always go. */
  readonly reports: boolean
  /** Everything else by name, as the kind needs it (`to`, `url`, `token` ...). */
  readonly options: Readonly<Record<string, string | Secret>>
}

/** What a channel may use of the world while it sends. */
export type SendTools = {
  readonly fetch: typeof fetch
  /** Ends the attempt. */
  readonly signal: AbortSignal
  /** Our clock, milliseconds since 1970. */
  readonly now: () => number
}

/**
 * A way to tell people or programs something.
 *
 * @typeParam Options - What `read` made of the settings.
 */
export type Channel<Options> = {
  /** As in headings: `Telegram`. */
  readonly title: string
  /** Names of its settings, with what each is; secret ones are names of variables in the book file. */
  readonly settings: Readonly<Record<string, { readonly secret: boolean; readonly required: boolean; readonly what: string }>>
  /** Checks settings. @returns The options, or one sentence a problem, without secrets. */
  readonly read: (options: ChannelSettings['options']) => { readonly options: Options } | { readonly problems: readonly string[] }
  /**
   * One attempt; resolves once the other side said that it took the message.
   *
   * @throws DeliveryError, retryable or not, with `retryAfterMs` where the other side asked for a pause, and `maybe` where the
   * message may have arrived all the same.
   */
  // A method, so that a channel of some options is a channel of unknown ones: the registry holds several kinds.
  send(message: Message, options: Options, tools: SendTools): Promise<void>
}
