import { expect, test } from 'vitest'
import { openCcxtClient } from '../../src/futures/ccxtClient.ts'
import type { Credential, ExchangeAccount } from '../../src/futures/exchange.ts'
import { Secret } from '../../src/secret.ts'

const credential: Credential = { kind: 'key', apiKey: new Secret('a'.repeat(64)), apiSecret: new Secret('b'), passphrase: null }
const account: ExchangeAccount = {
  ...{ name: 'main', exchange: 'binance', environment: 'live', allowTrading: false, endpoint: null },
  credential,
}

/** A reading that notes what leaves by it, and answers when it is let. */
async function reading(time: number, answer: () => Promise<string> = async () => '{}') {
  const sent: string[] = []
  const tags: unknown[] = []
  const client = await openCcxtClient(
    {
      ...{ venue: 'Binance', ccxtClass: 'binanceusdm', venueNow: () => time },
      fetch: async (url, _init, tag) => {
        sent.push(String(url))
        tags.push(tag)
        return new Response(await answer(), { status: 200, headers: { 'content-type': 'application/json' } })
      },
    },
    account,
  )
  return { client, sent, tags }
}

test('readings that share a credential send each by its own way, with its own time and tag', async () => {
  const [one, two] = await Promise.all([reading(1_000_000_000_001), reading(1_000_000_000_002)])
  const call = (of: typeof one, i: number) =>
    of.client.call('fapiPrivateV3GetAccount', { n: i }, `${of === one ? 'one' : 'two'} ${i}`)
  await Promise.all([call(one, 1), call(two, 2), call(one, 3), call(two, 4), call(two, 5)])
  const seen = ({ sent }: typeof one) => sent.map((url) => [/\bn=(\d)/, /timestamp=(\d+)/].map((part) => part.exec(url)?.[1]))
  expect(seen(one)).toEqual([
    ['1', '1000000000001'],
    ['3', '1000000000001'],
  ])
  expect(seen(two)).toEqual([
    ['2', '1000000000002'],
    ['4', '1000000000002'],
    ['5', '1000000000002'],
  ])
  expect([one.tags, two.tags]).toEqual([
    ['one 1', 'one 3'],
    ['two 2', 'two 4', 'two 5'],
  ])
})

test('an answer that never comes, and a call that cannot be signed, hold nobody up', async () => {
  const hung = await reading(1, () => new Promise(() => undefined))
  const other = await reading(2)
  const never = hung.client.call('fapiPrivateV3GetAccount').catch(() => undefined)
  await expect(other.client.call('noSuchMethod')).rejects.toThrow('ccxt has no method noSuchMethod')
  expect(await other.client.call('fapiPrivateV3GetAccount')).toEqual({})
  expect([hung.sent.length, other.sent.length]).toEqual([1, 1])
  expect(never).toBeInstanceOf(Promise)
})
