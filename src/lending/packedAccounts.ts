import type { Hex } from 'viem'

/** One wallet's figures of one reserve; what the lens did not write is 0. */
export type PackedBalance = {
  /** Index into the list of reserves. */
  readonly reserve: number
  readonly supplied: bigint
  readonly variableDebt: bigint
  readonly stableDebt: bigint
  /** The wallet's own balance of the underlying token. */
  readonly own: bigint
  /** The position could not be read. */
  readonly unread: boolean
  /** The wallet's own balance could not. */
  readonly notOwned: boolean
}

/** A wallet as the Aave v3 lens saw it. */
export type PackedAccount = {
  /** Whether the pool told the wallet's configuration and e-mode. */
  readonly known: boolean
  readonly configuration: bigint
  readonly eMode: bigint
  /** null: `getUserAccountData` reverts. The health factor is null without debt. */
  readonly totals: { readonly collateral: bigint; readonly debt: bigint; readonly healthFactor: bigint | null } | null
  readonly native: bigint
  readonly balances: readonly PackedBalance[]
}

/**
 * Unpacks `MarketSight.accounts` of the Aave v3 lens.
 *
 * @param count - How many accounts there must be, to the last byte.
 * @throws RangeError for bytes that the lens does not write.
 * @see AaveV3Lens.sol
 */
export function unpackAccounts(packed: Hex, count: number): readonly PackedAccount[] {
  let next = 2
  const byte = (): number => {
    const value = Number.parseInt(packed.slice(next, next + 2), 16)
    next += 2
    demand(next <= packed.length)
    return value
  }
  const figure = (): bigint => {
    const size = byte()
    demand(size <= 32 && next + 2 * size <= packed.length)
    if (size === 0) return 0n
    const digits = packed.slice(next, next + 2 * size)
    demand(!digits.startsWith('00'))
    next += 2 * size
    return BigInt(`0x${digits}`)
  }
  const balance = (): PackedBalance => {
    const reserve = byte()
    const flags = byte()
    demand(flags < 64 && flags > 0)
    const told = (flag: number): bigint => ((flags & flag) === 0 ? 0n : figure())
    const [supplied, variableDebt, stableDebt, own] = [told(1), told(2), told(4), told(8)] as [bigint, bigint, bigint, bigint]
    return { reserve, supplied, variableDebt, stableDebt, own, unread: (flags & 16) !== 0, notOwned: (flags & 32) !== 0 }
  }
  const totals = (): PackedAccount['totals'] => {
    const [collateral, debt] = [figure(), figure()]
    return { collateral, debt, healthFactor: debt === 0n ? null : figure() }
  }
  const account = (): PackedAccount => {
    const flags = byte()
    demand(flags < 4)
    const [configuration, eMode] = [figure(), figure()]
    const own = (flags & 2) === 0 ? null : totals()
    const native = figure()
    const balances = Array.from({ length: byte() }, balance)
    return { known: (flags & 1) === 1, configuration, eMode, totals: own, native, balances }
  }
  const accounts = Array.from({ length: count }, account)
  demand(next === packed.length)
  return accounts
}

function demand(holds: boolean): asserts holds {
  if (!holds) throw new RangeError('bytes that the lens does not write')
}
