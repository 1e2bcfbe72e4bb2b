import { type ChildProcess, spawn } from 'node:child_process'
import { ensureAnvil } from './ensureAnvil.ts'
import { SandboxError } from './sandboxError.ts'

/** The chain id of every sandbox chain. */
export const SANDBOX_CHAIN_ID = 31337

type AnvilOptions = {
  /** Default 0: any free port. */
  readonly port?: number
  /** Of the genesis block, seconds since 1970. */
  readonly timestamp?: bigint
}

/** A running anvil, on loopback only. */
export type Anvil = {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Ends it; safe to call twice. */
  readonly stop: () => Promise<void>
}

/**
 * Starts anvil: chain id 31337, gas for free, any sender accepted unsigned, and nothing mined until it is told to. It dies with this
 * process, and does not keep it alive.
 *
 * @throws SandboxError when anvil cannot be had or does not start, as on a port in use.
 */
export async function startAnvil({ port = 0, timestamp }: AnvilOptions = {}): Promise<Anvil> {
  const child = spawn(await ensureAnvil(), argumentsFor(port, timestamp), { stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = tieToThisProcess(child)
  try {
    const actual = await listening(child)
    for (const stream of [child.stdout, child.stderr]) {
      stream.removeAllListeners('data')
      stream.resume()
      if ('unref' in stream && typeof stream.unref === 'function') stream.unref()
    }
    child.unref()
    return { url: `http://127.0.0.1:${actual}`, port: actual, pid: child.pid as number, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function argumentsFor(port: number, timestamp: bigint | undefined): string[] {
  return [
    ...['--host', '127.0.0.1', '--port', `${port}`, '--chain-id', `${SANDBOX_CHAIN_ID}`],
    // Blocks come when the sandbox says so, holding what it sent in that order: else interest moves the figures under a test.
    ...['--no-mining', '--order', 'fifo'],
    ...['--gas-limit', '1000000000', '--base-fee', '0', '--gas-price', '0', '--auto-impersonate', '--no-request-size-limit'],
    ...(timestamp === undefined ? [] : ['--timestamp', `${timestamp}`]),
  ]
}

/** Resolves with the port once anvil listens. */
function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = ''
    const fail = (what: string, cause?: unknown): void => {
      clearTimeout(timer)
      const said = output.trim().split('\n').at(-1) ?? ''
      reject(new SandboxError(`anvil ${what}${said === '' ? '' : `: ${said}`}.`, 'Is the port free, and ANVIL_BIN right?', cause))
    }
    const timer = setTimeout(() => fail('did not start within 20 s'), 20_000)
    const read = (chunk: Buffer): void => {
      output += chunk.toString()
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(output)?.[1]
      if (port === undefined) return
      clearTimeout(timer)
      resolve(Number(port))
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('error', (cause) => fail('could not be started', cause))
    child.once('exit', (code) => fail(`ended at once, exit code ${code}`))
  })
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Whatever ends this process ends the child: no anvil is left behind. */
function tieToThisProcess(child: ChildProcess): () => Promise<void> {
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const kill = (): boolean => child.kill('SIGKILL')
  const onSignal = (signal: NodeJS.Signals): void => {
    kill()
    untie()
    // Our listener took away Node's own answer to the signal, which is to end: give it back unless others want to handle it.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  const untie = (): void => {
    process.off('exit', kill)
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
  process.on('exit', kill)
  for (const signal of SIGNALS) process.on(signal, onSignal)
  void ended.then(untie)
  return () => {
    // Whoever waits for the end must not see the process run out of work meanwhile.
    child.ref()
    kill()
    return ended
  }
}
