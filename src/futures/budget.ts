/** How much a venue lets one address ask of some hosts. */
export type BudgetTerms = {
  /** The live hosts that share it. */
  readonly hosts: readonly string[]
  /** Weight within any stretch of `windowMs`. */
  readonly weight: number
  readonly windowMs: number
  /** The header of an answer that tells what this address has used of it, other programs counted; null: none does. */
  readonly usedHeader: string | null
}

/** The right to one request. */
export type Ticket = {
  /** Must be called when the answer has arrived, or none will: until then the venue may not even have counted the request. */
  readonly answered: () => void
}

/** What may still be asked. One of a process for a venue and a place: all its accounts leave by one address. */
export type Budget = {
  /** A ticket if there is room now, and nobody has waited longer. */
  readonly tryTake: (weight: number) => Ticket | null
  /** Waits for room, first come first served. Rejects with the signal's reason. */
  readonly take: (weight: number, signal: AbortSignal) => Promise<Ticket>
  /** What the venue says was used: what is more than ours was somebody else's. */
  readonly learn: (used: number) => void
  /** Nothing is to be sent for so long. */
  readonly rest: (ms: number) => void
  /** For how long that still is, milliseconds. */
  readonly resting: () => number
}

type Spent = { readonly weight: number; until: number }
type Waiting = { readonly weight: number; readonly give: (ticket: Ticket) => void }

/** What a budget knows of time: it follows a simulated clock as well. */
export type BudgetClock = {
  /** Milliseconds that never step backwards. */
  readonly steady: () => number
  /** Resolves after so many milliseconds, or at once when the signal ends. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/**
 * Opens a budget. What was asked counts until a whole window after its answer: whenever within that the venue counted it, no
 * window of the venue's holds more than it allows.
 */
export function openBudget(
  { weight: most, windowMs }: Pick<BudgetTerms, 'weight' | 'windowMs'>,
  { steady: now, sleep }: BudgetClock,
): Budget {
  let spent: Spent[] = []
  const waiting: Waiting[] = []
  let restUntil = 0
  let look: AbortController | null = null

  const used = (): number => {
    const at = now()
    spent = spent.filter(({ until }) => until > at)
    return spent.reduce((sum, { weight }) => sum + weight, 0)
  }
  /** A request that costs more than there ever is goes out alone. */
  const fits = (weight: number): boolean => restUntil <= now() && (used() + weight <= most || spent.length === 0)
  const spend = (weight: number): Ticket => {
    const one: Spent = { weight, until: Number.POSITIVE_INFINITY }
    if (weight > 0) spent.push(one)
    return {
      answered: () => {
        one.until = now() + windowMs
        serve()
      },
    }
  }
  const serve = (): void => {
    look?.abort()
    look = null
    while (waiting[0] !== undefined && fits(waiting[0].weight)) {
      const { weight, give } = waiting.shift() as Waiting
      give(spend(weight))
    }
    if (waiting.length === 0) return
    const next = Math.max(restUntil, Math.min(...spent.map(({ until }) => until)))
    // While answers are out nobody knows: the next of them looks again.
    if (!Number.isFinite(next)) return
    const own = new AbortController()
    look = own
    const again = (): void => {
      if (!own.signal.aborted) serve()
    }
    sleep(Math.max(1, Math.ceil(next - now())), own.signal).then(again, again)
  }
  return {
    tryTake: (weight) => (waiting.length === 0 && fits(weight) ? spend(weight) : null),
    take: (weight, signal) =>
      new Promise((resolve, reject) => {
        const one: Waiting = {
          weight,
          give: (ticket) => {
            signal.removeEventListener('abort', leave)
            resolve(ticket)
          },
        }
        const leave = (): void => {
          waiting.splice(waiting.indexOf(one), 1)
          reject(signal.reason)
          serve()
        }
        if (signal.aborted) return reject(signal.reason)
        signal.addEventListener('abort', leave, { once: true })
        waiting.push(one)
        serve()
      }),
    learn: (told) => {
      const others = told - used()
      if (others > 0) spent.push({ weight: others, until: now() + windowMs })
    },
    rest: (ms) => {
      restUntil = Math.max(restUntil, now() + ms)
    },
    resting: () => Math.max(0, restUntil - now()),
  }
}

/** All budgets of a process, by venue and place. */
export type Budgets = (name: string, terms: BudgetTerms) => Budget

/** Opens the budgets of a process: one under a name, however many accounts ask for it. */
export function openBudgets(clock: BudgetClock): Budgets {
  const budgets = new Map<string, Budget>()
  return (name, terms) => {
    const budget = budgets.get(name) ?? openBudget(terms, clock)
    budgets.set(name, budget)
    return budget
  }
}
