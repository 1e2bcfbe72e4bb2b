import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { json } from '../../src/report/json.ts'
import { reportJsonSchema } from '../../src/report/schema.ts'
import { verdictLine } from '../../src/report/sentence.ts'
import { terminal } from '../../src/report/terminal.ts'
import { assess } from '../../src/risk/assess.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Gap, Snapshot } from '../../src/risk/leg.ts'
import { aChainSource, aComet, aLoan, anAsset, aPool, aPosition, aReserve, aSnapshot, aSpoke, USDC } from '../support/books.ts'
import { findings } from '../support/findings.ts'
import { CASH, FUNDED_POOL, RATED_LOAN, reportFindings } from '../support/reportBook.ts'

const view = (over: Partial<Snapshot> = {}) => assess(aSnapshot(over), DEFAULT_POLICY)
const page = (over: Partial<Snapshot> = {}, colour = false) => terminal.render(findings(aSnapshot(over)), { colour, banners: [] })
const GAP: Gap = {
  leg: 'bybit/main',
  code: 'unreachable',
  reason: 'Bybit did not answer within 10 s.',
  hint: 'Its legs are unknown.',
  retryable: true,
}

/** The pool of the documentation with the venue's own figures beside ours. */
const checked = aPool({
  positions: [aPosition({ reported: { liquidationPrice: dec('2409.63855421'), maintenance: dec(250), unrealized: dec(0) } })],
  reported: { equity: dec(12_000), maintenance: dec(250), initialMargin: null, withdrawable: null },
})

describe('the terminal page', () => {
  test('the book of the documentation, whole and line by line', () => {
    const legs = [
      { ...RATED_LOAN, source: aChainSource({ name: 'Aave', confirmed: true }) },
      { ...FUNDED_POOL, settlePriceFrom: 'venue' as const },
    ]
    expect(terminal.render(reportFindings({ legs }), { colour: false, banners: [] })).toBe(
      [
        'WARNING  first liquidation at -19.6 % (ETH 2,409.64)   22 Nov 2026 13:40 UTC',
        'The futures account dies first. The loan would hold to -43.4 %.',
        'Swap 10,000 USDC to USDT and add it to the margin: room grows to -36.4 %.',
        '(Repaying the loan with it instead would leave the room at -19.6 %.)',
        '',
        'LEG                 NOW                 DIES AT        ROOM   LIQUIDATION COST',
        'Aave v3 Ethereum    HF 1.7698           -43.4 % *      ####   550 (5 % of half)',
        'Binance USDT cross  margin ratio 2.1 %  ETH 2,409.64   ##     193 to the venue',
        '* all market factors falling together; ETH alone -68.0 %',
        '',
        'SAFE CORRIDOR   -19.6 % |------------- now -------------| no upper wall',
        'IF FUTURES DIE  11,808-12,000 USDT lost; 22,000 USDC debt stays (10,000 cash)',
        'REPLAY          today 1 of 12 survived; after the move 6 of 12',
        'CARRY           -19.56 USD/day (funding -18.00, borrow -3.13, supply +1.57)',
        'RATES           USDC borrow 5.4 % at 82 % used; beyond 92 % it climbs to 45.1 %',
        '                (-19.31 USD/day more); rewards not counted',
        'MONEY CLOCK     margin top-up ~5 min; repay ~1 min; withdraw ~20 min (book file)',
        'SOURCES         Aave block 24,100,000, 8 s | Binance 2 s | oracle = mark',
        'SELF-CHECK      HF 1.7698 = contract; liq 2,409.64 = venue. No drift.',
        '',
      ].join('\n'),
    )
  })

  test('no line is wider than 80 columns, whatever a token calls itself', () => {
    const wide = anAsset(`${'W'.repeat(300)}\u202e\u001b[2J`, 'OWN:eip155:1/0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2')
    const reserves = [
      aReserve({ asset: wide, id: 0, decimals: 18, supplied: 10n ** 22n }),
      aReserve({ asset: USDC, id: 1, decimals: 6, debt: 6n * 10n ** 9n, collateral: false }),
    ]
    const reported = { totalCollateral: 10n ** 12n, totalDebt: 6n * 10n ** 11n, healthFactor: 1_300_000_000_000_000_000n }
    const text = page({ legs: [aLoan({ reserves, reported }), checked], gaps: [GAP, { ...GAP, reason: 'x'.repeat(300) }] })
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(text).not.toContain('\u001b')
    expect(text).not.toContain('\u202e')
  })

  test('colours only when asked for', () => {
    expect(page({}, true)).toContain('\u001b[')
    expect(page({}, false)).not.toContain('\u001b[')
  })

  test('what could not be read stands in the verdict and below, with what to do', () => {
    const calm = page({ legs: [aLoan()], gaps: [GAP] })
    expect(calm).toContain('UNKNOWN  not read: bybit/main; the rest dies at -43.4 % (all market factors')
    expect(calm.replace(/\s+/g, ' ')).toContain('NOT READ bybit/main: Bybit did not answer within 10 s. Its legs are unknown.')
    expect(page({ gaps: [GAP] })).toContain('WARNING  first liquidation at -19.6 % (ETH 2,409.64) at the latest')
  })

  test('no debt is said in words, never as a number', () => {
    const reserves = aLoan().reserves.filter(({ debt }) => debt === 0n)
    const text = page({
      legs: [aLoan({ reserves, reported: { totalCollateral: 48_000n * 10n ** 8n, totalDebt: 0n, healthFactor: null } })],
    })
    expect(text).toContain('NO RISK  nothing is borrowed and no position is open')
    expect(text).toMatch(/Aave v3 Ethereum +no debt +no trigger/)
  })

  test('a disputed figure is shown with both values', () => {
    const text = page({ legs: [aLoan({ reported: { ...aLoan().reported, healthFactor: 15n * 10n ** 17n } })] })
    expect(text).toContain('a figure is disputed')
    expect(text).toMatch(/DISPUTED health: ours 1\.769890909, venue 1\.5/)
  })
})

