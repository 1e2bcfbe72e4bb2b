import type { Hex } from 'viem'
import { unpackAccounts } from '../../src/lending/packedAccounts.ts'

/** A wallet's figures as the lens works with them, before it packs them. */
export type RawAccount = {
  readonly ok: boolean
  readonly totalsOk: boolean
  readonly configuration: bigint
  readonly eMode: bigint
  readonly totalCollateral: bigint
  readonly totalDebt: bigint
  readonly healthFactor: bigint
  readonly native: bigint
  readonly balances: readonly RawBalance[]
}

export type RawBalance = {
  readonly reserve: bigint
  readonly supplied: bigint
  readonly variableDebt: bigint
  readonly stableDebt: bigint
  readonly own: bigint
  /** Bit 0: the position could not be read. Bit 1: `own` could not. */
  readonly failed: bigint
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0')

/** A length, then as many bytes. */
function figure(value: bigint): string {
  const digits = value === 0n ? '' : value.toString(16)
  const whole = digits.padStart(digits.length + (digits.length % 2), '0')
  return hex(whole.length / 2) + whole
}

/** Written from what AaveV3Lens.sol says of `MarketSight.accounts`. */
export function packAccounts(accounts: readonly RawAccount[]): Hex {
  const all = accounts.map((account) => {
    const debt = account.totalDebt === 0n ? '' : figure(account.healthFactor)
    const totals = account.totalsOk ? figure(account.totalCollateral) + figure(account.totalDebt) + debt : ''
    const balances = account.balances.map((one) => {
      const figures = [one.supplied, one.variableDebt, one.stableDebt, one.own]
      const told = figures.reduce((flags, value, i) => (value === 0n ? flags : flags | (1 << i)), Number(one.failed) << 4)
      const shown = figures.filter((value) => value !== 0n).map(figure)
      // A reserve of which the wallet has nothing is not told of.
      return told === 0 ? null : hex(Number(one.reserve)) + hex(told) + shown.join('')
    })
    const some = balances.filter((one) => one !== null)
    const head = hex(Number(account.ok) | (Number(account.totalsOk) << 1)) + figure(account.configuration) + figure(account.eMode)
    return head + totals + figure(account.native) + hex(some.length) + some.join('')
  })
  return `0x${all.join('')}`
}

/** The way back. */
export function rawAccounts(packed: Hex, count: number): readonly RawAccount[] {
  return unpackAccounts(packed, count).map(({ known, configuration, eMode, totals, native, balances }) => ({
    ok: known,
    totalsOk: totals !== null,
    ...{ configuration, eMode, native },
    totalCollateral: totals?.collateral ?? 0n,
    totalDebt: totals?.debt ?? 0n,
    healthFactor: totals?.healthFactor ?? (totals === null ? 0n : 2n ** 256n - 1n),
    balances: balances.map(({ reserve, supplied, variableDebt, stableDebt, own, unread, notOwned }) => ({
      ...{ reserve: BigInt(reserve), supplied, variableDebt, stableDebt, own },
      failed: BigInt(Number(unread) | (Number(notOwned) << 1)),
    })),
  }))
}
