import type { Gap } from '../../src/risk/leg.ts'
import type { VectorLeg, VectorPosition } from './form.ts'

export const isolated = ({ margin }: Pick<VectorPosition, 'margin'>): boolean => margin === 'isolated'

export const idOf = (leg: VectorLeg, { symbol, side }: Pick<VectorPosition, 'symbol' | 'side'>): string =>
  `${leg.id}/${symbol}/${side}`

/** USD of an asset; null: not known. */
type PriceOf = (name: string) => string | null

/** The first thing that is not there, in the books' words (`ETHUSDT.mark`); null when all is. */
type Lack = string | null

const NEEDED_OF_A_POSITION = ['mark', 'entry', 'qty', 'tiers'] as const
const NEEDED_OF_A_SUPPLY = ['amount', 'lt'] as const

/** What cannot be weighed, and what it lacks. A leg with a missing figure is wholly unknown. */
export function unknownOf(leg: VectorLeg, price: PriceOf): Gap[] {
  if (leg.status === 'missing') return gapOf(leg.id, leg.type, 'missing')
  if (leg.type !== 'futures') return gapOf(leg.id, leg.type, lackOfLoan(leg, price))
  const coin = leg.coinMark === undefined ? unpriced([leg.settle as string], price) : null
  const others = (leg.wallet ?? []).map((one) => one.asset).filter((name) => name !== leg.settle)
  const positions = leg.positions ?? []
  const crossed = positions.filter((p) => !isolated(p)).map(lackOfPosition)
  return [
    ...gapOf(leg.id, 'cross', first([coin, unpriced(others, price), ...crossed])),
    ...positions.filter(isolated).flatMap((p) => gapOf(idOf(leg, p), 'isolated', coin ?? lackOfPosition(p))),
  ]
}

function gapOf(leg: string, kind: string, reason: Lack): Gap[] {
  return reason === null ? [] : [{ leg, code: 'incomplete-answer', reason, hint: kind, retryable: false }]
}

function lackOfLoan({ base, supplies = [], borrows = [], collateral = [] }: VectorLeg, price: PriceOf): Lack {
  const held = [...supplies, ...borrows, ...collateral].map((one) => one.asset)
  const missing = [
    ...supplies.flatMap((one) => NEEDED_OF_A_SUPPLY.map((name) => (one[name] == null ? `${one.asset}.${name}` : null))),
    ...borrows.map(({ asset, amount }) => (amount == null ? `${asset}.amount` : null)),
  ]
  return first([unpriced(base === undefined ? held : [base, ...held], price), ...missing])
}

function lackOfPosition(position: VectorPosition): Lack {
  const name = NEEDED_OF_A_POSITION.find((one) => position[one] == null)
  return name === undefined ? null : `${position.symbol}.${name}`
}

function unpriced(names: readonly string[], price: PriceOf): Lack {
  const name = names.find((one) => price(one) === null)
  return name === undefined ? null : `${name}.price`
}

function first(lacks: readonly Lack[]): Lack {
  return lacks.find((lack) => lack !== null) ?? null
}
