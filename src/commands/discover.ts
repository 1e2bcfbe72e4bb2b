import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Address } from 'viem'
import type { Tools } from '../collect.ts'
import { readAddress } from '../config/address.ts'
import { deadline } from '../deadline.ts'
import { ConfigError, StoreError, TrackerError } from '../errors.ts'
import { readChain } from '../lending/chainReader.ts'
import { CHAINS } from '../lending/chains.ts'
import { nameOf } from '../lending/ownedAccounts.ts'
import { shortAddress } from '../lending/plainSymbol.ts'
import type { ChainQuery, ChainReading } from '../lending/protocol.ts'
import { healthWords, plain } from '../report/words.ts'
import { loanHealth } from '../risk/loanHealth.ts'
import { EXIT } from './exitCodes.ts'
import { withProgress } from './progress.ts'
import { passTools, readBook } from './readBook.ts'
import type { World } from './world.ts'

export type DiscoverCall = {
  /** As typed; none: those of WALLET or the book file. */
  readonly wallets: readonly string[]
  /** Names with commas between them; left out: every chain that is known, and the book file's own. */
  readonly chains?: string
  readonly book?: string
  /** A book file to be made of what was found; it must not exist. */
  readonly write?: string
}

/** What no look at a chain can find. */
const UNLISTED = 'No chain lists which Safes a wallet owns: the loans of a Safe are found by its own address.'

/**
 * Finds every position of wallets, and of the contract accounts that registries list as theirs, on the supported markets, in one request
 * a chain and node (a second where there are such accounts), and says what a book file has to name.
 *
 * @throws ConfigError for what is no address or chain; StoreError where the file cannot be made.
 */
export async function discover(call: DiscoverCall, world: World): Promise<number> {
  const { queries, tools, requestMs, passMs } = await questions(call, world)
  const signal = deadline(passMs, tools.signal)
  const names = queries.map(({ endpoint }) => endpoint.title).join(', ')
  const found = await withProgress(
    `Looking on ${names}`,
    () => Promise.all(queries.map((query) => look(query, { ...tools, signal }, requestMs))),
    world,
  )
  for (const one of found) world.out(linesOf(one))
  const loans = loansOf(found)
  if (loans === null) world.out('\nNo position was found.\n')
  else {
    world.out(`\nFor a book file:\n\n${loans}`)
    if (call.write !== undefined) await writeBook(call.write, loans, world)
  }
  world.out(`\n${UNLISTED}\n`)
  return found.every(({ reading }) => reading !== null && reading.gaps.length === 0) ? EXIT.complete : EXIT.incomplete
}

type Questions = {
  readonly queries: readonly ChainQuery[]
  readonly tools: Tools
  readonly requestMs: number
  readonly passMs: number
}

/** What is asked of which chain: of those that are known every market, of the book file's own those that it names. */
async function questions({ wallets: typed, chains, book }: DiscoverCall, world: World): Promise<Questions> {
  const wallets = typed.map(addressOf)
  const known: readonly string[] = CHAINS.map(({ name }) => name)
  const named = chains?.split(/[\s,]+/).filter((name) => name !== '')
  const others = named?.filter((name) => !known.includes(name))
  const wanted = named === undefined ? known : named.filter((name) => known.includes(name))
  const own = others === undefined || others.length > 0 ? await ownBook(book, world) : null
  const ownChains =
    own?.book.chains.filter(({ endpoint: { name } }) => !known.includes(name) && others?.includes(name) !== false) ?? []
  const lacking = others?.find((name) => !ownChains.some(({ endpoint }) => endpoint.name === name))
  if (lacking !== undefined)
    throw new ConfigError([
      {
        place: '--chains',
        problem: `"${plain(lacking)}" is neither a chain that is known (${known.join(', ')}) nor one of the book file`,
      },
    ])
  const asked = wallets.length > 0 ? wallets : [...new Set(own?.book.chains.flatMap((query) => query.wallets) ?? [])]
  const env = { ...world.env, ...(asked.length > 0 ? { WALLET: asked.join(',') } : {}), CHAINS: wanted.join(',') }
  const config = wanted.length === 0 ? own : await readBook(false, { ...world, env })
  if (config === null || (own !== null && asked.length === 0 && wanted.length === 0))
    throw new ConfigError([{ place: 'command line', problem: 'no wallet is named: "hullmark discover 0x..."' }])
  const mine = ownChains.map((query): ChainQuery => ({ ...query, wallets: asked, owned: 'read' }))
  return {
    queries: [...(wanted.length === 0 ? [] : config.book.chains), ...mine],
    tools: passTools(config, world),
    requestMs: config.book.requestMs,
    passMs: config.book.passMs,
  }
}

