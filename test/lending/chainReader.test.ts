import { type Address, pad, parseAbi, toHex } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readChain } from '../../src/lending/chainReader.ts'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { openChain } from '../sandbox/chain.ts'
import type { Chain } from '../sandbox/connectChain.ts'
import { asAaveV3, onlyPosition, readTools, sandboxMarket, sandboxQuery } from '../support/chainRead.ts'
import { openRpcProxy, type RpcProxy } from '../support/rpcProxy.ts'

const ETHER = 10n ** 18n
const BALANCE = parseAbi(['function balanceOf(address) view returns (uint256)'])

let chain: Chain
let proxy: RpcProxy

beforeAll(async () => {
  chain = await openChain()
  proxy = await openRpcProxy(chain.url)
}, 60_000)

afterAll(async () => {
  await proxy?.close()
  await chain?.stop()
})

beforeEach(() => proxy.rule(() => ({ kind: 'pass' })))

/** A wallet nobody used before. */
const wallet = (index: number): Address => pad(toHex(0xabc000 + index), { size: 20 })
const read = (wallets: readonly Address[]) => readChain(sandboxQuery(chain, proxy.url, wallets), readTools())

async function expectEqualToContracts(position: AaveV3Position): Promise<void> {
  const user = position.wallet as Address
  for (const reserve of position.reserves) {
    const token = chain.tokens[reserve.asset.symbol]
    if (token === undefined) throw new RangeError(reserve.asset.symbol)
    const [supplied, variable, stable] = await Promise.all(
      [token.aToken, token.variableDebt, token.stableDebt].map((address) =>
        chain.public.readContract({ address, abi: BALANCE, functionName: 'balanceOf', args: [user] }),
      ),
    )
    expect(reserve.supplied).toBe(supplied)
    expect(reserve.debt).toBe((variable as bigint) + (stable as bigint))
    expect(reserve.price).toBe(await chain.price(reserve.asset.symbol as 'WETH'))
    expect(reserve.asset.key).toBe(`eip155:31337/${token.address.toLowerCase()}`)
  }
  const data = await chain.accountData(user)
  expect(position.reported).toEqual({
    totalCollateral: data.totalCollateralBase,
    totalDebt: data.totalDebtBase,
    healthFactor: data.totalDebtBase === 0n ? null : data.healthFactor,
  })
}

