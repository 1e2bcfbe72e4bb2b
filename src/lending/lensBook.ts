import type { Address } from 'viem'
import { TrackerError } from '../errors.ts'
import type { LensSight } from './lensCall.ts'
import type { MarketAsk } from './lensNode.ts'
import { pieceOf } from './lensPieces.ts'
import { shortAddress } from './plainSymbol.ts'
import type { LensAnswer, Market } from './protocol.ts'

/** Markets with the wallets that were read of each. */
export type Job = { readonly markets: readonly Market[]; readonly wallets: readonly Address[] }
/** A job as the lens answered it, one answer for each market. */
export type Done = { readonly job: Job; readonly answers: readonly LensAnswer[] }

/** Calls under way at once: a public node is everybody's, and counts them. */
export const AT_ONCE = 3
const TOO_MUCH = 'needs more gas or room than the node allows for one call'

/**
 * A lens tells of as many wallets as the gas is enough for, so a call that asks for more than that wastes nothing, and one that asks for
 * less does. Only the last calls ask for what they are sure to get.
 */
const OVERASK = 2
const SURE = 0.95

/** What of a market is still to be read. */
type Rest = {
  readonly market: Market
  readonly all: number
  left: readonly Address[]
  /** How many wallets a call was enough for; null as long as none has shown it. */
  fits: number | null
  /** How many the node lets us ask for; null as long as it refused none. */
  limit: number | null
  /** Whether any wallet was read. */
  told: boolean
}
/** What came of a call. */
export type Outcome = LensSight | 'too-much' | 'moved' | TrackerError | 'not-asked'

/** What was read of what was asked for, and what is left: who is asked for next, and how many at a time, follows from it. */
export type LensBook = {
  readonly rests: ReadonlyMap<Market, Rest>
  readonly done: Done[]
  /** Whether the node refused several markets in one call. */
  apart: boolean
}

/** Nothing is read yet. */
export function lensBook(asks: readonly MarketAsk[]): LensBook {
  const rests = asks.map(({ market, wallets }): readonly [Market, Rest] => [
    market,
    { market, all: wallets.length, left: wallets, fits: null, limit: null, told: false },
  ])
  return { rests: new Map(rests), done: [], apart: false }
}

function open({ rests }: LensBook): readonly Rest[] {
  return [...rests.values()].filter(({ left }) => left.length > 0)
}

/** The next round: parts of the markets of which a size is known, and everything else in one call. */
export function planned(book: LensBook): readonly (readonly MarketAsk[])[] {
  const rests = open(book)
  const unknown = rests
    .filter(({ fits, limit }) => (fits ?? limit) === null)
    .map(({ market, left }) => ({ market, wallets: left }))
  const parts = rests.flatMap((rest) => partsOf(rest).map((wallets) => [{ market: rest.market, wallets }]))
  const together = book.apart ? unknown.map((ask) => [ask]) : unknown.length === 0 ? [] : [unknown]
  return [...together, ...parts].slice(0, AT_ONCE)
}

/** The next parts of a market: all that is left in equal ones where a round can do that, else as much as the calls may ask for. */
function partsOf({ market, left, fits, limit, told: some }: Rest): readonly (readonly Address[])[] {
  if (fits === null && limit === null) return []
  // As long as the node has refused everything, one call finds out what it takes as well as several.
  if (!some) return [left.slice(0, limit ?? left.length)]
  const most = limit ?? Number.POSITIVE_INFINITY
  const can = fits ?? most
  const early = fits !== null && pieceOf(market).told !== undefined
  const count = Math.ceil(left.length / Math.max(1, Math.min(early ? SURE * can : can, most)))
  if (count <= AT_ONCE) return inParts(left, count)
  const asked = Math.min(early ? OVERASK * can : can, most)
  return inParts(left.slice(0, AT_ONCE * asked), Math.min(AT_ONCE, Math.ceil(left.length / asked)))
}

