import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Config, loadConfig } from '../../src/config.ts'
import { CHANNELS } from '../../src/deliver/channels.ts'
import { EXCHANGES } from '../../src/futures/exchanges.ts'
import { CHAINS } from '../../src/lending/chains.ts'
import { protocols } from '../../src/lending/protocols.ts'
import { Secret } from '../../src/secret.ts'
import { hullmark } from '../support/hullmark.ts'

const WALLET = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'
const OTHER = '0xFe89cc7aBB2C4183683ab71653C4cdc9B02D44b7'
const KEY = 'k3yk3yk3yk3yk3y'
const SECRET = 's3cr3ts3cr3ts3cr3t'
const PRIVATE_KEY = `0x${'ab'.repeat(32)}`
const PHRASE = 'legal winner thank year wave sausage worth useful legal winner thank yellow'

/** Answers to a wallet on Ethereum through public nodes, and a Binance key, without a book file. */
const USUAL = [WALLET, '', '', 'binance', KEY, SECRET, '']

function folder(): string {
  const cwd = mkdtempSync(join(tmpdir(), 'hullmark-init-test-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  return cwd
}

type Setting = { readonly cwd?: string; readonly env?: Record<string, string>; readonly signal?: AbortSignal }

/** Runs `init` with a pipe that gives these lines and ends; a step that is a function happens where it stands. */
async function piped(steps: readonly (string | (() => void))[], { cwd = folder(), env = {}, signal }: Setting = {}) {
  async function* lines() {
    for (const step of steps) {
      if (typeof step === 'string') yield `${step}\n`
      else step()
      // The answer is taken before the next one comes.
      await new Promise(setImmediate)
    }
  }
  const stream = Readable.from(lines())
  const said = await hullmark(['init'], {
    env,
    cwd,
    input: { stream, typed: false, columns: 80 },
    ...(signal === undefined ? {} : { signal }),
  })
  return { ...said, cwd, all: said.out + said.err }
}

function load(cwd: string): Promise<Config> {
  return loadConfig({ env: {}, cwd, exchanges: EXCHANGES, protocols, channels: CHANNELS })
}

/** What is in the folder, by name. */
function left(cwd: string): readonly string[] {
  return readdirSync(cwd).sort()
}

/** The legs of a book with the values of its secrets in place of themselves, and markets by name. */
function open({ book: { chains, accounts } }: Config) {
  return {
    chains: chains.map(({ endpoint, markets, wallets }) => ({
      ...{ name: endpoint.name, wallets, markets: markets.map(({ name }) => name).sort() },
      nodes: endpoint.nodes.map(({ rpc, ...rest }) => ({ ...rest, url: rpc.reveal() })),
    })),
    accounts: accounts.map(({ credential, ...rest }) => ({
      ...rest,
      credential: Object.fromEntries(
        Object.entries(credential).map(([name, part]) => [name, part instanceof Secret ? part.reveal() : part]),
      ),
    })),
  }
}

describe('what is written', () => {
  test('a wallet alone: Enter for all the rest', async () => {
    const { code, out, cwd } = await piped([WALLET.toLowerCase(), '', '', '', ''])
    expect(code).toBe(0)
    expect(left(cwd)).toEqual(['.env'])
    expect(statSync(join(cwd, '.env')).mode & 0o777).toBe(0o600)
    // The address as its checksum has it, so that a slip of the hand shows.
    expect(readFileSync(join(cwd, '.env'), 'utf8').split('\n').slice(3)).toEqual([`WALLET=${WALLET}`, 'CHAINS=ethereum', ''])
    expect(out).toContain('Written: .env, which only you can read.\nIt reads: Ethereum.\n')
    expect(out).toContain('hullmark doctor')
    const { book, warnings } = await load(cwd)
    expect(warnings).toEqual([])
    expect(book.chains.map(({ wallets, endpoint }) => [wallets, endpoint.nodes.map(({ operator }) => operator)])).toEqual([
      [[WALLET], ['publicnode.com', 'drpc.org']],
    ])
  })

  test('a key alone: no question for chains or nodes', async () => {
    const { code, err, cwd } = await piped(['', 'binance', KEY, SECRET, ''])
    expect(code).toBe(0)
    expect(err).not.toContain('Chains')
    expect(open(await load(cwd))).toMatchObject({
      chains: [],
      accounts: [{ exchange: 'binance', credential: { apiKey: KEY, apiSecret: SECRET }, allowTrading: false }],
    })
  })

  test('every chain and every exchange: .env alone and the book file make the same book', async () => {
    const names = CHAINS.map(({ name }) => name)
    // Every second chain has nodes of its own, with a key in the path.
    const nodes = names.map((name, index) =>
      index % 2 === 0 ? '' : `https://${name}.example/N0deK3yN0deK3y, https://b.other.test/`,
    )
    const accounts = Object.entries(EXCHANGES).flatMap(([name, { opens }]) =>
      opens === 'address'
        ? [OTHER]
        : [`${name}-key-1`, `${name}-secret#1`, ...(opens === 'key-and-passphrase' ? [`${name}-pass'1`] : [])],
    )
    const answers = [`${WALLET}, ${OTHER}`, names.join(','), ...nodes, Object.keys(EXCHANGES).join(' '), ...accounts]
    const alone = await piped([...answers, 'n'])
    const both = await piped([...answers, 'yes'])
    expect([alone.code, both.code]).toEqual([0, 0])
    expect(left(both.cwd)).toEqual(['.env', 'hullmark.yaml'])
    expect(statSync(join(both.cwd, 'hullmark.yaml')).mode & 0o777).toBe(0o600)
    const [first, second] = [await load(alone.cwd), await load(both.cwd)]
    expect([first.bookFile, second.bookFile]).toEqual([null, 'hullmark.yaml'])
    expect([first.warnings, second.warnings]).toEqual([[], []])
    expect(open(second)).toEqual(open(first))
    expect(first.book.chains).toHaveLength(CHAINS.length)
    expect(first.book.accounts).toHaveLength(Object.keys(EXCHANGES).length)
    // Of variables the book file has the names alone.
    const book = readFileSync(join(both.cwd, 'hullmark.yaml'), 'utf8')
    for (const secret of ['N0deK3y', '-key-1', '-secret#1', "-pass'1"]) expect(book).not.toContain(secret)
    expect(book).toContain('passphrase: WEEX_API_PASSPHRASE')
  })

  test('a key of several lines, as of a pair that one makes oneself', async () => {
    const pem = [
      '-----BEGIN PRIVATE KEY-----',
      'MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g',
      '-----END PRIVATE KEY-----',
    ]
    const { code, cwd, all } = await piped(['', 'binance', KEY, ...pem, ''])
    expect(code).toBe(0)
    expect(open(await load(cwd))).toMatchObject({ accounts: [{ credential: { apiSecret: pem.join('\n') } }] })
    expect(all).not.toContain('MC4CAQ')
  })

  test('an exchange that was passed over is said to be', async () => {
    const { code, err, cwd } = await piped([WALLET, '', '', 'hyperliquid,bybit', '', '', ''])
    expect(code).toBe(0)
    expect(err).toContain('hyperliquid is left out: nothing there is watched.\n')
    expect(err).toContain('bybit is left out: nothing there is watched.\n')
    expect((await load(cwd)).book.accounts).toEqual([])
  })

  test('nothing is asked of the network', async () => {
    let sockets = 0
    const count = (): void => {
      sockets += 1
    }
    subscribe('net.client.socket', count)
    onTestFinished(() => void unsubscribe('net.client.socket', count))
    expect((await piped(USUAL)).code).toBe(0)
    expect(sockets).toBe(0)
    // The control: a socket would have been counted.
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new RangeError('the server has no port')
    await new Promise((resolve) => connect(address.port, '127.0.0.1').once('close', resolve))
    await new Promise((resolve) => server.close(resolve))
    expect(sockets).toBe(1)
  })
})

describe('nothing that is there is changed', () => {
  test.each([
    ['.env', '.env is here already: nothing is asked, and nothing was changed.\n'],
    ['hullmark.yaml', 'hullmark.yaml is here already: nothing is asked, and nothing was changed.\n'],
  ])('%s', async (name, words) => {
    const cwd = folder()
    writeFileSync(join(cwd, name), 'mine')
    const { code, out, err } = await piped(USUAL, { cwd })
    expect([code, out]).toEqual([2, ''])
    expect(err.startsWith(words)).toBe(true)
    // Two sentences and no question.
    expect(err.trim().split('\n')).toHaveLength(2)
    expect(left(cwd)).toEqual([name])
    expect(readFileSync(join(cwd, name), 'utf8')).toBe('mine')
  })

  test('a link that leads nowhere is something that is there', async () => {
    const cwd = folder()
    symlinkSync(join(cwd, 'elsewhere'), join(cwd, '.env'))
    const { code, err } = await piped(USUAL, { cwd })
    expect(code).toBe(2)
    expect(err).toContain('.env is here already')
    expect(existsSync(join(cwd, 'elsewhere'))).toBe(false)
  })

  test.each(['.env', 'hullmark.yaml'])('%s that appears while the questions are answered', async (name) => {
    const cwd = folder()
    const { code, err, out } = await piped([WALLET, '', () => writeFileSync(join(cwd, name), 'mine'), '', '', 'y'], { cwd })
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`${name} exists by now; nothing was written.`)
    // Of two files the other one is not there, either.
    expect(left(cwd)).toEqual([name])
    expect(readFileSync(join(cwd, name), 'utf8')).toBe('mine')
  })

  test('a book file that the environment names', async () => {
    const { code, err, cwd } = await piped(USUAL, { env: { HULLMARK_BOOK: '/etc/hullmark/book.yaml' } })
    expect(code).toBe(2)
    expect(err).toContain('HULLMARK_BOOK in the environment names a book file already')
    expect(left(cwd)).toEqual([])
  })

  test('a folder that takes nothing is told before the first question', async () => {
    const { code, err } = await piped(USUAL, { cwd: join(folder(), 'missing') })
    expect(code).toBe(2)
    expect(err).toMatch(/^The folder takes no files \(ENOENT\)/)
    expect(err).not.toContain('Wallet')
  })
})

describe('half-way', () => {
  test.each(USUAL.map((_, count) => count))('the input ends after %i answers: 2, and nothing is left', async (count) => {
    const { code, out, err, cwd } = await piped(USUAL.slice(0, count))
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('The input ended before every question was answered: nothing was written.\n')
    expect(left(cwd)).toEqual([])
  })

  test('the control: all answers', async () => {
    expect((await piped(USUAL)).code).toBe(0)
  })

  test.each(USUAL.map((_, count) => count))('interrupted after %i answers: 130, and nothing is left', async (count) => {
    const interrupt = new AbortController()
    const { code, out, err, cwd } = await piped([...USUAL.slice(0, count), () => interrupt.abort(), ...USUAL.slice(count)], {
      signal: interrupt.signal,
    })
    expect([code, out]).toEqual([130, ''])
    expect(err).toContain('Interrupted: nothing was written.\n')
    expect(left(cwd)).toEqual([])
  })
})

describe('an answer that can not be taken ends a script, and nothing is left', () => {
  const node = [WALLET, '']
  const key = ['', 'binance']
  test.each<readonly [what: string, answers: readonly string[], words: string]>([
    [
      'a wallet with a digit too few',
      [`${WALLET}, ${OTHER.slice(0, -1)}`],
      'Number 2 is not an address: it has 39 hex digits after 0x',
    ],
    ['a wallet with a broken checksum', [WALLET.replace('d8dA', 'd8da')], 'What you wrote has a broken checksum'],
    ['a name', ['vitalik.eth'], 'hullmark asks no name service'],
    [
      'a chain by another name',
      [WALLET, 'mainnet'],
      'Unknown chain "mainnet"; did you mean "ethereum"? Known are ethereum, arbitrum',
    ],
    ['no URL', [...node, 'a.example'], 'What you wrote is not a URL'],
    ['a WebSocket', [...node, 'wss://a.example'], 'is a WebSocket address'],
    [
      'two nodes of one operator',
      [...node, 'https://a.x.example https://b.x.example'],
      'names two nodes of one operator (x.example)',
    ],
    ['four nodes', [...node, 'https://a.a https://b.b https://c.c https://d.d'], 'names 4 nodes; 3 are the most'],
    ['an exchange nobody reads', ['', 'kraken'], '"kraken" is no exchange that hullmark reads. Known are binance, bingx'],
    ['a key that is too short', [...key, 'short'], 'BINANCE_API_KEY is not a key: it is too short'],
    ['a key without its secret', [...key, KEY, ''], 'BINANCE_API_SECRET is missing'],
    ['a secret with blanks', [...key, KEY, 'two words in it'], 'BINANCE_API_SECRET is not a key: it holds blanks'],
    [
      'a secret with something unseen',
      [...key, KEY, `${SECRET}\u200b`],
      'BINANCE_API_SECRET holds a character that can not be seen',
    ],
    [
      'a secret that fits into no quotes',
      [...key, KEY, 'a\'b"c`d#12', 'n'],
      'What you wrote for BINANCE_API_SECRET can not be kept in .env',
    ],
    ['a secret that makes the file larger than is read', [...key, KEY, 'x1'.repeat(600_000), 'n'], 'can not be kept in .env'],
    ['an address for a key', ['', 'hyperliquid', KEY], 'is not an address: it does not start with 0x'],
    ['neither yes nor no', ['', 'hyperliquid', OTHER, 'maybe'], 'Write y or n.'],
    ['nothing to watch', ['', ''], 'There is nothing to watch: nothing was written.'],
    ['an exchange that is passed over, and no wallet', ['', 'bybit', ''], 'There is nothing to watch: nothing was written.'],
  ])('%s', async (_what, answers, words) => {
    // More lines than are asked for: they must not be taken for the answers to other questions.
    const { code, out, err, cwd } = await piped([...answers, ...Array.from({ length: 9 }, () => 'y')])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(words)
    expect(err).not.toContain('hullmark failed')
    expect(left(cwd)).toEqual([])
  })
})

describe('what must not be shown', () => {
  /** The texts in which any eight characters of a secret in a row are found. */
  const shows = (text: string, secret: string): boolean =>
    Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8)).some((piece) => text.includes(piece))

  const places: readonly (readonly [string, readonly string[]])[] = [
    ['the wallet', []],
    ['the chains', [WALLET]],
    ['a node', [WALLET, '']],
    ['the exchanges', ['']],
    ['an address', ['', 'hyperliquid']],
    ['a key', ['', 'binance']],
    ['a secret', ['', 'binance', KEY]],
    ['the last question', [WALLET, '', '', '']],
  ]
  const keys: readonly (readonly [string, string, string])[] = [
    ['a private key', PRIVATE_KEY, 'That looks like a private key (64 hex digits). hullmark only reads and never needs one'],
    ['a seed phrase', PHRASE, 'That looks like a seed phrase'],
    ['an extended key', `xprv${'9'.repeat(107)}`, 'That looks like an extended private key'],
  ]
  test.each(places.flatMap(([place, before]) => keys.map(([what, key, words]) => [what, place, before, key, words] as const)))(
    '%s as the answer to %s: refused, and never seen again',
    async (_what, _place, before, key, words) => {
      const { code, all, cwd } = await piped([...before, key, '', '', '', ''])
      expect(code).toBe(2)
      expect(all).toContain(words)
      expect(shows(all, key)).toBe(false)
      expect(left(cwd)).toEqual([])
    },
  )

  test.each(places)('a secret that is typed where %s is asked for', async (_place, before) => {
    const { all } = await piped([...before, 'Zx9Kq7Lm2Pw4Rt6Y'])
    expect(shows(all, 'Zx9Kq7Lm2Pw4Rt6Y')).toBe(false)
  })

  test('a key, a secret, a passphrase, the key of a node; the control is the file that holds them', async () => {
    const secrets = ['N0deK3yN0deK3y', KEY, SECRET, 'p4ssphrase']
    const [node = '', ...parts] = secrets
    const { code, all, cwd } = await piped([WALLET, '', `https://rpc.example/v2/${node}`, 'weex', ...parts, 'y'])
    expect(code).toBe(0)
    const file = readFileSync(join(cwd, '.env'), 'utf8')
    for (const secret of secrets) expect([shows(all, secret), shows(file, secret)]).toEqual([false, true])
    expect(readFileSync(join(cwd, 'hullmark.yaml'), 'utf8')).not.toContain(node)
  })
})

describe('what the environment sets beside it', () => {
  test('counts before the file, and is said to', async () => {
    const { code, err, out } = await piped(USUAL, { env: { WALLET: OTHER, BYBIT_API_KEY: KEY, BYBIT_API_SECRET: SECRET } })
    expect(code).toBe(0)
    expect(err).toContain('WALLET is set in the environment, too, and that is what counts, not .env.\n')
    expect(err).not.toContain('CHAINS is set')
    expect(out).toContain('It reads: Ethereum, binance/main, bybit/main.\n')
  })

  test('and does not fit: the file is there, and what is wrong is named', async () => {
    const { code, err, out, cwd } = await piped(USUAL, { env: { CHAINS: 'etherum' } })
    expect(code).toBe(2)
    expect(out).toBe('Written: .env, which only you can read.\n')
    expect(err).toContain('environment: unknown chain "etherum"; did you mean "ethereum"?')
    expect(left(cwd)).toEqual(['.env'])
  })
})
