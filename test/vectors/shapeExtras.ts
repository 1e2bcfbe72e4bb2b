import { spreadOver } from '../../src/risk/covariance.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import { frontier } from '../../src/risk/frontier.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import { sigmaDistance } from '../../src/risk/sigmaDistance.ts'
import { type Entry, EntryError, figure, given, texts } from './entry.ts'
import { pathNamed } from './shockOf.ts'

/** The entries of `extra` that speak of several factors at once. */

type Point = readonly [Decimal, Decimal]

/** `frontier`: the polygon of two factors. Where its list of corners begins and which way it runs is no figure. */
export function frontierOf({ legs }: Snapshot, entry: Entry): unknown {
  const [x, y] = [nameOf(entry, 'x'), nameOf(entry, 'y')]
  const { vertices, reason } = frontier(legs, { x: pathNamed(x), y: pathNamed(y) }, figure(entry, 'box'))
  if (vertices === null) throw new EntryError(reason ?? 'it has no polygon')
  const corners = vertices.map((corner): Point => [corner.x, corner.y])
  return { ...given(entry, ['x', 'y', 'box']), vertices: alignedTo(entry.vertices, corners) }
}

function nameOf(entry: Entry, name: string): string {
  const value = entry[name]
  if (typeof value !== 'string') throw new EntryError(`its input ${name} is not the name of a factor`)
  return value
}

/** Our corners in the order that comes nearest to the expected one, of all rotations both ways round. */
function alignedTo(expected: unknown, corners: readonly Point[]): readonly Point[] {
  if (!Array.isArray(expected) || expected.length !== corners.length) return corners
  const wanted = expected.map((corner): Point => [figure(corner, '0'), figure(corner, '1')])
  const turns = [corners, corners.toReversed()].flatMap((way) => way.map((_, k) => [...way.slice(k), ...way.slice(0, k)]))
  const farthest = (turn: readonly Point[]): Decimal =>
    turn.reduce<Decimal>((most, [x, y], i) => {
      const [wx, wy] = wanted[i] as Point
      const off = x.minus(wx).abs().plus(y.minus(wy).abs())
      return off.gt(most) ? off : most
    }, dec(0))
  return turns.reduce((best, turn) => (farthest(turn).lt(farthest(best)) ? turn : best), corners)
}

const A_DAY = dec(24)

/** `sigmaDistance24h`: `rho` is one correlation for every pair, or a table of them in the order of `factors`. */
export function sigmaDistance24h({ legs }: Snapshot, entry: Entry): unknown {
  const factors = texts(entry, 'factors')
  const vols = entry.annualVol
  if (!Array.isArray(vols) || vols.length !== factors.length)
    throw new EntryError('its annualVol is not a list of one for each factor')
  const annual = factors.map((_, i) => figure({ ...vols }, String(i)))
  const correlation = (a: string, b: string): Decimal => {
    if (!Array.isArray(entry.rho)) return figure(entry, 'rho')
    return figure({ ...entry.rho[factors.indexOf(a)] }, String(factors.indexOf(b)))
  }
  const spread = spreadOver({ factors, annual, correlation }, A_DAY)
  const each = legs.map((leg) => [leg.id, sigmaDistance(leg, spread).z] as const)
  return { ...given(entry, ['factors', 'annualVol', 'rho']), perLeg: Object.fromEntries(each) }
}
