import type { Commit, DeliveryRecord, HistoryLine, Hush, PassRecord, Store } from '../../src/history/store.ts'

/** What outlives every process: a disk. */
export type Disk = {
  readonly passes: PassRecord[]
  readonly hushes: Hush[]
  memory: string | null
  lease: { readonly holder: string; readonly until: number } | null
}

export const emptyDisk = (): Disk => ({ passes: [], hushes: [], memory: null, lease: null })

/**
 * A store by the contract of `Store`, in memory: three days of fifty books would take SQLite an hour. What SQLite itself does when it
 * is killed, full or locked is tested with SQLite.
 */
export function memoryStore(disk: Disk, now: () => number): Store {
  const fenced = (holder: string): boolean => disk.lease !== null && disk.lease.holder !== holder
  let mine: string | null = null
  return {
    memory: async () => disk.memory,
    lastPass: async (_book, kind) => disk.passes.findLast((pass) => kind === undefined || pass.kind === kind) ?? null,
    commit: async (_book, { pass, memory }: Commit) => {
      if (mine !== null && fenced(mine)) return
      disk.memory = memory ?? disk.memory
      if (pass !== null && !disk.passes.some(({ id }) => id === pass.id)) disk.passes.push(pass)
    },
    history: async () => [] as readonly HistoryLine[],
    deliveries: async () => [] as readonly DeliveryRecord[],
    hushes: async (_book, at) => disk.hushes.filter(({ until }) => until > at),
    hush: async (hush) => void disk.hushes.push(hush),
    lease: async (_book, holder, { now: at, ms }) => {
      const { lease } = disk
      // One that ends further ahead than two of its lengths is from before the clock was set back.
      const free = lease === null || lease.holder === holder || lease.until <= at || lease.until > at + 2 * ms
      if (!free) return null
      disk.lease = { holder, until: at + ms }
      mine = holder
      return {
        renew: async () => {
          if (disk.lease?.holder !== holder) return false
          disk.lease = { holder, until: now() + ms }
          return true
        },
        release: async () => {
          if (disk.lease?.holder === holder) disk.lease = null
        },
      }
    },
    retire: async () => undefined,
    close: async () => undefined,
  }
}
