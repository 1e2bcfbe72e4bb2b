import { boundedFetch } from '../boundedFetch.ts'
import type { Config } from '../config.ts'
import { deliverAll } from '../deliver/deliver.ts'
import { pinger } from '../deliver/pings.ts'
import { plain } from '../report/words.ts'
import { testMessage } from '../watch/testMessage.ts'
import type { Finding } from './finding.ts'
import { passTools } from './readBook.ts'
import type { World } from './world.ts'

/** Sends a test message to every channel and a ping to the dead-man's switch, and says what came of it. */
export async function examineChannels(config: Config, world: World): Promise<Finding[]> {
  const { channels, ping } = config.watch
  const { onBug } = passTools(config, world)
  const tools = { fetch: boundedFetch({ venue: 'The receiver' }), now: world.now, signal: world.signal, onBug }
  const found: Finding[] = []
  const at = world.now()
  const message = testMessage({ id: `${config.book.name}.test.${at.toString(36)}`, book: config.book.name, now: at })
  const onOutcome = ({ channel }: (typeof outbound)[number], outcome: 'told' | { readonly reason: string }): void => {
    const said = outcome === 'told' ? 'took a test message' : plain(outcome.reason, 400)
    found.push({ well: outcome === 'told', text: `channel ${plain(channel.name)}: ${said}` })
  }
  const outbound = channels.map((channel) => ({ channel, message }))
  await deliverAll(outbound, { ...tools, onOutcome })
  if (channels.length === 0)
    found.push({ well: false, text: 'channels: none in the book file, so that nobody would be told of anything' })
  if (ping === null)
    found.push({ well: true, text: 'ping: none in the book file, so that nobody would notice that this machine is off' })
  else {
    const failed: string[] = []
    await pinger(ping, { ...tools, scrub: world.scrub, log: (line) => failed.push(line) }).success('a test')
    found.push({ well: failed.length === 0, text: failed[0] === undefined ? 'ping: answered' : plain(failed[0], 400) })
  }
  return found
}