/** The user's book; null where there is none, for then nothing but the known chains is looked at. */
async function ownBook(book: string | undefined, world: World): Promise<Awaited<ReturnType<typeof readBook>> | null> {
  try {
    return await readBook(book, world)
  } catch (error) {
    if (book === undefined && error instanceof ConfigError) return null
    throw error
  }
}

function addressOf(text: string): Address {
  const read = readAddress(text)
  if (!read.ok) throw new ConfigError([{ place: 'command line', problem: read.problem }])
  return read.address
}

/** What came of one chain; `reading` null: it could not be read, for the reason given. */
type Found = { readonly query: ChainQuery; readonly reading: ChainReading | null; readonly fault: string }

async function look(query: ChainQuery, tools: Tools, requestMs: number): Promise<Found> {
  try {
    return { query, reading: await readChain(query, { ...tools, requestMs }), fault: '' }
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error
    return { query, reading: null, fault: error.message }
  }
}

function linesOf({ query, reading, fault }: Found): string {
  const title = plain(query.endpoint.title, 40)
  if (reading === null) return `${title}: NOT READ: ${plain(fault, 300)}\n`
  const { positions, gaps, owned, confirmed } = reading
  const holders = new Set(positions.map(({ wallet }) => wallet.toLowerCase()))
  const bare = owned.filter(({ account }) => !holders.has(account.toLowerCase()))
  const trust = confirmed ? '' : ' (one source)'
  const head = `${title}: ${positions.length === 0 ? 'nothing found' : positions.length === 1 ? '1 position' : `${positions.length} positions`}${trust}\n`
  return [
    head,
    ...positions.map(
      (one) => `  ${plain(one.venue, 60)}, ${holderOf(one.wallet, reading)}: health ${healthWords(loanHealth(one))}\n`,
    ),
    ...bare.map((one) => `  ${nameOf(one)}: no position ${gaps.length === 0 ? 'found' : 'read'}\n`),
    ...gaps.map(({ leg, reason }) => `  NOT READ: ${plain(leg, 80)}: ${plain(reason, 300)}\n`),
  ].join('')
}

/** Whose a position is: an address, with the owner of a contract account, or what else the wallet is. */
function holderOf(wallet: string, { owned, kinds }: ChainReading): string {
  const own = owned.find(({ account }) => account.toLowerCase() === wallet.toLowerCase())
  const kind = kinds.find((one) => one.wallet.toLowerCase() === wallet.toLowerCase())
  return own !== undefined ? nameOf(own) : `${shortAddress(wallet)}${kind === undefined ? '' : ` (${plain(kind.title, 80)})`}`
}

/** The `loans` of a book file; null: there are none. One entry for each protocol and chain, as every wallet there is read in every market. */
function loansOf(found: readonly Found[]): string | null {
  const entries = found.flatMap(({ query, reading }) => {
    const protocols = new Map<string, { markets: Set<string>; wallets: Set<string> }>()
    for (const { id, wallet } of reading?.positions ?? []) {
      const [protocol = '', market = ''] = id.split('/')
      const entry = protocols.get(protocol) ?? { markets: new Set(), wallets: new Set() }
      entry.markets.add(market)
      entry.wallets.add(wallet)
      protocols.set(protocol, entry)
    }
    return [...protocols].map(([protocol, { markets, wallets }]) =>
      entryOf(query, { protocol, markets: [...markets], wallets: [...wallets] }),
    )
  })
  return entries.length === 0 ? null : `loans:\n${entries.join('')}`
}

type Entry = { readonly protocol: string; readonly markets: readonly string[]; readonly wallets: readonly string[] }

function entryOf({ endpoint, markets: known }: ChainQuery, { protocol, markets, wallets }: Entry): string {
  const own = CHAINS.every(({ name }) => name !== endpoint.name)
  // A market of the user's own is found by its address, the others by their names.
  const named = markets.map((name) => {
    const market = known.find((one) => one.name === name)
    return own && market !== undefined ? `{ name: ${name}, address: "${market.address}" }` : name
  })
  return [
    `  - protocol: ${protocol}\n`,
    `    chain: ${endpoint.name}\n`,
    `    wallet: [${wallets.map((wallet) => `"${wallet}"`).join(', ')}]\n`,
    `    markets: [${named.join(', ')}]\n`,
  ].join('')
}

async function writeBook(file: string, loans: string, { cwd, out }: World): Promise<void> {
  try {
    await writeFile(resolve(cwd, file), `name: main\n\n${loans}`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const there = (error as { code?: unknown }).code === 'EEXIST'
    throw new StoreError(
      there ? `${file} exists already; nothing was written.` : `${file} cannot be written.`,
      there ? 'Copy the lines above into it, or name another file.' : 'Check that its folder exists and can be written.',
    )
  }
  out(`\nWritten to ${plain(file, 200)}.\n`)
}
