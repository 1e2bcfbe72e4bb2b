/** No venue's key is shorter, and the scrubber passes over shorter ones. */
const SHORTEST_KEY = 8

/** What is wrong with one part of an exchange's key, never showing it; null: nothing. The sentence follows the variable's name. */
export function keyProblem(text: string): string | null {
  if (text.length < SHORTEST_KEY) return 'is not a key: it is too short; copy it again from the exchange'
  if (text.startsWith('-----BEGIN') || !/\s/.test(text)) return null
  return 'is not a key: it holds blanks; copy it again from the exchange'
}
