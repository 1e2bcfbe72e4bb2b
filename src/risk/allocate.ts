import type { Asset } from './asset.ts'
import { type Flow, largestFlow, type Pipe } from './cashFlow.ts'
import type { Coin } from './coins.ts'
import { Decimal, dec, ONE, sum, ZERO } from './decimal.ts'
import type { NeedCurve } from './need.ts'
import { addForm, FARTHEST, lastReach, NOTHING, type Reached } from './reachForm.ts'
import type { Route } from './routes.ts'

/** Money that can be moved: free cash, or what a leg can spare. */
export type Purse = {
  /** The id of the cash, or of the leg. */
  readonly id: string
  readonly asset: Asset
  /** USD of one whole unit. */
  readonly price: Decimal
  /** USD. */
  readonly amount: Decimal
  /** The leg that it is taken from, which has to live as well; null for free cash. */
  readonly spares: NeedCurve | null
}

/** A leg that money can help. */
export type Patient = { readonly curve: NeedCurve; readonly coins: readonly Coin[] }

/** Who needs, who has, and the ways between them. */
export type Ward = {
  readonly patients: readonly Patient[]
  readonly purses: readonly Purse[]
  readonly routes: readonly Route[]
  /** Share that is lost where the leg does not take the coin. */
  readonly conversionCost: Decimal
}

/** What goes from a purse to a leg. */
export type Delivery = {
  readonly purse: Purse
  readonly leg: string
  readonly coin: Coin
  /** USD taken from the purse. */
  readonly usd: Decimal
  /** USD of the coin that reach the leg, less than `usd` by the conversion. */
  readonly lands: Decimal
  readonly converted: boolean
}

export type Supply = {
  readonly deliveries: readonly Delivery[]
  /** USD of slack that the legs still need, by leg; none that is covered. */
  readonly missing: ReadonlyMap<string, Decimal>
}

type Allocation = Supply & {
  /** The distance that every leg survives; null: all of them live up to a millionfold move. */
  readonly h: Decimal | null
  /** False where it is bisected, so good to 1e-12 or better. */
  readonly exact: boolean
}

/** A shortage below this share of all needs is the rounding of the root. */
const ROUNDING = dec('1e-38')
const MOST_CUTS = 100

/**
 * The largest distance that the money can bring, and the deliveries that do it: each leg gets what it needs for that distance
 * and not more, so what cannot help stays where it is.
 *
 * For one distance it is a flow problem. The price of its bottleneck bounds every other distance as well; the walk goes inwards
 * from bottleneck to bottleneck until the flow is large enough.
 *
 * @see RISK 3 A1, A3, A5
 */
export function allocate(ward: Ward): Allocation {
  let h = FARTHEST
  let exact = true
  for (let cuts = 0; cuts < MOST_CUTS; cuts++) {
    const net = network(ward, h)
    const flow = largestFlow(net.pipes, net)
    const supply = supplyOf(ward, net, flow)
    if (supply.missing.size === 0) return { ...supply, h: h.eq(FARTHEST) ? null : h, exact }
    const reach = lastReach((at) => shortage(ward, { net, flow, at }), h)
    if (reach === null || h.eq(ONE)) return { ...supplyAt(ward, ONE), h: ONE, exact }
    exact &&= reach.exact
    h = reach.h
  }
  return { ...supplyAt(ward, h), h, exact: false }
}

/** What the money can do for one wanted distance, and what is missing. @see RISK 3 A2 */
export function supplyAt(ward: Ward, h: Decimal): Supply {
  const net = network(ward, h)
  return supplyOf(ward, net, largestFlow(net.pipes, net))
}

/** USD of slack that a leg needs at a distance; 0 where it has to spare. */
export function needOf({ curve }: Patient, h: Decimal): Decimal {
  return Decimal.max(ZERO, curve.at(h).usd)
}

type Network = {
  readonly pipes: readonly Pipe[]
  readonly nodes: number
  readonly source: number
  readonly sink: number
  /** Node of each purse and of each leg. */
  readonly purseAt: number
  readonly patientAt: number
  /** Pipes from the purses, and to the sink, lie at the same places. */
  readonly exits: number
  /** Pipe by pipe what it delivers, where it leads from a way to a coin. */
  readonly links: ReadonlyMap<
    number,
    { readonly purse: Purse; readonly leg: string; readonly coin: Coin; readonly converted: boolean }
  >
}

