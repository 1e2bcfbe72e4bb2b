import type { DeclaredRead, Opens } from '../futures/exchange.ts'
import { EXCHANGES } from '../futures/exchanges.ts'
import { AAVE_V3_MARKETS } from '../lending/markets.ts'
import { protocols } from '../lending/protocols.ts'
import type { World } from './world.ts'

export type VenueFormat = 'terminal' | 'json' | 'markdown'

/** What is supported, from the registries themselves. */
export async function venues({ format }: { readonly format: VenueFormat }, world: World): Promise<number> {
  const lending = Object.values(protocols).map(({ name }) => ({
    protocol: name,
    markets: AAVE_V3_MARKETS.filter(({ protocol }) => protocol === name).map(({ name: market, title, chainId, address }) => ({
      name: market,
      title,
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
  else if (format === 'markdown') world.out(futuresTable())
  else {
    for (const { protocol, markets } of lending) {
      world.out(`${protocol}: ${markets.length} markets\n`)
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

/** The table of README, one row an exchange. */
function futuresTable(): string {
  const rows = Object.values(EXCHANGES).map(({ name, title, supports, opens, environments, liquidation, rightsProvable }) => [
    `\`${name}\``,
    `${title}: ${supports}`,
    liquidation,
    rightsWords(opens, rightsProvable),
    environments.length === 0 ? 'none' : environments.join(', '),
  ])
  const head = ['exchange', 'reads', 'liquidation price', 'key rights', 'to practise']
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('')
}

function readWords(read: DeclaredRead): string {
  return `${read.method} ${read.host}${read.path}${read.method === 'POST' ? ` (${read.type})` : ''}`
}
