import { type Decimal, dec } from '../risk/decimal.ts'
import type { Cash, Gap } from '../risk/leg.ts'
import type { Dispute, LendingPosition } from '../risk/lendingPosition.ts'
import { loanHealth } from '../risk/loanHealth.ts'
import type { ChainReading, OwnedAccount } from './protocol.ts'
import type { Testimony } from './testimony.ts'

/**
 * Holds what several nodes say of one block against each other. What two operators say is believed, and is `confirmed`; what each tells
 * differently is a dispute, of which the less healthy version counts. What one alone was able to tell is taken, and stays its word alone.
 *
 * @param told - At least one, all of the same block, each by another operator. The first one's notes are kept.
 * @see RELIABILITY rule 1
 */
export function concord(told: readonly Testimony[]): ChainReading {
  const [first] = told as [Testimony]
  const notes: string[] = [...first.reading.notes]
  const positions: LendingPosition[] = []
  const disputes: Dispute[] = []
  const ids = new Set(told.flatMap(({ reading }) => reading.positions.map(({ id }) => id)))
  for (const id of ids) {
    const versions = versionsOf(id, told)
    const [most, next] = versions.toSorted((a, b) => b.by.length - a.by.length) as [Version, Version?]
    const [by] = most.by as [string]
    if (next === undefined || most.by.length > next.by.length) {
      const others = versions.filter((one) => one !== most).flatMap((one) => one.by)
      if (others.length > 0)
        notes.push(`${id}: ${listed(others)} ${others.length === 1 ? 'says' : 'say'} otherwise than ${listed(most.by)}`)
      if (most.said !== null) positions.push(witnessed(most.said, most.by))
      continue
    }
    const [worst, ...better] = versions.toSorted((a, b) => compareHealth(a.said, b.said)) as [Version, ...Version[]]
    // A version without a loan has no health, so the first one has a loan.
    positions.push(witnessed(worst.said as LendingPosition, worst.by))
    disputes.push(...better.map((other) => ({ leg: id, by: other.by[0] ?? by, said: other.said })))
  }
  const gaps = gapsOf(told)
  const whole = told.every(({ reading }) => reading.gaps.length === gaps.length)
  const owned = allOwned(told.map(({ reading }) => reading))
  // An account that one of them alone names is read all the same: a loan may be there.
  const sameOwned = owned.every(({ agreed }) => agreed)
  if (!sameOwned) notes.push(`${listed(told.map(({ by }) => by.operator))} differ in which accounts the wallets own`)
  return {
    positions,
    cash: cashOf(told, notes),
    gaps,
    notes,
    disputes,
    owned,
    kinds: first.reading.kinds,
    confirmed:
      told.length > 1 && whole && sameOwned && disputes.length === 0 && positions.every(({ source }) => source.confirmed),
  }
}

/** Below this share one reading is no worse than another: interest of a few blocks. */
const NO_WORSE = dec('0.001')

/**
 * The worse of two readings of different blocks, leg by leg: one witness is enough for what is worse. Where neither is worse, what two
 * operators confirmed counts, though it may be some blocks older.
 */
export function worseOfBlocks(newer: ChainReading, older: ChainReading): ChainReading {
  const ids = new Set([...newer.positions, ...older.positions].map(({ id }) => id))
  const picked = [...ids].flatMap((id): { readonly position: LendingPosition; readonly from: ChainReading }[] => {
    const [a, b] = [newer, older].map((from) => from.positions.find((one) => one.id === id))
    if (a === undefined || b === undefined) {
      const only = a ?? b
      return only === undefined ? [] : [{ position: alone(only), from: a === undefined ? older : newer }]
    }
    const older_ = { position: b, from: older }
    const newer_ = { position: a, from: newer }
    if (isWorse(b, a)) return [older_]
    return [isWorse(a, b) || a.source.confirmed || !b.source.confirmed ? newer_ : older_]
  })
  const positions = picked.map(({ position }) => position)
  const cash = lesser([newer.cash, older.cash], [])
  return {
    positions,
    cash,
    gaps: gapsOfBlocks(newer, older, ids),
    notes: [...new Set([...newer.notes, ...older.notes])],
    owned: allOwned([newer, older]),
    kinds: newer.kinds,
    disputes: picked.flatMap(({ position, from }) => from.disputes.filter(({ leg }) => leg === position.id)),
    confirmed: ids.size > 0 ? positions.every(({ source }) => source.confirmed) : older.confirmed || newer.confirmed,
  }
}

