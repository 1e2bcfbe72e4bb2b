import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { assess } from '../src/risk/assess.ts'
import { corridor } from '../src/risk/corridor.ts'
import { type Decimal, dec } from '../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../src/risk/grade.ts'
import { grid } from '../src/risk/grid.ts'
import type { Snapshot } from '../src/risk/leg.ts'
import { ALL_MARKET, alongFactor, type Path } from '../src/risk/path.ts'
import { interleaved, median } from './median.ts'
import { withDecimals, withWholeNumbers } from './plainWays.ts'
import { benchLegs, benchSnapshot } from './riskBook.ts'
import { compareSigns } from './riskSigns.ts'

const SIDE = 1000
const ROUNDS = 11
const PLAIN_CELLS = 2000

type Line = { readonly what: string; readonly figure: string; readonly goal: string; readonly met: boolean }

/**
 * The risk engine's speed in one run, and whether its signs are the exact ones.
 *
 * @returns false when any cell's sign differs from exact arithmetic: a fast wrong answer fails.
 * @see PERFORMANCE G7
 */
export function benchRisk(write: (text: string) => void): boolean {
  write('a loan of 6 collaterals and 3 debts, a cross pool of 20 positions of 8 brackets\n\n')
  const signs = compareSigns()
  const lines = [...gridLines(), ...corridorLines(), ...assessLines()]
  for (const { what, figure, goal, met } of lines)
    write(`${what.padEnd(46)} ${figure.padStart(16)}   ${goal}${met ? '' : '  MISSED'}\n`)
  const { cells, adversarial, rechecked, wrong } = signs
  write(`\nsigns: ${wrong} of ${cells} cells differ from whole-number arithmetic\n`)
  write(`       ${adversarial} cells beside a threshold (1 +- 1e-12 ... 1e-20); ${rechecked} signs were decided with decimals\n`)
  return wrong === 0 && rechecked >= adversarial
}

/** 10^6 cells of ETH x BTC, against the plain ways on fewer cells, and against writing the answers alone. */
function gridLines(): Line[] {
  const { loan, pool } = benchLegs()
  const values = Array.from({ length: SIDE }, (_, i) => dec(i * 2 + 1).div(1000))
  const [x, y] = [
    { path: alongFactor('ETH'), at: values },
    { path: alongFactor('BTC'), at: values },
  ]
  const [decimals, wholes] = [withDecimals({ loan, pool }), withWholeNumbers({ loan, pool }, 18)]
  const shocks = Array.from({ length: PLAIN_CELLS }, (_, i) => {
    const [ETH, BTC] = [values[(i * 37) % SIDE] as Decimal, values[(i * 101) % SIDE] as Decimal]
    return {
      decimal: { ETH, BTC },
      whole: { ETH: BigInt(ETH.times('1e18').toFixed(0)), BTC: BigInt(BTC.times('1e18').toFixed(0)) },
    }
  })
  let kept = 0
  const took = interleaved(
    {
      grid: () => {
        const found = grid([loan, pool], x, y)
        kept += 'reason' in found ? 0 : (found.dead[SIDE] as number)
      },
      memory: () => {
        kept += touch()
      },
      wholes: () => {
        for (const { whole } of shocks) kept += wholes(whole)
      },
      decimals: () => {
        for (const { decimal } of shocks) kept += decimals(decimal)
      },
    },
    ROUNDS,
  )
  if (kept === 0) throw new RangeError('nothing was weighed')
  const a = (took.grid * 1e6) / SIDE ** 2
  const memory = (took.memory * 1e6) / SIDE ** 2
  const [whole, decimal] = [(took.wholes * 1e6) / PLAIN_CELLS, (took.decimals * 1e6) / PLAIN_CELLS]
  const ns = (value: number): string => `${value.toFixed(1)} ns`
  return [
    { what: 'grid of 10^6 cells, a cell', figure: ns(a), goal: '', met: true },
    {
      what: 'touching the memory, a cell',
      figure: ns(memory),
      goal: `x${(a / memory).toFixed(1)}, at most x5`,
      met: a <= memory * 5,
    },
    {
      what: 'decimal.js, a cell',
      figure: ns(decimal),
      goal: `x${(decimal / a).toFixed(0)}, at least x300`,
      met: decimal >= a * 300,
    },
    { what: 'bigint, a cell', figure: ns(whole), goal: `x${(whole / a).toFixed(0)}, at least x25`, met: whole >= a * 25 },
  ]
}

/** Allocates what a grid answers with, and reads and writes every word of it once: for each leg, as a plain sweep has to. */
function touch(): number {
  const dead = new Uint32Array(SIDE ** 2)
  const health = new Float64Array(SIDE ** 2).fill(Number.POSITIVE_INFINITY)
  for (let leg = 0; leg < 2; leg++) {
    for (let cell = 0; cell < health.length; cell++) {
      dead[cell] = (dead[cell] as number) | leg
      health[cell] = Math.min(health[cell] as number, cell)
    }
  }
  return (dead[1] as number) + (health[1] as number)
}

/** Fresh legs each time: what was worked out for a leg is kept with it, and would be found again. */
function fresh(count: number): () => Snapshot {
  const made = Array.from({ length: count }, benchSnapshot)
  return () => {
    const next = made.pop()
    if (next === undefined) throw new RangeError('every book was measured already')
    return next
  }
}

function corridorLines(): Line[] {
  const rounds = 51
  const next = fresh(rounds * 3)
  const run = (path: Path) => (): void => {
    corridor(next().legs, path)
  }
  const took = interleaved({ eth: run(alongFactor('ETH')), all: run(ALL_MARKET), peg: run(alongFactor('USD:USDT')) }, rounds)
  const us = (ms: number): string => `${(ms * 1000).toFixed(0)} us`
  return [
    { what: 'corridor of ETH, a new book', figure: us(took.eth), goal: '', met: true },
    { what: 'corridor of all markets together, a new book', figure: us(took.all), goal: '', met: true },
    { what: 'corridor of the settle coin, a new book', figure: us(took.peg), goal: '', met: true },
  ]
}

function assessLines(): Line[] {
  const once = fileURLToPath(new URL('assessOnce.ts', import.meta.url))
  const cold = median(
    Array.from({ length: ROUNDS }, () => Number(execFileSync(process.execPath, ['--import', 'tsx', once], { encoding: 'utf8' }))),
  )
  // What starting node takes here and now: the yardstick for a figure in milliseconds on a machine that others use too.
  const { node } = interleaved({ node: () => void execFileSync(process.execPath, ['-e', '0']) }, ROUNDS)
  const rounds = 31
  const next = fresh(rounds)
  const { warm } = interleaved({ warm: () => void assess(next(), DEFAULT_POLICY) }, rounds)
  const ms = (value: number): string => `${value.toFixed(1)} ms`
  return [
    { what: 'starting node alone', figure: ms(node), goal: '', met: true },
    { what: 'assess, first in a fresh process', figure: ms(cold), goal: 'under 20 ms', met: cold < 20 },
    { what: 'assess, warm, a new book', figure: ms(warm), goal: '', met: true },
  ]
}
