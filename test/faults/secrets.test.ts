import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Scrubber, scrubber } from '../../src/scrub.ts'
import { type Binance, openBinance } from '../sandbox/binance.ts'
import { bookText } from '../sandbox/bookText.ts'
import { openDemoAccount } from '../sandbox/demoAccount.ts'
import type { Fault } from '../sandbox/venue/faults.ts'
import { hullmark, type Said } from '../support/hullmark.ts'
import { EXCHANGE_ECHOES, NODE_ECHOES } from './echoes.ts'
import { ACCOUNT } from './exchangeFaults.ts'
import { formsOf, MARKED, marksIn } from './marked.ts'
import { openStage, type Stage } from './stage.ts'

/** No secret leaves, in no encoding: all failures are run with marked secrets, and everything that was written is searched. */

const DEADLINES = 'deadlines: { request: 400 ms, pass: 1200 ms }'

let stage: Stage
let binance: Binance
let env: Record<string, string>
beforeAll(async () => {
  stage = await openStage(DEADLINES)
  await stage.danger()
  binance = await openBinance({ apiKey: MARKED.key, apiSecret: MARKED.secret })
  openDemoAccount(binance.exchange)
  env = {
    HULLMARK_BOOK: book('marked', (text) => text),
    HULLMARK_CACHE_DIR: join(stage.sandbox.folder, 'marked-cache'),
    SANDBOX_RPC_URL: `${stage.proxy.url}/v2/${MARKED.path}?apikey=${encodeURIComponent(MARKED.query)}`,
    SANDBOX_BINANCE_KEY: MARKED.key,
    SANDBOX_BINANCE_SECRET: MARKED.secret,
  }
})
afterAll(async () => {
  await binance.stop()
  await stage.stop()
})

/** A book of the marked node and account, changed by a careless user. */
function book(name: string, change: (text: string) => string): string {
  const path = join(stage.sandbox.folder, `${name}.yaml`)
  const { chain } = stage.sandbox
  const legs = { wallets: [chain.accounts.borrower], exchange: true, extra: DEADLINES, chainId: chain.chainId }
  writeFileSync(path, change(bookText({ chain, binance }, legs)), { mode: 0o600 })
  return path
}

const say = (args: readonly string[], hiding: Scrubber, over: Record<string, string> = {}): Promise<Said> =>
  hullmark(args, { env: { ...env, ...over }, cwd: stage.sandbox.folder, scrubber: hiding })

/** Everything on disk that hullmark wrote for itself; then it is gone, for a remembered ban would silence the next fault. */
async function takeCache(): Promise<string> {
  const folder = env.HULLMARK_CACHE_DIR as string
  if (!existsSync(folder)) return ''
  const files = readdirSync(folder).map((name) => `${name} ${readFileSync(join(folder, name), 'utf8')}`)
  // What was still on its way when the command ended may yet be written.
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  return files.join('\n')
}

test('every fault of the node and of the exchange, in every command: nothing found on screen or on disk', async () => {
  const written: string[] = []
  const run = async (commands: readonly (readonly string[])[]): Promise<void> => {
    const said = await Promise.all(commands.map((args) => say(args, scrubber())))
    written.push(...said.flatMap(({ out, err }) => [out, err]), await takeCache())
  }
  for (const reaction of NODE_ECHOES) {
    stage.proxy.rule(() => reaction)
    await run([['report'], ['doctor']])
  }
  stage.proxy.rule(() => ({ kind: 'pass' }))
  for (const [path, fault] of EXCHANGE_ECHOES) {
    binance.faults.clear()
    // The minute's budget of requests is not what is tested.
    binance.limits.fapi.reset()
    binance.faults.set(path, fault)
    await run([['report', '--format', 'json'], ['check'], ['doctor']])
  }
  binance.faults.clear()
  const snapshot = join(stage.sandbox.folder, 'marked.json')
  await run([['report', '--save-snapshot', snapshot], ['doctor']])
  await run([['assess', snapshot]])
  const text = [...written, readFileSync(snapshot, 'utf8')].join('\n')
  // It was there to be found: the node and the exchange were asked with it.
  expect(stage.proxy.requests.at(-1)?.path).toContain(MARKED.path)
  expect(binance.requests.all.some(({ query, status: answered }) => query.includes('signature=') && answered === 200)).toBe(true)
  expect(text.length).toBeGreaterThan(100_000)
  expect(marksIn(text)).toEqual([])
}, 240_000)

