import type { Message } from '../../src/deliver/channel.ts'
import type { Hush, PassRecord } from '../../src/history/store.ts'
import type { ChannelName, Story } from './story.ts'

/** What a pass was shown: the truth of that moment. Times are milliseconds of steady time. */
export type Seen = {
  readonly from: number
  readonly at: number
  readonly eth: number
  readonly outage: 'loan' | 'futures' | 'both' | null
  /** Which process it was, from 0. */
  readonly life: number
}

/** One attempt at a message, as the wire saw it. */
export type Attempt = {
  readonly at: number
  readonly channel: ChannelName
  readonly id: string
  readonly arrived: boolean
  readonly life: number
}

/** A message as it arrived. */
export type Arrival = Attempt & {
  /** The time of day. */
  readonly wall: number
  readonly message: Message
  /** When the watch heard that it was taken; null: it never did. */
  answeredAt: number | null
}

/** All that left a watch, and what it had been shown. */
export type Played = {
  readonly story: Story
  readonly seen: readonly Seen[]
  readonly attempts: readonly Attempt[]
  readonly arrivals: readonly Arrival[]
  readonly pings: readonly { readonly at: number; readonly kind: string; readonly note: string; readonly life: number }[]
  readonly log: readonly { readonly at: number; readonly line: string; readonly life: number }[]
  readonly bugs: readonly string[]
  readonly lives: readonly { readonly from: number; readonly to: number; readonly kind: string }[]
  /** The history. */
  readonly passes: readonly PassRecord[]
  readonly hushes: readonly Hush[]
}

/** How bad something is: nothing, warning, critical, can be liquidated now. */
export type Rank = 0 | 1 | 2 | 3
export const RANK = ['nothing', 'warning', 'critical', 'liquidatable'] as const

export function worstOf(...ranks: readonly Rank[]): Rank {
  return Math.max(0, ...ranks) as Rank
}

export function leastOf(one: Rank, other: Rank): Rank {
  return Math.min(one, other) as Rank
}
