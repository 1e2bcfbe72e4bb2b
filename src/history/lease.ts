import type { Queries } from './schema.ts'
import type { SqlDatabase, Step } from './sqlDatabase.ts'
import type { Lease } from './store.ts'

/** The leases that one open store holds. */
export type Leases = {
  readonly take: (book: string, holder: string, times: { readonly now: number; readonly ms: number }) => Promise<Lease | null>
  /** What undoes a write to a book whose lease this store took and another has by now; nothing where it took none. */
  readonly fence: (book: string) => readonly Step[]
}

/** What leases need. */
type LeaseTools = {
  readonly database: SqlDatabase
  readonly queries: Queries
  /** Told apart from every other open store, also from one with the same holder. */
  readonly token: string
  readonly now: () => number
}

/**
 * Leases as one row a book, taken by compare-and-set in one statement. One that ends further ahead than two of its lengths is from
 * before the clock was set back, and free; should its holder live all the same, it is fenced off.
 */
export function leases({ database, queries, token, now }: LeaseTools): Leases {
  const taken = new Set<string>()

  /** Sets the row, if it is free, ours or missing; with `dead` also if its time is over. */
  const set = async (
    row: { book: string; holder: string; until: number },
    dead: { now: number; ms: number } | null,
  ): Promise<boolean> => {
    const query = queries
      .insertInto('lease')
      .values({ ...row, token })
      .onConflict((c) =>
        c
          .column('book')
          .doUpdateSet({ holder: row.holder, token, until: row.until })
          .where((e) =>
            e.or([
              e('lease.token', '=', token),
              ...(dead === null ? [] : [e('lease.until', '<=', dead.now), e('lease.until', '>', dead.now + 2 * dead.ms)]),
            ]),
          ),
      )
      .compile()
    const { undone } = await database.write([{ query, expect: 1 }])
    return undone === null
  }

  const open = (row: { book: string; holder: string }, ms: number): Lease => {
    let over = false
    return {
      renew: async () => !over && (await set({ ...row, until: now() + ms }, null)),
      release: async () => {
        if (over) return
        over = true
        taken.delete(row.book)
        await database.write([
          { query: queries.deleteFrom('lease').where('book', '=', row.book).where('token', '=', token).compile() },
        ])
      },
    }
  }

  return {
    take: async (book, holder, times) => {
      if (!(await set({ book, holder, until: times.now + times.ms }, times))) return null
      taken.add(book)
      return open({ book, holder }, times.ms)
    },
    fence: (book) => {
      if (!taken.has(book)) return []
      const other = queries.selectFrom('lease').select('book').where('book', '=', book).where('token', '<>', token)
      return [{ query: other.compile(), expect: 0 }]
    },
  }
}
