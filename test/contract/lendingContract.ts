import type { Address } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Market, Reading } from '../../src/lending/protocol.ts'
import { assess } from '../../src/risk/assess.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { LegView } from '../../src/risk/view.ts'

/** What every stage lists: 6, 18 and 8 decimals, and two tokens that are not what they are called. */
export type Coin = 'usd' | 'eth' | 'btc' | 'fake' | 'hostile'

/** A market on a chain of its own. Amounts are whole units, prices USD. Time stands still unless `wait` moves it. */
export type LendingStage = {
  readonly market: Market
  readonly token: (coin: Coin) => Address
  /** Supplies, as collateral where the protocol takes it as such. Given to the wallet beforehand. */
  readonly supply: (wallet: Address, coin: Coin, amount: string) => Promise<void>
  /** Always of `usd`. */
  readonly borrow: (wallet: Address, amount: string) => Promise<void>
  /** Puts tokens into the wallet itself. */
  readonly fund: (wallet: Address, coin: Coin, amount: string) => Promise<void>
  /** 1e8 is 1 USD; 0: a dead feed. */
  readonly setPrice: (coin: Coin, ticks: bigint) => Promise<void>
  /** A real liquidation of all that may be taken of this collateral, mined; null: it succeeded, else how it was refused. */
  readonly liquidate: (wallet: Address, coin: Coin) => Promise<string | null>
  /** Does the work, then puts the chain back. */
  readonly rehearse: <T>(work: () => Promise<T>) => Promise<T>
  readonly wait: (seconds: bigint) => Promise<void>
  readonly read: (...wallets: readonly Address[]) => Promise<Reading>
  readonly readIn: (market: Market, ...wallets: readonly Address[]) => Promise<Reading>
  readonly stop: () => Promise<void>
  /** Stops liquidations. */
  readonly pause: () => Promise<void>
  // What not every protocol has: null where it has none.
  /** The collateral switch of one reserve, off. */
  readonly switchOff: ((wallet: Address, coin: Coin) => Promise<void>) | null
  /** Puts a wallet into a category that holds `eth` and not `btc`. */
  readonly enterEMode: ((wallet: Address) => Promise<void>) | null
  readonly freeze: ((coin: Coin) => Promise<void>) | null
  /** Supplies a hundred of a token with 27 decimals, at 100 USD; null: the contracts cannot hold one. */
  readonly supplyRay: ((wallet: Address) => Promise<void>) | null
  /** A market that lists a token with 27 decimals all the same; null: that is nothing special. */
  readonly openRayMarket: (() => Promise<Market>) | null
}

/** What differs from protocol to protocol, as data. */
export type LendingFacts = {
  readonly name: string
  readonly open: () => Promise<LendingStage>
  /** Share of its worth for which ETH covers debt, alone and in e-mode. */
  readonly cover: { readonly eth: string; readonly btc: string; readonly eMode: string | null }
  /** Features: which the protocol has. One that it has not is tested to be missing. */
  readonly has: { readonly collateralSwitch: boolean; readonly eMode: boolean; readonly freeze: boolean; readonly ray: boolean }
  /** Whether the venue has a health of its own to be held against ours. */
  readonly tellsHealth: boolean
  /** How a paused market refuses a liquidation, and what the leg says of it. */
  readonly paused: { readonly refusal: RegExp; readonly note: RegExp }
  /** How a healthy account is refused. */
  readonly healthy: RegExp
  /** What is left of an account whose collateral no longer covers its debt, once all of it was taken. */
  readonly wipedOut: 'nothing' | 'debt'
}

let wallets = 0
const newWallet = (): Address => `0x${(0xabc_0000 + wallets++).toString(16).padStart(40, '0')}`
const TICKS = 10n ** 8n

