import { AccessError, IncompleteAnswerError, TrackerError, UnsupportedError } from '../../errors.ts'
import { ONE } from '../../risk/decimal.ts'
import { gapOf } from '../../risk/gap.ts'
import type { Cash, Gap } from '../../risk/leg.ts'
import { type Rare, type Reader, type VenueTraits, withReader } from '../ccxtReader.ts'
import type { AccountReading, Examination, Exchange, ExchangeAccount, ExchangeTools } from '../exchange.ts'
import { decimalOrNull, rowOf, rowsOf, textField } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { type Dex, dexOf, HYPERLIQUID } from './markets.ts'
import { readState, type StateReading } from './pools.ts'
import { judgeHyperliquid } from './refusal.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const HOST = 'api.hyperliquid.xyz'
/** An answer older than this is no state of now. */
const STALE_MS = 60_000

const ask = (type: string, weight: number) => ({ host: HOST, method: 'POST', path: '/info', type, weight }) as const

const TRAITS: VenueTraits = {
  name: 'hyperliquid',
  title: HYPERLIQUID,
  ccxtClass: 'hyperliquid',
  // Weights from the docs, "Rate limits and user limits": 1,200 a minute and IP address.
  reads: [
    ask('clearinghouseState', 2),
    ask('spotClearinghouseState', 2),
    ask('metaAndAssetCtxs', 20),
    ask('perpDexs', 20),
    ask('spotMeta', 20),
    ask('subAccounts', 20),
    ask('userAbstraction', 20),
    ask('userRole', 60),
    ask('exchangeStatus', 2),
  ],
  budgets: [{ hosts: [HOST], weight: 1200, windowMs: 60_000, usedHeader: null }],
  hosts: { testnet: { [HOST]: 'api.hyperliquid-testnet.xyz' } },
  clock: {
    call: 'publicPostInfo',
    params: { type: 'exchangeStatus' },
    time: (answer) => timeIn(rowOf(HYPERLIQUID, 'exchangeStatus', answer).fields.time),
  },
  judge: judgeHyperliquid,
}

/** Hyperliquid perpetuals, by address alone. */
export const hyperliquid: Exchange = {
  name: 'hyperliquid',
  title: 'Hyperliquid perpetuals',
  supports: 'cross and isolated on every dex, HIP-3 too, and sub-accounts; unified and portfolio modes are unknown',
  opens: 'address',
  environments: ['testnet'],
  reads: TRAITS.reads,
  liquidation: "computed from raw dollars, positions and margin tables; Hyperliquid's own price beside it",
  rightsProvable: true,
  readAccount,
  forcedCloses: null,
  examine,
}

function readAccount(account: ExchangeAccount, tools: ExchangeTools): Promise<AccountReading> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    const user = addressOf(account)
    const [{ role }, dexes] = await Promise.all([roleOf(reader, user), dexNames(reader)])
    const own = { id: `hyperliquid/${account.name}`, address: user }
    const subs = role === 'user' ? await subAccounts(reader, user, own.id) : []
    const holders = [own, ...subs]
    const states = await Promise.all(holders.flatMap((one) => dexes.map((dex) => settled(reader, one, dex))))
    const refused = await Promise.all(holders.map((one) => refusalOf(reader, one)))
    const markets = await marketsOf(reader, states)
    const unified = refused.flatMap((one) => (one === null ? [] : [one]))
    const isTold = ({ id }: Holder): boolean => !unified.some(({ leg }) => leg === id)
    const told = states.filter(isTold)
    // Where spot and perps are one, what lies there backs positions.
    const spot = await Promise.all(holders.filter(isTold).map((one) => spotCash(reader, one)))
    const parts = [{ accounts: [], cash: [], gaps: unified }, ...told.map((one) => part(one, { markets, reader }))]
    const [accounts, gaps] = [parts.flatMap((one) => one.accounts), parts.flatMap((one) => one.gaps)]
    const cash = [...parts.flatMap((one) => one.cash), ...spot.flatMap((one) => one.cash)]
    const notes = [...spot.flatMap((one) => one.notes), ...(accounts.length === 0 ? reader.source().notes : [])]
    return { accounts, gaps, cash, notes }
  })
}

function addressOf({ credential }: ExchangeAccount): string {
  if (credential.kind === 'address') return credential.address.toLowerCase()
  const hint = 'Give the address of the account; a private key is never needed and never accepted.'
  throw new AccessError(HYPERLIQUID, 'is read by an address, not by a key', hint)
}

const question = (reader: Reader, type: string, more: Readonly<Record<string, string>> = {}): Promise<unknown> =>
  reader.ask('publicPostInfo', { type, ...more })

function timeIn(value: unknown): number | null {
  const time = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return typeof time === 'number' && Number.isSafeInteger(time) && time > 0 ? time : null
}

type Role = { readonly role: 'user' | 'subAccount' | 'vault' }