describe('what is read', () => {
  test('a loan with interest: every figure is the contracts own, in one HTTP request', async () => {
    const user = wallet(1)
    await chain.supply(user, 'WETH', 10n * ETHER)
    await chain.supply(user, 'WBTC', 20_000_000n, { collateral: false })
    await chain.borrow(user, 'USDC', 9_000_000_000n)
    await chain.borrow(user, 'USDC', 1_000_000_000n, 'stable')
    await chain.mine((await chain.block()).timestamp + 86_400n * 30n)

    const reading = await read([user])
    expect(proxy.requests.map(({ calls }) => calls.map(({ method }) => method))).toEqual([['eth_call', 'eth_getBlockByNumber']])
    const position = onlyPosition(reading)
    await expectEqualToContracts(position)
    const [weth, wbtc, usdc] = position.reserves
    expect(position.reserves.map(({ asset, id, collateral }) => [asset.symbol, id, collateral])).toEqual([
      ['WETH', 0, true],
      ['WBTC', 1, false],
      ['USDC', 2, false],
    ])
    expect(weth).toMatchObject({
      ltv: 8050n,
      liquidationThreshold: 8300n,
      liquidationBonus: 10500n,
      inEMode: false,
      decimals: 18,
    })
    expect(wbtc).toMatchObject({ liquidationThreshold: 7800n, active: true, frozen: false, paused: false })
    // 10,000 USDC and a month of interest.
    expect(usdc?.debt).toBeGreaterThan(10_030_000_000n)
    const block = await chain.block()
    expect(position).toMatchObject({ revision: 1, baseUnit: 100_000_000n, eModeCategory: 0, wallet: user })
    expect(position.id).toBe(`aave-v3/sandbox/${user}`)
    expect(position.source.block).toEqual({ ...block, chainId: 31337 })
    expect(position.source).toMatchObject({ venueTime: Number(block.timestamp) * 1000, confirmed: false, notes: [] })
    expect(reading.gaps).toEqual([])
    // The borrowed money lies in the wallet: cash, at the oracle's price.
    const cash = reading.cash.find(({ asset }) => asset.symbol === 'USDC')
    expect([cash?.amount.toFixed(), cash?.price?.toFixed(), cash?.place]).toEqual([
      '10000',
      '1',
      'wallet 0x0000..c001 on Sandbox',
    ])
  })

  test('forty wallets cost one HTTP request, and each keeps its own figures', async () => {
    const wallets = Array.from({ length: 40 }, (_, i) => wallet(100 + i))
    await chain.supply(wallets[3] as Address, 'WETH', ETHER)
    await chain.supply(wallets[39] as Address, 'wstETH', 2n * ETHER)
    await chain.borrow(wallets[39] as Address, 'WETH', ETHER)
    const reading = await read(wallets)
    expect(proxy.requests).toHaveLength(1)
    expect(reading.positions.map((position) => position.wallet)).toEqual([wallets[3], wallets[39]])
    const positions = reading.positions.map(asAaveV3)
    for (const position of positions) await expectEqualToContracts(position)
    expect(positions[0]?.reported.healthFactor).toBeNull()
    expect(reading.notes).toHaveLength(38)
    expect(reading.notes[0]).toBe('no position found on Sandbox for 0x0000..c064 (looked in Aave v3 Sandbox)')
  })

  test('an e-mode account is given its category, and only for the reserves in it', async () => {
    const user = wallet(2)
    await chain.supply(user, 'wstETH', 10n * ETHER)
    await chain.supply(user, 'WBTC', 10_000_000n)
    await chain.setEMode(user, 1)
    await chain.borrow(user, 'WETH', 9n * ETHER)
    const position = onlyPosition(await read([user]))
    await expectEqualToContracts(position)
    expect(position.eModeCategory).toBe(1)
    const rows = position.reserves.map(({ asset, inEMode, ltv, liquidationThreshold, liquidationBonus }) => {
      return [asset.symbol, inEMode, ltv, liquidationThreshold, liquidationBonus]
    })
    expect(rows).toEqual([
      ['WETH', true, 9300n, 9500n, 10100n],
      ['WBTC', false, 7300n, 7800n, 10500n],
      ['wstETH', true, 9300n, 9500n, 10100n],
    ])
  })

  test('paused and frozen reserves are told', async () => {
    const user = wallet(3)
    await chain.supply(user, 'WBTC', 10_000_000n)
    await chain.setReserveFlags('WBTC', { paused: true, frozen: true })
    const position = onlyPosition(await read([user]))
    await chain.setReserveFlags('WBTC', { paused: false, frozen: false })
    expect(position.reserves[0]).toMatchObject({ paused: true, frozen: true, active: true })
  })

  test('money of the chain itself is cash without a price', async () => {
    const user = wallet(4)
    await chain.test.setBalance({ address: user, value: 5n * 10n ** 17n })
    const { cash, positions } = await read([user])
    expect(positions).toEqual([])
    expect(cash.map(({ asset, amount, price }) => [asset.symbol, amount.toFixed(), price])).toEqual([['coin', '0.5', null]])
  })

  test('the same market twice: the cash is counted once', async () => {
    const user = wallet(5)
    await chain.fund(user, 'USDC', 7_000_000n)
    const query = sandboxQuery(chain, proxy.url, [user])
    const twin = { ...sandboxMarket(chain), name: 'twin', title: 'Twin' }
    const reading = await readChain({ ...query, markets: [...query.markets, twin] }, readTools())
    expect(proxy.requests).toHaveLength(1)
    expect(reading.cash.map(({ asset, amount }) => [asset.symbol, amount.toFixed()])).toEqual([['USDC', '7']])
  })
})

