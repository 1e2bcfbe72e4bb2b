import { Lexer } from 'yaml'

/** A book nests five deep; the rest is room. */
const MAX_DEPTH = 20
/** About a thousand legs. */
const MAX_PARTS = 50_000

/**
 * Looks for a text that would drown the YAML reader, without reading it as YAML: brackets nest without end, a line opens list
 * after list, indentation never comes back, or there are more parts than any book has. The reader itself takes seconds for
 * such files, or takes the whole program down with it.
 *
 * @returns What is wrong; the sentence follows "the book file". Null: nothing.
 */
export function bombIn(text: string): string | null {
  let parts = 0
  let brackets = 0
  let openedOnLine = 0
  let indents: number[] = []
  for (const part of new Lexer().lex(text)) {
    if (++parts > MAX_PARTS) return 'has more parts than a book can have'
    if (part === '[' || part === '{') brackets += 1
    if (part === ']' || part === '}') brackets -= 1
    if (part.includes('\n')) openedOnLine = 0
    if (part === '-' || part === '?' || part === ':') openedOnLine += brackets === 0 ? 1 : 0
    if (brackets > MAX_DEPTH || openedOnLine > MAX_DEPTH) return TOO_DEEP
  }
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/)
    if (indent < 0) continue
    indents = [...indents.filter((outer) => outer < indent), indent]
    if (indents.length > MAX_DEPTH) return TOO_DEEP
  }
  return null
}

const TOO_DEEP = 'is nested too deeply'
