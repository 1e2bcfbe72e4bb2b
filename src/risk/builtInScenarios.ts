import { pathsOf } from './corridor.ts'
import { CRASHES } from './crashes.ts'
import { type Decimal, dec } from './decimal.ts'
import type { Leg } from './leg.ts'
import { ALL_MARKET } from './path.ts'
import { type Scenario, type Stage, stageOf } from './scenarios.ts'
import type { Shock } from './shock.ts'
import { venueBreaks } from './venueBreaks.ts'

/**
 * The built-in scenarios of a book: the twelve falls, gaps of all markets together, rises, each stablecoin off its peg, each
 * staked coin off its rate, marks and oracles that go their own ways, hedges taken away, and a cut of thresholds. What touches
 * nothing in the book is left out, but for the twelve.
 *
 * @see RISK 5
 */
export function builtInScenarios(legs: readonly Leg[]): readonly Scenario[] {
  const paths = pathsOf(legs)
  const markets = paths.filter(({ kind }) => kind === 'market').map(({ name }) => name)
  const pegs = paths.filter(({ kind }) => kind === 'peg').map(({ name }) => name)
  const cut = stageOf(STILL, { thresholdCut: 500n })
  return [
    ...replays(markets),
    ...(markets.length === 0 ? [] : GAPS),
    ...rises(markets),
    ...pegs.flatMap(pegBreaks),
    ...venueBreaks(legs).map(({ name, venue, shock }) => {
      return invented(name, 'venue', [stageOf(STILL, { exchange: shock, only: venue })])
    }),
    ...(markets.length === 0 ? [] : splits(legs)),
    ...(holds(legs, 'lending') ? [invented('liquidation thresholds cut by 5 points', 'parameters', [cut])] : []),
  ]
}

const STILL: Shock = new Map()

function invented(name: string, kind: Scenario['kind'], stages: readonly Stage[]): Scenario {
  return { name, kind, hours: null, stages, covers: null }
}

const all = (multiplier: string): Shock => new Map([[ALL_MARKET.name, dec(multiplier)]])

const holds = (legs: readonly Leg[], wanted: Leg['kind']): boolean => legs.some(({ kind }) => kind === wanted)

/** Of the twelve falls each one, with the hours of what the book holds. */
function replays(markets: readonly string[]): readonly Scenario[] {
  return CRASHES.map(({ name, falls, hours }) => {
    const held = markets.flatMap((market) => hours.get(market) ?? [])
    const longest = Math.max(...(held.length === 0 ? hours.values() : held))
    return { name, kind: 'replay', hours: longest, stages: [stageOf(falls)], covers: new Set(falls.keys()) }
  })
}

const GAPS: readonly Scenario[] = (
  [
    ['-10 %', 'gap', '0.9'],
    ['-20 %', 'gap', '0.8'],
    ['-30 %', 'gap', '0.7'],
    ['-50 %', 'gap', '0.5'],
    ['+10 %', 'rise', '1.1'],
    ['+20 %', 'rise', '1.2'],
    ['+50 %', 'rise', '1.5'],
  ] as const
).map(([move, kind, multiplier]) => invented(`all markets ${move} at once`, kind, [stageOf(all(multiplier))]))

/** The largest within 24 hours. */
const RISES: readonly (readonly [factor: string, said: string, multiplier: Decimal])[] = [
  ['BTC', '+25 %', dec('1.25')],
  ['ETH', '+45 %', dec('1.45')],
  ['SOL', '+68 %', dec('1.68')],
]

/** All of them at once, and, where a book holds several markets, which may offset each other, each of them alone. */
function rises(markets: readonly string[]): readonly Scenario[] {
  const held = RISES.filter(([factor]) => markets.includes(factor))
  if (held.length === 0) return []
  const together = RISES.map(([factor, said]) => `${factor} ${said}`).join(', ')
  const shock = new Map(RISES.map(([factor, , multiplier]) => [factor, multiplier]))
  const alone = markets.length === 1 ? [] : held
  return [
    { name: `${together} in a day`, kind: 'rise', hours: 24, stages: [stageOf(shock)], covers: new Set(shock.keys()) },
    ...alone.map(([factor, said, multiplier]): Scenario => {
      const one = stageOf(new Map([[factor, multiplier]]))
      return { name: `${factor} ${said} in a day, alone`, kind: 'rise', hours: 24, stages: [one], covers: null }
    }),
  ]
}

/** How far the pegs of two stablecoins have broken everywhere. */
const BROKEN: ReadonlyMap<string, readonly [multiplier: string, when: string]> = new Map([
  ['USD:USDC', ['0.88', '11 March 2023']],
  ['USD:USDT', ['0.95', '12 May 2022']],
])

function pegBreaks(peg: string): readonly Scenario[] {
  const at = (multiplier: string, name: string): Scenario => invented(name, 'peg', [stageOf(new Map([[peg, dec(multiplier)]]))])
  if (peg.includes('/')) return [at('0.95', `${peg} -5 %`)]
  const broken = BROKEN.get(peg)
  return [
    at('0.97', `${peg} at 0.97`),
    at('0.90', `${peg} at 0.90`),
    ...(broken === undefined ? [] : [at(broken[0], `${peg} at ${broken[0]}, as on ${broken[1]}`)]),
  ]
}

/** Exchanges and oracles that do not see the same, and exchanges that close what is in profit before the move goes on. */
function splits(legs: readonly Leg[]): readonly Scenario[] {
  if (!holds(legs, 'futures')) return []
  const late = [stageOf(STILL, { exchange: all('0.8') }), stageOf(all('0.8'))]
  const falls = [stageOf(all('0.9'), { deleverages: 'short' }), stageOf(all('0.7'))]
  const climbs = [stageOf(all('1.1'), { deleverages: 'long' }), stageOf(all('1.3'))]
  return [
    invented('futures marks 10 % below the oracles', 'venue', [stageOf(STILL, { exchange: all('0.9') })]),
    ...(holds(legs, 'lending') ? [invented('all markets -20 %, the oracles late', 'venue', late)] : []),
    invented('all markets -10 %, shorts in profit closed by the exchanges, then -30 %', 'venue', falls),
    invented('all markets +10 %, longs in profit closed by the exchanges, then +30 %', 'venue', climbs),
  ]
}
