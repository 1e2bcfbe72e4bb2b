/** A private key or seed phrase in a text, by place alone: the value goes nowhere. Lines count from 1. */
export type KeyFound = { readonly what: string; readonly line: number; readonly lastLine: number }

const PRIVATE_KEY = /(?<![0-9A-Za-z])(?:0[xX])?[0-9a-fA-F]{64}(?![0-9A-Za-z])/g
const EXTENDED_KEY = /(?<![0-9A-Za-z])[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,}/g

/** The shortest seed phrase of BIP-39. Longer ones contain as many words. */
const PHRASE_WORDS = 12
/** Twelve or more words of the length that seed words have, whatever stands between them: blanks, commas, numbers, line ends. */
const LIKE_A_PHRASE = new RegExp(
  `(?<![A-Za-z])(?:[A-Za-z]{3,8}[^A-Za-z]{1,12}){${PHRASE_WORDS - 1},}[A-Za-z]{3,8}(?![A-Za-z])`,
  'g',
)

/** Finds private keys (64 hex digits), extended private keys, and runs of at least twelve words of the BIP-39 list. */
export async function findKeys(text: string): Promise<readonly KeyFound[]> {
  const lineOf = lineCounter(text)
  const found = (what: string, from: number, length: number): KeyFound => ({
    what,
    line: lineOf(from),
    lastLine: lineOf(from + length - 1),
  })
  const keys = [...text.matchAll(PRIVATE_KEY)].map((hit) => found('a private key (64 hex digits)', hit.index, hit[0].length))
  const extended = [...text.matchAll(EXTENDED_KEY)].map((hit) => found('an extended private key', hit.index, hit[0].length))
  const phrases = (await phrasesIn(text)).map(([from, length]) => found('a seed phrase', from, length))
  return [...keys, ...extended, ...phrases]
}

/** The sentence for a find; it follows the place. */
export function refusal({ what }: KeyFound): string {
  return `holds what looks like ${what}. hullmark only reads; it never needs one. Take it out, and treat it as known to others if this file was ever shared`
}

async function phrasesIn(text: string): Promise<[from: number, length: number][]> {
  const candidates = [...text.matchAll(LIKE_A_PHRASE)]
  if (candidates.length === 0) return []
  const { english } = await import('viem/accounts')
  const known = new Set(english)
  return candidates.flatMap((hit) => runsOf(hit[0], known).map(([from, length]): [number, number] => [hit.index + from, length]))
}

/** Where at least twelve words of the list follow each other. */
function runsOf(text: string, known: ReadonlySet<string>): [from: number, length: number][] {
  const runs: [number, number][] = []
  let run: RegExpExecArray[] = []
  const close = (): void => {
    const [first, last] = [run[0], run.at(-1)]
    if (run.length >= PHRASE_WORDS && first && last) runs.push([first.index, last.index + last[0].length - first.index])
    run = []
  }
  for (const word of text.matchAll(/[A-Za-z]+/g)) {
    if (known.has(word[0].toLowerCase())) run.push(word)
    else close()
  }
  close()
  return runs
}

function lineCounter(text: string): (offset: number) => number {
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index)
  return (offset) => ends.filter((end) => end < offset).length + 1
}
