import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { parse } from 'dotenv'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hullmark } from '../support/hullmark.ts'

const WALLET = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'
const KEY = 'k3yk3yk3yk3yk3y'
const SECRET = 's3cr3ts3cr3ts3cr3t'

/** What is typed once a text has appeared behind the one before. */
type Step = readonly [seen: string, keys: string]

const USUAL: readonly Step[] = [
  ['several) [none]: ', `${WALLET}\r`],
  ['[ethereum]: ', '\r'],
  ['drpc.org]: ', '\r'],
  ['several [none]: ', 'binance\r'],
  ['leave binance out]: ', `${KEY}\r`],
  ['BINANCE_API_SECRET: ', `${SECRET}\r`],
  ['y or n [n]: ', '\r'],
]

function folder(): string {
  const cwd = mkdtempSync(join(tmpdir(), 'hullmark-init-typed-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  return cwd
}

/** Types each step when its text is there. */
function typist(steps: readonly Step[], type: (keys: string) => void): (text: string) => void {
  const rest = [...steps]
  let seen = ''
  return (text) => {
    seen += text
    const [next] = rest
    if (next === undefined || !seen.includes(next[0])) return
    seen = ''
    rest.shift()
    type(next[1])
  }
}

/** Runs `init` with somebody at a terminal. */
async function typed(steps: readonly Step[], { watched = true, columns = 200 } = {}) {
  const cwd = folder()
  const stream = new PassThrough()
  const heard = typist(steps, (keys) => stream.write(keys))
  const said = await hullmark(['init'], { env: {}, cwd, watched, heard, input: { stream, typed: true, columns } })
  return { ...said, cwd, files: readdirSync(cwd) }
}

describe('at a terminal', () => {
  test('what is typed shows up, but for the parts of a key', async () => {
    const { code, err, cwd } = await typed(USUAL)
    expect(code).toBe(0)
    expect(parse(readFileSync(join(cwd, '.env'), 'utf8'))).toEqual({
      ...{ WALLET, CHAINS: 'ethereum', BINANCE_API_KEY: KEY, BINANCE_API_SECRET: SECRET },
    })
    expect(err).toContain(WALLET)
    expect(err).not.toContain(KEY.slice(0, 6))
    expect(err).not.toContain(SECRET.slice(0, 6))
  })

  test('key and secret pasted in one go, and a line too many: none of it shows up', async () => {
    const [wallet, chains, nodes, exchanges] = USUAL as [Step, Step, Step, Step]
    const paste: Step = ['leave binance out]: ', `${KEY}\r${SECRET}\rp4ssphrase`]
    const { code, err, cwd } = await typed([wallet, chains, nodes, exchanges, paste, ['y or n [n]: ', '\r']])
    expect(code).toBe(0)
    expect(parse(readFileSync(join(cwd, '.env'), 'utf8'))).toMatchObject({ BINANCE_API_KEY: KEY, BINANCE_API_SECRET: SECRET })
    for (const one of [KEY, SECRET, 'p4ssphrase']) expect(err).not.toContain(one.slice(0, 6))
  })

  test('an answer that can not be taken is asked for again, and what was typed ahead is dropped', async () => {
    // The second line would be the chains, of a wallet that was refused.
    const wrong: Step = ['several) [none]: ', `${WALLET.slice(0, -1)}\rbase\r`]
    const { code, err, cwd } = await typed([wrong, ...USUAL])
    expect(code).toBe(0)
    expect(err).toContain('What you wrote is not an address: it has 39 hex digits after 0x where an address has 40.\n')
    expect(err).not.toContain('does not start with 0x')
    expect(parse(readFileSync(join(cwd, '.env'), 'utf8'))).toMatchObject({ WALLET, CHAINS: 'ethereum' })
  })

  test('a private key is taken off the screen, and asked for again is the address', async () => {
    const key = 'ab'.repeat(32)
    const { code, err, cwd } = await typed([['several) [none]: ', `${key}\r`], ...USUAL], { columns: 60 })
    expect(code).toBe(0)
    // The question has 58 characters with its colon and blank, the key 64: 122 in lines of 60 are three rows. Up by them, and cleared.
    expect(err).toContain('\x1b[3A\r\x1b[JThat looks like a private key (64 hex digits).')
    expect(err.split('That looks like')[1]).not.toContain('abab')
    expect(readFileSync(join(cwd, '.env'), 'utf8')).not.toContain('abab')
  })

  const stops: readonly (readonly [string, string, number, string])[] = [
    ['Ctrl-C', '\x03', 130, 'Interrupted: nothing was written.\n'],
    ['Ctrl-D', '\x04', 2, 'The input ended before every question was answered: nothing was written.\n'],
  ]
  test.each(
    stops.flatMap(([name, key, code, words]) => USUAL.map(([at], index) => [name, at, { index, key, code, words }] as const)),
  )('%s at "%s"', async (_name, at, { index, key, code, words }) => {
    const said = await typed([...USUAL.slice(0, index), [at, key]])
    expect([said.code, said.out, said.files]).toEqual([code, '', []])
    expect(said.err).toContain(words)
  })

  test('the end comes together with the last answers', async () => {
    const [wallet, chains, nodes, exchanges] = USUAL as [Step, Step, Step, Step]
    const { code, err, files } = await typed([
      wallet,
      chains,
      nodes,
      exchanges,
      ['leave binance out]: ', `${KEY}\r${SECRET}\r\x04`],
    ])
    expect([code, files]).toEqual([2, []])
    expect(err).toContain('The input ended before every question was answered: nothing was written.\n')
    for (const one of [KEY, SECRET]) expect(err).not.toContain(one.slice(0, 6))
  })

  test('questions that nobody would see are not asked', async () => {
    const { code, err, files } = await typed(USUAL, { watched: false })
    expect([code, files]).toEqual([2, []])
    expect(err).toContain('The questions go to stderr, which is not a terminal here')
    expect(err).not.toContain('Wallet')
  })
})

describe('the program as it is shipped', () => {
  const cli = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url))

  type Ended = { readonly code: number | null; readonly out: string; readonly err: string; readonly files: readonly string[] }

  function start(cwd: string, [command = '', ...args]: readonly string[], heard: (text: string) => void) {
    const child = spawn(command, args, { cwd, env: { PATH: process.env.PATH ?? '', TERM: 'xterm' }, stdio: 'pipe' })
    // Whoever ends early reads no more.
    child.stdin.on('error', () => undefined)
    const text = { out: '', err: '' }
    const hear = (stream: 'out' | 'err') => (chunk: Buffer) => {
      text[stream] += chunk
      heard(String(chunk))
    }
    child.stdout.on('data', hear('out'))
    child.stderr.on('data', hear('err'))
    const ended = once(child, 'close').then(([code]): Ended => ({ code, ...text, files: readdirSync(cwd) }))
    return { child, ended }
  }

  test('through a pipe: all answers at once', async () => {
    const cwd = folder()
    const { child, ended } = start(cwd, [process.execPath, cli, 'init'], () => undefined)
    child.stdin.end(`${WALLET}\n\n\nbinance\n${KEY}\n${SECRET}\ny\n`)
    const { code, out, err, files } = await ended
    expect({ code, files: [...files].sort() }).toEqual({ code: 0, files: ['.env', 'hullmark.yaml'] })
    expect(out).toContain('Written: .env and hullmark.yaml, which only you can read.\nIt reads: Ethereum, binance/main.\n')
    expect(statSync(join(cwd, '.env')).mode & 0o777).toBe(0o600)
    for (const secret of [KEY, SECRET]) expect(out + err).not.toContain(secret)
  })

  test('SIGTERM while a question waits: 130, and nothing is left', async () => {
    const cwd = folder()
    const hear = typist([['several) [none]: ', '']], () => child.kill('SIGTERM'))
    const { child, ended } = start(cwd, [process.execPath, cli, 'init'], hear)
    expect(await ended).toMatchObject({ code: 130, out: '', files: [] })
  })

  /** util-linux `script`: the child has a terminal of its own, and what it shows comes out here. */
  const atTerminal = ['script', '-qec', `"${process.execPath}" "${cli}" init`, '/dev/null']

  test.runIf(platform() === 'linux')('at a terminal: the wallet shows up, key and secret do not', async () => {
    const cwd = folder()
    const hear = typist(USUAL, (keys) => child.stdin.write(keys))
    const { child, ended } = start(cwd, atTerminal, hear)
    const { code, out, files } = await ended
    expect({ code, files }).toEqual({ code: 0, files: ['.env'] })
    expect(out).toContain(WALLET)
    expect(out).toContain('Written: .env, which only you can read.')
    for (const secret of [KEY, SECRET]) expect(out).not.toContain(secret.slice(0, 6))
    expect(parse(readFileSync(join(cwd, '.env'), 'utf8'))).toMatchObject({ BINANCE_API_KEY: KEY, BINANCE_API_SECRET: SECRET })
  })

  test.runIf(platform() === 'linux')('Ctrl-C at a terminal: 130, and nothing is left', async () => {
    const cwd = folder()
    const hear = typist([['several) [none]: ', '\x03']], (keys) => child.stdin.write(keys))
    const { child, ended } = start(cwd, atTerminal, hear)
    const { code, out, files } = await ended
    expect({ code, files }).toEqual({ code: 130, files: [] })
    expect(out).toContain('Interrupted: nothing was written.')
  })
})
