import { english, generateMnemonic } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { findKeys } from '../../src/config/refuseKeys.ts'
import { type Folder, problemsOf } from '../support/configFolder.ts'

// The first key of a well-known development chain, and the phrase it comes from: nobody's money.
const PRIVATE_KEY = 'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'
const PHRASE = 'test test test test test test test test test test test junk'
const WALLET = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'
const NEVER = 'hullmark only reads; it never needs one'

/** Refused at that place, and no part of the value in any sentence. */
async function expectRefused(folder: Folder, place: string, what: string): Promise<void> {
  const problems = await problemsOf(folder)
  expect(
    problems.filter((problem) => problem.startsWith(`${place}: `) && problem.includes(what) && problem.includes(NEVER)),
  ).toHaveLength(1)
  const said = problems.join('\n').toLowerCase()
  for (const part of [PRIVATE_KEY.slice(0, 8), PRIVATE_KEY.slice(-8), 'junk', 'test test']) expect(said).not.toContain(part)
}

describe('a private key is refused and never shown', () => {
  const what = 'a private key (64 hex digits)'

  test.each([
    ['under its own name', `PRIVATE_KEY=0x${PRIVATE_KEY}`],
    ['in a comment', `# ${PRIVATE_KEY}`],
    ['without 0x and in capitals', `KEY="${PRIVATE_KEY.toUpperCase()}"`],
    ['as the wallet', `WALLET=${PRIVATE_KEY}`],
    ['among wallets', `WALLET=${WALLET},0x${PRIVATE_KEY}`],
    ['as a chain', `CHAINS=${PRIVATE_KEY}`],
    ['as the key of an exchange', `BINANCE_API_SECRET=0x${PRIVATE_KEY}`],
    ['in the URL of a node', `ETHEREUM_RPC_URL=https://eth.example/${PRIVATE_KEY}`],
    ['on a line that sets nothing', PRIVATE_KEY],
  ])('in .env, %s', async (_how, line) => {
    await expectRefused({ files: { '.env': `# mine\n${line}\n` } }, '.env:2', what)
  })

  test.each(['WALLET', 'CHAINS', 'BINANCE_API_KEY', 'HULLMARK_BOOK', 'HULLMARK_CACHE_DIR'])(
    'in the environment, as %s',
    async (name) => {
      await expectRefused({ env: { [name]: `0x${PRIVATE_KEY}` } }, 'environment', what)
    },
  )

  test('in the file that X_FILE names', async () => {
    await expectRefused({ files: { '.env': 'WALLET_FILE=wallet', wallet: PRIVATE_KEY } }, '.env:1', what)
  })

  test.each([
    ['as a wallet', `loans:\n  - protocol: aave-v3\n    chain: ethereum\n    wallet: 0x${PRIVATE_KEY}`, 4],
    ['in a comment', `name: main\n# ${PRIVATE_KEY}`, 2],
    ['as the name of a setting', `"${PRIVATE_KEY}": 1`, 1],
  ])('in the book file, %s', async (_how, text, line) => {
    await expectRefused({ files: { 'hullmark.yaml': text } }, `hullmark.yaml:${line}`, what)
  })
})

describe('a seed phrase is refused and never shown', () => {
  test.each([
    ['quoted', `MNEMONIC="${PHRASE}"`],
    ['as the wallet', `WALLET=${PHRASE}`],
    ['as chains with commas', `CHAINS=${PHRASE.replaceAll(' ', ',')}`],
    [
      'in a comment, in capitals, numbered',
      `# ${PHRASE.split(' ')
        .map((word, index) => `${index + 1}. ${word.toUpperCase()}`)
        .join('  ')}`,
    ],
    ['a word on each line', `MNEMONIC="${PHRASE.replaceAll(' ', '\n')}"`],
  ])('in .env, %s', async (_how, line) => {
    await expectRefused({ files: { '.env': `# mine\n${line}\n` } }, '.env:2', 'a seed phrase')
  })

  test('in the environment and in the book file', async () => {
    await expectRefused({ env: { WALLET: PHRASE } }, 'environment', 'a seed phrase')
    await expectRefused(
      { files: { 'hullmark.yaml': `name: main\nwallet:\n  - ${PHRASE.split(' ').join('\n  - ')}` } },
      'hullmark.yaml:3',
      'a seed phrase',
    )
  })

  test.each([128, 160, 192, 224, 256] as const)('made of %i bits', async (bits) => {
    expect(await findKeys(`x ${generateMnemonic(english, bits)} x`)).toEqual([{ what: 'a seed phrase', line: 1, lastLine: 1 }])
  })

  test('eleven words are none, twelve are, and prose is none', async () => {
    expect(await findKeys(PHRASE.split(' ').slice(1).join(' '))).toEqual([])
    expect(await findKeys(PHRASE)).toHaveLength(1)
    expect(await findKeys('these words look much like some phrase that could have been written down with care once')).toEqual([])
  })
})

test('extended private keys are found, addresses and hashes of other lengths are not', async () => {
  const extended =
    'xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi'
  expect(await findKeys(extended)).toEqual([{ what: 'an extended private key', line: 1, lastLine: 1 }])
  expect(await findKeys(`${WALLET} ${PRIVATE_KEY.slice(1)} ${PRIVATE_KEY}0 ${'g'.repeat(64)}`)).toEqual([])
})