describe('the verdict names the kind of danger', () => {
  test('a peg', () => {
    const DAI = anAsset('DAI', 'USD:DAI')
    const reserves = [
      aReserve({ asset: DAI, id: 0, decimals: 18, supplied: 10n ** 22n, liquidationThreshold: 7700n }),
      aReserve({ asset: USDC, id: 1, decimals: 6, debt: 7_600n * 10n ** 6n, collateral: false }),
    ]
    const reported = { totalCollateral: 10n ** 12n, totalDebt: 76n * 10n ** 10n, healthFactor: 1_013_157_894_736_842_105n }
    expect(verdictLine(view({ legs: [aLoan({ reserves, reported })] }))).toMatch(
      /^first liquidation if the USD price of (DAI moves -1\.2|USDC moves \+1\.3)/,
    )
  })

  test('a loan that can be liquidated now', () => {
    const reserves = aLoan().reserves.map((r) => (r.asset === USDC ? { ...r, debt: 40_000n * 10n ** 6n } : r))
    const reported = { ...aLoan().reported, totalDebt: 40_000n * 10n ** 8n, healthFactor: 973_440_000_000_000_000n }
    expect(page({ legs: [aLoan({ reserves, reported })] })).toContain('LIQUIDATABLE  Aave v3 Ethereum can be liquidated now')
  })
})

describe('the JSON report', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(reportJsonSchema())
  const short = aPool({ id: 'short', positions: [aPosition({ side: 'short' })] })
  const dead = aLoan({
    reserves: aLoan().reserves.map((r) => (r.asset === USDC ? { ...r, debt: 40_000n * 10n ** 6n } : r)),
    reported: { ...aLoan().reported, totalDebt: 40_000n * 10n ** 8n, healthFactor: 973_440_000_000_000_000n },
  })
  const books: Readonly<Record<string, Partial<Snapshot>>> = {
    whole: {},
    rated: { legs: [RATED_LOAN, FUNDED_POOL], cash: [CASH] },
    'with a gap': { gaps: [GAP], cash: [CASH] },
    empty: { legs: [] },
    'nothing known': { legs: [], gaps: [GAP] },
    'loans alone': { legs: [aLoan(), aComet(), aSpoke()], cash: [CASH] },
    'futures alone': { legs: [aPool(), short], cash: [{ ...CASH, price: null }] },
    'dead now': { legs: [dead, aPool()], cash: [CASH] },
    hedged: { legs: [aPool({ hedgeMode: true, positions: [aPosition(), aPosition({ side: 'short' })] })] },
    disputed: { legs: [aLoan({ reported: { ...aLoan().reported, healthFactor: 15n * 10n ** 17n } }), aPool()], cash: [CASH] },
    'oracle and mark apart': { legs: [aLoan(), aPool({ positions: [aPosition({ mark: dec(2990) })] })], cash: [CASH] },
  }
  for (const [name, over] of Object.entries(books)) {
    test(`fits its own schema: ${name}`, () => {
      const data = JSON.parse(json.render(findings(aSnapshot(over)), { colour: false, banners: ['x'] }))
      expect(validate(data), JSON.stringify(validate.errors)).toBe(true)
    })
  }

  test('a figure that is a number, or a key that nobody knows, does not fit', () => {
    const data = JSON.parse(json.render(findings(aSnapshot()), { colour: false, banners: [] }))
    expect(validate({ ...data, legs: [{ ...data.legs[0], slack: 1 }] })).toBe(false)
    expect(validate({ ...data, extra: 1 })).toBe(false)
  })

  test('every figure is plain decimal text', () => {
    const text = json.render(findings(aSnapshot()), { colour: false, banners: [] })
    expect(text).not.toMatch(/"NaN"|Infinity|"-?\d+(\.\d+)?e[+-]?\d+"/i)
  })
})
