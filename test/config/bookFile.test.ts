import { describe, expect, test } from 'vitest'
import { load, problemsOf } from '../support/configFolder.ts'

const WALLET = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'
const OTHER = '0xFe89cc7aBB2C4183683ab71653C4cdc9B02D44b7'
const PROVIDER = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
const TOKEN = '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512'
const ENV = {
  SANDBOX_RPC_URL: 'http://127.0.0.1:8545',
  BINANCE_API_KEY: 'k3yk3yk3yk3y',
  BINANCE_API_SECRET: 's3cr3ts3cr3t',
}

const BOOK = `
name: my-book
chains:
  ethereum: { rpc: MY_NODE_URL }
  sandbox: { id: 31337, title: Sandbox, rpc: SANDBOX_RPC_URL }
loans:
  - protocol: aave-v3
    chain: ethereum
    wallet: "${WALLET}"
    markets: [ethereum-core]
  - protocol: aave-v3
    chain: sandbox
    wallet: [${WALLET.toLowerCase()}, "${OTHER}"]
    markets: [{ name: sandbox-core, address: "${PROVIDER}", title: Aave v3 Sandbox }]
accounts:
  - exchange: binance
    name: hedge
    key: BINANCE_API_KEY
    secret: BINANCE_API_SECRET
    allowTrading: true
    endpoint: http://127.0.0.1:5000
assets:
  "31337/${TOKEN}": { factor: ETH, basis: wstETH/ETH }
policy:
  room: { notice: 40 %, warning: 0.25 }
  days: { notice: 45, critical: 0.5 }
  lowHealth: 1.10
  oracleDeviation: 0.25 %
money: { topUp: 5m, withdraw: 90 min, swapCost: 0 % }
volatility: { ETH: 60 %, BTC: 0.45, "USD:USDC": 1.5 %, wstETH/ETH: 3 % }
deadlines: { request: 5 s, pass: 20 s }
`

const book = (text: string) => ({ files: { 'hullmark.yaml': text }, env: ENV })
const LOAN = `loans:\n  - protocol: aave-v3\n    chain: ethereum\n    wallet: "${WALLET}"\n`

test('a whole book file', async () => {
  const config = await load({ files: { 'hullmark.yaml': BOOK }, env: { ...ENV, MY_NODE_URL: 'https://node.example' } })
  const [ethereum, sandbox] = config.book.chains
  expect(config.book.name).toBe('my-book')
  expect(ethereum?.endpoint).toMatchObject({
    name: 'ethereum',
    chainId: 1,
    nodes: [{ operator: 'node.example', publicDefault: false }],
  })
  expect(ethereum?.endpoint.nodes[0]?.rpc.reveal()).toBe('https://node.example')
  expect(ethereum?.markets.map(({ name }) => name)).toEqual(['ethereum-core'])
  expect(sandbox?.endpoint).toMatchObject({
    name: 'sandbox',
    title: 'Sandbox',
    chainId: 31337,
    nodes: [{ publicDefault: false }],
  })
  expect(sandbox?.markets).toEqual([
    { name: 'sandbox-core', title: 'Aave v3 Sandbox', protocol: 'aave-v3', chainId: 31337, address: PROVIDER },
  ])
  // Unquoted and in lower case: YAML would make a number of it.
  expect(sandbox?.wallets).toEqual([WALLET, OTHER])
  expect(sandbox?.factorOf(31337, TOKEN)).toEqual({ factor: 'ETH', basis: 'wstETH/ETH' })
  expect(sandbox?.factorOf(31337, PROVIDER)).toEqual({ factor: `OWN:eip155:31337/${PROVIDER.toLowerCase()}`, basis: null })
  expect(config.book.accounts).toMatchObject([
    { name: 'hedge', exchange: 'binance', allowTrading: true, endpoint: 'http://127.0.0.1:5000' },
  ])
  expect(config.book.policy.room.notice.toFixed()).toBe('0.4')
  expect(config.book.policy.room.warning.toFixed()).toBe('0.25')
  // Left out: the default stays.
  expect(config.book.policy.room.critical.toFixed()).toBe('0.1')
  expect(config.book.policy.lowHealth.toFixed()).toBe('1.1')
  const { notice, warning, critical } = config.book.policy.days
  expect([notice, warning, critical].map((days) => days.toFixed())).toEqual(['45', '7', '0.5'])
  expect(config.book.policy.oracleDeviation.toFixed()).toBe('0.0025')
  const { minutes, swapCost, volatility } = config.book.means
  expect([minutes.topUp?.toFixed(), minutes.repay, minutes.withdraw?.toFixed()]).toEqual(['5', null, '90'])
  expect(swapCost.toFixed()).toBe('0')
  expect([...volatility].map(([factor, share]) => `${factor} ${share.toFixed()}`)).toEqual([
    'ETH 0.6',
    'BTC 0.45',
    'USD:USDC 0.015',
    'wstETH/ETH 0.03',
  ])
  expect([config.book.requestMs, config.book.passMs]).toEqual([5_000, 20_000])
  expect(config.bookFile).toBe('hullmark.yaml')
  expect(config.warnings).toEqual([])
})

