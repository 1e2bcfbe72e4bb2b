/** Takes down one problem of the configuration, with the place where it stands. */
export type Tell = (place: string, problem: string) => void

/** A text the user wrote, fit to be shown again: never long enough to be a key, never able to steer a terminal. */
export function shown(text: string): string {
  const harmless = text.length <= 20 || (text.length <= 50 && /^0x|\.eth$/i.test(text))
  return harmless ? `"${text.replace(/[^\x20-\x7e]/g, '?')}"` : `a text of ${text.length} characters`
}

/** `; did you mean "ethereum"?`, or nothing where no name is near. */
export function didYouMean(word: string, names: readonly string[]): string {
  const near = nearest(word, names)
  return near === null ? '' : `; did you mean "${near}"?`
}

/** The name that a mistyped word was probably meant to be: at most two edits away, and one for short words. */
export function nearest(word: string, names: readonly string[]): string | null {
  let best: string | null = null
  let fewest = word.length <= 4 ? 2 : 3
  for (const name of names) {
    // A word much longer or shorter than the name cannot be near, and need not be compared.
    if (Math.abs(name.length - word.length) >= fewest) continue
    const far = edits(word.toLowerCase(), name.toLowerCase())
    if (far < fewest) [best, fewest] = [name, far]
  }
  return best
}

/** Least number of letters to add, drop, change or swap with their neighbour to turn one word into the other. */
function edits(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const ways = [at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + same]
      row.push(Math.min(...ways, ...(swapped ? [at(before, j - 2) + 1] : [])))
    }
    before = last
    last = row
  }
  return at(last, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