/** Source > purses > routes > coins of the legs > legs > sink. */
function network({ patients, purses, routes, conversionCost }: Ward, h: Decimal): Network {
  const [source, sink, purseAt] = [0, 1, 2]
  const patientAt = purseAt + purses.length
  let nodes = patientAt + patients.length
  const pipes: Pipe[] = purses.map((purse, j) => ({ from: source, to: purseAt + j, cap: spendable(purse, h).usd, gain: ONE }))
  const exits = pipes.length
  for (const [l, patient] of patients.entries()) pipes.push({ from: patientAt + l, to: sink, cap: needOf(patient, h), gain: ONE })
  const links = new Map<number, { purse: Purse; leg: string; coin: Coin; converted: boolean }>()
  for (const [l, { curve, coins }] of patients.entries()) {
    const open = coins.filter(({ closed }) => closed === null).map((coin) => ({ coin, node: nodes++ }))
    for (const { coin, node } of open) pipes.push({ from: node, to: patientAt + l, cap: coin.cap, gain: coin.counts })
    for (const [j, purse] of purses.entries()) {
      const route = routes.find(({ from, to, closed }) => from === purse.id && to === curve.leg && closed === null)
      if (route === undefined || purse.id === curve.leg) continue
      const way = nodes++
      pipes.push({ from: purseAt + j, to: way, cap: route.cap, gain: ONE })
      for (const { coin, node } of open) {
        const converted = !sameCoin(purse.asset, coin.asset)
        links.set(pipes.length, { purse, leg: curve.leg, coin, converted })
        pipes.push({ from: way, to: node, cap: null, gain: converted ? ONE.minus(conversionCost) : ONE })
      }
    }
  }
  return { pipes, nodes, source, sink, purseAt, patientAt, exits, links }
}

/** A coin is itself on every venue where it is told by its key, and a stablecoin by its peg. */
function sameCoin(a: Asset, b: Asset): boolean {
  return (
    a.key === b.key ||
    (a.factor === b.factor && a.factor.includes(':') && a.basis === null && b.basis === null && !a.factor.startsWith('OWN:'))
  )
}

/** What a purse holds, less what the leg that it is taken from needs to live itself. */
function spendable({ amount, spares }: Purse, h: Decimal): Reached {
  const all = { usd: amount, form: { ...NOTHING, fixed: amount } }
  if (spares === null) return all
  const { usd, form } = spares.at(h)
  if (usd.gte(0)) return { usd: ZERO, form: NOTHING }
  return usd.neg().lt(amount) ? { usd: usd.neg(), form: addForm(NOTHING, form, ONE.neg()) } : all
}

/** How far the needs exceed what the bottleneck of a flow lets through, at another distance. */
function shortage(
  { patients, purses }: Ward,
  { net, flow, at }: { readonly net: Network; readonly flow: Flow; readonly at: Decimal },
): Reached & { readonly size: Decimal } {
  const worth = (node: number): Decimal => flow.worth[node] as Decimal
  let form = NOTHING
  let usd = ZERO
  let size = ONE
  const add = (one: Reached, factor: Decimal): void => {
    if (factor.isZero()) return
    form = addForm(form, one.form, factor)
    usd = usd.plus(one.usd.times(factor))
    size = size.plus(one.usd.times(factor).abs())
  }
  for (const [l, { curve }] of patients.entries()) {
    const need = curve.at(at)
    if (need.usd.gt(0)) add(need, worth(net.patientAt + l))
  }
  for (const [j, purse] of purses.entries()) add(spendable(purse, at), worth(net.purseAt + j).neg())
  for (const { from, to, cap, gain } of net.pipes.slice(net.exits + patients.length)) {
    const price = gain.times(worth(to)).minus(worth(from))
    if (cap !== null && price.gt(0)) add({ usd: cap, form: { ...NOTHING, fixed: cap } }, price.neg())
  }
  return { usd, form, size }
}

function supplyOf({ patients }: Ward, net: Network, { sent }: Flow): Supply {
  const needs = patients.map((_, l) => (net.pipes[net.exits + l] as Pipe).cap as Decimal)
  const rounding = sum(needs).plus(1).times(ROUNDING)
  const missing = new Map<string, Decimal>()
  for (const [l, { curve }] of patients.entries()) {
    const short = (needs[l] as Decimal).minus(sent[net.exits + l] as Decimal)
    if (short.gt(rounding)) missing.set(curve.leg, short)
  }
  const deliveries: Delivery[] = []
  for (const [pipe, link] of net.links) {
    const usd = sent[pipe] as Decimal
    if (usd.gt(rounding)) deliveries.push({ ...link, usd, lands: usd.times((net.pipes[pipe] as Pipe).gain) })
  }
  return { deliveries, missing }
}
