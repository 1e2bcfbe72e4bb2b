import { AccessError, IncompleteAnswerError, TrackerError, UnsupportedError } from '../../errors.ts'
import { gapOf } from '../../risk/gap.ts'
import type { Gap } from '../../risk/leg.ts'
import type { Rare, Reader } from '../ccxtReader.ts'
import { rowOf, rowsOf, textField } from '../row.ts'
import { HYPERLIQUID } from './markets.ts'
import { question } from './question.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Somebody who holds positions: the address of the user, or of a sub-account. */
export type Holder = { readonly id: string; readonly address: string }

/** The sub-accounts of a user. */
export async function subAccounts(reader: Reader, user: string, id: string): Promise<readonly Holder[]> {
  const answer = await question(reader, 'subAccounts', { user })
  if (answer === null) return []
  return rowsOf(HYPERLIQUID, 'subAccounts', answer).map((row) => {
    const address = textField(row, 'subAccountUser').toLowerCase()
    // Its name is foreign text and may repeat; its address may not.
    return { id: `${id}/sub-${address.slice(2, 10)}`, address }
  })
}

export type Role = { readonly role: 'user' | 'subAccount' | 'vault' }

/** What an address is. Of an agent's every list is empty, and so is that of an address that was never used: neither is an empty account. */
export function roleOf(reader: Reader, user: string): Promise<Role> {
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
export async function refusalOf(reader: Reader, { id, address }: Holder): Promise<Gap | null> {
  try {
    await refuseUnified(reader, address)
    return null
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error
    return gapOf(id, error)
  }
}

/** @throws UnsupportedError where spot and perps are one pool: then the states of the dexes mean nothing. */
export async function refuseUnified(reader: Reader, user: string): Promise<void> {
  const mode = await question(reader, 'userAbstraction', { user })
  if (mode === 'default' || mode === 'disabled') return
  if (mode === 'unifiedAccount' || mode === 'portfolioMargin' || mode === 'dexAbstraction') {
    throw new UnsupportedError(HYPERLIQUID, `runs this account in ${MODES[mode]}, whose pools it does not tell apart`)
  }
  throw new IncompleteAnswerError(HYPERLIQUID, 'userAbstraction')
}

const MODES = { unifiedAccount: 'unified mode', portfolioMargin: 'portfolio margin mode', dexAbstraction: 'dex abstraction mode' }

/** All dexes: Hyperliquid's own has the empty name. */
export function dexNames(reader: Reader): Promise<readonly string[]> {
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