/** What an address is. Of an agent's every list is empty, and so is that of an address that was never used: neither is an empty account. */
function roleOf(reader: Reader, user: string): Promise<Role> {
  const rare: Rare<Role> = {
    key: reader.key('role', 'own'),
    maxAgeMs: DAY,
    read: async () => {
      const row = rowOf(HYPERLIQUID, 'userRole', await question(reader, 'userRole', { user }))
      const role = textField(row, 'role')
      if (role === 'user' || role === 'subAccount' || role === 'vault') return { role }
      if (role === 'agent') {
        const { user: master } = rowOf(HYPERLIQUID, 'data of userRole', row.fields.data).fields
        const named = typeof master === 'string' && /^0x[0-9a-fA-F]{40}$/.test(master) ? `: ${master}` : ''
        const hint = `An agent wallet only signs for an account. Give the address of the account itself${named}.`
        throw new AccessError(HYPERLIQUID, 'says the address is an agent wallet', hint)
      }
      if (role === 'missing') {
        const hint = 'Check the address: it is that of the account that deposited, on this network.'
        throw new AccessError(HYPERLIQUID, 'has never seen the address', hint)
      }
      throw new UnsupportedError(HYPERLIQUID, 'names a role of the address that hullmark does not know')
    },
    accept: (cached) => {
      const { role } = (cached ?? {}) as { role?: unknown }
      return role === 'user' || role === 'subAccount' || role === 'vault' ? { role } : null
    },
  }
  return reader.rare(rare)
}

/** Why nothing of an account can be told; null: it can. */
async function refusalOf(reader: Reader, { id, address }: Holder): Promise<Gap | null> {
  try {
    await refuseUnified(reader, address)
    return null
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error
    return gapOf(id, error)
  }
}

/** @throws UnsupportedError where spot and perps are one pool: then the states of the dexes mean nothing. */
async function refuseUnified(reader: Reader, user: string): Promise<void> {
  const mode = await question(reader, 'userAbstraction', { user })
  if (mode === 'default' || mode === 'disabled') return
  if (mode === 'unifiedAccount' || mode === 'portfolioMargin' || mode === 'dexAbstraction') {
    throw new UnsupportedError(HYPERLIQUID, `runs this account in ${MODES[mode]}, whose pools it does not tell apart`)
  }
  throw new IncompleteAnswerError(HYPERLIQUID, 'userAbstraction')
}

const MODES = { unifiedAccount: 'unified mode', portfolioMargin: 'portfolio margin mode', dexAbstraction: 'dex abstraction mode' }

/** All dexes: Hyperliquid's own has the empty name. */
function dexNames(reader: Reader): Promise<readonly string[]> {
  const rare: Rare<readonly string[]> = {
    key: reader.key('dexes', 'venue'),
    maxAgeMs: HOUR,
    read: async () => {
      const answer = await question(reader, 'perpDexs')
      if (!Array.isArray(answer) || answer.length === 0) throw new IncompleteAnswerError(HYPERLIQUID, 'perpDexs')
      return answer.map((one: unknown) => (one === null ? '' : textField(rowOf(HYPERLIQUID, 'perpDexs', one), 'name')))
    },
    accept: (cached) => (Array.isArray(cached) && cached.every((name) => typeof name === 'string') ? cached : null),
  }
  return reader.rare(rare)
}

type Holder = { readonly id: string; readonly address: string }

async function subAccounts(reader: Reader, user: string, id: string): Promise<readonly Holder[]> {
  const answer = await question(reader, 'subAccounts', { user })
  if (answer === null) return []
  return rowsOf(HYPERLIQUID, 'subAccounts', answer).map((row) => {
    const address = textField(row, 'subAccountUser').toLowerCase()
    // Its name is foreign text and may repeat; its address may not.
    return { id: `${id}/sub-${address.slice(2, 10)}`, address }
  })
}

type State = Holder & { readonly dex: string; readonly answer: unknown; readonly fault: TrackerError | null }

async function settled(reader: Reader, one: Holder, dex: string): Promise<State> {
  const user = one.address
  try {
    return {
      ...one,
      dex,
      answer: await question(reader, 'clearinghouseState', dex === '' ? { user } : { user, dex }),
      fault: null,
    }
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error
    return { ...one, dex, answer: null, fault: error }
  }
}

type Listed = { readonly dex: Dex; readonly settle: string }

/** The markets of each dex where something is held. */
async function marketsOf(reader: Reader, states: readonly State[]): Promise<ReadonlyMap<string, Listed | TrackerError>> {
  const needed = new Set(states.filter(({ answer }) => answer !== null && holds(answer)).map(({ dex }) => dex))
  return new Map(
    await Promise.all(
      [...needed].map(async (name): Promise<[string, Listed | TrackerError]> => {
        try {
          const dex = dexOf(name, await question(reader, 'metaAndAssetCtxs', name === '' ? {} : { dex: name }))
          return [name, { dex, settle: dex.collateral === 0 ? 'USDC' : await tokenName(reader, dex.collateral) }]
        } catch (error) {
          if (error instanceof TrackerError) return [name, error]
          throw error
        }
      }),
    ),
  )
}

