/** Draws the same numbers for the same seed, on every machine. */
export type Randomness = {
  /** From 0 up to, not including, 1. */
  readonly share: () => number
  /** Whether it falls to so large a share of cases. */
  readonly chance: (share: number) => boolean
  /** Between two amounts, both included; any digit may be anything. */
  readonly between: (least: bigint, most: bigint) => bigint
  readonly pick: <T>(from: readonly T[]) => T
}

/** @see mulberry32, a generator of 32 bits of state; two draws make the digits of a large amount. */
export function randomness(seed: number): Randomness {
  let state = seed | 0
  const word = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }
  const share = (): number => word() / 2 ** 32
  const between = (least: bigint, most: bigint): bigint => {
    const wide = [word(), word(), word(), word()].reduce((all, next) => (all << 32n) | BigInt(next), 0n)
    return least + (wide % (most - least + 1n))
  }
  return {
    share,
    chance: (limit) => share() < limit,
    between,
    pick: (from) => {
      const picked = from[Math.floor(share() * from.length)]
      if (picked === undefined) throw new RangeError('nothing to pick from')
      return picked
    },
  }
}
