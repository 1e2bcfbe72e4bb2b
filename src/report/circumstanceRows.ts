import type { Findings } from '../risk/findings.ts'
import type { LegView, StopFault } from '../risk/view.ts'
import type { Row } from './layout.ts'
import { legName } from './legName.ts'
import { flowWords, plain, priceWords } from './words.ts'

/** What the venues tell of their pools besides what decides a liquidation: stops that do not help, a place in the queue, funding paid. */
export function circumstanceRows({ view }: Findings): Row[] {
  return view.legs.flatMap((leg) => {
    const name = legName(leg, view.legs, 40)
    return [
      ...leg.stopFaults.map((fault) => ({ label: 'STOPS', text: `${name}: ${faultWords(fault)}` })),
      ...queue(leg).map((text) => ({ label: 'QUEUE', text: `${name}: ${text}` })),
      ...paid(leg).map((text) => ({ label: 'FUNDING PAID', text: `${name}: ${text}` })),
    ]
  })
}

function faultWords({ fault, symbol, side, trigger, liquidation }: StopFault): string {
  const market = `${plain(symbol, 40)} ${side}`
  if (fault === 'beyond-liquidation' && trigger !== null && liquidation !== null) {
    return `the stop of ${market} at ${priceWords(trigger)} lies beyond its liquidation at ${priceWords(liquidation)}: the venue comes first`
  }
  const other = side === 'long' ? 'short' : 'long'
  return `the orders that close ${market} are larger than it, and not reduce-only: what is left over opens a ${other}`
}

/** Only the head of the queue is worth a line: who stands there is closed next. */
function queue({ circumstances }: LegView): string[] {
  const first = (circumstances?.adl ?? []).filter(({ rank, of }) => rank === of)
  return first.map(({ symbol, side, rank, of }) => {
    const place = `${rank} of ${of}`
    return `${plain(symbol, 40)} ${side} is among the first to be closed against a bankrupt position (${place})`
  })
}

function paid({ circumstances, settle }: LegView): string[] {
  const each = circumstances?.fundingPaid ?? []
  const [first] = each
  if (first === undefined || settle === null) return []
  const words = each.map(({ symbol, amount }) => `${plain(symbol, 40)} ${flowWords(amount)}`)
  return [`${words.join(', ')} ${plain(settle, 20)} in ${first.days} days`]
}
