/** Every failure hullmark knows, on one page. Message = what happened; hint = what to do about it. */

type Details = { readonly hint: string; readonly retryable?: boolean; readonly cause?: unknown }

/** The common shape: matched by class, shown as message and hint, turned into a gap by `collect`. */
export abstract class TrackerError extends Error {
  abstract readonly code: string
  readonly hint: string
  readonly retryable: boolean

  constructor(message: string, { hint, retryable = false, cause }: Details) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.hint = hint
    this.retryable = retryable
  }
}

/** One problem in a configuration, with the place where it stands. */
export type ConfigProblem = {
  /** `hullmark.yaml:12`, `.env:3`, `environment`, `command line`. */
  readonly place: string
  /** One sentence: what is wrong and what to write instead. */
  readonly problem: string
}

/** The configuration cannot be used. Lists every problem at once. Exit code 2. */
export class ConfigError extends TrackerError {
  readonly code = 'config'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ place, problem }) => `  ${place}: ${problem}`)
    super(`The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${lines.join('\n')}`, {
      hint: 'Mend what is listed, then run "hullmark doctor".',
    })
    this.problems = problems
  }
}

/** A venue or node could not be reached, or did not answer in time. */
export class UnreachableError extends TrackerError {
  readonly code = 'unreachable'
  readonly venue: string
  /** The message without the venue: `refused the connection`. */
  readonly what: string
  /** Whether it is certain that no request arrived. */
  readonly unsent: boolean
  /** Whether the time for one request was over, so that less might be answered in it. */
  readonly timedOut: boolean

  constructor(
    venue: string,
    what: string,
    details: Partial<Details> & { readonly unsent?: boolean; readonly timedOut?: boolean } = {},
  ) {
    super(`${venue} ${what}.`, {
      hint: 'Its legs are unknown, and nothing is assumed in their place. Run it again; if it stays so, check your connection, and whether the other side is up.',
      retryable: true,
      ...details,
    })
    this.venue = venue
    this.what = what
    this.unsent = details.unsent ?? false
    this.timedOut = details.timedOut ?? false
  }
}

/** The time for the whole run is over, and a venue has not answered. */
export function outOfTime(venue: string): UnreachableError {
  return new UnreachableError(venue, 'had not answered when the time for the run was over', {
    hint: 'Its legs are unknown. Run it again; if it stays so, allow more time: "deadlines" in the book file.',
  })
}

/** A venue refuses us: wrong key, missing right, blocked address, or rights a read-only tool must not hold. */
export class AccessError extends TrackerError {
  readonly code = 'access'
  readonly venue: string

  constructor(venue: string, what: string, hint: string, cause?: unknown) {
    super(`${venue} ${what}.`, { hint, cause })
    this.venue = venue
  }
}

/** A venue answered, but left out or garbled something a risk figure needs. */
export class IncompleteAnswerError extends TrackerError {
  readonly code = 'incomplete-answer'
  readonly venue: string
  readonly field: string
  /** The message without the venue. */
  readonly what: string

  /** @param details - `what` says it in other words: `answered garbage: a web page instead of JSON`. */
  constructor(venue: string, field: string, details: Partial<Details & { readonly what: string }> = {}) {
    const what = details.what ?? `returned no usable "${field}"`
    super(`${venue} ${what}.`, {
      hint: 'Without it the leg could look safer than it is, so it is unknown. Run it again; if it stays so, please report it.',
      ...details,
    })
    this.venue = venue
    this.field = field
    this.what = what
  }
}

/** A venue is in a mode, version or currency whose rules hullmark does not know; guessing would be dangerous. */
export class UnsupportedError extends TrackerError {
  readonly code = 'unsupported'
  readonly venue: string

  constructor(venue: string, what: string, hint = 'The leg is reported as unknown rather than guessed.') {
    super(`${venue} ${what}.`, { hint })
    this.venue = venue
  }
}

/** A file of ours (snapshot, cache, history) could not be read or written. */
export class StoreError extends TrackerError {
  readonly code = 'store'

  constructor(message: string, hint: string, cause?: unknown) {
    super(message, { hint, cause })
  }
}

/** The questions of `init` were not answered so that anything could be written. Exit code 2, or 130 where the user interrupted. */
export class AnswerError extends TrackerError {
  readonly code = 'answer'
  readonly interrupted: boolean

  constructor(message: string, hint: string, { interrupted = false }: { readonly interrupted?: boolean } = {}) {
    super(message, { hint })
    this.interrupted = interrupted
  }
}

/** A message was not taken by its channel. */
export class DeliveryError extends TrackerError {
  readonly code = 'delivery'
  /** The channel's name in the book. */
  readonly channel: string
  /** The message without the channel: `refused the token`. */
  readonly what: string
  /** How long the other side asks us to wait, milliseconds; null: it said nothing. */
  readonly retryAfterMs: number | null
  /** Whether the message may have arrived all the same: the connection broke after it was sent. */
  readonly maybe: boolean
  /** Whether it is this message that is refused, for its size or its words: another one may be taken. */
  readonly ofMessage: boolean

  constructor(
    channel: string,
    what: string,
    details: Partial<Details> & {
      readonly retryAfterMs?: number | null
      readonly maybe?: boolean
      readonly ofMessage?: boolean
    } = {},
  ) {
    super(`The channel ${channel} ${what}.`, {
      hint: 'The message is kept and tried again. If it stays so, run "hullmark doctor".',
      retryable: true,
      ...details,
    })
    this.channel = channel
    this.what = what
    this.retryAfterMs = details.retryAfterMs ?? null
    this.maybe = details.maybe ?? false
    this.ofMessage = details.ofMessage ?? false
  }
}
