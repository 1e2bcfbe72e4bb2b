/**
 * Text of which no reader makes a link, and that calls nobody: `evil[.]com`, `https[:]//..`, `(at)everyone`, `(#)12`. Our own figures, names of
 * files and times stay as they are.
 *
 * @see GitHub Flavored Markdown 6.9 "Autolinks (extension)"
 */
export function defanged(text: string): string {
  return text.replace(SCHEME, '[:]').replace(DOT, '[.]').replace(AT, '(at)').replace(HASH, '(#)').replace(SHORTCODE, ': ')
}

/** Every sign that is read as the dot of a name: full stop, its ideographic, wide and half-width forms, one dot leader. */
const DOT = /(?<=[^\s.])[.\u3002\uff0e\uff61\u2024](?=[\p{L}\p{M}][\p{L}\p{M}\p{N}-])/gu
const AT = /[@\uff20\ufe6b]/g
const SCHEME = /[:\uff1a](?=[/\uff0f\\]{2})/g
/** A number of an issue, or a topic. */
const HASH = /[#\uff03\ufe5f](?=[\p{L}\p{N}_])/gu
/** `:fire:` */
const SHORTCODE = /:(?=[\w+-]+:)/g
