import type { Corridor } from '../../risk/corridor.ts'
import { nearer } from '../../risk/deaths.ts'
import type { Decimal } from '../../risk/decimal.ts'

/** The multiplier of the nearer wall of a corridor; null: it has none. */
export function nearestWall({ floor, ceiling }: Corridor): Decimal | null {
  return nearer(floor?.at ?? null, ceiling?.at ?? null)
}
