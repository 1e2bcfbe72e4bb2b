import { createHash } from 'node:crypto'
import { boundedFetch } from '../boundedFetch.ts'
import { CLOCK, type Clock } from '../clock.ts'
import { collect } from '../collect.ts'
import type { Config } from '../config.ts'
import type { Message } from '../deliver/channel.ts'
import { deliverAll } from '../deliver/deliver.ts'
import { pinger } from '../deliver/pings.ts'
import { nextReport } from '../schedule.ts'
import { patientStore } from '../watch/patientStore.ts'
import { NO_PULSE } from '../watch/pulse.ts'
import { openStation } from '../watch/station.ts'
import type { OnOutcome } from '../watch/teller.ts'
import { openHistory } from './openHistory.ts'
import { banners, passTools } from './readBook.ts'
import type { World } from './world.ts'

/** How long an alarm may wait for a disk. */
const PATIENCE_MS = 3_000

/** Beyond its reading a turn assesses, stores and tells. */
const BESIDE_READING_MS = 15_000

/** The longest that one turn of a book may take, milliseconds. */
export function turnMsOf({ book, watch }: Config): number {
  return Math.max(watch.schedule.lookMs, book.passMs + BESIDE_READING_MS)
}

/** What a station is told of besides its book and world. */
export type StationAround = {
  /** One line for the log. */
  readonly log?: (line: string) => void
  readonly clock?: Clock
  /** Whether reports come at their times. Default: where the book file says when. */
  readonly scheduled?: boolean
}

/** The station of a book with everything it needs: its venues, its history, its channels and its dead-man's switch. */
export function stationOf(config: Config, world: World, { log = () => undefined, clock = CLOCK, scheduled }: StationAround = {}) {
  const { book, watch } = config
  const timed = scheduled ?? watch.scheduled
  const tools = passTools(config, world, clock)
  const { onBug } = tools
  const store = patientStore(() => openHistory(config, world), { clock, patienceMs: PATIENCE_MS, onBug })
  const sendTools = { fetch: boundedFetch({ venue: 'The receiver' }), now: clock.now }
  const station = openStation(
    {
      ...{ name: book.name, policy: book.policy, means: book.means, alerts: watch.alerts, channels: watch.channels },
      chains: book.chains.map(({ endpoint }) => endpoint.title),
      places: placesOf(config),
      ...{ aliases: watch.aliases, banners: banners(config), keepMs: watch.keepMs, lookMs: watch.schedule.lookMs },
      ...(timed ? { nextReportAfter: (time: number) => nextReport(watch.schedule, time) } : {}),
    },
    {
      clock,
      collect: (signal) => collect(book, { ...tools, signal }),
      store,
      deliver: (messages, signal, onOutcome) => {
        // What a venue said may hold what it was asked with.
        const clean = new Map(messages.map((one) => [{ ...one, message: scrubbed(one.message, world.scrub) }, one]))
        const onClean: OnOutcome = (one, outcome) => onOutcome(clean.get(one) ?? one, outcome)
        return deliverAll([...clean.keys()], { ...sendTools, signal, onOutcome: onClean, onBug })
      },
      pulse: watch.ping === null ? NO_PULSE : pinger(watch.ping, { ...sendTools, scrub: world.scrub, log }),
      log,
      onBug,
    },
  )
  return { station, close: store.close }
}

/** Wallets by their fingerprints. Not keys: one that is renewed is not another account. */
function placesOf({ book }: Config): string[] {
  const wallets = book.chains.flatMap(({ endpoint, wallets }) => wallets.map((wallet) => `${endpoint.chainId}/${wallet}`))
  return wallets.map((wallet) => createHash('sha256').update(wallet.toLowerCase()).digest('hex').slice(0, 16))
}

function scrubbed(message: Message, scrub: World['scrub']): Message {
  const { id, title, text, json } = message
  return { ...message, id: scrub(id), title: scrub(title), text: scrub(text), json: json === null ? null : scrub(json) }
}
