import type { DeclaredRead, Opens } from '../futures/exchange.ts'
import { EXCHANGES } from '../futures/exchanges.ts'
import { CHAINS } from '../lending/chains.ts'
import { protocols } from '../lending/protocols.ts'
import type { World } from './world.ts'

export type VenueFormat = 'terminal' | 'json' | 'markdown'

/** What is supported, from the registries themselves. */
export async function venues({ format }: { readonly format: VenueFormat }, world: World): Promise<number> {
  const lending = Object.values(protocols).map(({ name, title, supports, liquidation, markets }) => ({
    protocol: name,
    ...{ title, supports, liquidation },
    markets: markets.map(({ name: market, title: called, chainId, address }) => ({
      name: market,
      title: called,
      chainId,
      address,
    })),
  }))
  const futures = Object.values(EXCHANGES).map(
    ({ name, title, supports, liquidation, opens, environments, rightsProvable, reads }) => ({
      exchange: name,
      title,
      supports,
      liquidation,
      environments,
      opens,
      rightsProvable,
      reads: reads.map(readWords),
    }),
  )
  if (format === 'json') world.out(`${JSON.stringify({ lending, futures }, null, 2)}\n`)
  else if (format === 'markdown') world.out(`${lendingTable()}\n${futuresTable()}`)
  else {
    for (const { protocol, title, supports, liquidation, markets } of lending) {
      world.out(`${protocol}: ${title}, ${markets.length} markets\n  reads: ${supports}\n  liquidation price: ${liquidation}\n`)
      for (const { name, title, chainId } of markets) world.out(`  ${name.padEnd(24)} ${title} (chain ${chainId})\n`)
    }
    for (const { exchange, title, supports, liquidation, opens, rightsProvable, reads } of futures) {
      world.out(`${exchange}: ${title}\n  reads: ${supports}\n  liquidation price: ${liquidation}\n`)
      world.out(`  key rights: ${rightsWords(opens, rightsProvable)}\n`)
      for (const read of reads) world.out(`  may ask: ${read}\n`)
    }
  }
  return 0
}

function rightsWords(opens: Opens, provable: boolean): string {
  if (opens === 'address') return 'there is no key: it is read by its address'
  return provable ? 'provable' : 'not provable'
}

/** A table of README, one row a lending protocol. */
function lendingTable(): string {
  const rows = Object.values(protocols).map(({ name, title, supports, liquidation, markets }) => {
    const chains = CHAINS.filter(({ id }) => markets.some(({ chainId }) => chainId === id))
    const where = `${markets.length} on ${chains.length} chains: ${chains.map((chain) => chain.title).join(', ')}`
    return [`\`${name}\``, `${title}: ${supports}`, liquidation, where]
  })
  return table(['protocol', 'reads', 'liquidation price', 'markets'], rows)
}

/** A table of README, one row an exchange. */
function futuresTable(): string {
  const rows = Object.values(EXCHANGES).map(({ name, title, supports, opens, environments, liquidation, rightsProvable }) => [
    `\`${name}\``,
    `${title}: ${supports}`,
    liquidation,
    rightsWords(opens, rightsProvable),
    environments.length === 0 ? 'none' : environments.join(', '),
  ])
  return table(['exchange', 'reads', 'liquidation price', 'key rights', 'to practise'], rows)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('')
}

function readWords(read: DeclaredRead): string {
  return `${read.method} ${read.host}${read.path}${read.method === 'POST' ? ` (${read.type})` : ''}`
}
