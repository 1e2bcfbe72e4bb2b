import { describe, expect, test } from 'vitest'
import { load, problemsOf } from '../support/configFolder.ts'

const ADDRESS = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'
const [KEY, SECRET, PASSPHRASE] = ['k3yk3yk3yk3yk3y', 's3cr3ts3cr3ts3cr3t', 'passphrase-of-9']

const book = (accounts: string, env: Readonly<Record<string, string>> = {}) => ({
  files: { 'hullmark.yaml': `accounts:\n${accounts}` },
  env,
})

describe('variables alone', () => {
  test('an exchange that asks for a passphrase gets one, and it is a secret', async () => {
    const env = { THREEFOLD_API_KEY: KEY, THREEFOLD_API_SECRET: SECRET, THREEFOLD_API_PASSPHRASE: PASSPHRASE }
    const { book, secrets } = await load({ env })
    const credential = book.accounts[0]?.credential
    expect(credential?.kind === 'key' && credential.passphrase?.reveal()).toBe(PASSPHRASE)
    expect(secrets.map((one) => one.reveal())).toEqual(expect.arrayContaining([KEY, SECRET, PASSPHRASE]))
  })

  test('a part of a key alone', async () => {
    expect(await problemsOf({ env: { THREEFOLD_API_SECRET: SECRET, THREEFOLD_API_PASSPHRASE: PASSPHRASE } })).toEqual([
      'environment: THREEFOLD_API_SECRET is given without THREEFOLD_API_KEY; an exchange needs all of them',
    ])
    expect(await problemsOf({ env: { BYBIT_API_KEY: KEY } })).toEqual([
      'environment: BYBIT_API_KEY is given without BYBIT_API_SECRET; an exchange needs both',
    ])
  })

  test('where accounts are public, an address makes one, and no key is asked for', async () => {
    const { book } = await load({ env: { OPENBOOK_ADDRESS: ADDRESS.toLowerCase() } })
    expect(book.accounts).toEqual([
      {
        ...{ name: 'main', exchange: 'openbook', environment: 'live', allowTrading: false, endpoint: null },
        credential: { kind: 'address', address: ADDRESS },
      },
    ])
    expect(await problemsOf({ env: { OPENBOOK_ADDRESS: `${ADDRESS.slice(0, -1)}6` } })).toEqual([
      expect.stringMatching(/^environment: OPENBOOK_ADDRESS: .*checksum/),
    ])
  })
})

describe('the book file', () => {
  test('names the address, the place to practise, and the variables of each part of a key', async () => {
    const { book: read } = await load(
      book(
        `  - { exchange: openbook, address: "${ADDRESS}", environment: testnet }
  - { exchange: threefold, name: b, key: B_KEY, secret: B_SECRET, passphrase: B_PASSPHRASE, environment: demo }\n`,
        { B_KEY: KEY, B_SECRET: SECRET, B_PASSPHRASE: PASSPHRASE },
      ),
    )
    expect(read.accounts).toMatchObject([
      { exchange: 'openbook', environment: 'testnet', credential: { kind: 'address', address: ADDRESS } },
      { exchange: 'threefold', environment: 'demo', credential: { kind: 'key' } },
    ])
  })

  test.each([
    [
      'an address missing',
      '{ exchange: openbook }',
      'accounts[0].address is missing: an account of openbook is opened by its address',
    ],
    ['no address', '{ exchange: openbook, address: "0x12" }', expect.stringContaining('accounts[0].address: ')],
    [
      'a key where none is taken',
      `{ exchange: openbook, address: "${ADDRESS}", key: A_KEY }`,
      'accounts[0].key is not taken: an account of openbook is opened by its address alone',
    ],
    [
      'an address where a key is needed',
      `{ exchange: bybit, address: "${ADDRESS}" }`,
      'accounts[0].address is not taken: an account of bybit is opened by a key',
    ],
    [
      'a passphrase where there is none',
      '{ exchange: bybit, passphrase: A_WORD }',
      'accounts[0].passphrase is not taken: an account of bybit is opened by a key',
    ],
    [
      'a place that the exchange does not have',
      `{ exchange: openbook, address: "${ADDRESS}", environment: demo }`,
      'accounts[0].environment: openbook has no "demo" that hullmark reads; it has live, testnet',
    ],
  ])('%s', async (_what, account, problem) => {
    const [told = ''] = await problemsOf(book(`  - ${account}\n`, { BYBIT_API_KEY: KEY, BYBIT_API_SECRET: SECRET }))
    expect(told.replace('hullmark.yaml:2: ', '')).toEqual(problem)
  })

  test('one address twice would count twice; on a testnet it is another account', async () => {
    const two = (more: string) =>
      book(`  - { exchange: openbook, address: "${ADDRESS}" }
  - { exchange: openbook, name: b, address: "${ADDRESS.toLowerCase()}"${more} }\n`)
    expect(await problemsOf(two(''))).toEqual([
      'hullmark.yaml:3: the openbook accounts "main" and "b" have the same address; they would count twice',
    ])
    expect((await load(two(', environment: testnet'))).book.accounts).toHaveLength(2)
  })
})
