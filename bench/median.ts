/** The middle of the measurements: a noisy neighbour moves the mean, not the median. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new RangeError('nothing was measured')
  return middle
}

/** Runs every contestant once a round, in turn, so that all see the same machine. @returns medians in milliseconds. */
export function interleaved<Name extends string>(
  contestants: Readonly<Record<Name, () => void>>,
  rounds: number,
): Record<Name, number> {
  const names = Object.keys(contestants) as Name[]
  const took = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const begin = performance.now()
      contestants[name]()
      took.get(name)?.push(performance.now() - begin)
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(took.get(name) ?? [])])) as Record<Name, number>
}
