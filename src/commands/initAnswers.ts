import type { Address } from 'viem'
import { readAddress } from '../config/address.ts'
import { unknownChain } from '../config/chainBook.ts'
import { nodesProblem, urlsOf } from '../config/nodeUrls.ts'
import { secretParts } from '../config/rpcUrl.ts'
import { AnswerError } from '../errors.ts'
import { EXCHANGES } from '../futures/exchanges.ts'
import { CHAINS, type KnownChain } from '../lending/chains.ts'
import { operatorOf } from '../lending/operatorOf.ts'
import { Secret } from '../secret.ts'
import { type Asking, askUntil, type Reading } from './askUntil.ts'
import { type AccountAnswer, askAccount } from './initAccount.ts'

/** A chain, and the nodes of the user's own; none: the public ones. */
export type ChainAnswer = { readonly chain: KnownChain; readonly nodes: readonly string[] }

/** All that `init` was told. */
export type Answers = {
  readonly wallets: readonly Address[]
  /** Empty where there is no wallet. */
  readonly chains: readonly ChainAnswer[]
  readonly accounts: readonly AccountAnswer[]
  /** Whether a book file is wanted. */
  readonly book: boolean
}

/**
 * Asks everything, in the order of `.env.example`.
 *
 * @throws AnswerError where the input ends, the user interrupts, a pipe gives what can not be taken, or there is nothing to watch.
 */
export async function initAnswers(asking: Asking): Promise<Answers> {
  const wallets = await askUntil({ text: 'Wallet addresses (0x..., commas between several) [none]' }, readWallets, asking)
  const chains = wallets.length === 0 ? [] : await askChains(asking)
  const accounts = await askAccounts(asking)
  if (wallets.length === 0 && accounts.length === 0)
    throw new AnswerError(
      'There is nothing to watch: nothing was written.',
      'Name a wallet or an exchange. "hullmark demo" needs neither.',
    )
  const book = await askUntil(
    { text: 'Write a book file, too (hullmark.yaml, for channels, a schedule and limits)? y or n [n]' },
    readYesNo,
    asking,
  )
  return { wallets, chains, accounts, book }
}

async function askChains(asking: Asking): Promise<readonly ChainAnswer[]> {
  const { err } = asking.world
  err(`Chains: ${CHAINS.map(({ name }) => name).join(', ')}.\n`)
  const chains = await askUntil({ text: 'Chains to read, commas between several [ethereum]' }, readChains, asking)
  err(
    'Without a node of your own two public ones of different operators are asked for each chain: they learn your wallet and your IP address.\n',
  )
  const answers: ChainAnswer[] = []
  for (const chain of chains) {
    const text = `Nodes for ${chain.title}: one URL, or two of different operators [public: ${chain.publicRpcs.map(operatorOf).join(', ')}]`
    answers.push({ chain, nodes: await askUntil({ text }, (nodes) => readNodes(nodes, asking), asking) })
  }
  return answers
}

async function askAccounts(asking: Asking): Promise<readonly AccountAnswer[]> {
  asking.world.err(`Exchanges: ${Object.keys(EXCHANGES).join(', ')}.\n`)
  const names = await askUntil({ text: 'Exchanges to read, commas between several [none]' }, readExchanges, asking)
  const answers: AccountAnswer[] = []
  for (const name of names) {
    const account = await askAccount(name, asking)
    if (account !== null) answers.push(account)
  }
  return answers
}

function words(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))]
}

function readWallets(text: string): Reading<readonly Address[]> {
  const read = words(text).map(readAddress)
  const at = read.findIndex(({ ok }) => !ok)
  const wrong = read[at]
  if (wrong === undefined || wrong.ok)
    return { ok: true, value: [...new Set(read.flatMap((one) => (one.ok ? [one.address] : [])))] }
  return { ok: false, problem: `${read.length === 1 ? 'What you wrote' : `Number ${at + 1}`} ${wrong.reason}.` }
}

/** In the order in which they were named: that is the order of the questions that follow. */
function readChains(text: string): Reading<readonly KnownChain[]> {
  const known = CHAINS.map(({ name }) => name)
  const named = words(text.toLowerCase())
  const wrong = named.find((name) => !known.includes(name))
  if (wrong !== undefined) {
    const problem = harmless(wrong) ? unknownChain(wrong, known) : `that is no chain. Known are ${known.join(', ')}`
    return { ok: false, problem: `${problem[0]?.toUpperCase()}${problem.slice(1)}.` }
  }
  const wanted = named.length === 0 ? ['ethereum'] : named
  return { ok: true, value: wanted.flatMap((name) => CHAINS.filter((chain) => chain.name === name)) }
}

/** A short word is shown again; anything else may be a key that was meant for another question. */
function harmless(word: string): boolean {
  return /^[a-z-]{1,12}$/.test(word)
}

function readNodes(text: string, { world }: Asking): Reading<readonly string[]> {
  const urls = urlsOf(text)
  // A key may stand in any of them, in one that is refused as well.
  world.hide(urls.flatMap(secretParts).map((part) => new Secret(part)))
  const problem = nodesProblem(urls)
  return problem === null ? { ok: true, value: urls } : { ok: false, problem: `What you wrote ${problem}.` }
}

function readExchanges(text: string): Reading<readonly (keyof typeof EXCHANGES)[]> {
  const known = Object.keys(EXCHANGES) as (keyof typeof EXCHANGES)[]
  const named = words(text.toLowerCase())
  const wrong = named.find((name) => !known.some((one) => one === name))
  if (wrong === undefined) return { ok: true, value: named.flatMap((name) => known.filter((one) => one === name)) }
  return {
    ok: false,
    problem: `${harmless(wrong) ? `"${wrong}"` : 'That'} is no exchange that hullmark reads. Known are ${known.join(', ')}.`,
  }
}

function readYesNo(text: string): Reading<boolean> {
  if (/^(y|yes)$/i.test(text)) return { ok: true, value: true }
  return text === '' || /^(n|no)$/i.test(text) ? { ok: true, value: false } : { ok: false, problem: 'Write y or n.' }
}
