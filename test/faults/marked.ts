/** Secrets that are easily found again, with the characters that every encoding writes differently. */
export const MARKED = {
  key: 'MarkedKey'.padEnd(64, '7'),
  secret: 'MarkedSecret"+/\\='.padEnd(64, '8'),
  /** The whole key of a node, as the usual providers put it into the path. */
  path: 'MarkedRpcPathKey0123456789',
  /** Short, so that each of its forms fits into a name. */
  query: 'Mrk"Qry+42',
  user: 'MarkedUser42',
  password: 'MarkedPassword42',
  token: '123456789:MarkedTelegramToken0123456789abcdef',
  hook: 'MarkedHookPath0123456789',
  signing: 'MarkedSigning"+/\\=0123456789',
  mail: 'MarkedMail"+/\\=Password',
  ping: 'MarkedPingPath0123456789',
} as const

type Mark = keyof typeof MARKED

/** How a value may be written: as it is, and as URLs, JSON, headers and dumps write it. */
export function formsOf(value: string): Readonly<Record<string, string>> {
  const bytes = Buffer.from(value)
  return {
    'as it is': value,
    'URL-encoded': encodeURIComponent(value),
    'JSON-escaped': JSON.stringify(value).slice(1, -1),
    base64: bytes.toString('base64').replace(/=+$/, ''),
    base64url: bytes.toString('base64url'),
    hex: bytes.toString('hex'),
  }
}

/** Base64 of a longer text that holds the value, wherever in it the value begins: what is the same in all of them. */
function insideBase64(value: string): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.from(`${'x'.repeat(before)}${value}`).toString('base64')
    return text.slice(before === 0 ? 0 : 4, -4)
  })
}

/** The marked values that stand in a text, in any form. */
export function marksIn(text: string): Mark[] {
  const lower = text.toLowerCase()
  return (Object.keys(MARKED) as Mark[]).filter((mark) => {
    const value = MARKED[mark]
    return [...Object.values(formsOf(value)), ...insideBase64(value)].some((form) => lower.includes(form.toLowerCase()))
  })
}
