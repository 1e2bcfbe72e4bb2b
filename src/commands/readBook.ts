import { boundedFetch } from '../boundedFetch.ts'
import { openCache } from '../cache.ts'
import { CLOCK, type Clock } from '../clock.ts'
import type { Tools } from '../collect.ts'
import { type Config, loadConfig } from '../config.ts'
import { CHANNELS } from '../deliver/channels.ts'
import { openBudgets } from '../futures/budget.ts'
import { EXCHANGES } from '../futures/exchanges.ts'
import { protocols } from '../lending/protocols.ts'
import type { World } from './world.ts'

/**
 * The configuration of this call, its secrets made known, its warnings told.
 *
 * @param bookPath - As given on the command line; false: the variables alone, whatever book file is there.
 * @throws ConfigError
 */
export async function readBook(bookPath: string | false | undefined, world: World): Promise<Config> {
  const config = await loadConfig({
    env: world.env,
    cwd: world.cwd,
    bookPath: bookPath ?? null,
    exchanges: EXCHANGES,
    protocols,
    channels: CHANNELS,
  })
  world.hide(config.secrets)
  for (const warning of config.warnings) world.err(`${warning}\n`)
  return config
}

/** What a pass may use, out of the process it runs in. */
export function passTools({ cacheDir }: Config, world: World, clock: Clock = CLOCK): Tools {
  return {
    signal: world.signal,
    fetch: boundedFetch(),
    now: world.now,
    cache: openCache(cacheDir, { now: world.now, warn: (sentence) => world.err(`${sentence}\n`) }),
    budgets: openBudgets(clock),
    onBug: (error) => world.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
  }
}

/** What a pass is about to ask, for a progress line: `Reading Ethereum, binance/main`. */
export function readingOf({ book }: Config): string {
  const names = [
    ...book.chains.map(({ endpoint }) => endpoint.title),
    ...book.accounts.map(({ exchange, name }) => `${exchange}/${name}`),
  ]
  return `Reading ${names.join(', ')}`
}

/** What the reader must know before the numbers: that a stand-in answered instead of a venue. */
export function banners({ book }: Config): readonly string[] {
  const names = (accounts: typeof book.accounts): string => accounts.map(({ exchange, name }) => `${exchange}/${name}`).join(', ')
  const sandboxed = book.accounts.filter(({ endpoint }) => endpoint !== null)
  const practising = book.accounts.filter(({ environment }) => environment !== 'live')
  return [
    ...(sandboxed.length === 0 ? [] : [`SANDBOX: ${names(sandboxed)} is a stand-in on this machine, not the exchange.`]),
    ...(practising.length === 0 ? [] : [`PRACTICE: ${names(practising)} holds play money: nothing there stands for anything.`]),
  ]
}