describe('which file', () => {
  test('the command line before HULLMARK_BOOK before hullmark.yaml', async () => {
    const files = {
      'hullmark.yaml': `name: by-default\n${LOAN}`,
      'books/a.yaml': `name: by-variable\n${LOAN}`,
      'b.yaml': `name: by-hand\n${LOAN}`,
    }
    expect((await load({ files })).book.name).toBe('by-default')
    expect((await load({ files, env: { HULLMARK_BOOK: 'books/a.yaml' } })).book.name).toBe('by-variable')
    expect((await load({ files, env: { HULLMARK_BOOK: 'books/a.yaml' }, sources: { bookPath: 'b.yaml' } })).book.name).toBe(
      'by-hand',
    )
  })

  test('a file that cannot be used, told where it was named', async () => {
    expect(await problemsOf({ sources: { bookPath: 'b.yaml' } })).toEqual(['command line: the book file b.yaml does not exist'])
    expect(await problemsOf({ files: { '.env': 'HULLMARK_BOOK=b.yaml' } })).toEqual([
      '.env:1: the book file b.yaml does not exist',
    ])
    expect(await problemsOf({ files: { 'hullmark.yaml/x': '' } })).toEqual([
      'hullmark.yaml: the book file hullmark.yaml is a folder; a file is needed',
    ])
    expect(await problemsOf({ files: { 'hullmark.yaml': `#${' '.repeat(1_000_000)}` } })).toEqual([
      'hullmark.yaml: the book file hullmark.yaml is larger than 1 MB',
    ])
  })

  test('variables that the book makes no use of are warned of, and hullmark.yml is not passed over in silence', async () => {
    const { warnings } = await load({
      files: { 'hullmark.yaml': LOAN },
      env: { ...ENV, WALLET: OTHER, BASE_RPC_URL: 'https://base.example' },
    })
    expect(warnings).toEqual([
      'WALLET is not used: hullmark.yaml names the loans.',
      'BASE_RPC_URL is set, but no loan on base is read: hullmark.yaml does not name it.',
      'BINANCE_API_KEY is set, but no binance account is read: hullmark.yaml does not name it.',
    ])
    expect((await load({ files: { 'hullmark.yml': LOAN }, env: { WALLET } })).warnings).toEqual([
      'hullmark.yml is not read; call it hullmark.yaml.',
    ])
  })
})

