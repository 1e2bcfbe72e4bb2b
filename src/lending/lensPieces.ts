import { ownerPieces } from './ownerPieces.ts'
import type { LensPiece, Market } from './protocol.ts'
import { protocols } from './protocols.ts'
import { sequencer } from './sequencer.ts'

/** Everything the lens can be asked, by the name that stands as protocol. */
export const lensPieces = { ...protocols, ...ownerPieces, sequencer } as const

/** What asks for a market, or for what is asked like one. */
export function pieceOf({ protocol }: Market): LensPiece {
  return lensPieces[protocol as keyof typeof lensPieces]
}
