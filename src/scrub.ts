import type { Secret } from './secret.ts'

/** Everything that leaves the process goes through here: the values of known secrets become `[secret]`. */
export type Scrubber = {
  /** Makes further secrets known. */
  readonly hide: (secrets: readonly Secret[]) => void
  readonly scrub: (text: string) => string
}

/** Shorter values would blank out ordinary words; no venue's key is that short. */
const SHORTEST = 8

/** A scrubber that knows no secret yet. It also finds them URL-encoded, base64, hex and JSON-escaped. */
export function scrubber(): Scrubber {
  const forms = new Set<string>()
  return {
    hide: (secrets) => {
      for (const secret of secrets) for (const form of formsOf(secret.reveal())) if (form.length >= SHORTEST) forms.add(form)
    },
    scrub: (text) => {
      // The longest first: a URL goes as a whole before the key inside it.
      const known = [...forms].sort((a, b) => b.length - a.length)
      return known.reduce((clean, form) => clean.replaceAll(form, '[secret]'), text)
    },
  }
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  const base64 = bytes.toString('base64')
  return [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    base64,
    base64.replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ]
}