describe('mistakes in the configuration are told without what stands there', () => {
  const mistakes: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['a URL with user and password', { ETHEREUM_RPC_URL: `https://${MARKED.user}:${MARKED.password}@127.0.0.1:9/` }],
    ['a WebSocket URL', { ETHEREUM_RPC_URL: `wss://127.0.0.1:9/${MARKED.path}` }],
    ['a URL with a blank', { ETHEREUM_RPC_URL: `http://127.0.0.1:9/ ${MARKED.path}` }],
    ['a key for a wallet', { WALLET: MARKED.key }],
    ['a URL for a chain', { CHAINS: `https://127.0.0.1:9/${MARKED.path}` }],
    ['a key without its secret', { BINANCE_API_KEY: MARKED.key, BINANCE_API_SECRET: '' }],
    ['a name with a slip', { BINANCE_API_KYE: MARKED.key, BINANCE_API_SECERT: MARKED.secret }],
    ['a line without a name', { '': MARKED.key }],
    ['a word for yes or no', { BINANCE_ALLOW_TRADING: MARKED.key }],
  ]
  test.each(mistakes)('%s', async (_name, lines) => {
    const cwd = mkdtempSync(join(stage.sandbox.folder, 'mistake-'))
    const settings = { WALLET: stage.sandbox.chain.accounts.borrower, ...lines }
    const text = Object.entries(settings).map(([name, value]) => (name === '' ? value : `${name}='${value}'`))
    writeFileSync(join(cwd, '.env'), text.join('\n'), { mode: 0o600 })
    const { code, out, err } = await hullmark(['report'], { env: { HULLMARK_CACHE_DIR: cwd }, cwd })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('.env:')
    expect(marksIn(err)).toEqual([])
  })

  test('a key in the book file', async () => {
    const careless = book('key-in-book', (text) => text.replace('key: SANDBOX_BINANCE_KEY', `key: ${MARKED.key}`))
    const { code, out, err } = await say(['report'], scrubber(), { HULLMARK_BOOK: careless })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(marksIn(err)).toEqual([])
  })
})

describe('the controls: with the scrubber off, the search finds what is there', () => {
  const open: Scrubber = { hide: () => undefined, scrub: (text) => text }

  // A careless user calls a chain what its key is called, and the name of the chain is printed.
  test.each(Object.entries(formsOf(MARKED.query)))('the key of a node %s, in a name', async (form, title) => {
    stage.proxy.rule(() => ({ kind: 'pass' }))
    const careless = book('careless', (text) => text.replace('title: Sandbox,', `title: '${title}',`))
    const snapshot = join(stage.sandbox.folder, 'careless.json')
    const everything = async (hiding: Scrubber): Promise<string> => {
      const { out, err } = await say(['report', '--save-snapshot', snapshot], hiding, { HULLMARK_BOOK: careless })
      return `${out}${err}${readFileSync(snapshot, 'utf8')}`
    }
    expect(marksIn(await everything(open)), form).toEqual(['query'])
    const hidden = await everything(scrubber())
    expect(marksIn(hidden), form).toEqual([])
    expect(hidden).toContain('[secret]')
  })

  test('the key of the account, where the venue repeats it', async () => {
    binance.limits.fapi.reset()
    binance.faults.set(ACCOUNT, EXCHANGE_ECHOES.at(-1)?.[1] as Fault)
    const { out } = await say(['report', '--format', 'json'], open)
    expect(marksIn(out)).toEqual(['key'])
    const hidden = await say(['report', '--format', 'json'], scrubber())
    expect(marksIn(hidden.out)).toEqual([])
    expect(hidden.out).toContain('[secret]')
    binance.faults.clear()
  })

  test('every mark in every form, and inside the base64 of a header', () => {
    for (const [mark, value] of Object.entries(MARKED)) {
      for (const form of Object.values(formsOf(value))) expect(marksIn(`a ${form} b`)).toContain(mark)
      for (const before of ['u:', 'me:', 'you:']) {
        expect(marksIn(Buffer.from(`${before}${value}:z`).toString('base64'))).toContain(mark)
      }
    }
  })
})
