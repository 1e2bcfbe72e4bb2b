import type { Tools } from '../collect.ts'
import type { Config } from '../config.ts'
import { deadline } from '../deadline.ts'
import { TrackerError } from '../errors.ts'
import type { ExchangeAccount, KeyRights } from '../futures/exchange.ts'
import { EXCHANGES } from '../futures/exchanges.ts'
import { readChain } from '../lending/chainReader.ts'
import type { ChainQuery } from '../lending/protocol.ts'
import { plain } from '../report/words.ts'
import { examineChannels } from './examineChannels.ts'
import { examineHistory } from './examineHistory.ts'
import { EXIT } from './exitCodes.ts'
import type { Finding } from './finding.ts'
import { passTools, readBook } from './readBook.ts'
import type { World } from './world.ts'

const DAY_MS = 86_400_000
/** Less than that, and it is time to make another key. */
const SOON_DAYS = 14

export type DoctorCall = {
  readonly book?: string
  /** Whether each channel is sent a message, and the dead-man's switch a ping. */
  readonly sendTest?: boolean
}

/**
 * Proves the set-up: each chain answers and is the right one, each key can only read, the clocks agree, cache and history can be
 * written, and, if it is asked for, each channel is heard.
 */
export async function doctor({ book, sendTest = false }: DoctorCall, world: World): Promise<number> {
  const config = await readBook(book, world)
  const tools = passTools(config, world)
  world.out(`ok    configuration: book "${plain(config.book.name)}"\n`)
  const findings = await Promise.all([
    ...config.book.chains.map((query) => examined(query.endpoint.title, () => chain(query, config, tools))),
    ...config.book.accounts.map((account) =>
      examined(`${account.exchange}/${account.name}`, () => exchange(account, config, tools)),
    ),
    examined('cache', () => cache(config, world)),
    examined('history', () => examineHistory(config, world)),
    ...(sendTest ? [examined('channels', () => examineChannels(config, world))] : []),
  ])
  for (const { well, text } of findings.flat()) world.out(`${well ? 'ok  ' : 'FAIL'}  ${text}\n`)
  return findings.flat().every(({ well }) => well) ? EXIT.complete : EXIT.incomplete
}

async function examined(name: string, examine: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await examine()
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error
    return [{ well: false, text: `${plain(name)}: ${plain(error.message, 400)} ${plain(error.hint, 300)}` }]
  }
}

async function chain(query: ChainQuery, { book }: Config, tools: Tools): Promise<Finding[]> {
  const { title, chainId, nodes } = query.endpoint
  const signal = deadline(book.passMs, tools.signal)
  const reading = await readChain(query, { ...tools, signal, requestMs: book.requestMs })
  const findings: Finding[] = [
    {
      well: true,
      text: `${title}: chain id ${chainId}, ${query.markets.length} markets, ${reading.positions.length} positions found`,
    },
    ...reading.gaps.map(({ leg, reason }) => ({ well: false, text: `${plain(leg)}: ${plain(reason, 400)}` })),
    ...reading.notes.map((note) => ({ well: true, text: `${title}: ${plain(note, 400)}` })),
  ]
  const head = reading.positions[0]?.source
  if (head?.block) {
    const age = Math.max(0, Math.ceil(head.readAt / 1000 - Number(head.block.timestamp)))
    findings.push({ well: age <= 120, text: `${title}: newest block ${head.block.number} is ${age} s old` })
  }
  const public_ = nodes.filter(({ publicDefault }) => publicDefault).map(({ operator }) => operator)
  if (public_.length > 0) {
    const who =
      public_.length === 1 ? `a public node (${public_[0]}), which learns` : `public nodes (${public_.join(', ')}), which learn`
    findings.push({ well: true, text: `${title}: read through ${who} your wallet and IP address` })
  }
  if (nodes.length > 1)
    findings.push({
      well: reading.confirmed,
      text: `${title}: ${reading.confirmed ? 'confirmed by a second operator' : 'not confirmed by a second operator'}`,
    })
  else
    findings.push({ well: true, text: `${title}: one source; name a second node in its variable, and each answer is confirmed` })
  return findings
}

async function exchange(account: ExchangeAccount, { book }: Config, tools: Tools): Promise<Finding[]> {
  const name = `${account.exchange}/${plain(account.name)}`
  const signal = deadline(book.passMs, tools.signal)
  const venue = EXCHANGES[account.exchange as keyof typeof EXCHANGES]
  const { rights, clockOffsetMs, facts } = await venue.examine(account, { ...tools, signal, requestMs: book.requestMs })
  const seconds = (Math.abs(clockOffsetMs) / 1000).toFixed(1)
  return [
    { well: true, text: `${name}: answers` },
    {
      well: Math.abs(clockOffsetMs) < 1000,
      text: `${name}: our clock is ${seconds} s ${clockOffsetMs < 0 ? 'behind' : 'ahead of'} the venue's`,
    },
    ...(account.credential.kind === 'address'
      ? []
      : keyFindings(name, rights, { account, provable: venue.rightsProvable, now: tools.now() })),
    ...facts.map((fact) => ({ well: true, text: `${name}: ${plain(fact, 300)}` })),
  ]
}

/** What the key may do, line by line. What the venue does not tell has no line but that. */
function keyFindings(
  name: string,
  rights: KeyRights,
  { account, provable, now }: { readonly account: ExchangeAccount; readonly provable: boolean; readonly now: number },
): Finding[] {
  const days = rights.expiresAt === null ? null : Math.floor((rights.expiresAt - now) / DAY_MS)
  return [
    rights.withdraw === null
      ? { well: account.environment !== 'live' || !provable, text: `${name}: what the key may do is not provable` }
      : { well: !rights.withdraw, text: `${name}: the key can ${rights.withdraw ? 'WITHDRAW' : 'not withdraw'}` },
    ...(rights.trade === null
      ? []
      : [
          {
            well: !rights.trade || account.allowTrading,
            text: `${name}: the key can ${rights.trade ? 'trade (accepted by the book)' : 'not trade'}`,
          },
        ]),
    ...(rights.ipRestricted === null
      ? []
      : [{ well: true, text: `${name}: the key is ${rights.ipRestricted ? '' : 'not '}bound to IP addresses` }]),
    ...(days === null
      ? []
      : [{ well: days > SOON_DAYS, text: `${name}: the key ends in ${days} days, and nothing is read after that` }]),
  ]
}

async function cache(config: Config, world: World): Promise<Finding[]> {
  const { cacheDir } = config
  const stamp = String(world.now())
  await passTools(config, world).cache.set('doctor', stamp)
  // Opened anew, as by the next run: within one run a cache that cannot be written keeps everything in memory.
  const kept = (await passTools(config, world).cache.get('doctor', 60_000)) === stamp
  const text = kept
    ? `cache: ${cacheDir} can be written`
    : `cache: ${cacheDir} cannot be written, so every pass asks the venues for more`
  return [{ well: kept, text }]
}