/** What any of them names, each account of an owner once. */
function allOwned(readings: readonly Pick<ChainReading, 'owned'>[]): readonly OwnedAccount[] {
  const named = readings.map(({ owned }) => new Map(owned.map((one) => [`${one.owner} ${one.account}`.toLowerCase(), one])))
  return [...new Map(named.flatMap((each) => [...each]))].map(([key, one]) => ({
    ...one,
    agreed: named.every((each) => each.get(key)?.agreed === true),
  }))
}

/** What neither could read, or what one could not and the other knows nothing of. */
function gapsOfBlocks(newer: ChainReading, older: ChainReading, ids: ReadonlySet<string>): readonly Gap[] {
  const both = (leg: string): boolean => [newer, older].every(({ gaps }) => gaps.some((gap) => gap.leg === leg))
  const all = new Map([...older.gaps, ...newer.gaps].map((gap) => [`${gap.leg} ${gap.reason}`, gap]))
  return [...all.values()].filter(({ leg }) => both(leg) || !ids.has(leg))
}

/** One thing that is said of a leg, and by whom; `said` null: that there is none. */
type Version = { readonly said: LendingPosition | null; readonly by: readonly string[] }

/** What is said of a leg. A node that could not read it says nothing of it. */
function versionsOf(id: string, told: readonly Testimony[]): readonly Version[] {
  const venue = told.flatMap(({ reading }) => reading.positions.filter((one) => one.id === id))[0]?.venue
  const versions = new Map<string, { said: LendingPosition | null; by: string[] }>()
  for (const { by, reading } of told) {
    const said = reading.positions.find((one) => one.id === id) ?? null
    if (said === null && reading.gaps.some(({ leg }) => leg === id || leg === venue)) continue
    const text = said === null ? 'none' : textOf(said)
    const version = versions.get(text) ?? { said, by: [] }
    version.by.push(by.operator)
    versions.set(text, version)
  }
  return [...versions.values()]
}

/** All that decides a leg, as text: not who told it, and when, nor what its rates would be at another use of the market. */
function textOf({ source: _, ...position }: LendingPosition): string {
  return JSON.stringify(position, (key, value: unknown) =>
    key === 'curve' || key === 'utilization' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
  )
}

function witnessed(position: LendingPosition, by: readonly string[]): LendingPosition {
  return { ...position, source: { ...position.source, operators: by, confirmed: by.length > 1 } }
}

function alone(position: LendingPosition): LendingPosition {
  return { ...position, source: { ...position.source, confirmed: false } }
}

/** null: nothing is owed, or there is no loan. */
function healthOf(position: LendingPosition | null): Decimal | null {
  return position === null ? null : loanHealth(position)
}

function compareHealth(a: LendingPosition | null, b: LendingPosition | null): number {
  const [x, y] = [healthOf(a), healthOf(b)]
  if (x === null || y === null) return x === null && y === null ? Number(a === null) - Number(b === null) : x === null ? 1 : -1
  return x.cmp(y)
}

/** Whether a reading is worse than another by more than a few blocks of interest. */
function isWorse(a: LendingPosition, b: LendingPosition): boolean {
  const [x, y] = [healthOf(a), healthOf(b)]
  if (x === null || y === null) return x !== null
  return x.lt(y.minus(y.times(NO_WORSE)))
}

/** The cash that every node saw; of different amounts the smallest. */
function cashOf(told: readonly Testimony[], notes: string[]): readonly Cash[] {
  return lesser(
    told.map(({ reading }) => reading.cash),
    notes,
  )
}

function lesser(all: readonly (readonly Cash[])[], notes: string[]): readonly Cash[] {
  const ids = new Set(all.flatMap((one) => one.map(({ id }) => id)))
  const kept: Cash[] = []
  let apart = false
  for (const id of ids) {
    const each = all.map((cash) => cash.find((one) => one.id === id))
    const [first, ...others] = each
    const same = others.every((one) => one !== undefined && first !== undefined && one.amount.eq(first.amount))
    if (!same) apart = true
    if (each.every((one) => one !== undefined))
      kept.push(each.reduce((least, one) => (one.amount.lt(least.amount) ? one : least)))
  }
  if (apart) notes.push('the nodes differ in what the wallet holds; only what each of them sees is counted as cash')
  return kept
}

/** What nobody could read: where one node read it, it is read. */
function gapsOf(told: readonly Testimony[]): readonly Gap[] {
  const all = new Map(told.flatMap(({ reading }) => reading.gaps).map((gap) => [`${gap.leg} ${gap.reason}`, gap]))
  return [...all.values()].filter(({ leg }) => told.every(({ reading }) => reading.gaps.some((gap) => gap.leg === leg)))
}

function listed(names: readonly string[]): string {
  return names.join(' and ')
}