describe('one fault does not hide the rest', () => {
  test('a dead feed: accounts that use it are gaps with the reason, the others are read', async () => {
    const [hit, safe] = [wallet(10), wallet(11)]
    await chain.supply(hit, 'WBTC', 10_000_000n)
    await chain.borrow(hit, 'USDC', 1_000_000_000n)
    await chain.supply(safe, 'WETH', ETHER)
    await chain.supply(safe, 'WBTC', 10_000n, { collateral: false })
    const before = await chain.price('WBTC')
    await chain.setPrice('WBTC', 0n)
    const reading = await read([hit, safe])
    await chain.setPrice('WBTC', before)
    expect(reading.gaps).toMatchObject([
      {
        leg: `aave-v3/sandbox/${hit}`,
        code: 'incomplete-answer',
        reason: 'Aave v3 Sandbox, 0x0000..c00a, has no health: the oracle gives no price for WBTC.',
      },
    ])
    const position = onlyPosition(reading)
    expect(position.wallet).toBe(safe)
    expect(position.reserves.map(({ asset, price }) => [asset.symbol, price === null])).toEqual([
      ['WETH', false],
      ['WBTC', true],
    ])
  })

  test('a market without code is a gap with the reason beside a market that is read', async () => {
    const user = wallet(12)
    await chain.supply(user, 'WETH', ETHER)
    const query = sandboxQuery(chain, proxy.url, [user])
    const none = { ...sandboxMarket(chain), name: 'none', title: 'Aave v3 Nowhere', address: wallet(999) }
    const odd = { ...sandboxMarket(chain), name: 'odd', title: 'Aave v3 Odd', address: chain.pool }
    const reading = await readChain({ ...query, markets: [none, odd, ...query.markets] }, readTools())
    expect(proxy.requests).toHaveLength(1)
    expect(reading.gaps.map(({ leg, reason }) => [leg, reason])).toEqual([
      ['Aave v3 Nowhere', 'Aave v3 Nowhere has no contract at its address.'],
      ['Aave v3 Odd', 'Aave v3 Odd gave no usable answer to getPool.'],
    ])
    expect(onlyPosition(reading).wallet).toBe(user)
  })

  test('a protocol that nobody reads is a gap', async () => {
    const query = sandboxQuery(chain, proxy.url, [wallet(13)])
    const foreign = { ...sandboxMarket(chain), title: 'Morpho', protocol: 'morpho' }
    const reading = await readChain({ ...query, markets: [foreign] }, readTools())
    expect(reading.gaps).toMatchObject([{ leg: 'Morpho', code: 'unsupported' }])
  })

  // Runtime code that a token may have: reverts; loops until its gas is gone; answers at great length.
  const HOSTILE = {
    reverts: '0x60006000fd',
    'burns all gas': '0x5b600056',
    'returns 60,000 zeros': '0x61ea606000f3',
  } as const
  test.each(Object.entries(HOSTILE))('a token that %s costs neither the position nor the others', async (_, bytecode) => {
    const user = wallet(20)
    const { address } = chain.tokens.wstETH
    const reading = await chain.rehearse(async () => {
      await chain.supply(user, 'WETH', ETHER)
      await chain.supply(user, 'wstETH', ETHER)
      await chain.test.setCode({ address, bytecode })
      return read([user, wallet(21)])
    })
    expect(proxy.requests).toHaveLength(1)
    expect(reading.gaps).toEqual([])
    const position = onlyPosition(reading)
    const broken = position.reserves.find(({ asset }) => asset.key.endsWith(address.toLowerCase()))
    expect(broken).toMatchObject({ supplied: ETHER, decimals: 18 })
    if (bytecode !== HOSTILE['returns 60,000 zeros']) {
      expect(broken?.availableLiquidity).toBe(0n)
      expect(position.source.notes[0]).toContain('the token does not tell what the pool holds of it')
      expect(reading.notes[0]).toContain('could not be read; it is not counted as cash')
    }
    expect(reading.cash.every(({ asset }) => !asset.key.endsWith(address.toLowerCase()))).toBe(true)
  })
})