describe('files that are no book', () => {
  test.each([
    ['empty', '', 'hullmark.yaml: the book file is empty'],
    ['only comments', '# nothing\n---\n', 'hullmark.yaml: the book file is empty'],
    ['a text', 'hello', 'hullmark.yaml: the book file must be a group of settings such as "name: main"'],
    ['a list', '- a', 'hullmark.yaml: the book file must be a group of settings such as "name: main"'],
    ['no loans and no accounts', 'name: x', 'hullmark.yaml: the book watches nothing: give it loans, or accounts, or both'],
    ['empty loans', 'loans:', 'hullmark.yaml:1: loans must be a list: each entry starts with "- "'],
  ])('%s', async (_what, text, problem) => {
    expect(await problemsOf(book(text))).toEqual([problem])
  })

  test('broken YAML, with the line', async () => {
    expect(await problemsOf(book('name: main\nloans: [a, b\nx: 1'))).toContainEqual(
      expect.stringMatching(/^hullmark\.yaml:[23]: the file is not valid YAML: /),
    )
    expect(await problemsOf(book('name: a\nname: b'))).toEqual([
      'hullmark.yaml:2: "name" stands twice in the same group; keep one of them',
    ])
  })

  test('bombs end at once', async () => {
    const layers = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`)
    expect(await problemsOf(book(`a0: &a0 [x, x]\n${layers.join('\n')}`))).toEqual([
      'hullmark.yaml: the book file repeats itself through too many aliases (*name)',
    ])
    // Each of these takes the YAML reader many seconds, or the whole program down.
    const indents = Array.from({ length: 1_300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')
    for (const text of ['['.repeat(900_000), '{a: '.repeat(200_000), '- '.repeat(400_000), '? '.repeat(400_000), indents]) {
      expect(await problemsOf(book(text))).toEqual(['hullmark.yaml: the book file is nested too deeply'])
    }
    expect(await problemsOf(book('a: b\n'.repeat(150_000)))).toEqual([
      'hullmark.yaml: the book file has more parts than a book can have',
    ])
    expect(await problemsOf(book(`{${'a,'.repeat(10_000)}}`))).toEqual([
      'hullmark.yaml:1: "a" stands twice in the same group; keep one of them',
    ])
  })

  test('keys do not stand in it', async () => {
    const key = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A'
    const problems = await problemsOf(book(`accounts:\n  - exchange: binance\n    key: ${key}`))
    expect(problems).toEqual([
      'hullmark.yaml:3: the line holds what looks like the key of an exchange; put it into .env and write the name of its variable here',
    ])
    const short = await problemsOf(
      book('accounts:\n  - exchange: bybit\n    key: XpKa3Zq9LmNv\n    secret: ABCDEF0123456789ABCDEF0123456789'),
    )
    expect(short).toEqual([
      'hullmark.yaml:3: accounts[0].key must be the name of an environment variable, as BINANCE_API_KEY; what it holds never stands in this file',
      'hullmark.yaml:4: accounts[0].secret must be the name of an environment variable, as BINANCE_API_SECRET; what it holds never stands in this file',
    ])
    const url = await problemsOf(book(`chains:\n  ethereum:\n    rpc: https://node.example/N0deK3y\n${LOAN}`))
    expect(url).toEqual([
      'hullmark.yaml:3: chains.ethereum.rpc must be the name of an environment variable, as ETHEREUM_RPC_URL; what it holds never stands in this file',
    ])
  })
})

test('all problems at once, with their lines', async () => {
  const text = `chians: {}
loans:
  - protocol: aave-v3
    chain: etherum
    walet: "${WALLET}"
  - protocol: aave
    chain: ethereum
    wallet: 0x12
    markets: [ethereum-cor]
accounts:
  - exchange: binace
  - exchange: binance
    key: NOT_SET_KEY
    allowTrading: maybe
  - exchange: binance
    key: NOT_SET_KEY
    endpoint: http://10.0.0.1:5000
policy:
  room: { notice: 5 %, warning: 350 % }
  peg: { notice: 4 % }
  lowHealth: 0.5
  days: { warning: 7 d }
deadlines: { request: 10, pass: 45 s }
money: { topup: 5m }
volatility: { ETH: 600 % }
assets:
  USDC: { factor: ETH }
  "1/${TOKEN}": { factor: wstETH/ETH, bassis: x }
`
  expect(await problemsOf(book(text))).toEqual([
    'hullmark.yaml:1: unknown setting "chians"; did you mean "chains"?',
    'hullmark.yaml:3: loans[0].wallet is missing',
    expect.stringMatching(/^hullmark\.yaml:4: unknown chain "etherum"; did you mean "ethereum"\? Known are ethereum, arbitrum/),
    'hullmark.yaml:5: unknown setting "walet" of loans[0]; did you mean "wallet"?',
    'hullmark.yaml:6: unknown protocol "aave". Known are aave-v3, pawnshop',
    'hullmark.yaml:11: unknown exchange "binace"; did you mean "binance"? Known are binance, bybit, threefold, openbook',
    'hullmark.yaml:14: accounts[1].allowTrading must be true or false',
    "hullmark.yaml:17: accounts[2].endpoint must be on this machine, as http://127.0.0.1:5000: it gets the account's key",
    'hullmark.yaml:19: policy.room.warning must be more than 0 % and less than 100 %; write it as "35 %" or 0.35',
    'hullmark.yaml:21: policy.lowHealth must be a health factor from 1 up to 10, as 1.05',
    'hullmark.yaml:22: policy.days.warning must be a number of days above 0 and up to 3650, without a unit, as 30 or 0.5',
    'hullmark.yaml:23: deadlines.request is not a time; write the unit: "10 s", "500 ms" or "1 min"',
    'hullmark.yaml:24: unknown setting "topup" of money; did you mean "topUp"?',
    'hullmark.yaml:25: volatility.ETH must be more than 0 % and at most 500 %; write it as "60 %"',
    'hullmark.yaml:27: assets: "USDC" must be a chain id and an address, as "31337/0x..."; a symbol would do for a forger',
    expect.stringContaining('hullmark.yaml:28: assets.1/'),
    expect.stringMatching(/^hullmark\.yaml:28: unknown setting "bassis" of assets.*; did you mean "basis"\?$/),
  ])
})

