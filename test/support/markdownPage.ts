/**
 * A strict reader of the few forms that the Markdown report uses. It knows what CommonMark and GitHub make active; anything active
 * that is not one of those forms is an error, so nothing foreign can have become markup.
 */

/** What one block of the page says, as a reader sees it. */
export type Block = {
  readonly kind: 'line' | 'quote' | 'item' | 'row'
  /** The bold beginning; empty: none. */
  readonly label: string
  /** One text, or those of a row's cells. */
  readonly texts: readonly string[]
}

const LABEL = /^\*\*([A-Z][A-Za-z -]*)\*\* ?(.*)$/

export function readPage(page: string): readonly Block[] {
  return page.split('\n').flatMap((line): Block[] => {
    if (line === '' || line === '>' || /^\| (--- \| ){4}--- \|$/.test(line)) return []
    if (line.startsWith('| ')) return [{ kind: 'row', label: '', texts: cellsOf(line) }]
    const [kind, rest] = line.startsWith('> ')
      ? (['quote', line.slice(2)] as const)
      : line.startsWith('- ')
        ? (['item', line.slice(2)] as const)
        : (['line', line] as const)
    const [, label = '', text = rest] = LABEL.exec(rest) ?? []
    if (label === '' && /^([-+#=]|\d+[.)]|\s)/.test(text)) throw new SyntaxError(`begins a block: ${text}`)
    return [{ kind, label, texts: [inline(text)] }]
  })
}

function cellsOf(line: string): string[] {
  const cells: string[] = ['']
  for (const [part] of line.matchAll(/\\.|[^\\]/gsu)) {
    if (part === '|') cells.push('')
    else cells[cells.length - 1] += part
  }
  if (cells[0] !== '' || cells.at(-1) !== '') throw new SyntaxError(`no row: ${line}`)
  return cells.slice(1, -1).map((cell) => inline(cell.slice(1, -1)))
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' }

/** What an inline text reads as; anything active in it is an error. */
export function inline(text: string): string {
  let read = ''
  for (const [part] of text.matchAll(/\\[!-/:-@[-`{-~]|&(?:lt|gt|amp);|[\s\S]/gu)) {
    if (part.length > 1 && part.startsWith('\\')) read += part.slice(1)
    else if (ENTITIES[part] !== undefined) read += ENTITIES[part]
    else if (/[\\`*_{}[\]<>&|~$^\n\r]/.test(part)) throw new SyntaxError(`active: ${part} in ${text}`)
    else read += part
  }
  return read
}
