import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, getAddress } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reading } from '../../src/lending/protocol.ts'
import type { ReportJson } from '../../src/report/schema.ts'
import { type Chain, openChain } from '../sandbox/chain.ts'
import { asCompoundV3, type Comet, type CometStage, type CometToken, openCometStage } from '../support/cometStage.ts'
import { hullmark } from '../support/hullmark.ts'
import { openRpcProxy, PASS, type RpcProxy, type WireCall } from '../support/rpcProxy.ts'
import { openingCalls } from './loanStage.ts'

const FORTY = Array.from({ length: 40 }, (_, i): Address => getAddress(`0x${(0xf1_00_00 + i).toString(16).padStart(40, '0')}`))
const LENDER: Address = '0x00000000000000000000000000000000000f00d5'
const USD = 10n ** 8n

let chain: Chain
let stage: CometStage
let proxy: RpcProxy
let folder: string
const comets: Comet[] = []
beforeAll(async () => {
  chain = await openChain()
  stage = await openCometStage({ chain })
  proxy = await openRpcProxy(chain.url)
  folder = await mkdtemp(join(tmpdir(), 'hullmark-both-'))
  const collateral = [
    { symbol: 'WETH', decimals: 18, price: 3_000n * USD },
    ...Array.from({ length: 19 }, (_, i) => ({ symbol: `C${i}`, decimals: 18, price: 100n * USD })),
  ]
  for (const symbol of ['USDC', 'USDT']) {
    const comet = await stage.openComet({
      base: { symbol, decimals: 6, price: USD },
      collateral,
      title: `Compound III ${symbol}`,
    })
    comets.push(comet)
    await stage.send(comet.supply(LENDER, comet.base, 10n ** 13n))
  }
  const loan = { supplied: { WETH: 10n ** 18n, WBTC: 10n ** 6n }, owed: { USDC: 10n ** 9n } }
  await chain.send(FORTY.flatMap((wallet) => openingCalls(chain, wallet, loan)))
  const [usdc] = comets as [Comet]
  // One of the collaterals that only a second byte of flags knows.
  const [weth, ...others] = usdc.collateral as [CometToken, ...CometToken[]]
  const late = others[17] as CometToken
  for (const wallet of FORTY) {
    await stage.send(
      usdc.supply(wallet, weth, 10n ** 18n),
      usdc.supply(wallet, late, 10n ** 18n),
      usdc.withdraw(wallet, usdc.base, 10n ** 9n),
    )
  }
}, 180_000)
afterAll(async () => {
  await Promise.all([chain.stop(), proxy.close()])
  await rm(folder, { recursive: true, force: true })
})

/** A book of one chain, as its owner would write it. */
function bookOf(wallets: readonly Address[]): string {
  const wallet = `wallet: [${wallets.map((one) => `"${one}"`).join(', ')}]`
  const markets = comets.map(({ market }) => `{ name: ${market.name}, title: ${market.title}, address: "${market.address}" }`)
  return [
    'name: both',
    `chains: { sandbox: { id: ${chain.chainId}, title: Sandbox, rpc: SANDBOX_RPC_URL } }`,
    'loans:',
    `  - { protocol: aave-v3, chain: sandbox, ${wallet}, markets: [{ name: sandbox-core, address: "${chain.provider}" }] }`,
    `  - { protocol: compound-v3, chain: sandbox, ${wallet}, markets: [${markets.join(', ')}] }`,
    '',
  ].join('\n')
}

/** What one pass of a command asked of the chain, and what it said. */
async function pass(wallets: readonly Address[], cache: string, args: readonly string[]) {
  const book = join(folder, `book-${wallets.length}.yaml`)
  await writeFile(book, bookOf(wallets), { mode: 0o600 })
  await chain.mine()
  proxy.rule(() => PASS)
  const env = { HULLMARK_BOOK: book, HULLMARK_CACHE_DIR: join(folder, cache), SANDBOX_RPC_URL: proxy.url }
  const said = await hullmark(args, { env })
  return { ...said, asked: proxy.requests.map(({ calls }) => calls.map(({ method }) => method)) }
}

const ONE_REQUEST = [['eth_call', 'eth_getBlockByNumber']]

test.each([1, 40])('one HTTP request a pass for %i wallets over both protocols, cold and warm', async (count) => {
  for (const temperature of ['cold', 'warm']) {
    const { code, out, asked } = await pass(FORTY.slice(0, count), `cache-${count}`, ['check'])
    expect([code, asked], `${temperature}: ${out}`).toEqual([0, ONE_REQUEST])
  }
})

test('the forty loans of each protocol are all in it, at one block', async () => {
  proxy.rule(() => PASS)
  const aave = { name: 'sandbox-core', title: 'Aave v3', protocol: 'aave-v3', chainId: chain.chainId, address: chain.provider }
  const { positions, gaps } = await stage.read([aave, ...comets.map(({ market }) => market)], FORTY, { url: proxy.url })
  expect(proxy.requests.map(({ calls }) => calls.map(({ method }) => method))).toEqual(ONE_REQUEST)
  expect(gaps).toEqual([])
  expect(new Set(positions.map(({ source }) => source.block?.hash)).size).toBe(1)
  expect(positions.filter(({ protocol }) => protocol === 'aave-v3').map(({ wallet }) => wallet)).toEqual(FORTY)
  const loans = positions.filter(({ protocol }) => protocol === 'compound-v3').map(asCompoundV3)
  expect(loans.map(({ wallet }) => wallet)).toEqual(FORTY)
  for (const { venue, collateral } of loans) expect([venue, collateral.length]).toEqual(['Compound III USDC', 2])
})

test('a node that allows 15 million gas a call: in parts, at one block, the same loans', async () => {
  const aave = { name: 'sandbox-core', title: 'Aave v3', protocol: 'aave-v3', chainId: chain.chainId, address: chain.provider }
  const markets = [aave, ...comets.map(({ market }) => market)]
  const whole = await stage.read(markets, FORTY)
  const gas = `0x${(15_000_000).toString(16)}`
  const capped = (call: WireCall): WireCall =>
    call.method === 'eth_call' ? { ...call, params: [{ ...(call.params[0] as object), gas }, ...call.params.slice(1)] } : call
  proxy.rule(() => ({ kind: 'pass', forward: capped }))
  const parts = await stage.read(markets, FORTY, { url: proxy.url })
  expect(proxy.requests.length).toBeGreaterThan(2)
  expect([parts.gaps, parts.positions.length]).toEqual([[], 80])
  const amounts = ({ positions }: Reading) =>
    new Map(positions.map((one) => [one.id, one.protocol === 'compound-v3' ? one.baseBalance : one.source.block?.hash]))
  expect(amounts(parts)).toEqual(amounts(whole))
})

test('the report names a leg of each protocol, both agree with their contracts, and both can be stored', async () => {
  const file = join(folder, 'snapshot.json')
  const { code, out } = await pass(FORTY.slice(0, 1), 'report', ['report', '--format', 'json', '--save-snapshot', file])
  const { legs } = JSON.parse(out) as ReportJson
  expect(code).toBe(0)
  expect(legs.map(({ venue, class: agreement }) => [venue, agreement])).toEqual([
    ['Aave v3 sandbox-core', 'agree'],
    ['Compound III USDC', 'agree'],
  ])
  // (3,000 + 100) x 0.85 over 1,000 and the interest since.
  expect(legs[1]?.health).toMatch(/^2\.63/)
  const again = await hullmark(['assess', file, '--format', 'json'], { env: {} })
  expect((JSON.parse(again.out) as ReportJson).legs).toEqual(legs)
})
