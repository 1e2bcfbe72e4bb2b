import { plain } from './words.ts'

/**
 * Text that says in Markdown and HTML exactly what it says plainly, and does nothing else: no markup, no link, no mention, no image,
 * no new line. Foreign names run through it with our own words, so nobody has to tell them apart.
 *
 * Backslashes stop markup. They do not stop what readers make of the finished text, so what would become a link or call somebody is
 * written so that it cannot: `evil[.]com`, `https[:]//..`, `(at)everyone`, `(#)12`.
 *
 * @param text - One line. Longer ones are cut by whoever wrote them.
 * @see CommonMark 2.4 "Backslash escapes"; GitHub Flavored Markdown 6.9 "Autolinks (extension)"
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

/** Every sign that is read as the dot of a name: full stop, its ideographic, wide and half-width forms, one dot leader. */
const DOT = /(?<=[^\s.])[.\u3002\uff0e\uff61\u2024](?=[\p{L}\p{M}][\p{L}\p{M}\p{N}-])/gu
const AT = /[@\uff20\ufe6b]/g
const SCHEME = /[:\uff1a](?=[/\uff0f\\]{2})/g
/** A number of an issue, or a topic. */
const HASH = /[#\uff03\ufe5f](?=[\p{L}\p{N}_])/gu
/** `:fire:` */
const SHORTCODE = /:(?=[\w+-]+:)/g

function defanged(text: string): string {
  return text.replace(SCHEME, '[:]').replace(DOT, '[.]').replace(AT, '(at)').replace(HASH, '(#)').replace(SHORTCODE, ': ')
}
