import { rpcVariable } from '../config/draft.ts'
import { protocols } from '../lending/protocols.ts'
import type { AccountAnswer } from './initAccount.ts'
import type { Answers } from './initAnswers.ts'

/** The text of a book file with the wallets, chains and exchanges that were named, and of variables the names alone. */
export function bookText({ wallets, chains, accounts }: Answers): string {
  const own = chains
    .filter(({ nodes }) => nodes.length > 0)
    .map(({ chain }) => `  ${chain.name}: { rpc: ${rpcVariable(chain.name)} }`)
  const wallet = wallets.map((one) => `"${one}"`).join(', ')
  const loans = chains.flatMap(({ chain }) =>
    Object.entries(protocols)
      .filter(([, { markets }]) => markets.some(({ chainId }) => chainId === chain.id))
      .map(([protocol]) => `  - { protocol: ${protocol}, chain: ${chain.name}, wallet: [${wallet}] }`),
  )
  return [
    '# Written by "hullmark init". Keys and the URLs of nodes stand in .env, under the names written here.',
    '# Channels, a schedule and limits of your own go in here as well: README, "Let it run by itself".',
    '',
    'name: main',
    ...group('chains', own),
    ...group('loans', loans),
    ...group('accounts', accounts.map(accountLine)),
    '',
  ].join('\n')
}

function group(name: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${name}:`, ...lines]
}

function accountLine(account: AccountAnswer): string {
  const head = `  - { exchange: ${account.exchange}, name: main`
  if (account.kind === 'address') return `${head}, address: "${account.address}" }`
  const settings = ['key', 'secret', 'passphrase'].flatMap((setting, index) => {
    const part = account.parts[index]
    return part === undefined ? [] : [`, ${setting}: ${part.variable}`]
  })
  return `${head}${settings.join('')} }`
}
