import { defanged } from './defanged.ts'
import { plain } from './words.ts'

/**
 * Text that says in Markdown and HTML exactly what it says plainly, and does nothing else: no markup, no link, no mention, no image,
 * no new line. Foreign names run through it with our own words, so nobody has to tell them apart.
 *
 * Backslashes stop markup. They do not stop what readers make of the finished text, so what would become a link or call somebody is
 * written so that it cannot: `evil[.]com`, `https[:]//..`, `(at)everyone`, `(#)12`.
 *
 * @param text - One line. Longer ones are cut by whoever wrote them.
 * @see CommonMark 2.4 "Backslash escapes"
 */
export function markdownText(text: string): string {
  return defanged(plain(text, Number.MAX_SAFE_INTEGER)).replace(ACTIVE, escaped)
}

/** The same where it stands first in its line: it begins no heading, list, quote, rule or block of code either. */
export function markdownLine(text: string): string {
  return markdownText(text)
    .replace(/^([-+#=])/, '\\$1')
    .replace(/^(\d+)([.)])/, '$1\\$2')
}

/** Everything that can begin markup inside a line, or HTML. */
const ACTIVE = /[\\`*_{}[\]<>&|~$^]/g

const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' }

function escaped(sign: string): string {
  return ENTITIES[sign] ?? `\\${sign}`
}
