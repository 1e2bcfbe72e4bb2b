/** Columns of the terminal report. */
export const WIDTH = 80

const LABEL = 16

/** Something that is told, and the name it is told under: each format sets it its own way. */
export type Row = { readonly label: string; readonly text: string }

/** A line with its label in the left column; what is too long goes on below it, indented. */
export function labelled(label: string, text: string): string[] {
  const [first = '', ...rest] = wrap(text, ' '.repeat(LABEL), WIDTH - LABEL)
  return [`${label.padEnd(LABEL)}${first.trimStart()}`, ...rest]
}

/** Rows one below the other, each with its label in the left column. */
export function labelledRows(rows: readonly Row[]): string[] {
  return rows.flatMap(({ label, text }) => labelled(label, text))
}

/** Signs that a terminal shows two columns wide. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uFF01-\uFF60]/u

/** Columns of a text. */
export function columns(text: string): number {
  let width = 0
  for (const sign of text) width += WIDE.test(sign) ? 2 : 1
  return width
}

/** A word in parts that fit a line. */
function cut(word: string, most: number): string[] {
  const parts = ['']
  for (const sign of word) {
    if (columns(`${parts.at(-1)}${sign}`) > most) parts.push('')
    parts[parts.length - 1] += sign
  }
  return parts
}

/** Breaks at spaces, and not between a figure and its per cent; later lines begin with the indent. A word longer than a line is cut. */
export function wrap(text: string, indent: string, width: number = WIDTH): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ (?!%)/).flatMap((one) => cut(one, width - 4))) {
    const limit = lines.length === 0 ? width : width - (width === WIDTH ? indent.length : 0)
    if (line !== '' && columns(line) + 1 + columns(word) > limit) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.map((one, i) => (i === 0 ? one : `${indent}${one}`))
}