test.each([
  ['factor: usd:USDC', 'factor must be a factor, as ETH or USD:USDC'],
  ['factor: wstETH/ETH', 'factor must be a factor, as ETH or USD:USDC'],
  ['factor: ETH, basis: wstETH', 'basis must be a ratio, as wstETH/ETH'],
  ['basis: wstETH/ETH', 'factor is missing'],
])('an asset with { %s }: a misspelt peg would be taken for a coin', async (words, problem) => {
  expect(await problemsOf(book(`${LOAN}assets:\n  "1/${TOKEN}": { ${words} }`))).toEqual([
    `hullmark.yaml:6: assets.1/${TOKEN}.${problem}`,
  ])
})

describe('what does not fit together', () => {
  test('limits fall from notice to critical, with the defaults filled in', async () => {
    expect(await problemsOf(book(`${LOAN}policy:\n  room:\n    notice: 15 %\n  peg: { critical: 6 % }`))).toEqual([
      'hullmark.yaml:6: policy.room must fall from notice to warning to critical; they are notice 15 %, warning 20 %, critical 10 %',
      'hullmark.yaml:8: policy.peg must fall from notice to warning to critical; they are notice 10 %, warning 5 %, critical 6 %',
    ])
    expect(await problemsOf(book(`${LOAN}policy:\n  days: { notice: 7 }`))).toEqual([
      'hullmark.yaml:6: policy.days must fall from notice to warning to critical; they are notice 7 d, warning 7 d, critical 1 d',
    ])
  })

  test('a request may not outlast the pass', async () => {
    expect(await problemsOf(book(`${LOAN}deadlines: { request: 1 min }`))).toEqual([
      'hullmark.yaml:5: deadlines: a request (60000 ms) may not outlast the pass (45000 ms)',
    ])
  })

  test('a variable that is not set', async () => {
    expect(
      await problemsOf({
        files: { 'hullmark.yaml': `chains:\n  ethereum: { rpc: MY_NODE_URL }\n${LOAN}accounts:\n  - exchange: bybit` },
      }),
    ).toEqual([
      'hullmark.yaml:2: the variable MY_NODE_URL is not set; write MY_NODE_URL= and the URL of a node of Ethereum into .env',
      'hullmark.yaml:8: the variable BYBIT_API_KEY is not set; write it into .env',
      'hullmark.yaml:8: the variable BYBIT_API_SECRET is not set; write it into .env',
    ])
  })

  test('chains of the user', async () => {
    const chain = (text: string) => book(`chains:\n  ${text}\n${LOAN}`)
    expect(await problemsOf(chain('ethereum: { id: 5 }'))).toEqual([
      'hullmark.yaml:2: chains.ethereum: Ethereum is chain 1, not 5; give a chain of your own another name',
    ])
    expect(await problemsOf(chain('mine: { id: 8453, rpc: SANDBOX_RPC_URL }'))).toEqual([
      'hullmark.yaml:2: chains.mine: chain 8453 is called "base" already',
    ])
    expect(await problemsOf(chain('mine: { id: 31337 }'))).toEqual([
      'hullmark.yaml:2: chains.mine: a chain of your own needs rpc, the name of the variable that holds the URL of its node',
    ])
    expect(await problemsOf(chain('bse: { rpc: SANDBOX_RPC_URL }'))).toEqual([
      expect.stringMatching(
        /^hullmark\.yaml:2: unknown chain "bse"; did you mean "base"\? Known are .*; a chain of your own needs its id$/,
      ),
    ])
    expect(await problemsOf(chain('My_Chain: { id: 31337, rpc: SANDBOX_RPC_URL }'))).toEqual([
      'hullmark.yaml:2: chains: "My_Chain" must be made of small letters, digits and -, 30 at most',
    ])
  })

  test('markets that do not exist, or exist twice', async () => {
    const sandbox = 'chains:\n  sandbox: { id: 31337, rpc: SANDBOX_RPC_URL }\n'
    const on = (chain: string, markets: string) =>
      `${sandbox}loans:\n  - protocol: aave-v3\n    chain: ${chain}\n    wallet: "${WALLET}"\n${markets}`
    expect(await problemsOf(book(on('sandbox', '')))).toEqual([
      'hullmark.yaml:5: no market of aave-v3 is known on sandbox; name yours: markets: [{ name: ..., address: "0x..." }]',
    ])
    expect(await problemsOf(book(on('sandbox', '    markets: [core]')))).toEqual([
      'hullmark.yaml:7: unknown market "core" on sandbox. None is known there; give its address too',
    ])
    expect(await problemsOf(book(on('ethereum', '    markets: [ethereum-ldo]')))).toEqual([
      'hullmark.yaml:7: unknown market "ethereum-ldo" on ethereum; did you mean "ethereum-lido"? Known there are ethereum-core, ethereum-etherfi, ethereum-horizon, ethereum-lido',
    ])
    expect(await problemsOf(book(on('ethereum', `    markets: [{ name: ethereum-core, address: "${PROVIDER}" }]`)))).toEqual([
      'hullmark.yaml:7: "ethereum-core" is a production market with another address; give yours another name',
    ])
    expect(
      await problemsOf(
        book(on('sandbox', `    markets: [{ name: a, address: "${PROVIDER}" }, { name: a, address: "${TOKEN}" }]`)),
      ),
    ).toEqual(['hullmark.yaml:5: two markets are called "a"; give yours another name'])
    expect(
      (await load(book(on('sandbox', `    markets: [{ name: mine, address: "${PROVIDER}" }]`)))).book.chains[0]?.markets[0]
        ?.title,
    ).toBe('Aave v3 mine')
    const pawned = on('gnosis', '    markets: [gnosis-core]').replace('aave-v3', 'pawnshop')
    expect(await problemsOf(book(pawned))).toEqual([
      'hullmark.yaml:7: unknown market "gnosis-core" on gnosis. Known there are gnosis-pawnshop',
    ])
  })

  test('a leg named twice would count twice', async () => {
    const again = `  - protocol: aave-v3\n    chain: ethereum\n    wallet: "${WALLET}"\n    markets: [ethereum-core]\n`
    expect(await problemsOf(book(`${LOAN}${again}`))).toEqual([
      `hullmark.yaml:6: ${WALLET} in ethereum-core is named twice (first at hullmark.yaml:3); it would count twice`,
    ])
    const accounts = 'accounts:\n  - exchange: binance\n  - { exchange: binance, name: b }\n  - { exchange: binance, name: b }\n'
    expect(await problemsOf(book(accounts))).toEqual([
      'hullmark.yaml:3: the binance accounts "main" and "b" have the same key; they would count twice',
      'hullmark.yaml:4: two binance accounts are called "b"; give each its own name and its own key',
    ])
  })

  test('loans of one chain are read together, and it is said what that adds', async () => {
    const more = `  - { protocol: aave-v3, chain: ethereum, wallet: "${OTHER}", markets: [ethereum-core] }\n`
    const { book: read, warnings } = await load(book(`${LOAN}${more}`))
    expect(read.chains).toHaveLength(1)
    expect(read.chains[0]?.wallets).toEqual([WALLET, OTHER])
    expect(read.chains[0]?.markets).toHaveLength(4)
    expect(warnings).toContain('Every wallet named on ethereum is read in every market named there.')
  })
})