/** Whether anything stands in a state, or it cannot be told. */
function holds(answer: unknown): boolean {
  const state = (answer ?? {}) as { assetPositions?: unknown; marginSummary?: { accountValue?: unknown } | null }
  const nothing = Array.isArray(state.assetPositions) && state.assetPositions.length === 0
  const value = state.marginSummary?.accountValue
  return !(nothing && typeof value === 'string' && /^0(\.0+)?$/.test(value))
}

function tokenName(reader: Reader, index: number): Promise<string> {
  const rare: Rare<Readonly<Record<string, string>>> = {
    key: reader.key('tokens', 'venue'),
    maxAgeMs: DAY,
    read: async () => {
      const rows = rowsOf(HYPERLIQUID, 'tokens', rowOf(HYPERLIQUID, 'spotMeta', await question(reader, 'spotMeta')).fields.tokens)
      return Object.fromEntries(rows.map((row) => [String(row.fields.index), textField(row, 'name')]))
    },
    accept: (cached) =>
      typeof cached === 'object' && cached !== null && Object.values(cached).every((name) => typeof name === 'string')
        ? (cached as Record<string, string>)
        : null,
  }
  return reader.rare(rare).then((names) => {
    const name = names[String(index)]
    if (name === undefined) throw new IncompleteAnswerError(HYPERLIQUID, `token ${index} of spotMeta`)
    return name
  })
}

type Around = { readonly markets: ReadonlyMap<string, Listed | TrackerError>; readonly reader: Reader }

function part({ id, dex: name, answer, fault }: State, { markets, reader }: Around): StateReading {
  const place = name === '' ? id : `${id}/${name}`
  try {
    if (fault !== null) throw fault
    const time = timeIn(rowOf(HYPERLIQUID, 'clearinghouseState', answer).fields.time)
    if (time === null) throw new IncompleteAnswerError(HYPERLIQUID, 'time of clearinghouseState')
    const source = { ...reader.source(), venueTime: time }
    const now = source.readAt - reader.offsetMs()
    if (Math.abs(now - time) > STALE_MS) {
      const what = `gave a state that is ${Math.round(Math.abs(now - time) / 1000)} s off its own clock`
      throw new IncompleteAnswerError(HYPERLIQUID, 'clearinghouseState', { what })
    }
    const listed = markets.get(name)
    if (listed === undefined) return { accounts: [], cash: [], gaps: [] }
    if (listed instanceof TrackerError) throw listed
    return readState({ account: id, state: answer, ...listed, source })
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error
    return { accounts: [], cash: [], gaps: [gapOf(place, error)] }
  }
}

/** Stablecoins of the spot wallet. They back nothing in this mode: failing to read them is said, and hides no leg. */
async function spotCash(
  reader: Reader,
  { id, address }: Holder,
): Promise<{ readonly cash: readonly Cash[]; readonly notes: readonly string[] }> {
  try {
    const state = rowOf(
      HYPERLIQUID,
      'spotClearinghouseState',
      await question(reader, 'spotClearinghouseState', { user: address }),
    )
    const cash = rowsOf(HYPERLIQUID, 'balances', state.fields.balances).flatMap((row): Cash[] => {
      const coin = textField(row, 'coin')
      const [total, hold] = [decimalOrNull(row, 'total'), decimalOrNull(row, 'hold')]
      const free = total === null || hold === null ? null : total.minus(hold)
      // Anybody may list a token of any name; these of the list are named by the venue's own order of tokens.
      if (coin !== 'USDC' || Number(row.fields.token) !== 0 || !isStable(coin) || !free?.gt(0)) return []
      const place = `${id} spot`
      const asset = { key: `hyperliquid/${coin}`, symbol: coin, factor: `USD:${coin}`, basis: null }
      return [{ id: `${place} ${coin}`, place, asset, amount: free, price: ONE }]
    })
    return { cash, notes: [] }
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error
    return { cash: [], notes: [`${HYPERLIQUID}: the spot wallet was not read: ${error.message}`] }
  }
}

function examine(account: ExchangeAccount, tools: ExchangeTools): Promise<Examination> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    await reader.measureClock()
    const user = addressOf(account)
    const [{ role }, , dexes] = await Promise.all([roleOf(reader, user), refuseUnified(reader, user), dexNames(reader)])
    return {
      // An address opens nothing: whoever has it can look, and nothing else.
      rights: { read: true, trade: false, withdraw: false, ipRestricted: null, expiresAt: null },
      clockOffsetMs: reader.offsetMs(),
      facts: [`the address is that of a ${role === 'subAccount' ? 'sub-account' : role}`, `${dexes.length} dexes are read`],
    }
  })
}
