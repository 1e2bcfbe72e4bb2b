import { rpcVariable } from '../config/draft.ts'
import type { Answers } from './initAnswers.ts'

/** A variable and what it holds. */
export type Setting = readonly [name: string, value: string]

/** What stands in `.env`: with a book file only what may not stand there, else the whole book. */
export function envSettings({ wallets, chains, accounts, book }: Answers): readonly Setting[] {
  return [
    ...(book || wallets.length === 0
      ? []
      : [['WALLET', wallets.join(',')] as const, ['CHAINS', chains.map(({ chain }) => chain.name).join(',')] as const]),
    ...chains
      .filter(({ nodes }) => nodes.length > 0)
      .map(({ chain, nodes }) => [rpcVariable(chain.name), nodes.join(',')] as const),
    ...accounts.flatMap((account): readonly Setting[] => {
      if (account.kind === 'key') return account.parts.map(({ variable, text }) => [variable, text])
      return book ? [] : [[account.variable, account.address]]
    }),
  ]
}

/** The text of `.env`, in the order of `.env.example`; null in place of a line: the value fits into no quotes. */
export function envText(settings: readonly Setting[]): { readonly text: string } | { readonly unquotable: string } {
  const lines: string[] = []
  for (const [name, value] of settings) {
    const written = quoted(value)
    if (written === null) return { unquotable: name }
    lines.push(`${name}=${written}`)
  }
  return { text: [...HEAD, ...lines, ''].join('\n') }
}

const HEAD = [
  '# Written by "hullmark init". It may hold keys: only its owner may read it (chmod 600).',
  '# What else can stand here is in .env.example.',
  '',
]

/** A value as dotenv reads it back: bare where nothing in it means anything, else in quotes that it does not hold; null: it holds all three. */
function quoted(value: string): string | null {
  if (/^[\w.,:/?&=+%~@!*-]+$/.test(value)) return value
  // In double quotes \n would become a line end, and before a closing quote of any kind a backslash takes its meaning.
  const quote = ["'", '`', '"'].find(
    (one) => !value.includes(one) && !(value.includes('\\') && (one === '"' || value.endsWith('\\'))),
  )
  return quote === undefined ? null : `${quote}${value}${quote}`
}
