import { openHelpers } from './chainHelpers.ts'
import { openMulticall } from './chainMulticall.ts'
import { openOurs } from './chainOurs.ts'
import type { ChainJob, Read, ReaderAnswer } from './chainWays.ts'

/**
 * One way of reading, in a process of its own: told what to read, says when its code is loaded, and reads each time it is asked to.
 * What loading costs is not counted, for a program does that once.
 */

const WAYS: Readonly<Record<ChainJob['way'], (job: ChainJob) => Promise<Read>>> = {
  ping: async ({ url }) => {
    const body = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}'
    return async () => {
      await (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text()
      return []
    }
  },
  ours: openOurs,
  helpers: openHelpers,
  multicall: openMulticall,
}

let read: Read | null = null

process.on('message', async (message: ChainJob | 'read') => {
  if (message !== 'read') {
    read = await WAYS[message.way](message)
    process.send?.('ready')
    return
  }
  const cpu = process.cpuUsage()
  const begin = performance.now()
  const healths = (await read?.()) ?? []
  const wallMs = performance.now() - begin
  const { user, system } = process.cpuUsage(cpu)
  process.send?.({ wallMs, cpuMs: (user + system) / 1000, healths } satisfies ReaderAnswer)
})
process.send?.('open')
