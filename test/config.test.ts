import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'dotenv'
import { describe, expect, test } from 'vitest'
import { loadConfig, variableNames } from '../src/config.ts'
import { ConfigError } from '../src/errors.ts'
import { EXCHANGES } from '../src/futures/exchanges.ts'
import { CHAINS } from '../src/lending/chains.ts'
import { protocols } from '../src/lending/protocols.ts'
import { CHANNEL_KINDS, EXCHANGE_KINDS, folderWith, keyOf, load, PROTOCOL_KINDS, problemsOf } from './support/configFolder.ts'

const WALLET = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'
const OTHER = '0xFe89cc7aBB2C4183683ab71653C4cdc9B02D44b7'
const KEY = 'k3yk3yk3yk3yk3y'
const SECRET = 's3cr3ts3cr3ts3cr3t'

describe('a .env file alone', () => {
  test('a wallet and a key make a book called main', async () => {
    const config = await load({
      files: { '.env': `WALLET=${WALLET.toLowerCase()}\nBINANCE_API_KEY=${KEY}\nBINANCE_API_SECRET=${SECRET}\n` },
    })
    expect(config.book.name).toBe('main')
    expect(config.book.chains).toHaveLength(1)
    expect(config.book.chains[0]?.wallets).toEqual([WALLET])
    expect(config.book.chains[0]?.markets.map(({ name }) => name)).toEqual([
      'ethereum-core',
      'ethereum-etherfi',
      'ethereum-horizon',
      'ethereum-lido',
    ])
    expect(config.book.chains[0]?.endpoint).toMatchObject({
      name: 'ethereum',
      title: 'Ethereum',
      chainId: 1,
      nodes: [
        { operator: 'publicnode.com', publicDefault: true },
        { operator: 'drpc.org', publicDefault: true },
      ],
    })
    expect(config.book.accounts).toMatchObject([{ name: 'main', exchange: 'binance', allowTrading: false, endpoint: null }])
    expect(keyOf(config.book.accounts[0]).apiKey.reveal()).toBe(KEY)
    expect(keyOf(config.book.accounts[0]).apiSecret.reveal()).toBe(SECRET)
    expect(config.book.policy.room.warning.toFixed()).toBe('0.2')
    expect([config.book.requestMs, config.book.passMs]).toEqual([10_000, 45_000])
    expect(config.secrets.map((secret) => secret.reveal())).toEqual([KEY, SECRET])
    expect(config.bookFile).toBeNull()
    expect(config.warnings).toEqual([])
  })

  test('a wallet is read in every market of every protocol of its chains', async () => {
    const { book } = await load({ files: { '.env': `WALLET=${WALLET}\nCHAINS=gnosis,ronin` }, sources: { protocols } })
    expect(book.chains.map(({ markets }) => markets.map(({ name }) => name))).toEqual([
      ['gnosis-core'],
      ['ronin-weth', 'ronin-wron'],
    ])
    const strange = await load({ files: { '.env': `WALLET=${WALLET}\nCHAINS=gnosis` } })
    expect(strange.book.chains[0]?.markets.map(({ name }) => name)).toEqual(['gnosis-core', 'gnosis-pawnshop'])
  })

  test('a wallet alone is enough, and so is a key alone', async () => {
    const loans = await load({ files: { '.env': `WALLET=${WALLET}` } })
    expect([loans.book.chains.length, loans.book.accounts.length]).toEqual([1, 0])
    const futures = await load({
      files: { '.env': `BYBIT_API_KEY=${KEY}\nBYBIT_API_SECRET=${SECRET}\nBYBIT_ALLOW_TRADING=true` },
    })
    expect([futures.book.chains.length, futures.book.accounts.length]).toEqual([0, 1])
    expect(futures.book.accounts[0]).toMatchObject({ exchange: 'bybit', allowTrading: true })
  })

  test('several wallets on several chains: each chain stands once', async () => {
    const { book } = await load({ files: { '.env': `WALLET=${WALLET}, ${OTHER}\nCHAINS=base,arbitrum` } })
    expect(book.chains.map(({ endpoint }) => endpoint.name)).toEqual(['base', 'arbitrum'])
    for (const { wallets } of book.chains) expect(wallets).toEqual([WALLET, OTHER])
  })

  test('no .env, no wallet, no key: what to put where', async () => {
    const [problem, ...more] = await problemsOf({})
    expect(more).toEqual([])
    expect(problem).toBe(
      'environment: there is nothing to watch. Copy .env.example to .env and write your wallet after WALLET=, or a read-only key after ' +
        'BINANCE_API_KEY= and BINANCE_API_SECRET=, or both; "hullmark init" asks for them. To see a report first, run "hullmark demo"',
    )
    expect(await problemsOf({ files: { '.env': 'WALLET=\n' } })).toHaveLength(1)
  })

  test('all problems at once, by line', async () => {
    const lines = [
      'WALET=x',
      `WALLET=vitalik.eth,${WALLET.slice(0, -1)}`,
      'CHAINS=etherum',
      `BINANCE_API_KEY=${KEY}`,
      'BINANCE_ALLOW_TRADING=yes',
      'oops',
    ]
    const problems = await problemsOf({ files: { '.env': lines.join('\n') } })
    expect(problems).toEqual([
      '.env:1: WALET is not read by hullmark; did you mean WALLET?',
      '.env:2: WALLET: "vitalik.eth" is a name, not an address; hullmark asks no name service, so paste the 0x address it stands for',
      `.env:2: WALLET: "${WALLET.slice(0, -1)}" is not an address: it has 39 hex digits after 0x where an address has 40`,
      expect.stringMatching(/^\.env:3: unknown chain "etherum"; did you mean "ethereum"\? Known are ethereum, arbitrum, base/),
      '.env:4: BINANCE_API_KEY is given without BINANCE_API_SECRET; an exchange needs both',
      '.env:5: BINANCE_ALLOW_TRADING must be true or false',
      '.env:6: the line is neither NAME=value nor a comment (#)',
    ])
  })

  test('the error prints every problem with its place and what to do next', async () => {
    const cwd = folderWith({ '.env': 'WALLET=0x12\nCHAINS=op\n' })
    const error = await loadConfig({
      env: {},
      cwd,
      exchanges: EXCHANGE_KINDS,
      protocols: PROTOCOL_KINDS,
      channels: CHANNEL_KINDS,
    }).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ConfigError)
    expect((error as ConfigError).message).toMatch(
      /^The configuration has 2 problems:\n {2}\.env:1: WALLET.*\n {2}\.env:2: unknown chain "op"; did you mean "optimism"/,
    )
    expect((error as ConfigError).hint).toContain('hullmark doctor')
  })

  test('a secret without its key, and keys that are no keys', async () => {
    expect(await problemsOf({ files: { '.env': `BINANCE_API_SECRET=${SECRET}` } })).toEqual([
      '.env:1: BINANCE_API_SECRET is given without BINANCE_API_KEY; an exchange needs both',
    ])
    expect(await problemsOf({ env: { BINANCE_API_KEY: 'short', BINANCE_API_SECRET: 'two words in it' } })).toEqual([
      'environment: BINANCE_API_KEY is not a key: it is too short; copy it again from the exchange',
      'environment: BINANCE_API_SECRET is not a key: it holds blanks; copy it again from the exchange',
    ])
  })

  test('the same wallet or chain twice', async () => {
    const problems = await problemsOf({ files: { '.env': `WALLET=${WALLET},${WALLET.toLowerCase()}\nCHAINS=base,base` } })
    expect(problems).toContain(`.env:1: WALLET names ${WALLET} twice`)
    expect(problems).toContain('.env:2: "base" is named twice')
  })

  test('the cache folder: stated, by XDG, or in the home folder', async () => {
    const files = { '.env': `WALLET=${WALLET}` }
    const cwd = folderWith(files)
    const at = async (env: Record<string, string>): Promise<string> =>
      (await loadConfig({ env, cwd, exchanges: EXCHANGE_KINDS, protocols: PROTOCOL_KINDS, channels: CHANNEL_KINDS })).cacheDir
    expect(await at({ HULLMARK_CACHE_DIR: 'here' })).toBe(join(cwd, 'here'))
    expect(await at({ HULLMARK_CACHE_DIR: '~/there' })).toBe(join(homedir(), 'there'))
    expect(await at({ XDG_CACHE_HOME: '/var/xdg' })).toBe('/var/xdg/hullmark')
    expect(await at({ XDG_CACHE_HOME: 'relative' })).toBe(join(homedir(), '.cache', 'hullmark'))
    expect(await at({})).toBe(join(homedir(), '.cache', 'hullmark'))
  })
})

