import type { Socket } from 'node:net'

/** A request taken apart. */
export type Asked = {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly query: string
  readonly apiKey: string | undefined
}

/** A request as the venue saw it. */
export type Seen = {
  readonly method: string
  readonly host: string
  readonly path: string
  /** As sent, signature included. */
  readonly query: string
  /** Null until, or unless, an answer was sent whole. */
  readonly status: number | null
}

/** A request that a read-only client has no reason to send. */
export type Violation = {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly reason: 'not a GET' | 'not a served path'
}

/** What the venue has seen, counted at the socket. */
export type Requests = {
  readonly total: number
  /** Connections accepted. */
  readonly sockets: number
  /** What went over them, both ways, heads included. */
  readonly bytes: number
  readonly byPath: Readonly<Record<string, number>>
  readonly all: readonly Seen[]
  readonly violations: readonly Violation[]
  /** Forgets what was seen, to count one pass alone. Violations stay. */
  readonly reset: () => void
}

/** Notes on one request. */
export type Note = { readonly close: (status: number) => void; readonly violate: (reason: Violation['reason']) => void }

export function createRequests(): Requests & {
  readonly open: (asked: Asked) => Note
  readonly countSocket: (socket: Socket) => void
} {
  let sockets = 0
  const open = new Set<Socket>()
  const carried = ({ bytesRead, bytesWritten }: Socket): number => bytesRead + bytesWritten
  const closed = { bytes: 0 }
  const everything = (): number => [...open].reduce((sum, socket) => sum + carried(socket), closed.bytes)
  let before = 0
  const all: { -readonly [field in keyof Seen]: Seen[field] }[] = []
  const violations: Violation[] = []
  return {
    ...{ all, violations },
    get total() {
      return all.length
    },
    get sockets() {
      return sockets
    },
    get bytes() {
      return everything() - before
    },
    get byPath() {
      const counts: Record<string, number> = {}
      for (const { path } of all) counts[path] = (counts[path] ?? 0) + 1
      return counts
    },
    reset: () => {
      all.length = 0
      sockets = 0
      before = everything()
    },
    countSocket: (socket) => {
      sockets += 1
      open.add(socket)
      socket.once('close', () => {
        open.delete(socket)
        closed.bytes += carried(socket)
      })
    },
    open: ({ method, host, path, query }) => {
      const seen: (typeof all)[number] = { method, host, path, query, status: null }
      all.push(seen)
      return {
        close: (status) => {
          seen.status = status
        },
        violate: (reason) => violations.push({ method, host, path, reason }),
      }
    },
  }
}
