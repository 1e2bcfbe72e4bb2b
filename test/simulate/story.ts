import { chanceOf } from './chance.ts'

/** Everything that happens to a book and its watch in three days. Times are milliseconds of steady time since the beginning. */
export type Story = {
  readonly seed: number
  /** The time between two looks. */
  readonly lookMs: number
  readonly prices: readonly { readonly at: number; readonly eth: number }[]
  /** What cannot be read meanwhile. */
  readonly outages: readonly (Span & { readonly leg: 'loan' | 'futures' | 'both' })[]
  /** How long a reading takes meanwhile. */
  readonly slow: readonly (Span & { readonly ms: number })[]
  readonly channels: Readonly<Record<ChannelName, readonly (Span & Trouble)[]>>
  readonly store: readonly (Span & { readonly kind: 'refuses' | 'hangs' })[]
  readonly ends: readonly {
    readonly at: number
    readonly kind: 'stopped' | 'killed' | 'killed while sending'
    readonly awayMs: number
  }[]
  /** The time of day is set, and set right again later. */
  readonly steps: readonly { readonly at: number; readonly ms: number }[]
  readonly sleeps: readonly { readonly at: number; readonly ms: number }[]
  readonly hushes: readonly {
    readonly at: number
    readonly kind: 'ack' | 'silence'
    readonly alert: string
    readonly ms: number
  }[]
}

export type Span = { readonly from: number; readonly to: number }
export const CHANNELS = ['phone', 'mail', 'desk'] as const
export type ChannelName = (typeof CHANNELS)[number]

/** What a channel does in place of taking messages. */
export type Trouble =
  | { readonly kind: 'refuses' }
  | { readonly kind: 'asks for a pause'; readonly ms: number }
  | { readonly kind: 'hangs'; readonly arrives: boolean }
  /** It takes the message, and its answer is lost. */
  | { readonly kind: 'mute' }
  | { readonly kind: 'revoked' }

const MINUTE = 60_000
const HOUR = 60 * MINUTE
export const LENGTH_MS = 72 * HOUR
/** Nothing happens any more, so that everything can be told. */
export const TAIL_MS = 6 * HOUR
/** Midnight UTC, so that three reports are due at 08:00. */
export const START = Date.parse('2026-11-23T00:00:00Z')

/** Prices of ETH: the position dies at 2,409.64, and no zone touches a limit (20 %, 10 %) or its margin (22 %, 11 %). */
const ZONES = {
  calm: [3_150, 3_600],
  held: [3_020, 3_080],
  warning: [2_715, 3_000],
  'held critical': [2_681, 2_704],
  critical: [2_420, 2_670],
  dead: [2_300, 2_405],
} as const

/** The story of a seed, always the same. */
export function storyOf(seed: number): Story {
  const { between, pick, happens } = chanceOf(seed)
  const last = LENGTH_MS - TAIL_MS
  const spans = <T>(most: number, longest: number, of: () => T): (Span & T)[] =>
    Array.from({ length: between(0, most) }, () => {
      const from = between(10 * MINUTE, last - HOUR)
      return { from, to: Math.min(last, from + between(MINUTE, longest)), ...of() }
    })
  const prices: { at: number; eth: number }[] = [{ at: 0, eth: between(...ZONES.calm) }]
  for (let at = between(10, 300) * MINUTE; at < last; at += happens(0.2) ? between(1, 10) * MINUTE : between(20, 400) * MINUTE) {
    const zone: keyof typeof ZONES = pick([
      'calm',
      'calm',
      'held',
      'warning',
      'warning',
      'held critical',
      'critical',
      'critical',
      'dead',
    ])
    const [least, most] = ZONES[zone]
    prices.push({ at, eth: between(least, most) })
  }
  prices.push({ at: last, eth: 3_500 })
  const trouble = (): Trouble => {
    const kind = pick(['refuses', 'refuses', 'asks for a pause', 'hangs', 'mute', 'revoked'])
    if (kind === 'asks for a pause') return { kind, ms: between(10, 900) * 1000 }
    return kind === 'hangs' ? { kind, arrives: happens(0.5) } : { kind }
  }
  const step = happens(0.5) ? pick([-2 * HOUR, -10 * MINUTE, 7 * MINUTE, HOUR, 3 * HOUR]) : 0
  const stepped = between(2 * HOUR, last - 20 * HOUR)
  return {
    seed,
    lookMs: seed % 50 === 0 ? MINUTE : 20 * MINUTE,
    prices,
    outages: spans(4, 3 * HOUR, () => ({ leg: pick(['loan', 'futures', 'both']) })),
    slow: spans(2, HOUR, () => ({ ms: between(1, 40) * 1000 })),
    channels: {
      phone: spans(4, 4 * HOUR, trouble),
      mail: spans(3, 8 * HOUR, trouble),
      desk: happens(0.5) ? [] : spans(2, HOUR, trouble),
    },
    store: spans(2, 2 * HOUR, () => ({ kind: pick(['refuses', 'hangs']) })),
    ends: [
      ...Array.from({ length: between(0, 5) }, () => ({
        at: between(5 * MINUTE, last - HOUR),
        kind: pick(['stopped', 'killed', 'killed while sending', 'killed while sending']),
        awayMs: happens(0.7) ? between(1, 60) * 1000 : between(1, 90) * MINUTE,
      })),
      // A report falls due while nobody is there.
      ...(happens(0.25)
        ? [
            {
              at: between(0, 2) * 24 * HOUR + 8 * HOUR - between(1, 10) * MINUTE,
              kind: 'stopped' as const,
              awayMs: between(15, 40) * MINUTE,
            },
          ]
        : []),
    ].sort((a, b) => a.at - b.at),
    steps:
      step === 0
        ? []
        : [
            { at: stepped, ms: step },
            { at: stepped + between(30, 600) * MINUTE, ms: -step },
          ],
    sleeps: happens(0.3) ? [{ at: between(HOUR, last - 5 * HOUR), ms: between(5, 300) * MINUTE }] : [],
    hushes: Array.from({ length: between(0, 4) }, () => ({
      at: between(HOUR, last - 5 * HOUR),
      kind: pick(['ack', 'silence']),
      alert: pick(['room', '*']),
      ms: between(10, 240) * MINUTE,
    })),
  }
}