describe('nodes', () => {
  const NODE = 'https://eth.example/v2/N0deK3yN0deK3yN0deK3y?token=T0kenT0ken'
  const withNode = (url: string) => ({ files: { '.env': `WALLET=${WALLET}\nETHEREUM_RPC_URL=${url}` } })

  test('a URL of the user is a secret, whole and in parts', async () => {
    const config = await load(withNode(NODE))
    expect(config.book.chains[0]?.endpoint.nodes).toMatchObject([{ operator: 'eth.example', publicDefault: false }])
    expect(config.book.chains[0]?.endpoint.nodes[0]?.rpc.reveal()).toBe(NODE)
    const secrets = config.secrets.map((secret) => secret.reveal())
    expect(secrets).toEqual(expect.arrayContaining([NODE, 'N0deK3yN0deK3yN0deK3y', 'T0kenT0ken']))
    expect(secrets).not.toContain('v2')
    expect(JSON.stringify(config.book.chains[0]?.endpoint)).not.toContain('N0deK3y')
  })

  test.each([
    ['eth.example', 'is not a URL; it starts with https:// and holds no blanks'],
    ['wss://eth.example/N0deK3y', 'is a WebSocket address; give the https:// address of the same node'],
    ['file:///etc/passwd', 'must start with https:// (or http://)'],
    [
      'https://me:N0deK3y@eth.example',
      'holds a user name or password before the host; hullmark sends none, so use a URL with the key in its path',
    ],
  ])('%s is refused and not shown', async (url, problem) => {
    const problems = await problemsOf(withNode(url))
    expect(problems).toEqual([`.env:2: ETHEREUM_RPC_URL ${problem}`])
    expect(problems.join()).not.toContain('N0deK3y')
  })

  test('two nodes of different operators are held against each other, and both are secrets', async () => {
    const config = await load(withNode(`${NODE}, https://rpc.other.example/K3yK3yK3yK3yK3yK3yK3y`))
    expect(config.book.chains[0]?.endpoint.nodes).toMatchObject([
      { operator: 'eth.example', publicDefault: false },
      { operator: 'other.example', publicDefault: false },
    ])
    expect(config.secrets.map((secret) => secret.reveal())).toEqual(
      expect.arrayContaining(['N0deK3yN0deK3yN0deK3y', 'K3yK3yK3yK3yK3yK3yK3y']),
    )
  })

  test.each([
    [
      'https://a.other.example/N0deK3y,https://b.other.example',
      'names two nodes of one operator (other.example); a second node is there to confirm the first, so take one of somebody else',
    ],
    ['https://a.example https://b.example https://c.example https://d.example', 'names 4 nodes; 3 are the most'],
    ['https://a.example,ws://b.example', 'is a WebSocket address; give the https:// address of the same node'],
  ])('%s is refused', async (urls, problem) => {
    expect(await problemsOf(withNode(urls))).toEqual([`.env:2: ETHEREUM_RPC_URL ${problem}`])
  })

  test('plain http is warned of, but not on this machine', async () => {
    expect((await load(withNode('http://127.0.0.1:8545'))).warnings).toEqual([])
    expect((await load(withNode('http://eth.example'))).warnings).toEqual([
      'ETHEREUM_RPC_URL is a plain http address: anybody on the way can read and change what the node answers.',
    ])
  })

  test('what is set but reads nothing is warned of', async () => {
    const { warnings } = await load({ env: { WALLET, ARBITRUM_RPC_URL: 'https://arb.example' } })
    expect(warnings).toEqual(['ARBITRUM_RPC_URL is set, but no loan on arbitrum is read: CHAINS does not name it.'])
    const keys = await load({ env: { CHAINS: 'base', BINANCE_API_KEY: KEY, BINANCE_API_SECRET: SECRET } })
    expect(keys.warnings).toEqual(['CHAINS is set without WALLET: no loan is read.'])
  })
})

