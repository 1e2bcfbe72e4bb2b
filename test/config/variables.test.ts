import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { CHANNEL_KINDS, EXCHANGE_KINDS, folderWith, keyOf, load, PROTOCOL_KINDS, problemsOf } from '../support/configFolder.ts'

const WALLET = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'
const OTHER = '0xFe89cc7aBB2C4183683ab71653C4cdc9B02D44b7'
const KEYS = 'BINANCE_API_KEY=k3yk3yk3yk3y\nBINANCE_API_SECRET=s3cr3ts3cr3t\n'

describe('where a variable comes from', () => {
  test('the environment wins over the file; empty counts as not given', async () => {
    const files = { '.env': `WALLET=${OTHER}` }
    expect((await load({ files, env: { WALLET } })).book.chains[0]?.wallets).toEqual([WALLET])
    expect((await load({ files, env: { WALLET: '' } })).book.chains[0]?.wallets).toEqual([OTHER])
  })

  test('X_FILE names a file that holds it, from the folder of the .env file', async () => {
    const files = {
      'keys/.env': 'BINANCE_API_KEY_FILE=key\nBINANCE_API_SECRET_FILE=./secret',
      'keys/key': 'k3yk3yk3yk3y\n',
      'keys/secret': 's3cr3ts3cr3t\r\n',
    }
    const { book } = await load({ files, sources: { envFile: 'keys/.env' } })
    expect(keyOf(book.accounts[0]).apiKey.reveal()).toBe('k3yk3yk3yk3y')
    expect(keyOf(book.accounts[0]).apiSecret.reveal()).toBe('s3cr3ts3cr3t')
  })

  test('a file saved by Windows reads the same', async () => {
    const { book } = await load({ files: { '.env': `\uFEFFWALLET=${WALLET}\r\nCHAINS=base\r\n` } })
    expect(book.chains.map(({ endpoint, wallets }) => [endpoint.name, wallets])).toEqual([['base', [WALLET]]])
  })

  test('X and X_FILE together, and a file that cannot be used', async () => {
    const files = {
      '.env': `WALLET=${WALLET}\nWALLET_FILE=wallet\nCHAINS_FILE=missing\nBINANCE_API_KEY_FILE=empty\nBINANCE_API_SECRET_FILE=.`,
      empty: '\n',
    }
    expect(await problemsOf({ files })).toEqual([
      '.env:1: WALLET and WALLET_FILE are both given; keep one of them',
      '.env:3: CHAINS_FILE: the file it names does not exist',
      '.env:4: BINANCE_API_KEY_FILE: the file it names is empty',
      '.env:5: BINANCE_API_SECRET_FILE: the file it names is a folder; a file is needed',
    ])
  })
})

describe('files that others may read', () => {
  test('a .env with a key is refused, one with a wallet alone is not', async () => {
    expect(await problemsOf({ files: { '.env': KEYS }, mode: 0o644 })).toEqual([
      '.env: holds BINANCE_API_KEY and may be read by others (mode 644): run "chmod 600 .env"',
    ])
    expect(
      (await load({ files: { '.env': `WALLET=${WALLET}\nETHEREUM_RPC_URL=https://eth.example` }, mode: 0o644 })).book.chains,
    ).toHaveLength(1)
  })

  test('a node URL with a key in its path counts as a key', async () => {
    const files = { '.env': `WALLET=${WALLET}\nETHEREUM_RPC_URL=https://eth.example/v2/N0deK3yN0deK3y` }
    expect(await problemsOf({ files, mode: 0o640 })).toEqual([
      '.env: holds ETHEREUM_RPC_URL and may be read by others (mode 640): run "chmod 600 .env"',
    ])
  })

  test('a secret file is refused, a public one is not', async () => {
    const files = {
      '.env': 'WALLET_FILE=wallet\nBINANCE_API_KEY_FILE=key\nBINANCE_API_SECRET_FILE=key',
      wallet: WALLET,
      key: 'k3yk3yk3yk3y',
    }
    const cwd = folderWith(files)
    for (const name of ['wallet', 'key']) chmodSync(join(cwd, name), 0o604)
    const error = await loadConfig({
      env: {},
      cwd,
      exchanges: EXCHANGE_KINDS,
      protocols: PROTOCOL_KINDS,
      channels: CHANNEL_KINDS,
    }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({
      problems: [
        {
          place: '.env:2',
          problem: 'BINANCE_API_KEY_FILE: the file it names may be read by others (mode 604): run "chmod 600" on it',
        },
        {
          place: '.env:3',
          problem: 'BINANCE_API_SECRET_FILE: the file it names may be read by others (mode 604): run "chmod 600" on it',
        },
      ],
    })
  })
})

describe('what a .env file may not hold', () => {
  test('lines that set nothing, and names set twice', async () => {
    const files = { '.env': `# a comment\n\nWALLET ${WALLET}\nWALLET=${WALLET}\nexport WALLET=${OTHER}\n` }
    expect(await problemsOf({ files })).toEqual([
      '.env:3: the line is neither NAME=value nor a comment (#)',
      '.env:5: WALLET is set a second time (first on line 4); keep one of them',
    ])
  })

  test('a misspelt name; a name of another program or a second account is let be', async () => {
    const env = (more: string) => ({ files: { '.env': `WALLET=${WALLET}\n${more}` } })
    expect(await problemsOf(env('CHAIN=arbitrum'))).toEqual(['.env:2: CHAIN is not read by hullmark; did you mean CHAINS?'])
    expect(await problemsOf(env('BINANCE_API_SERCET=x'))).toEqual([
      '.env:2: BINANCE_API_SERCET is not read by hullmark; did you mean BINANCE_API_SECRET?',
    ])
    expect((await load(env('NODE_ENV=production\nBINANCE_API_KEY2=abc'))).warnings).toEqual([])
  })

  test('a value over several lines is no fault', async () => {
    const pem = '"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA+/abc\n-----END PRIVATE KEY-----"'
    const { book } = await load({ files: { '.env': `BINANCE_API_KEY=k3yk3yk3yk3y\nBINANCE_API_SECRET=${pem}\n` } })
    expect(keyOf(book.accounts[0]).apiSecret.reveal().split('\n')).toHaveLength(3)
  })

  test('a file that is no text, no file, or not there though named', async () => {
    expect(await problemsOf({ files: { '.env': new Uint8Array([0xff, 0xfe, 0x57, 0]) } })).toContain(
      '.env: .env is not text in UTF-8; save it as UTF-8',
    )
    expect(await problemsOf({ files: { '.env': 'W\0' } })).toContain('.env: .env is not text')
    expect(await problemsOf({ files: { '.env/x': '' } })).toContain('.env: .env is a folder; a file is needed')
    expect(await problemsOf({ files: { '.env': '#'.repeat(1_000_001) } })).toContain('.env: .env is larger than 1 MB')
    expect(await problemsOf({ env: { WALLET }, sources: { envFile: 'my.env' } })).toEqual(['command line: my.env does not exist'])
  })
})
