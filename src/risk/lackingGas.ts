import { NATIVE } from './asset.ts'
import { exchangeOf } from './exchangeOf.ts'
import { loanOfSupply } from './idleSupplies.ts'
import type { Cash, Leg } from './leg.ts'

/** Cash in a wallet is called `cash/<wallet>/eip155:<chain>/<token>`. */
const IN_WALLET = /^cash\/(0x[0-9a-f]{40})\/eip155:(\d+)\/(0x[0-9a-f]{40})$/
const ON_CHAIN = /^eip155:(\d+)\//

/**
 * Tells of a move whether the wallet that has to send its transaction holds none of its chain's own coin. A wallet that others pay for,
 * as a Safe, needs none: so it is said, and rules nothing out. null: nobody on a chain sends it, or it is not known who.
 *
 * @param supplies - What would be withdrawn first, by the wallet of its loan.
 */
export function lackingGas(book: {
  readonly legs: readonly Leg[]
  readonly cash: readonly Cash[]
  readonly supplies: readonly Cash[]
}): (from: string, to: string) => boolean | null {
  const { legs, cash, supplies } = book
  const paying = new Set(
    cash.flatMap(({ id, amount }) => {
      const [, wallet, chain, token] = IN_WALLET.exec(id) ?? []
      return token === NATIVE && amount.gt(0) ? [`${wallet} ${chain}`] : []
    }),
  )
  /** Who sends; null: nobody on a chain has to, or it is not known who. */
  const sender = (from: string, to: string): string | null => {
    const [, wallet, chain] = IN_WALLET.exec(from) ?? []
    if (wallet !== undefined) return `${wallet} ${chain}`
    const supply = supplies.find(({ id }) => id === from)
    const leg = supply === undefined ? legs.find(({ id }) => id === to) : loanOfSupply(from, legs)
    if (leg?.kind !== 'lending') return null
    const money = supply ?? cash.find(({ id }) => id === from)
    if (supply === undefined && money !== undefined && exchangeOf(money) === null) return null
    const own = leg.source.block?.chainId ?? ON_CHAIN.exec(supply?.asset.key ?? '')?.[1]
    return own === undefined ? null : `${leg.wallet.toLowerCase()} ${own}`
  }
  return (from, to) => {
    const who = sender(from, to)
    return who === null ? null : !paying.has(who)
  }
}
