import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { watch } from 'node:fs'
import { dirname } from 'node:path'
import type { Errand } from './errand.ts'
import type { Moment, Receiver } from './receiver.ts'

/** Where a child is killed. */
export type KillPoint =
  /** Before its n-th call of that kind, counted from 1, by strace. */
  | { readonly by: 'file' | 'socket'; readonly n: number }
  /** At the n-th change of the folder that its history is in, as it is seen from outside. */
  | { readonly by: 'folder'; readonly n: number }
  /** At its n-th line. */
  | { readonly by: 'line'; readonly n: number }
  /** At the n-th time that the receiver sees it come so far. */
  | { readonly by: Moment; readonly n: number }

/** How a child ended. */
export type Ended = { readonly killed: boolean; readonly code: number | null; readonly said: readonly string[] }

/** Files are written by one thread, and every call of it counts; sockets by the main thread, whose wake-ups of the others count too. */
const CALLS = {
  file: ['-f', 'pwrite64,pwritev,fsync,fdatasync,ftruncate,unlink,rename'],
  socket: ['', 'write,writev,sendto,sendmsg'],
} as const

/** Whether calls can be counted on this machine. */
export function hasStrace(): boolean {
  return spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0
}

/** Kinds of points that exist on this machine: each is counted up until a child ends by itself. */
export function waysToKill(strace: boolean): readonly KillPoint['by'][] {
  return [...(strace ? (['file', 'socket'] as const) : (['folder'] as const)), 'line', 'connected', 'arrived', 'answered']
}

/** What runs a child needs. */
export type Ground = { readonly program: string; readonly receiver: Receiver }

/** Sends a child on its errand, and kills it on the way. @param point - null: it is let be. */
export async function sent(errand: Errand, point: KillPoint | null, { program, receiver }: Ground): Promise<Ended> {
  const words = [process.execPath, program, JSON.stringify(errand)]
  const traced = point?.by === 'file' || point?.by === 'socket' ? traceOf(point.by, point.n) : []
  const [command = '', ...args] = [...traced, ...words]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH ?? '' } })
  const said: string[] = []
  const kill = counter(child, point)
  const around =
    point?.by === 'folder' ? watch(dirname(dirname(errand.history)), { recursive: true }, () => kill('folder')) : null
  receiver.watch((moment) => kill(moment))
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      said.push(line)
      kill('line')
    }
  })
  const code = await new Promise<number | null>((resolve) => {
    child.on('close', resolve)
  })
  around?.close()
  receiver.watch(null)
  return { killed: child.signalCode === 'SIGKILL' || code === 137, code, said }
}

function traceOf(by: 'file' | 'socket', n: number): readonly string[] {
  const [follow, calls] = CALLS[by]
  const which = ['-e', `trace=${calls}`, '-e', `inject=${calls}:signal=KILL:when=${n}`]
  return ['strace', '-qq', '-o', '/dev/null', ...(follow === '' ? [] : [follow]), ...which]
}

/** Kills a child at the n-th time that it is told of what the point counts. */
function counter(child: ChildProcess, point: KillPoint | null): (what: KillPoint['by']) => void {
  let count = 0
  return (what) => {
    if (point === null || what !== point.by) return
    if (++count === point.n) child.kill('SIGKILL')
  }
}
