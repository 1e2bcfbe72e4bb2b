import { AccessError, IncompleteAnswerError, TrackerError } from '../../errors.ts'
import { ONE } from '../../risk/decimal.ts'
import { gapOf } from '../../risk/gap.ts'
import type { Cash } from '../../risk/leg.ts'
import { type Rare, type Reader, type VenueTraits, withReader } from '../ccxtReader.ts'
import type { AccountReading, Examination, Exchange, ExchangeAccount, ExchangeTools } from '../exchange.ts'
import { decimalOrNull, rowOf, rowsOf, textField } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { readForcedCloses, withCircumstances } from './circumstances.ts'
import { dexNames, type Holder, refusalOf, refuseUnified, roleOf, subAccounts } from './holders.ts'
import { type Dex, dexOf, HYPERLIQUID } from './markets.ts'
import { readState, type StateReading } from './pools.ts'
import { question } from './question.ts'
import { judgeHyperliquid } from './refusal.ts'
import { timeIn } from './timeIn.ts'

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
    // And more by the rows of the answer.
    ask('frontendOpenOrders', 20),
    ask('userFunding', 20),
    ask('userFillsByTime', 20),
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
  forcedCloses: (account, tools, since) =>
    withReader(TRAITS, { account, tools }, async (reader) => {
      const holders = await holdersOf(reader, account)
      const closes = await Promise.all(holders.map((one) => readForcedCloses(reader, one, since - reader.offsetMs())))
      return closes.flat()
    }),
  examine,
}

function readAccount(account: ExchangeAccount, tools: ExchangeTools): Promise<AccountReading> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    const [holders, dexes] = await Promise.all([holdersOf(reader, account), dexNames(reader)])
    const states = await Promise.all(holders.flatMap((one) => dexes.map((dex) => settled(reader, one, dex))))
    const refused = await Promise.all(holders.map((one) => refusalOf(reader, one)))
    const markets = await marketsOf(reader, states)
    const unified = refused.flatMap((one) => (one === null ? [] : [one]))
    const isTold = ({ id }: Holder): boolean => !unified.some(({ leg }) => leg === id)
    const told = states.filter(isTold)
    // Where spot and perps are one, what lies there backs positions.
    const spot = await Promise.all(holders.filter(isTold).map((one) => spotCash(reader, one)))
    const readings = told.map((one) => ({ ...one, ...part(one, { markets, reader }) }))
    const around = await Promise.all(
      readings.map(({ id, address, dex, accounts }) => withCircumstances(reader, { holder: { id, address }, dex, accounts })),
    )
    const accounts = around.flatMap((one) => one.accounts)
    const gaps = [...unified, ...readings.flatMap((one) => one.gaps)]
    const cash = [...readings.flatMap((one) => one.cash), ...spot.flatMap((one) => one.cash)]
    const said = [...new Set(around.flatMap((one) => one.notes)), ...spot.flatMap((one) => one.notes)]
    const notes = [...said, ...(accounts.length === 0 ? reader.source().notes : [])]
    return { accounts, gaps, cash, notes }
  })
}

/** The account's own address, and those under it. */
async function holdersOf(reader: Reader, account: ExchangeAccount): Promise<readonly Holder[]> {
  const user = addressOf(account)
  const own = { id: `hyperliquid/${account.name}`, address: user }
  const { role } = await roleOf(reader, user)
  return [own, ...(role === 'user' ? await subAccounts(reader, user, own.id) : [])]
}

function addressOf({ credential }: ExchangeAccount): string {
  if (credential.kind === 'address') return credential.address.toLowerCase()
  const hint = 'Give the address of the account; a private key is never needed and never accepted.'
  throw new AccessError(HYPERLIQUID, 'is read by an address, not by a key', hint)
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