describe('.env.example', () => {
  const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
  const exampleNames = Object.keys(parse(example))

  test('has every variable, in the order in which they are read', async () => {
    const read: string[] = []
    const values: Record<string, string> = {
      WALLET,
      CHAINS: CHAINS.map(({ name }) => name).join(','),
      BINANCE_API_KEY: KEY,
      BINANCE_API_SECRET: SECRET,
    }
    const env = new Proxy(values, {
      get: (target, name) => {
        if (typeof name === 'string' && !read.includes(name)) read.push(name)
        return Reflect.get(target, name)
      },
    })
    await loadConfig({ env, cwd: folderWith(), exchanges: EXCHANGES, protocols, channels: CHANNEL_KINDS })
    const variables = read.filter((name) => !name.endsWith('_FILE') && !name.startsWith('XDG_'))
    expect(exampleNames).toEqual(variables)
    expect(exampleNames).toEqual(variableNames(EXCHANGES))
  })

  test('has a comment above every variable', () => {
    const lines = example.split('\n')
    for (const name of exampleNames) {
      const index = lines.findIndex((line) => line.startsWith(`${name}=`))
      expect(lines[index - 1], name).toMatch(/^# \S/)
    }
  })

  test('copied as it is, it says what to fill in and nothing else', async () => {
    const problems = await problemsOf({ files: { '.env': example } })
    expect(problems).toEqual([expect.stringContaining('there is nothing to watch')])
  })
})
