import type { Leg } from './leg.ts'
import { blockedUntil } from './rules/aaveV3.ts'

/** What a reader must know of a leg besides its numbers: facts that are no figures. */
export function legNotes(leg: Leg): readonly string[] {
  const notes: string[] = [...leg.source.notes]
  if (leg.kind === 'lending') {
    if (leg.eModeCategory !== 0) notes.push(`e-mode category ${leg.eModeCategory}`)
    const { paused, graceUntil } = blockedUntil(leg)
    const names = leg.reserves.filter(({ id }) => paused.includes(id)).map(({ asset }) => asset.symbol)
    if (names.length > 0) notes.push(`${names.join(', ')} paused: neither liquidation nor repayment is possible while it lasts`)
    if (graceUntil !== null)
      notes.push(`no liquidation before ${new Date(Number(graceUntil) * 1000).toISOString()} (grace period)`)
    const frozen = leg.reserves.filter((reserve) => reserve.frozen).map(({ asset }) => asset.symbol)
    if (frozen.length > 0) notes.push(`${frozen.join(', ')} frozen: it can still be liquidated`)
  } else if (leg.settlePriceFrom === 'par') {
    notes.push(`${leg.settle.symbol} counted at 1.00 USD`)
  }
  return notes
}
