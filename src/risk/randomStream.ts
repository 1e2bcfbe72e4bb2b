/** Random numbers that a seed repeats. */
export type RandomStream = {
  /** From 0 to 2^32 - 1. */
  readonly next: () => number
  /** From 0 to n - 1. */
  readonly below: (n: number) => number
}

/** A stream by its seed: the same one for ever, on every machine. */
export function randomStream(seed: number): RandomStream {
  let state = seed >>> 0
  // Spreads the seed over the four words of the state, which must not all be 0.
  const word = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) >>> 0
  }
  return streamFrom([word(), word(), word(), word()])
}

/**
 * A stream from its whole state, four words that are not all 0.
 *
 * @see xoshiro128** 1.1 by Blackman and Vigna
 */
export function streamFrom([first, second, third, fourth]: readonly [number, number, number, number]): RandomStream {
  let [a, b, c, d] = [first, second, third, fourth]
  const next = (): number => {
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotated(d, 11)
    return result
  }
  return { next, below: (n) => Math.floor((next() / 2 ** 32) * n) }
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}