/** Writes down what came of a call. */
export function take(book: LensBook, asks: readonly MarketAsk[], outcome: Outcome): void {
  if (outcome === 'moved' || outcome === 'not-asked') return
  if (outcome instanceof TrackerError) {
    for (const ask of asks) unread(book, ask, reasonOf(outcome))
    return
  }
  if (outcome === 'too-much') {
    // Markets first: one that is too much must not cost the others their wallets.
    if (asks.length > 1) book.apart = true
    else for (const ask of asks) halve(book, ask)
    return
  }
  const told = asks.map(({ market, wallets }, i) => toldOf(market, wallets, outcome.answers[i]))
  file(book, told)
  // Only the first ask of a call had all of its gas: what the others could not do says nothing of their size.
  const [ask, first] = [asks[0], told[0]]
  if (ask === undefined || first === undefined || first.wallets.length === ask.wallets.length) return
  if (first.wallets.length === 0) halve(book, ask)
  else restOf(book, ask).fits = first.wallets.length
}

type Told = MarketAsk & { readonly answer: LensAnswer }

/** The wallets that an answer tells of. */
function toldOf(market: Market, wallets: readonly Address[], answer: LensAnswer | undefined): Told {
  if (answer === undefined || (!answer.ok && answer.tooMuch)) return { market, wallets: [], answer: unreadFor(TOO_MUCH) }
  if (!answer.ok) return { market, wallets, answer }
  const { told } = pieceOf(market)
  return { market, wallets: wallets.slice(0, told?.(answer.bytes, wallets.length) ?? wallets.length), answer }
}

/** Files answers, those with the same wallets together, as they were asked for. */
function file(book: LensBook, told: readonly Told[]): void {
  const jobs = new Map<string, Told[]>()
  for (const one of told) {
    if (one.wallets.length === 0) continue
    const rest = restOf(book, one)
    const gone = new Set(one.wallets)
    rest.left = rest.left.filter((wallet) => !gone.has(wallet))
    rest.told ||= one.answer.ok
    const key = one.wallets.join()
    jobs.set(key, [...(jobs.get(key) ?? []), one])
  }
  for (const same of jobs.values()) {
    const wallets = (same[0] as Told).wallets
    book.done.push({ job: { markets: same.map(({ market }) => market), wallets }, answers: same.map(({ answer }) => answer) })
  }
}

/** Too much for a call of its own: the next one is half as large. */
function halve(book: LensBook, ask: MarketAsk): void {
  const rest = restOf(book, ask)
  const half = Math.floor(ask.wallets.length / 2)
  if (half > 0) {
    rest.limit = Math.min(half, rest.limit ?? half)
    return
  }
  // One wallet alone is too much. Where others were read it is this one's doing, else the market's.
  unread(book, rest.told ? ask : { market: ask.market, wallets: rest.left }, TOO_MUCH)
  if (rest.told) rest.limit = null
}

/** Files all that is left as not read. */
export function giveUp(book: LensBook, fault: TrackerError | null): void {
  for (const { market, left } of open(book)) unread(book, { market, wallets: left }, fault === null ? TOO_MUCH : reasonOf(fault))
}

/** Files wallets as not read: by name, unless it is all of them. */
function unread(book: LensBook, ask: MarketAsk, reason: string): void {
  const { all } = restOf(book, ask)
  const names = ask.wallets.length === all ? '' : ` (${ask.wallets.length} of ${all} wallets: ${listed(ask.wallets)})`
  file(book, [{ ...ask, answer: unreadFor(`${reason}${names}`) }])
}

function unreadFor(reason: string): LensAnswer {
  return { ok: false, reason, tooMuch: true }
}

function reasonOf({ message }: TrackerError): string {
  return `was not read to the end: ${message.replace(/\.$/, '')}`
}

function listed(wallets: readonly Address[]): string {
  const names = wallets.slice(0, 3).map(shortAddress)
  return wallets.length > 3 ? `${names.join(', ')} and ${wallets.length - 3} more` : names.join(', ')
}

function restOf({ rests }: LensBook, { market }: MarketAsk): Rest {
  return rests.get(market) as Rest
}

/** As equal as can be: no part is more than one longer than another. */
function inParts<T>(all: readonly T[], count: number): readonly (readonly T[])[] {
  return Array.from({ length: count }, (_, i) =>
    all.slice(Math.floor((i * all.length) / count), Math.floor(((i + 1) * all.length) / count)),
  )
}

/** Whether anything is left. */
export function isOpen(book: LensBook): boolean {
  return open(book).length > 0
}
