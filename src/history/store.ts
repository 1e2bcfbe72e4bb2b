/** What is remembered of a book from pass to pass, and who may write it. */

/** One pass as it is kept. Every figure is decimal text; the two documents are JSON. */
export type PassRecord = {
  /** Unique. */
  readonly id: string
  readonly book: string
  /** When it began and when the last answer had arrived, milliseconds since 1970. */
  readonly startedAt: number
  readonly at: number
  readonly grade: string
  readonly complete: boolean
  /** Fractions of 1 with sign; null: none, or not known. */
  readonly room: string | null
  readonly atMost: string | null
  /** Lowest health of a loan, highest margin ratio of a pool, as decimal text; null: none. */
  readonly health: string | null
  readonly marginRatio: string | null
  /** `snapshotText` of what was read. */
  readonly snapshot: string
  /** The JSON report's text of the risk view. */
  readonly view: string
  /** Whether this pass was a report at its due time, or a light look between two. */
  readonly kind: 'report' | 'look'
}

/** What a pass did to a channel. One row an attempt. */
export type DeliveryRecord = {
  readonly messageId: string
  readonly channel: string
  /** The alert, `report`, `digest` or `test`. */
  readonly about: string
  readonly at: number
  readonly outcome: 'sending' | 'told' | 'failed' | 'refused'
  /** One sentence where it failed; null else. */
  readonly reason: string | null
}

/** Something that quiets an alert for a time. It always expires. */
export type Hush = {
  readonly id: string
  readonly book: string
  readonly kind: 'ack' | 'silence'
  /** An alert's key; `*` for all of the book. */
  readonly alert: string
  readonly at: number
  readonly until: number
  /** Who or why, plain text. */
  readonly note: string
}

/** One line of `history`: a pass, or all passes of a day once they are rolled up. */
export type HistoryLine = {
  readonly from: number
  readonly to: number
  /** 1, or how many passes the day had. */
  readonly passes: number
  /** Of a day the worst grade, the least room, the lowest health, the highest margin ratio. */
  readonly grade: string
  readonly complete: boolean
  readonly room: string | null
  readonly atMost: string | null
  readonly health: string | null
  readonly marginRatio: string | null
  /** Of a day the longest time between two of its passes, milliseconds. */
  readonly longestGapMs?: number
}

/** The right to write a book's memory, for one process at a time. */
export type Lease = {
  /** Longer. @returns False: it was lost, and nothing more may be written under it. */
  readonly renew: () => Promise<boolean>
  readonly release: () => Promise<void>
}

/** Everything that one pass leaves behind, written as a whole or not at all. */
export type Commit = {
  /** null: only memory and deliveries changed. */
  readonly pass: PassRecord | null
  /** The alerts' memory as JSON text; null: what is stored stays, for this process has not seen it yet. */
  readonly memory: string | null
  readonly deliveries: readonly DeliveryRecord[]
}

/**
 * The memory of one or more books. Every method rejects with StoreError within its deadline, and none blocks the event loop for long:
 * alarms never wait for a disk.
 */
export type Store = {
  /** The alerts' memory as it was committed last; null: there is none yet. */
  readonly memory: (book: string) => Promise<string | null>
  /** The newest pass of a kind, or of any; null: there is none. */
  readonly lastPass: (book: string, kind?: PassRecord['kind']) => Promise<PassRecord | null>
  /** ONE transaction. */
  readonly commit: (book: string, commit: Commit) => Promise<void>
  /** Newest last. Days that were rolled up come as one line. */
  readonly history: (book: string, range: { readonly from: number; readonly to: number }) => Promise<readonly HistoryLine[]>
  readonly deliveries: (book: string, range: { readonly from: number; readonly to: number }) => Promise<readonly DeliveryRecord[]>
  /** Those that are not over at a time. */
  readonly hushes: (book: string, now: number) => Promise<readonly Hush[]>
  readonly hush: (hush: Hush) => Promise<void>
  /** @returns null: another process holds it. A lease that was not renewed in time is free again. */
  readonly lease: (book: string, holder: string, times: { readonly now: number; readonly ms: number }) => Promise<Lease | null>
  /** Rolls up what is older than the retention, day by day, and takes it out. */
  readonly retire: (book: string, times: { readonly now: number; readonly keepMs: number }) => Promise<void>
  readonly close: () => Promise<void>
}

/** What a store may use of the world. */
export type StoreTools = {
  /** Our clock, milliseconds since 1970: for the names of files set aside. */
  readonly now: () => number
  /** Told one sentence whenever the store itself lost or changed something: set aside, begun anew, migrated. */
  readonly onNotice: (sentence: string) => void
  /** How long a call may take, milliseconds. Default 10 s. */
  readonly deadlineMs?: number
  /** How long a call waits for another process to let go, milliseconds. Default 5 s. */
  readonly busyMs?: number
}

/**
 * Opens a kind of store.
 *
 * @param place - Where it is: the path of a file, or the address of a server.
 * @throws StoreError in one sentence when it cannot be used.
 */
export type OpenStore = (place: string, tools: StoreTools) => Promise<Store>
