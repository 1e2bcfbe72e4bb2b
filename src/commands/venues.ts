import type { DeclaredRead } from '../futures/exchange.ts'
import { EXCHANGES } from '../futures/exchanges.ts'
import { AAVE_V3_MARKETS } from '../lending/markets.ts'
import { protocols } from '../lending/protocols.ts'
import type { World } from './world.ts'

/** What is supported, from the registries themselves. */
export async function venues({ format }: { readonly format: 'terminal' | 'json' }, world: World): Promise<number> {
  const lending = Object.values(protocols).map(({ name }) => ({
    protocol: name,
    markets: AAVE_V3_MARKETS.filter(({ protocol }) => protocol === name).map(({ name: market, title, chainId, address }) => ({
      name: market,
      title,
      chainId,
      address,
    })),
  }))
  const futures = Object.values(EXCHANGES).map(({ name, title, liquidation, opens, rightsProvable, reads }) => ({
    exchange: name,
    title,
    liquidation,
    opens,
    rightsProvable,
    reads: reads.map(readWords),
  }))
  if (format === 'json') world.out(`${JSON.stringify({ lending, futures }, null, 2)}\n`)
  else {
    for (const { protocol, markets } of lending) {
      world.out(`${protocol}: ${markets.length} markets\n`)
      for (const { name, title, chainId } of markets) world.out(`  ${name.padEnd(24)} ${title} (chain ${chainId})\n`)
    }
    for (const { exchange, title, liquidation, opens, rightsProvable, reads } of futures) {
      world.out(
        `${exchange}: ${title}\n  liquidation price: ${liquidation}\n  key rights: ${opens === 'address' ? 'there is no key: it is read by its address' : rightsProvable ? 'provable' : 'not provable'}\n`,
      )
      for (const read of reads) world.out(`  may ask: ${read}\n`)
    }
  }
  return 0
}

function readWords(read: DeclaredRead): string {
  return `${read.method} ${read.host}${read.path}${read.method === 'POST' ? ` (${read.type})` : ''}`
}
