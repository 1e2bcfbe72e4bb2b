/** Numbers that look random and follow from a seed alone. */
export type Chance = {
  /** At least 0, less than 1. */
  readonly next: () => number
  /** Whole, both ends included. */
  readonly between: (least: number, most: number) => number
  readonly pick: <const T>(of: readonly [T, ...T[]]) => T
  readonly happens: (share: number) => boolean
}

/** SplitMix32. @see Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014) */
export function chanceOf(seed: number): Chance {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (of) => of[Math.floor(next() * of.length)] as (typeof of)[number],
    happens: (share) => next() < share,
  }
}