/** What every lending protocol's adapter must do, against contracts that decide by the protocol's own rule. */
export function lendingContract(facts: LendingFacts): void {
  let stage: LendingStage
  beforeAll(async () => {
    stage = await facts.open()
  }, 120_000)
  afterAll(() => stage.stop())

  const viewOf = async (wallet: Address) => {
    const reading = await stage.read(wallet)
    const at = Math.max(0, ...reading.positions.map(({ source }) => source.readAt))
    const view = assess({ book: 'main', at, legs: reading.positions, disputes: [], oneSource: [], ...reading }, DEFAULT_POLICY)
    return { reading, view }
  }

  /** The one leg, read whole and agreeing with the venue. */
  async function legOf(wallet: Address): Promise<LegView> {
    const { reading, view } = await viewOf(wallet)
    expect([reading.gaps, view.gaps]).toEqual([[], []])
    expect(view.legs.map(({ id }) => id)).toEqual([`${stage.market.protocol}/${stage.market.name}/${wallet.toLowerCase()}`])
    const [leg] = view.legs as [LegView]
    expect(leg.agreement).toBe('agree')
    expect(leg.checks.some(({ figure }) => figure === 'health')).toBe(facts.tellsHealth)
    return leg
  }

  const priceOf = ({ liquidation }: LegView, coin: Coin, side: 'down' | 'up'): bigint | null => {
    const key = `eip155:${stage.market.chainId}/${stage.token(coin).toLowerCase()}`
    const found = liquidation.find((one) => one.key === key && one.side === side)
    if (found === undefined || found.price === null) return null
    expect(found.exact).toBe(true)
    return BigInt(found.price.times('1e8').toFixed(0))
  }

  const attempt = (wallet: Address, coin: Coin, ticks: bigint): Promise<string | null> =>
    stage.rehearse(async () => {
      await stage.setPrice(coin, ticks)
      return stage.liquidate(wallet, coin)
    })

  /** At the price the contracts refuse, one tick further they liquidate. */
  async function expectLastSafe(wallet: Address, coin: Coin, ticks: bigint): Promise<void> {
    expect(await attempt(wallet, coin, ticks), `at ${ticks}`).toMatch(facts.healthy)
    expect(await attempt(wallet, coin, ticks - 1n), `at ${ticks - 1n}`).toBeNull()
  }

  describe(`${facts.name}: what is held`, () => {
    test('no position: no leg, no gap, and where was looked', async () => {
      const wallet = newWallet()
      const { positions, cash, gaps, notes } = await stage.read(wallet)
      expect([positions, cash, gaps]).toEqual([[], [], []])
      expect(notes.join()).toContain(`(looked in ${stage.market.title})`)
    })

    test('tokens in the wallet are cash, and no leg', async () => {
      const wallet = newWallet()
      await stage.fund(wallet, 'usd', '12.5')
      await stage.fund(wallet, 'btc', '0.5')
      const { positions, cash, gaps } = await stage.read(wallet)
      expect([positions, gaps]).toEqual([[], []])
      expect(cash.map(({ amount, price }) => [amount.toFixed(), price?.toFixed()]).sort()).toEqual([
        ['0.5', '90000'],
        ['12.5', '1'],
      ])
    })

    test.each(['usd', 'eth'] as const)('a supply of %s alone owes nothing, and nothing liquidates it', async (coin) => {
      const wallet = newWallet()
      await stage.supply(wallet, coin, '100')
      const leg = await legOf(wallet)
      expect([leg.health, leg.required.toFixed(), leg.grade]).toEqual([null, '0', 'no-risk'])
      expect(leg.equity.toFixed()).toBe(coin === 'usd' ? '100' : '300000')
      expect(leg.liquidation).toEqual([])
    })

    test('one collateral: the last safe price, proven by a liquidation one tick beyond', async () => {
      const wallet = newWallet()
      await stage.supply(wallet, 'eth', '10')
      await stage.borrow(wallet, '15000')
      const leg = await legOf(wallet)
      // 15,000 / (10 x cover), in whole ticks, rounded up.
      const exact = dec('15000').div(dec('10').times(facts.cover.eth)).times('1e8')
      const price = priceOf(leg, 'eth', 'down')
      expect(price).toBe(BigInt(exact.ceil().toFixed()))
      await expectLastSafe(wallet, 'eth', price as bigint)
    })

    test('many collaterals, weeks of interest: each price is the last safe one, all others still', async () => {
      const wallet = newWallet()
      await stage.rehearse(async () => {
        await stage.supply(wallet, 'eth', '10.000000000000000007')
        await stage.supply(wallet, 'btc', '0.30000001')
        await stage.supply(wallet, 'hostile', '10')
        await stage.borrow(wallet, '31000.000003')
        await stage.wait(30n * 86_400n)
        const leg = await legOf(wallet)
        expect(leg.required.gt('31000.000003')).toBe(true)
        for (const coin of ['eth', 'btc'] as const) await expectLastSafe(wallet, coin, priceOf(leg, coin, 'down') as bigint)
      })
    })

    test('dust: one base unit supplied, one owed', async () => {
      const wallet = newWallet()
      await stage.supply(wallet, 'btc', '0.00000001')
      expect((await legOf(wallet)).health).toBeNull()
      await stage.supply(wallet, 'eth', '1')
      await stage.borrow(wallet, '0.000001')
      const leg = await legOf(wallet)
      // The price of one base unit is 100 ticks; ETH covers it a billion times over.
      expect(leg.required.toFixed()).toBe('0.000001')
      expect(leg.health?.gt(10n ** 9n)).toBe(true)
      expect(leg.grade).not.toBe('liquidatable')
    })
  })

  describe(`${facts.name}: what goes wrong`, () => {
    test('a price of zero: the account is a gap, and hides no other', async () => {
      const [broken, whole] = [newWallet(), newWallet()]
      await stage.supply(broken, 'btc', '1')
      await stage.borrow(broken, '1000')
      await stage.supply(whole, 'eth', '1')
      await stage.rehearse(async () => {
        await stage.setPrice('btc', 0n)
        const { positions, gaps } = await stage.read(broken, whole)
        expect(positions.map(({ wallet }) => wallet)).toEqual([whole])
        expect(gaps.map(({ leg, code, retryable }) => [leg, code, retryable])).toEqual([
          [`${stage.market.protocol}/${stage.market.name}/${broken.toLowerCase()}`, 'incomplete-answer', true],
        ])
        expect(gaps[0]?.reason).toContain('WBTC')
      })
    })

    test('underwater: liquidatable, and worth less than nothing', async () => {
      const wallet = newWallet()
      await stage.supply(wallet, 'eth', '10')
      await stage.borrow(wallet, '15000')
      await stage.rehearse(async () => {
        await stage.setPrice('eth', 1_200n * TICKS)
        const leg = await legOf(wallet)
        expect([leg.grade, leg.equity.toFixed()]).toEqual(['liquidatable', '-3000'])
        // 12,000 x cover / 15,000
        expect(leg.health?.toFixed(12)).toBe(dec('12000').times(facts.cover.eth).div('15000').toFixed(12))
      })
    })

    test(`liquidated until no collateral is left: ${facts.wipedOut} is left`, async () => {
      const wallet = newWallet()
      await stage.supply(wallet, 'eth', '10')
      await stage.borrow(wallet, '15000')
      await stage.rehearse(async () => {
        await stage.setPrice('eth', 1_200n * TICKS)
        expect(await stage.liquidate(wallet, 'eth')).toBeNull()
        const { reading, view } = await viewOf(wallet)
        expect([reading.gaps, view.gaps]).toEqual([[], []])
        if (facts.wipedOut === 'nothing') expect(reading.positions).toEqual([])
        else
          expect(view.legs.map(({ grade, cover, health }) => [grade, cover.toFixed(), health?.toFixed()])).toEqual([
            ['liquidatable', '0', '0'],
          ])
      })
    })

    test('paused: it could be liquidated and cannot be, and both is said', async () => {
      const wallet = newWallet()
      await stage.supply(wallet, 'eth', '10')
      await stage.borrow(wallet, '15000')
      await stage.rehearse(async () => {
        await stage.setPrice('eth', 1_500n * TICKS)
        await stage.pause()
        const leg = await legOf(wallet)
        expect(leg.grade).toBe('liquidatable')
        expect(leg.notes.join()).toMatch(facts.paused.note)
        expect(await stage.liquidate(wallet, 'eth')).toMatch(facts.paused.refusal)
      })
    })
  })

  describe(`${facts.name}: tokens are addresses`, () => {
    test('a symbol that hides and reorders text is shown as plain text', async () => {
      const wallet = newWallet()
      await stage.supply(wallet, 'hostile', '10')
      const { positions } = await stage.read(wallet)
      const shown = JSON.stringify(positions, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))
      expect(shown).toContain('[31m<b>USDC')
      expect(shown).not.toMatch(/\\u001b|\u202e|\u200b/)
    })

    test('a fake USDC is another asset at its own price, and moves by itself', async () => {
      const wallet = newWallet()
      await stage.supply(wallet, 'fake', '1000')
      await stage.fund(wallet, 'usd', '7')
      const leg = await legOf(wallet)
      expect(leg.equity.toFixed()).toBe('500')
      const { positions, cash } = await stage.read(wallet)
      const key = `eip155:${stage.market.chainId}/${stage.token('fake').toLowerCase()}`
      const [position] = positions
      const held =
        position?.protocol === 'compound-v3' ? position.collateral : position?.protocol === 'aave-v3' ? position.reserves : []
      expect(held.map(({ asset }) => asset)).toEqual([{ key, symbol: 'USDC', factor: `OWN:${key}`, basis: null }])
      expect(cash.map(({ asset }) => asset.factor)).toEqual(['USD:USDC'])
    })
  })

  describe(`${facts.name}: what not every protocol has`, () => {
    /** A case of a feature; where the protocol has none, that is what the test says. */
    const featured = <K extends 'switchOff' | 'enterEMode' | 'freeze' | 'supplyRay' | 'openRayMarket'>(
      feature: K,
      has: boolean,
      work: (use: NonNullable<LendingStage[K]>) => Promise<void>,
    ): void => {
      test(`${feature}: ${has ? 'as the contracts have it' : `${facts.name} has none`}`, async () => {
        const use = stage[feature]
        expect(use !== null).toBe(has)
        if (use !== null) await work(use as NonNullable<LendingStage[K]>)
      })
    }
    const { has } = facts

    featured('switchOff', has.collateralSwitch, async (switchOff) => {
      const wallet = newWallet()
      await stage.supply(wallet, 'eth', '10')
      await stage.supply(wallet, 'btc', '1')
      await stage.borrow(wallet, '15000')
      const before = await legOf(wallet)
      await switchOff(wallet, 'btc')
      const after = await legOf(wallet)
      // Still owned, but no cover: 30,000 x cover / 15,000.
      expect(after.equity.toFixed()).toBe(before.equity.toFixed())
      expect(after.health?.toFixed(12)).toBe(dec('30000').times(facts.cover.eth).div('15000').toFixed(12))
      await expectLastSafe(wallet, 'eth', priceOf(after, 'eth', 'down') as bigint)
    })

    featured('enterEMode', has.eMode, async (enterEMode) => {
      const [inside, outside] = [newWallet(), newWallet()]
      for (const wallet of [inside, outside]) {
        await stage.supply(wallet, 'eth', '10')
        await stage.supply(wallet, 'btc', '0.1')
        if (wallet === inside) await enterEMode(wallet)
        await stage.borrow(wallet, '20000')
      }
      // ETH counts for more in the category, BTC stands outside of it: (30,000 x its share + 9,000 x 0.78) / 20,000, to a basis point.
      const healthAt = (eth: string) => dec('30000').times(eth).plus(dec('9000').times(facts.cover.btc)).div('20000')
      for (const [wallet, eth] of [
        [inside, facts.cover.eMode as string],
        [outside, facts.cover.eth],
      ] as const) {
        const leg = await legOf(wallet)
        expect(leg.health?.minus(healthAt(eth)).abs().lt('0.0002')).toBe(true)
        for (const coin of ['eth', 'btc'] as const) {
          const price = priceOf(leg, coin, 'down')
          if (price !== null) await expectLastSafe(wallet, coin, price)
        }
      }
    })

    featured('freeze', has.freeze, async (freeze) => {
      const wallet = newWallet()
      await stage.supply(wallet, 'eth', '10')
      await stage.borrow(wallet, '15000')
      await stage.rehearse(async () => {
        await freeze('eth')
        const leg = await legOf(wallet)
        expect(leg.health?.toFixed(12)).toBe(dec('30000').times(facts.cover.eth).div('15000').toFixed(12))
        await expectLastSafe(wallet, 'eth', priceOf(leg, 'eth', 'down') as bigint)
      })
    })

    featured('supplyRay', has.ray, async (supplyRay) => {
      const wallet = newWallet()
      await supplyRay(wallet)
      await stage.borrow(wallet, '5000')
      const leg = await legOf(wallet)
      expect(leg.equity.toFixed()).toBe('5000')
      // 100 x 100 USD at 70 % over 5,000.
      expect(leg.health?.toFixed()).toBe('1.4')
    })

    featured('openRayMarket', !has.ray, async (openRayMarket) => {
      const market = await openRayMarket()
      const { positions, gaps } = await stage.readIn(market, newWallet())
      expect(positions).toEqual([])
      expect(gaps.map(({ leg, code }) => [leg, code])).toEqual([[market.title, 'incomplete-answer']])
    })
  })
}
