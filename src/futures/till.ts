import { outOfTime, UnreachableError } from '../errors.ts'
import type { Budget, Budgets, BudgetTerms, Ticket } from './budget.ts'
import type { DeclaredRead } from './exchange.ts'
import type { SendRead } from './readGuard.ts'
import type { VenueFetch } from './venueFetch.ts'

/** Where every request is paid for out of the venue's budgets before it leaves. */
export type Till = {
  readonly send: SendRead
  /** Runs a call, whose request has to bring the purse; where there was no room for its request it waits, and runs it again, for by then its signature is old. */
  readonly within: <T>(call: (purse: Purse) => Promise<T>) => Promise<T>
}

export type TillTerms = {
  /** `Binance`. */
  readonly venue: string
  readonly terms: readonly BudgetTerms[]
  readonly budgets: Budgets
  /** Tells the budgets of one venue and place from all others. */
  readonly nameOf: (hosts: string) => string
  /** Ends every wait of the pass. */
  readonly signal: AbortSignal
  /** A rest longer than this is not waited for, milliseconds. */
  readonly patienceMs: number
  /** For how long a refusal asks for silence, milliseconds; null: it does not. */
  readonly restOf: (error: unknown) => number | null
}

/** What one call has paid, or still wants. */
export type Purse = { ticket: Ticket | null; wants: { readonly budget: Budget; readonly weight: number } | null }

/** Opens the till of a reader. @throws UnreachableError from what it returns, where the venue wants silence for longer than anybody waits */
export function openTill(
  fetch: VenueFetch,
  { venue, terms, budgets: open, nameOf, signal, patienceMs, restOf }: TillTerms,
): Till {
  const budgets = terms.map((one) => ({ ...one, budget: open(nameOf(one.hosts.join()), one) }))
  return {
    send: async (url, init, read, tag) => {
      const found = budgets.find(({ hosts }) => hosts.includes(read.host))
      if (found === undefined) return fetch(url, init)
      const { budget, usedHeader } = found
      if (budget.resting() > patienceMs) throw silent(venue, budget.resting())
      const purse = tag as Purse
      const weight = weightOf(read, url)
      const ticket = purse.ticket ?? budget.tryTake(weight)
      purse.ticket = null
      purse.wants = ticket === null ? { budget, weight } : null
      if (ticket === null) throw new UnreachableError(venue, 'has no room for another request')
      try {
        return await fetch(url, init, (headers) => budget.learn(usedIn(headers, usedHeader)))
      } catch (error) {
        const rest = restOf(error)
        if (rest !== null) budget.rest(rest)
        throw error
      } finally {
        ticket.answered()
      }
    },
    within: async (call) => {
      const purse: Purse = { ticket: null, wants: null }
      for (;;) {
        try {
          return await call(purse)
        } catch (error) {
          const { wants, ticket } = purse
          // Waited for, and not used: the call failed before it was sent.
          ticket?.answered()
          if (wants === null) throw error
          purse.wants = null
          purse.ticket = await wants.budget.take(wants.weight, signal).catch(() => {
            throw outOfTime(venue)
          })
        }
      }
    },
  }
}

function weightOf({ weight, weightOfOne }: DeclaredRead, url: string): number {
  return weightOfOne !== undefined && new URL(url).searchParams.has('symbol') ? weightOfOne : weight
}

function usedIn(headers: Headers, name: string | null): number {
  const text = name === null ? null : headers.get(name)
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : 0
}

function silent(venue: string, ms: number): UnreachableError {
  return new UnreachableError(venue, `limits our requests for another ${Math.ceil(ms / 1000)} s`, {
    hint: 'Too many requests leave this IP address. Asking on would end in a ban: read less often, or stop other programs.',
  })
}
