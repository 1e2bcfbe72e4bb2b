import { readdirSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Scrubber, scrubber } from '../../src/scrub.ts'
import { openBinance } from '../sandbox/binance.ts'
import { bookText } from '../sandbox/bookText.ts'
import type { Fault } from '../sandbox/venue/faults.ts'
import { hullmark } from '../support/hullmark.ts'
import type { Reaction } from '../support/rpcProxy.ts'
import { openStage, type Stage } from './stage.ts'

/** No secret leaves, in no encoding: all failures are run with marked secrets, and everything that was written is searched. */

const KEY = 'MarkedKey'.padEnd(64, '7')
const SECRET = 'MarkedSecret'.padEnd(64, '8')
const PATH = 'MarkedRpcPathKey0123456789'
const QUERY = 'MarkedRpcQueryKey0123456789'

let stage: Stage
let env: Record<string, string>
let binance: Awaited<ReturnType<typeof openBinance>>
beforeAll(async () => {
  stage = await openStage('deadlines: { request: 1 s, pass: 6 s }')
  await stage.danger()
  binance = await openBinance({ apiKey: KEY, apiSecret: SECRET })
  binance.account({
    mode: 'single',
    hedge: false,
    wallets: { USDT: '12000' },
    positions: [{ symbol: 'ETHUSDT', side: 'BOTH', amount: '20', entryPrice: '3000' }],
  })
  const book = join(stage.sandbox.folder, 'marked.yaml')
  const legs = {
    wallets: [stage.sandbox.chain.accounts.borrower],
    exchange: true,
    extra: 'deadlines: { request: 1 s, pass: 6 s }',
    chainId: 31337,
  }
  await writeFile(book, bookText({ chain: stage.sandbox.chain, binance }, legs))
  env = {
    HULLMARK_BOOK: book,
    HULLMARK_CACHE_DIR: join(stage.sandbox.folder, 'marked-cache'),
    SANDBOX_RPC_URL: `${stage.proxy.url}/${PATH}?apikey=${QUERY}`,
    SANDBOX_BINANCE_KEY: KEY,
    SANDBOX_BINANCE_SECRET: SECRET,
  }
})
afterAll(async () => {
  await binance.stop()
  await stage.stop()
})

/** The places where a marked value stands, in any of the encodings. */
function found(text: string): string[] {
  const values = [KEY, SECRET, PATH, QUERY]
  const forms = (value: string): string[] => {
    const bytes = Buffer.from(value)
    return [
      value,
      encodeURIComponent(value),
      JSON.stringify(value).slice(1, -1),
      bytes.toString('base64').replace(/=+$/, ''),
      bytes.toString('base64url'),
      bytes.toString('hex'),
    ]
  }
  return values.filter((value) => forms(value).some((form) => text.toLowerCase().includes(form.toLowerCase())))
}

const NODE: readonly Reaction[] = [
  { kind: 'pass' },
  { kind: 'hang' },
  { kind: 'reset' },
  { kind: 'truncate', bytes: 100 },
  ...[400, 401, 403, 404, 429, 500, 503].map((status): Reaction => ({ kind: 'answer', status, body: `no: ${PATH} ${KEY}` })),
  { kind: 'answer', body: `<html>${QUERY}</html>` },
  {
    kind: 'answer',
    body: JSON.stringify([{ jsonrpc: '2.0', id: 1, error: { code: -32000, message: `bad key ${PATH}`, data: QUERY } }]),
  },
  { kind: 'answer', status: 302, headers: { location: `http://127.0.0.1:9/${PATH}` }, body: '' },
]

const EXCHANGE: readonly Fault[] = [
  { kind: 'hang' },
  { kind: 'reset' },
  { kind: 'truncate' },
  { kind: 'html' },
  ...[400, 401, 403, 418, 429, 451, 500].map(
    (status): Fault => ({ kind: 'status', status, body: { code: -2015, msg: `Invalid API-key ${KEY}, secret ${SECRET}` } }),
  ),
]

const COMMANDS = [['report'], ['report', '--format', 'json'], ['check'], ['doctor']]

async function everythingSaid(hiding: () => Scrubber): Promise<string> {
  const said: string[] = []
  const say = async (args: readonly string[]): Promise<void> => {
    const { out, err } = await hullmark(args, { env, scrubber: hiding() })
    said.push(out, err)
  }
  for (const reaction of NODE) {
    stage.proxy.rule(() => reaction)
    for (const args of COMMANDS.slice(0, 2)) await say(args)
  }
  stage.proxy.rule(() => ({ kind: 'pass' }))
  for (const fault of EXCHANGE) {
    binance.faults.set('*', fault)
    for (const args of COMMANDS) await say(args)
    // A remembered ban would silence the faults that follow.
    await import('node:fs/promises').then(({ rm }) => rm(env.HULLMARK_CACHE_DIR as string, { recursive: true, force: true }))
  }
  binance.faults.clear()
  await say(['report', '--save-snapshot', join(stage.sandbox.folder, 'marked.json')])
  return said.join('\n')
}

/** Everything on disk that hullmark wrote. */
function everythingWritten(): string {
  const cache = env.HULLMARK_CACHE_DIR as string
  const files = readdirSync(cache).map((name) => `${name} ${readFileSync(join(cache, name), 'utf8')}`)
  return [...files, readFileSync(join(stage.sandbox.folder, 'marked.json'), 'utf8')].join('\n')
}

test('every failure, every command, every file: nothing found', async () => {
  const said = await everythingSaid(scrubber)
  expect(said.length).toBeGreaterThan(20_000)
  expect(found(said)).toEqual([])
  expect(found(everythingWritten())).toEqual([])
}, 240_000)

describe('the control: the search finds what is there', () => {
  // A careless user names a chain after the key of its node, and the name is printed.
  const careless = async (hiding: Scrubber): Promise<string> => {
    const book = join(stage.sandbox.folder, 'careless.yaml')
    await writeFile(book, (await readFile(env.HULLMARK_BOOK as string, 'utf8')).replace('title: Sandbox,', `title: ${PATH},`))
    const { out, err } = await hullmark(['report'], { env: { ...env, HULLMARK_BOOK: book }, scrubber: hiding })
    return out + err
  }

  test('without the scrubber the key is seen, with it it is not', async () => {
    stage.proxy.rule(() => ({ kind: 'pass' }))
    const open: Scrubber = { hide: () => undefined, scrub: (text) => text }
    expect(found(await careless(open))).toEqual([PATH])
    const hidden = await careless(scrubber())
    expect(found(hidden)).toEqual([])
    expect(hidden).toContain('[secret]')
  })
})
